import { DescribeAlarmHistoryCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addApprove } from '../../cli/commands/approve.ts';
import { addRollback } from '../../cli/commands/rollback.ts';
import { addStatus } from '../../cli/commands/status.ts';
import type { Stage } from '../../cli/stories/stage.ts';
import { stories } from '../../cli/stories/stories.ts';
import type { StoryEnding } from '../../cli/stories/story.ts';
import { runCommand } from './run-command.ts';
import {
  giveBack,
  goLive,
  letGo,
  look,
  takeLock,
  takeOverLock,
  withoutAlarmWaits,
  withoutQueueing,
  withoutWaiting,
  withoutWaitingForOthers,
} from './state-paths.ts';
import { setTestStage, type TestStage } from './story-runtime.ts';

let test: TestStage;
let stage: Stage;

beforeAll(async () => {
  test = await setTestStage();
  stage = test.stage;
});

// Every story starts when no promotion changes the endpoint.
beforeEach(() => stage.promotions.quiet());

afterAll(() => test?.close());

/** Plays a story as `npm run demo -- --story` does; all its checks must pass. */
async function play(name: string): Promise<StoryEnding> {
  const story = stories.find((candidate) => candidate.name === name);
  const ending = await story?.play(stage);
  expect(ending?.proofs.filter(({ holds }) => !holds)).toEqual([]);
  if (ending === undefined) throw new Error(`no story ${name}`);
  return ending;
}

/** The states of a promotion, without waits for alarms of an earlier story. */
function pathOf({ promotions }: StoryEnding, index = 0): readonly string[] {
  return withoutAlarmWaits(promotions[index]?.path ?? []);
}

describe('A good model', () => {
  it('(1) goes live by canary, and no client notices', async () => {
    const { load, ...ending } = await play('good-model');

    expect(withoutQueueing(pathOf(ending))).toEqual([...takeLock, ...look, ...goLive]);
    expect(load).toMatchObject({ failures: 0, wrong: 0, messages: [] });
    expect(load?.requestsPerSecond).toBeGreaterThanOrEqual(50);
  });
});

describe('A bad model', () => {
  it.each([
    ['(2) that errs', 'erring-model', /abalone-rollback-error/],
    ['(3) that is too slow', 'slow-model', /abalone-rollback-latency/],
    ['(4) that answers nonsense to known rows', 'nonsense-model', /row \d+: answered 1000000/],
  ])('%s is taken back', async (_what, name, reason) => {
    const before = await stage.promotions.livePackage();

    const ending = await play(name);

    expect(ending.promotions).toMatchObject([
      { status: 'FAILED', error: 'Rolled back', cause: expect.stringMatching(reason) },
    ]);
    expect(withoutQueueing(pathOf(ending))).toEqual([...takeLock, ...look, ...giveBack]);
    expect(await stage.promotions.livePackage()).toBe(before);
  });
});

it('The rollback alarms have each rung for one of the bad models', async () => {
  const { connection } = stage;
  const { MetricAlarms = [] } = await connection.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: 'abalone-rollback-' }),
  );

  const histories = await Promise.all(
    MetricAlarms.map(({ AlarmName }) =>
      connection.cloudwatch.send(
        new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'StateUpdate' }),
      ),
    ),
  );

  const rung = histories.flatMap(({ AlarmHistoryItems = [] }) =>
    AlarmHistoryItems.filter(({ HistorySummary }) => HistorySummary?.endsWith('to ALARM')).map(
      ({ AlarmName }) => AlarmName,
    ),
  );
  expect(new Set(rung)).toEqual(
    new Set(
      ['errors', 'error-increase', 'latency', 'wrong-answers'].map(
        (what) => `abalone-rollback-${what}`,
      ),
    ),
  );
});

