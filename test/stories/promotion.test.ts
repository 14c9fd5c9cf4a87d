import { DeleteEndpointConfigCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addRollback } from '../../cli/commands/rollback.ts';
import { addStatus } from '../../cli/commands/status.ts';
import { connect } from '../../cli/connection.ts';
import { type Promotion, Promotions } from '../../cli/stories/promotions.ts';
import { runCommand } from './run-command.ts';
import { startProcess } from './runtime-process.ts';
import { type Stage, setStage } from './story-runtime.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
  // The first model makes the endpoint; the stories are about those after it.
  const first = await stage.promotions.decide(stage.trained, 'Approved');
  expect(first).toMatchObject({ status: 'SUCCEEDED' });
});

// Every story begins with an endpoint that is left alone.
beforeEach(() => stage.promotions.quiet());

afterAll(() => stage?.close());

const takeLock = ['Begin', 'Claim endpoint', 'Let approvals gather'];
const look = [
  'Look up endpoint',
  'What is it doing?',
  'Describe endpoint',
  'Describe live config',
  'Describe live model',
  'List approved packages',
  'What should be live?',
];

const check = [
  'Read candidate',
  'Is it complete?',
  'Fingerprint candidate',
  'Is it what was evaluated?',
  'Was it compared with what is live?',
];
const rollOut = [
  'Does anything answer now?',
  'Record the live answers',
  'Confirm lock',
  'Create model',
  'Create endpoint config',
  'Is there an endpoint?',
  'Update endpoint',
];
const verify = [
  'Verify answers',
  'Are the answers right?',
  'List old configs',
  'List old models',
  'Remove old releases',
  'Note success',
];
const letGo = ['Do we hold the lock?', 'Release lock', 'How did it end?'];
const goLive = ['Record outcome', 'Is the approval void?', 'Tell people', ...letGo, 'Live'];
const giveBack = [
  'Find alarms',
  'Note the rollback',
  'Record outcome',
  'Is the approval void?',
  'Withdraw approval',
  'Tell people',
  ...letGo,
  'RolledBack',
];

describe('A good model', () => {
  it('(1) goes live by canary, and no client notices', async () => {
    const better = await stage.register('better', 'good');
    const load = stage.load(60);

    const promotion = await stage.promotions.decide(better, 'Approved');
    const seen = await load.stop();

    expect(promotion).toMatchObject({ status: 'SUCCEEDED', error: undefined });
    expect(withoutQueueing(promotion.path)).toEqual([
      ...takeLock,
      ...look,
      ...check,
      ...rollOut,
      ...verify,
      ...goLive,
    ]);
    expect(seen).toMatchObject({ failures: 0, wrong: 0, messages: [] });
    expect(seen.requestsPerSecond).toBeGreaterThanOrEqual(50);
    expect(await stage.promotions.livePackage()).toBe(better);
  });
});

describe('A bad model', () => {
  it('(2) that errs is taken back', async () => {
    const before = await stage.promotions.livePackage();
    const bad = await stage.register('errs', 'errors');
    const load = stage.load(50);

    const promotion = await stage.promotions.decide(bad, 'Approved');
    const seen = await load.stop();

    expectRollback(promotion, /abalone-rollback-error/);
    expectCanaryShare(seen.failures, seen.requests);
    expect(await stage.promotions.livePackage()).toBe(before);
  });

  it('(3) that is too slow is taken back', async () => {
    const before = await stage.promotions.livePackage();
    const bad = await stage.register('dawdles', 'slow');
    const load = stage.load(20);

    const promotion = await stage.promotions.decide(bad, 'Approved');
    const seen = await load.stop();

    expectRollback(promotion, /abalone-rollback-latency/);
    expect(seen.failures).toBe(0);
    expectCanaryShare(seen.slow, seen.requests);
    expect(await stage.promotions.livePackage()).toBe(before);
  });

  it('(4) that answers nonsense to known rows is taken back', async () => {
    const before = await stage.promotions.livePackage();
    const bad = await stage.register('nonsense', 'nonsense');
    const load = stage.load(50);

    const promotion = await stage.promotions.decide(bad, 'Approved');
    const seen = await load.stop();

    expectRollback(promotion, /abalone-rollback-wrong-answers/);
    expect(promotion.cause).toMatch(/row \d+: answered 1000000, expected/);
    expect(seen.failures).toBe(0);
    expectCanaryShare(seen.wrong, seen.requests);
    expect(await stage.promotions.livePackage()).toBe(before);
    expect(await stage.approvalOf(bad)).toMatchObject({
      status: 'Rejected',
      description: expect.stringContaining('wrong-answers'),
    });
  });
});

