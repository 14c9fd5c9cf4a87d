import { visibleLine } from '../../local/index.ts';
import type { Behaviour } from './model-variants.ts';
import { CANARY_SHARE, type Followed, type Stage } from './stage.ts';
import type { LoadReport, SteadyLoad } from './steady-load.ts';
import { type Proof, prove, proveEnd, proveLive, type Story } from './story.ts';

/** The fault of a model and its symptom. */
interface Fault {
  readonly name: string;
  readonly title: string;
  readonly behaves: Behaviour;
  readonly requestsPerSecond: number;
  /** The alarm that must be named as the reason. */
  readonly alarm: RegExp;
  /** The symptom for a client, and the number of requests that had it. */
  readonly seenAs: string;
  readonly count: (load: LoadReport) => number;
}

/** (2) */
export const erringModel = tellOf({
  name: 'erring-model',
  title: 'A model that answers with errors is rolled back.',
  behaves: 'errors',
  requestsPerSecond: 60,
  alarm: /abalone-rollback-error/,
  seenAs: 'failed',
  count: ({ failures }) => failures,
});

/** (3) */
export const slowModel = tellOf({
  name: 'slow-model',
  title: 'A model that takes too long is rolled back.',
  behaves: 'slow',
  requestsPerSecond: 20,
  alarm: /abalone-rollback-latency/,
  seenAs: 'were slow',
  count: ({ slow }) => slow,
});

/** (4) */
export const nonsenseModel = tellOf({
  name: 'nonsense-model',
  title: 'A model that answers known rows wrongly is rolled back.',
  behaves: 'nonsense',
  requestsPerSecond: 60,
  alarm: /abalone-rollback-wrong-answers.*row \d+: answered 1000000, expected/s,
  seenAs: 'were answered wrongly',
  count: ({ wrong }) => wrong,
});

function tellOf(fault: Fault): Story {
  return {
    name: fault.name,
    title: fault.title,
    async play(stage) {
      const before = await stage.promotions.livePackage();
      const bad = await stage.register(fault.name, fault.behaves);
      stage.tell(
        `Clients send ${fault.requestsPerSecond} requests a second. A bad model is approved: ${fault.behaves}.`,
      );
      const load = stage.load(fault.requestsPerSecond);

      const promotion = await stage.follow(await stage.promotions.begin(bad, 'Approved'));
      const seen = await load.stop();

      stage.tell(`Why it was rolled back: ${visibleLine(promotion.cause)}`);
      return {
        promotions: [promotion],
        load: seen,
        proofs: [
          proveEnd(promotion, 'Rolled back'),
          prove(
            `The reason names the fault (${fault.alarm.source}).`,
            fault.alarm.test(promotion.cause),
          ),
          ...proveCanaryShare(fault, promotion, load),
          proveLive(await stage.promotions.livePackage(), before),
          await proveWithdrawn(stage, bad),
        ],
      };
    },
  };
}

/** Only the canary's share of the requests has the symptom, and only while there is a canary. */
function proveCanaryShare(
  { seenAs, count }: Fault,
  { split }: Followed,
  load: SteadyLoad,
): readonly Proof[] {
  const all = load.report();
  const during = split === undefined ? all : load.within(split);
  const unlucky = count(during);
  const percent = ((100 * unlucky) / during.requests).toFixed(1);
  const elsewhere = count(all) - unlucky;
  return [
    prove(
      `Of ${during.requests} requests while the models shared the traffic ${unlucky} ${seenAs}: ${percent} %, of a canary of ${100 * CANARY_SHARE} %.`,
      unlucky > 0 && unlucky <= highestShare(during.requests),
    ),
    prove(`Before and afterwards ${elsewhere} ${seenAs}.`, elsewhere === 0),
  ];
}

/**
 * Clients and test rows share the turns of the variants evenly, so that the clients' part is a
 * sample: its share is within three standard deviations of the canary's share, except in one of 700 runs.
 */
function highestShare(requests: number): number {
  const deviation = Math.sqrt(requests * CANARY_SHARE * (1 - CANARY_SHARE));
  return requests * CANARY_SHARE + 3 * deviation;
}

async function proveWithdrawn(stage: Stage, packageArn: string): Promise<Proof> {
  const { status, description } = await stage.approvalOf(packageArn);
  return prove(
    `The package is ${status}, with the reason in its approval description.`,
    status === 'Rejected' && description.includes('Rolled back'),
  );
}