describe('Approvals', () => {
  it('(5) that come three in a second deploy the newest, once', async () => {
    const { promotions } = await play('three-approvals');

    const late = promotions.filter(({ path }) => path.at(-1) === 'Already live');
    expect(late).toHaveLength(2);
    for (const { path } of late) {
      expect(withoutQueueing(path)).toEqual([...takeLock, ...look, ...letGo, 'Already live']);
    }
  });

  it('(6) that come while an update runs wait for its end', async () => {
    const playing = play('approval-during-update');
    await stage.promotions.baking();
    const shown = await runCommand(stage, addStatus, 'status', '--verbose');
    const ending = await playing;

    const whole = [...takeLock, ...look, ...goLive];
    expect(withoutQueueing(pathOf(ending, 0))).toEqual(whole);
    expect(withoutQueueing(pathOf(ending, 1))).toEqual(whole);
    const [lookUp = '', whatIsIt = '', ...rest] = look;
    expect(withoutWaitingForOthers(pathOf(ending, 2))).toEqual([
      ...takeLock,
      ...[lookUp, whatIsIt, 'Wait for endpoint update'],
      ...[lookUp, whatIsIt, ...rest],
      ...goLive,
    ]);
    expect(shown).toMatch(/AllTraffic: 90 % of the traffic, 1 instance/);
    expect(shown).toMatch(/AllTraffic: 10 % of the traffic, 1 instance\(s\), Baking since/);
    expect(shown).toMatch(/OK abalone-rollback-wrong-answers/);
  });
});

describe('A runtime', () => {
  it('(7) that is killed while a model bakes continues to the right end', async () => {
    const ending = await play('killed-runtime');

    expect(withoutQueueing(pathOf(ending))).toEqual([...takeLock, ...look, ...goLive]);
  });
});

describe('The live model', () => {
  it('(8) that is rejected gives way to the one approved before it', async () => {
    const ending = await play('rejected-model');

    expect(withoutQueueing(pathOf(ending, 1))).toEqual([...takeLock, ...look, ...goLive]);
  });
});

describe('A lock', () => {
  it('(9) whose owner died is taken over', async () => {
    const ending = await play('dead-owner');

    expect(pathOf(ending, 0)).not.toContain('Update endpoint');
    expect(withoutWaiting(pathOf(ending, 1))).toEqual([...takeOverLock, ...look, ...goLive]);
  });
});

describe('An endpoint', () => {
  it('(10) whose configs are deleted during a rollout goes live, and takes the next model', async () => {
    const ending = await play('deleted-config');

    expect(withoutQueueing(pathOf(ending, 0))).toEqual([...takeLock, ...look, ...goLive]);
    expect(withoutQueueing(pathOf(ending, 1))).toEqual([
      ...takeLock,
      ...look.map((state) =>
        state === 'Describe live model' ? 'Config or model deleted?' : state,
      ),
      ...goLive,
    ]);
  });
});

describe('A live model that errs', () => {
  it('(11) is replaced, and rolled back from, while its alarm is in ALARM', async () => {
    const { promotions } = await play('erring-live-model');

    for (const promotion of promotions.slice(1)) {
      expect(withoutQueueing(promotion.path)).toEqual([...takeLock, ...look, ...goLive]);
    }
  });
});

describe('The commands', () => {
  it('show a promotion until it is taken back, and why', async () => {
    const bad = await stage.register('shown', 'nonsense');
    const version = bad.split('/').at(-1) ?? '';

    const shown = await runCommand(stage, addApprove, 'approve', version);

    expect(shown).toMatch(/✓ Update endpoint …/);
    expect(shown).toMatch(/traffic {2}90 % abalone-v\d+-\w+, 10 % abalone-v/);
    expect(shown).toMatch(/bake {5}bakes .* of 3 min/);
    expect(shown).toMatch(/ALARM abalone-rollback-wrong-answers: /);
    expect(shown).toMatch(/Rolled back\n {2}why: .*abalone-rollback-wrong-answers/);
    expect(shown).toMatch(/abalone is InService and serves .*The approval was withdrawn/s);
    expect(shown).toMatch(new RegExp(`${bad} is Rejected now: Stepmill: Rolled back`));
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;

    const status = await runCommand(stage, addStatus, 'status', '--verbose');
    expect(status).toMatch(
      new RegExp(`^ {4}${version}  Rejected .*\n {7}Stepmill: Rolled back\\. `, 'm'),
    );
    expect(status).toMatch(/Approved live/);
  });

  it('take the live model back', async () => {
    const live = await stage.promotions.livePackage();

    const shown = await runCommand(stage, addRollback, 'rollback', '-m', 'a test');

    expect(shown).toMatch(new RegExp(`^${live} is Rejected$`, 'm'));
    expect(shown).toMatch(/^Live\n/m);
    expect(await stage.promotions.livePackage()).not.toBe(live);
  });
});