describe('Approvals', () => {
  it('(5) that come three in a second deploy the newest, once', async () => {
    const packages = [];
    for (const name of ['first', 'second', 'third']) {
      packages.push(await stage.register(name, 'good'));
    }

    const begun = await Promise.all(packages.map((arn) => stage.promotions.begin(arn, 'Approved')));
    const ended = await Promise.all(begun.map((arn) => stage.promotions.end(arn)));

    expect(ended.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    const paths = ended.map(({ path }) => path);
    expect(paths.filter((path) => path.at(-1) === 'Live')).toHaveLength(1);
    expect(paths.filter((path) => path.at(-1) === 'Already live')).toHaveLength(2);
    expect(paths.filter((path) => path.includes('Update endpoint'))).toHaveLength(1);
    const [late = []] = paths.filter((path) => path.at(-1) === 'Already live');
    expect(withoutQueueing(late)).toEqual([...takeLock, ...look, ...letGo, 'Already live']);
    expect(await stage.promotions.livePackage()).toBe(packages[2]);
  });

  it('(6) that come while an update runs wait for its end', async () => {
    const { promotions } = stage;
    const first = await stage.register('early', 'good');
    const second = await stage.register('late', 'good', first);
    const load = stage.load(50);

    const running = await promotions.begin(first, 'Approved');
    await promotions.baking();
    const shown = await runCommand(stage, addStatus, 'status');
    const waiting = await promotions.begin(second, 'Approved');
    const [early, late] = [await promotions.end(running), await promotions.end(waiting)];
    const seen = await load.stop();

    expect([early.path.at(-1), late.path.at(-1)]).toEqual(['Live', 'Live']);
    expect(late.path).toContain('Wait for the lock');
    expect(shown).toMatch(/AllTraffic: 90 % of the traffic, 1 instance/);
    expect(shown).toMatch(/AllTraffic: 10 % of the traffic, 1 instance\(s\), Baking since/);
    expect(shown).toMatch(/OK abalone-rollback-wrong-answers/);
    expect(withoutQueueing(late.path)).toEqual([
      ...takeLock,
      ...look,
      ...check,
      ...rollOut,
      ...verify,
      ...goLive,
    ]);
    expect(seen).toMatchObject({ failures: 0, wrong: 0 });
    expect(await promotions.livePackage()).toBe(second);
  });
});

describe('The live model', () => {
  it('(8) that is rejected gives way to the one approved before it', async () => {
    const before = await stage.promotions.livePackage();
    const previous = await stage.register('unloved', 'good');
    const live = await stage.promotions.decide(previous, 'Approved');
    expect(live.path.at(-1)).toBe('Live');
    const load = stage.load(50);

    const begun = await stage.promotions.begin(previous, 'Rejected', async () => {
      await runCommand(stage, addRollback, 'rollback', '--no-follow');
    });
    const promotion = await stage.promotions.end(begun);
    const seen = await load.stop();

    expect(promotion).toMatchObject({ status: 'SUCCEEDED' });
    expect(withoutQueueing(promotion.path)).toEqual([
      ...takeLock,
      ...look,
      ...check,
      ...rollOut,
      ...verify,
      ...goLive,
    ]);
    expect(seen).toMatchObject({ failures: 0, wrong: 0 });
    expect(await stage.promotions.livePackage()).toBe(before);
  });
});

describe('A lock', () => {
  it('(9) whose owner died is taken over', async () => {
    const { promotions } = stage;
    const unlucky = await stage.register('unlucky', 'good');
    const next = await stage.register('patient', 'good');
    const doomed = await promotions.begin(unlucky, 'Approved');
    await promotions.until('the lock of the doomed promotion', async () => {
      const path = await promotions.path(doomed);
      return path.includes('Let approvals gather') ? true : undefined;
    });
    await promotions.kill(doomed);

    const promotion = await promotions.decide(next, 'Approved');

    expect((await promotions.end(doomed)).status).toBe('ABORTED');
    expect(promotion).toMatchObject({ status: 'SUCCEEDED' });
    expect(withoutWaiting(promotion.path)).toEqual([
      'Begin',
      'Claim endpoint',
      'Is it locked?',
      'Read lock',
      'Who holds it?',
      'Ask after the owner',
      'Is the owner alive?',
      'Take over lock',
      'Let approvals gather',
      ...look,
      ...check,
      ...rollOut,
      ...verify,
      ...goLive,
    ]);
    expect(await promotions.livePackage()).toBe(next);
  });
});

describe('An endpoint', () => {
  it('(10) whose config was deleted under its feet takes the next model all the same', async () => {
    const { promotions } = stage;
    const next = await stage.register('steady', 'good');
    const { EndpointConfigName } = await promotions.endpoint();
    await stage.connection.sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName }));
    const load = stage.load(50);

    const promotion = await promotions.decide(next, 'Approved');
    const seen = await load.stop();

    expect(promotion).toMatchObject({ status: 'SUCCEEDED' });
    expect(withoutQueueing(promotion.path)).toEqual([
      ...takeLock,
      ...look.filter((state) => state !== 'Describe live model'),
      ...check,
      ...rollOut,
      ...verify,
      ...goLive,
    ]);
    expect(seen).toMatchObject({ failures: 0, wrong: 0 });
    expect(await promotions.livePackage()).toBe(next);
  });
});

