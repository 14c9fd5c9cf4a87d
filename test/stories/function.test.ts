import { GetAliasCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Behaviour } from '../../cli/stories/model-variants.ts';
import type { Stage } from '../../cli/stories/stage.ts';
import { readRollout } from '../../operations/index.ts';
import { isEveryStoryPlayed } from './every-story.ts';
import { setTestStage, type TestStage } from './story-runtime.ts';

// The stories of promotion with a model on Lambda. While a function runs, the clock of the runtime is not faster than that of
// the wall, so that a load makes the waits real: they are as short as the alarms, which are evaluated each minute, allow.

const serving = {
  type: 'lambda',
  gatherSeconds: 2,
  pollSeconds: 5,
  rollout: { type: 'canary', size: { percent: 10 }, waitSeconds: 100, bakeSeconds: 10 },
  // A cold start on a loaded machine must not look like a slow model.
  alarms: { p99LatencyMilliseconds: 1_200, errorIncreasePercent: 1 },
} as const;
const REQUESTS_PER_SECOND = 50;
/** Enough for the alarms. */
const FEW_REQUESTS = 5;
const TIMEOUT_MS = 600_000;

let test: TestStage;
let stage: Stage;

beforeAll(async () => {
  test = await setTestStage({ serving });
  stage = test.stage;
}, 900_000);

beforeEach(() => stage.promotions.quiet());

afterAll(() => test?.close());

async function alias() {
  const place = stage.project.serving;
  if (place?.type !== 'lambda') throw new Error('The project does not serve on Lambda.');
  const { functionName, alias: Name } = place;
  const { FunctionVersion, RoutingConfig } = await stage.connection.lambda.send(
    new GetAliasCommand({ FunctionName: functionName, Name }),
  );
  return {
    version: FunctionVersion,
    shares: Object.values(RoutingConfig?.AdditionalVersionWeights ?? {}),
  };
}

/** Approves a further version under a load. */
async function promote(name: string, behaves: Behaviour, requestsPerSecond = FEW_REQUESTS) {
  const packageArn = await stage.register(name, behaves);
  const load = stage.load(requestsPerSecond);
  const promotion = await stage.follow(await stage.promotions.begin(packageArn, 'Approved'));
  return { packageArn, promotion, report: await load.stop() };
}

