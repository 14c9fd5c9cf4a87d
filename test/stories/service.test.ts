import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Behaviour } from '../../cli/stories/model-variants.ts';
import type { Stage } from '../../cli/stories/stage.ts';
import { readRollout } from '../../operations/index.ts';
import { isEveryStoryPlayed } from './every-story.ts';
import { setTestStage, type TestStage } from './story-runtime.ts';

// The stories of promotion with a model in containers behind a load balancer, whose rollout ECS carries out. While tasks
// start, the clock of the runtime is not faster than that of the wall.

const serving = {
  type: 'container',
  taskCount: 1,
  gatherSeconds: 60,
  pollSeconds: 30,
  rollout: { type: 'canary', size: { percent: 10 }, waitSeconds: 180, bakeSeconds: 60 },
  // A good model on a loaded machine must not look like a slow one.
  alarms: { p99LatencyMilliseconds: 1_200, errorIncreasePercent: 1 },
} as const;
const REQUESTS_PER_SECOND = 50;

let test: TestStage;
let stage: Stage;

beforeAll(async () => {
  test = await setTestStage({ serving });
  stage = test.stage;
}, 900_000);

beforeEach(() => stage.promotions.quiet());

afterAll(() => test?.close());

const service = () => readRollout(stage.connection, stage.project);

/** Approves a further version under a load. */
async function promote(name: string, behaves: Behaviour) {
  const packageArn = await stage.register(name, behaves);
  const load = stage.load(REQUESTS_PER_SECOND);
  const promotion = await stage.follow(await stage.promotions.begin(packageArn, 'Approved'));
  return { packageArn, promotion, report: await load.stop() };
}

/** Until the live model answers a request. */
function answering(): Promise<true> {
  return stage.promotions.until('an answer', async () => {
    const load = stage.load(1);
    await setTimeout(2_000);
    const { failures, requests } = await load.stop();
    return failures === 0 && requests > 0 ? true : undefined;
  });
}

/** Until some of the requests go to a further version. */
function sharing(): Promise<true> {
  return stage.promotions.until('a shared service', async () =>
    (await service())?.fleets.some(({ percent }) => percent > 0 && percent < 100) === true
      ? true
      : undefined,
  );
}

describe('A model in containers', () => {
  it('goes live by canary, and no client of fifty in a second notices', async () => {
    const { packageArn, promotion, report } = await promote('good', 'good');

    expect(promotion).toMatchObject({ status: 'SUCCEEDED' });
    expect(promotion.split).toBeDefined();
    expect(report).toMatchObject({ failures: 0, wrong: 0, messages: [] });
    expect(report.requestsPerSecond).toBeGreaterThanOrEqual(REQUESTS_PER_SECOND - 1);
    expect(await stage.promotions.livePackage()).toBe(packageArn);
    expect(await service()).toMatchObject({ status: 'InService', fleets: [{ percent: 100 }] });
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
    const before = await stage.promotions.livePackage();

    const { packageArn, promotion, report } = await promote(behaves, behaves);

    expect(promotion).toMatchObject({ error: 'Rolled back', cause: expect.stringMatching(reason) });
    expect(await stage.promotions.livePackage()).toBe(before);
    expect(await stage.approvalOf(packageArn)).toMatchObject({ status: 'Rejected' });
    expect(report.requestsPerSecond).toBeGreaterThan(0);
  });

  it('comes back when its successor is rejected', async () => {
    const before = await stage.promotions.livePackage();
    const { packageArn } = await promote('next', 'good');

    const promotion = await stage.follow(await stage.promotions.begin(packageArn, 'Rejected'));

    expect(promotion).toMatchObject({ status: 'SUCCEEDED' });
    expect(await stage.promotions.livePackage()).toBe(before);
  });

  it('lets the newest of three approvals win, one after another', async () => {
    const versions: string[] = [];
    for (const name of ['first', 'second', 'third'])
      versions.push(await stage.register(name, 'good'));

    const ended = await Promise.all(
      versions.map(async (arn) =>
        stage.promotions.end(await stage.promotions.begin(arn, 'Approved')),
      ),
    );

    expect(ended.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(await stage.promotions.livePackage()).toBe(versions.at(-1));
  });

  it('is live or taken back, and answers, after the runtime was killed during the shift', async () => {
    const before = await stage.promotions.livePackage();
    const packageArn = await stage.register('crash', 'good');
    const execution = await stage.promotions.begin(packageArn, 'Approved');
    await sharing();

    await stage.crash();

    // All tasks are gone, so that requests fail until others have started; alarms may see that.
    const { status, error } = await stage.promotions.end(execution);
    expect([status, error]).toEqual(
      status === 'SUCCEEDED' ? [status, undefined] : ['FAILED', 'Rolled back'],
    );
    expect(await stage.promotions.livePackage()).toBe(status === 'SUCCEEDED' ? packageArn : before);
    expect(await answering()).toBe(true);
  });

  it.runIf(isEveryStoryPlayed())(
    'is waited for by the next promotion when its own was stopped during the shift',
    async () => {
      const stopped = await stage.register('stopped', 'good');
      const execution = await stage.promotions.begin(stopped, 'Approved');
      await sharing();
      await stage.promotions.kill(execution);

      // ECS finishes the deployment.
      const next = await stage.register('next-one', 'good', stopped);
      const promotion = await stage.follow(await stage.promotions.begin(next, 'Approved'));

      expect(promotion.path).toContain('Wait for service deployment');
      expect(promotion).toMatchObject({ status: 'SUCCEEDED' });
      expect(await stage.promotions.livePackage()).toBe(next);
    },
  );

  it('is shown with its revision and its share', async () => {
    const rollout = await service();

    expect(rollout?.fleets).toMatchObject([
      {
        endpointConfig: expect.stringMatching(/^abalone-serving:\d+$/),
        percent: 100,
        instances: 1,
      },
    ]);
  });
});
