import { array, assert, asyncProperty, constantFrom, integer, option, record } from 'fast-check';
import { expect, it } from 'vitest';
import type { DatasetContract, LabellingReply } from '../../events/index.ts';
import { gatherLabels } from './gather-labels.ts';
import type { CaptureLimits } from './list-captures.ts';
import { MemoryLabels } from './memory-labels.testing.ts';

/*
 * Requests, their captures and their labels come in any order and late, and a training is decided on now and then: each
 * labelled row is in one dataset.
 */

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const LABEL_HOURS = 6;
const DAYS_MINUTES = 48 * 60;
const BEGIN_MS = Date.UTC(2026, 10, 28);
const END_MS = BEGIN_MS + (DAYS_MINUTES + 2 * LABEL_HOURS * 60) * MINUTE_MS;

const contract: DatasetContract = {
  columns: [
    { name: 'id', type: 'text' },
    { name: 'wet', type: 'category' },
  ],
  label: 'wet',
  header: false,
  delimiter: ',',
  lineEnds: 'lf',
  byteOrderMark: 'refuse',
  whiteSpace: 'strip',
  minimumRows: 1,
};

interface Asked {
  /** After the beginning. */
  readonly minute: number;
  readonly millisecond: number;
  /** Minutes from the request to its capture. */
  readonly captured: number;
  /** Minutes from there to the capture of a shadow variant. */
  readonly shadow: number | null;
  /** In files of their own, named in any order, so many minutes after the request. */
  readonly labels: readonly { readonly late: number; readonly file: number }[];
}

const lateness = integer({ min: 0, max: LABEL_HOURS * 60 });

const requests = array(
  record<Asked>({
    minute: integer({ min: 0, max: DAYS_MINUTES }),
    millisecond: integer({ min: 0, max: 999 }),
    captured: constantFrom(0, 2, 2, 59, 200),
    shadow: option(constantFrom(0, 1, 90)),
    labels: array(record({ late: lateness, file: integer({ min: 0, max: 9 }) }), { maxLength: 3 }),
  }),
  { minLength: 5, maxLength: 40 },
);

const decisions = array(integer({ min: 0, max: DAYS_MINUTES }), { maxLength: 8 });

/** A bucket that fills with time. */
class Bucket {
  readonly #store = new MemoryLabels({});
  /** Objects by their keys, and when they arrive. */
  readonly #coming: { readonly key: string; readonly text: string; readonly atMs: number }[] = [];

  constructor(given: readonly Asked[]) {
    for (const [index, request] of given.entries()) this.#expect(`r${index}`, index, request);
  }

  /** What a decision finds. */
  async gather(request: Gathering): Promise<readonly string[]> {
    const { decisionId, limits, sinceMs, untilMs } = request;
    this.#fill(untilMs);
    const reply = await gatherLabels(
      {
        project: 'p',
        bucket: 'b',
        decisionId,
        liveModelPackageArn: 'arn',
        since: new Date(sinceMs).toISOString(),
        until: new Date(untilMs).toISOString(),
        requestsSince: new Date(sinceMs - LABEL_HOURS * HOUR_MS).toISOString(),
        minimumNewRows: 1,
        contract,
      },
      {
        store: this.#store,
        remainingMs: () => 900_000,
        ...(limits === undefined ? {} : { limits }),
      },
    );
    request.answered(reply);
    const text = this.#store.objects.get(reply.dataset?.key ?? '')?.toString() ?? '';
    return text.split('\n').filter((line) => line !== '');
  }

  #fill(nowMs: number): void {
    for (const { key, text, atMs } of this.#coming) {
      if (atMs > nowMs) continue;
      this.#store.objects.set(key, text);
      this.#store.arrivals.set(key, new Date(atMs).toISOString());
    }
  }

  #expect(id: string, index: number, request: Asked): void {
    const askedMs = timeOf(request);
    const capture = (variant: string, minutes: number) =>
      this.#coming.push({
        key: `captured/p/p/${variant}/${folderOf(askedMs)}/${index}.jsonl`,
        text: captureLine(id, askedMs),
        atMs: askedMs + minutes * MINUTE_MS,
      });
    capture('AllTraffic', request.captured);
    if (request.shadow !== null) capture('shadow', request.captured + request.shadow);
    for (const [nth, { file, late }] of request.labels.entries()) {
      const atMs = askedMs + late * MINUTE_MS;
      this.#coming.push({
        key: `labels/p/${folderOf(atMs)}/${file}-${id}-${nth}.jsonl`,
        text: labelLine(id, String(nth % 2)),
        atMs,
      });
    }
  }
}