describe('A model on Lambda', { timeout: TIMEOUT_MS }, () => {
  it('goes live by canary, and no client of fifty in a second notices', async () => {
    const { packageArn, promotion, report } = await promote('good', 'good', REQUESTS_PER_SECOND);

    expect(promotion).toMatchObject({ status: 'SUCCEEDED' });
    expect(promotion.path).toContain('Shift more requests');
    expect(promotion.split).toBeDefined();
    expect(report).toMatchObject({ failures: 0, wrong: 0, messages: [] });
    expect(report.requestsPerSecond).toBeGreaterThanOrEqual(REQUESTS_PER_SECOND - 1);
    expect(await stage.promotions.livePackage()).toBe(packageArn);
    expect((await alias()).shares).toEqual([]);
  });

  it.each<[Behaviour, RegExp]>([
    ['errors', /abalone-rollback-error/],
    ...(isEveryStoryPlayed()
      ? ([
          ['slow', /abalone-rollback-latency/],
          ['nonsense', /row \d+: answered 1000000/],
        ] satisfies [Behaviour, RegExp][])
      : []),
  ])('is taken back when it is bad: %s', async (behaves, reason) => {
    const before = { live: await stage.promotions.livePackage(), alias: await alias() };

    const { packageArn, promotion } = await promote(behaves, behaves);

    expect(promotion).toMatchObject({ error: 'Rolled back', cause: expect.stringMatching(reason) });
    expect({ live: await stage.promotions.livePackage(), alias: await alias() }).toEqual(before);
    expect(await stage.approvalOf(packageArn)).toMatchObject({ status: 'Rejected' });
  });

  it('gets no request when it does not start', async () => {
    const before = { live: await stage.promotions.livePackage(), alias: await alias() };

    const { packageArn, promotion, report } = await promote('broken', 'broken');

    const reason =
      /does not start, so that nothing was changed .*: OSError: the weights are missing/;
    expect(promotion).toMatchObject({ error: 'Rolled back', cause: expect.stringMatching(reason) });
    expect(promotion.path).not.toContain('Shift requests');
    expect(report).toMatchObject({ failures: 0, wrong: 0, messages: [] });
    expect({ live: await stage.promotions.livePackage(), alias: await alias() }).toEqual(before);
    expect(await stage.approvalOf(packageArn)).toMatchObject({
      status: 'Rejected',
      description: expect.stringMatching(reason),
    });
  });

  it.runIf(isEveryStoryPlayed())('comes back when its successor is rejected', async () => {
    const before = await stage.promotions.livePackage();
    const { packageArn } = await promote('next', 'good');

    const promotion = await stage.follow(await stage.promotions.begin(packageArn, 'Rejected'));

    expect(promotion).toMatchObject({ status: 'SUCCEEDED' });
    expect(await stage.promotions.livePackage()).toBe(before);
  });

  it.runIf(isEveryStoryPlayed())(
    'lets the newest of two approvals win, one after another',
    async () => {
      const first = await stage.register('first', 'good');
      const second = await stage.register('second', 'good');

      const ended = await Promise.all(
        [first, second].map(async (arn) =>
          stage.promotions.end(await stage.promotions.begin(arn, 'Approved')),
        ),
      );

      expect(ended.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
      expect(await stage.promotions.livePackage()).toBe(second);
      expect((await alias()).shares).toEqual([]);
    },
  );

  it('goes live once although the runtime is killed during a shift', async () => {
    const survivor = await stage.register('survivor', 'good');
    const execution = await stage.promotions.begin(survivor, 'Approved');
    await stage.promotions.until('a shared alias', async () =>
      (await alias()).shares.length > 0 ? true : undefined,
    );
    await stage.crash();
    expect((await alias()).shares).toEqual([0.1]);

    const promotion = await stage.follow(execution);

    expect(promotion).toMatchObject({ status: 'SUCCEEDED' });
    expect(promotion.path.filter((state) => state === 'Publish version')).toHaveLength(1);
    expect(await stage.promotions.livePackage()).toBe(survivor);
    expect((await alias()).shares).toEqual([]);
  });

  it.runIf(isEveryStoryPlayed())(
    'is taken back by the next promotion when it is rejected while it bakes',
    async () => {
      const before = await stage.promotions.livePackage();
      const rejected = await stage.register('rejected', 'good');
      const approval = await stage.promotions.begin(rejected, 'Approved');
      await stage.promotions.until('a shared alias', async () =>
        (await alias()).shares.length > 0 ? true : undefined,
      );
      const rollout = await readRollout(stage.connection, stage.project);

      const rejection = await stage.promotions.begin(rejected, 'Rejected');
      const ended = [await stage.promotions.end(approval), await stage.promotions.end(rejection)];

      expect(rollout?.fleets.at(-1)).toMatchObject({ percent: 10, phases: [{ status: 'Baking' }] });
      expect(ended.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
      expect(await stage.promotions.livePackage()).toBe(before);
      expect((await alias()).shares).toEqual([]);
      expect(await stage.approvalOf(rejected)).toMatchObject({ status: 'Rejected' });
    },
  );

  it.runIf(isEveryStoryPlayed())(
    'is left by a promotion that was stopped during a shift, and the next one takes it back',
    async () => {
      const stopped = await stage.register('stopped', 'good');
      const execution = await stage.promotions.begin(stopped, 'Approved');
      await stage.promotions.until('a shared alias', async () =>
        (await alias()).shares.length > 0 ? true : undefined,
      );
      await stage.promotions.kill(execution);
      expect((await alias()).shares).toEqual([0.1]);

      const next = await stage.register('next-one', 'good');
      const promotion = await stage.follow(await stage.promotions.begin(next, 'Approved'));

      expect(promotion.path).toContain('Take back unfinished shift');
      expect(promotion).toMatchObject({ status: 'SUCCEEDED' });
      expect(await stage.promotions.livePackage()).toBe(next);
      expect((await alias()).shares).toEqual([]);
    },
  );
});