describe('A runtime', () => {
  it('(7) that is killed while a model bakes goes on to the right end', async () => {
    const { project, folder, assembly } = stage;
    const next = await stage.register('survivor', 'good');
    await stage.stop();
    const killed = await startProcess(folder, assembly);
    const before = new Promotions(connect({ endpoint: killed.endpoint }), project);
    await before.until('the endpoint', async () =>
      (await before.endpoint()).EndpointStatus === 'InService' ? true : undefined,
    );
    const execution = await before.begin(next, 'Approved');
    await before.baking();

    await killed.end('SIGKILL');
    const restarted = await startProcess(folder, assembly);
    const after = new Promotions(connect({ endpoint: restarted.endpoint }), project);
    try {
      const promotion = await after.end(execution);

      expect(promotion).toMatchObject({ status: 'SUCCEEDED' });
      expect(withoutQueueing(promotion.path)).toEqual([
        ...takeLock,
        ...look,
        ...check,
        ...rollOut,
        ...verify,
        ...goLive,
      ]);
      expect(await after.livePackage()).toBe(next);
      expect(await after.endpoint()).toMatchObject({ EndpointStatus: 'InService' });
    } finally {
      await restarted.end('SIGTERM');
    }
  });
});

/** How often a rollout is looked at depends on how long it takes; what is done at a look is one list. */
const waiting = [
  'Let it bake',
  'Watch rollout',
  'How is the rollout?',
  'Send test rows',
  // Of the clean-up, one for each release that is old enough.
  'Config or model?',
  'Remove config',
  'Remove model',
];

function withoutWaiting(path: readonly string[]): readonly string[] {
  return path.filter((state) => !waiting.includes(state));
}

/** Rolled back with a reason that names the alarm; the whole path. */
function expectRollback(promotion: Promotion, alarm: RegExp): void {
  expect(promotion).toMatchObject({
    status: 'FAILED',
    error: 'RolledBack',
    cause: expect.stringMatching(alarm),
  });
  expect(withoutQueueing(promotion.path)).toEqual([
    ...takeLock,
    ...look,
    ...check,
    ...rollOut,
    ...giveBack,
  ]);
}

/**
 * The queue before the lock: how often it is asked for depends on how long others hold it, such as
 * the promotion that an approval's withdrawal starts, which changes nothing.
 */
const queueing = [
  'Is it locked?',
  'Read lock',
  'Who holds it?',
  'Ask after the owner',
  'Is the owner alive?',
  'Wait for the lock',
];

function withoutQueueing(path: readonly string[]): readonly string[] {
  return withoutWaiting(path)
    .filter((state) => !queueing.includes(state))
    .filter((state, index, all) => state !== all[index - 1]);
}

/** A tenth, evenly dealt; the test rows take turns as well, so that one more may fall on clients. */
function expectCanaryShare(unlucky: number, requests: number): void {
  expect(unlucky).toBeGreaterThan(0);
  expect(unlucky).toBeLessThanOrEqual(Math.ceil(requests * 0.1) + 1);
}