interface Gathering {
  readonly decisionId: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly limits: CaptureLimits | undefined;
  readonly answered: (reply: LabellingReply) => void;
}

function timeOf({ minute, millisecond }: Asked): number {
  return BEGIN_MS + minute * MINUTE_MS + millisecond;
}

function folderOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/');
}

function captureLine(id: string, timeMs: number): string {
  return JSON.stringify({
    captureData: { endpointInput: { observedContentType: 'text/csv', data: id, encoding: 'CSV' } },
    eventMetadata: { eventId: id, inferenceTime: new Date(timeMs).toISOString() },
  });
}

function labelLine(id: string, data: string): string {
  return JSON.stringify({
    groundTruthData: { data, encoding: 'CSV' },
    eventMetadata: { eventId: id },
  });
}

/** The ids of the rows of each dataset, where each training goes live. */
async function train(
  given: readonly Asked[],
  minutes: readonly number[],
  limits?: CaptureLimits,
): Promise<{
  readonly datasets: readonly (readonly string[])[];
  readonly replies: readonly LabellingReply[];
}> {
  const bucket = new Bucket(given);
  const datasets: (readonly string[])[] = [];
  const replies: LabellingReply[] = [];
  const times = minutes
    .toSorted((one, other) => one - other)
    .map((each) => BEGIN_MS + each * MINUTE_MS + 500);
  // Until nothing is left over: of the files, at least one is read each time.
  const rest = Array.from({ length: limits === undefined ? 1 : given.length * 2 }, () => END_MS);
  let sinceMs = BEGIN_MS;
  for (const [index, untilMs] of [...times, ...rest].entries()) {
    const rows = await bucket.gather({
      decisionId: `d${index}`,
      sinceMs,
      untilMs,
      limits,
      answered: (reply) => {
        replies.push(reply);
        sinceMs = Date.parse(reply.until);
      },
    });
    datasets.push(rows.map((row) => row.split(',')[0] ?? ''));
  }
  return { datasets, replies };
}

function labelled(given: readonly Asked[]): readonly string[] {
  return given.flatMap(({ labels }, index) => (labels.length > 0 ? [`r${index}`] : [])).toSorted();
}

it('each labelled row is in one dataset, also if it comes late, twice, or between two trainings', async () => {
  await assert(
    asyncProperty(requests, decisions, async (given, minutes) => {
      const { datasets } = await train(given, minutes);

      expect(datasets.flat().toSorted()).toEqual(labelled(given));
    }),
    { numRuns: 100, seed: 20_261_130 },
  );
});

it('each labelled row is in one dataset, where one invocation cannot read all captures', async () => {
  let cut = 0;
  await assert(
    asyncProperty(
      requests,
      decisions,
      integer({ min: 6, max: 30 }),
      async (given, minutes, files) => {
        const { datasets, replies } = await train(given, minutes, { files, bytes: 1_000_000 });
        const left = new Set<string>();
        let sinceMs = BEGIN_MS;
        for (const { requestsSince, until } of replies) {
          for (const [index, request] of given.entries()) {
            const timeMs = timeOf(request);
            const readMs = Date.parse(requestsSince);
            if (timeMs < readMs && timeMs >= sinceMs - LABEL_HOURS * HOUR_MS) left.add(`r${index}`);
          }
          if (Date.parse(until) < END_MS) cut += 1;
          sinceMs = Date.parse(until);
        }

        const rows = datasets.flat();
        expect(new Set(rows).size).toBe(rows.length);
        // What the answers do not name as left out is there.
        expect(labelled(given).filter((id) => !rows.includes(id) && !left.has(id))).toEqual([]);
      },
    ),
    { numRuns: 100, seed: 20_261_130 },
  );
  expect(cut).toBeGreaterThan(100);
});
