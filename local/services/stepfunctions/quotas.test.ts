import {
  CreateActivityCommand,
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListActivitiesCommand,
  ListTagsForResourceCommand,
  PublishStateMachineVersionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TagResourceCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createStepFunctionsService } from './index.ts';
import { ACTIVITIES_LIMIT, ACTIVITY_POLL_SECONDS, STATE_MACHINES_LIMIT } from './limits.ts';
import { administrator } from './role.ts';

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const roleArn = 'arn:aws:iam::000000000000:role/any';
const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
const activityArn = 'arn:aws:states:us-east-1:000000000000:activity:a';
const day = 86_400_000;
const definitionOf = (Comment: string) =>
  JSON.stringify({
    Comment,
    StartAt: 'A',
    States: { A: { Type: 'Wait', Seconds: 99_999_999, End: true } },
  });

let clock: VirtualClock;
let runtime: TestRuntime;
let sfn: SFNClient;

beforeEach(async () => {
  clock = createVirtualClock();
  runtime = await startTestRuntime([createStepFunctionsService], { clock });
  sfn = new SFNClient(runtime.clientConfig);
});

afterEach(async () => {
  sfn.destroy();
  await runtime.stop();
});

/** Without the wire: some quotas take thousands of calls to meet. */
const call = <Output>(operation: string, input: object) =>
  runtime.cloud.call<Output>(administrator(runtime.cloud), 'stepfunctions', operation, input);

const create = (name = 'm') =>
  sfn.send(new CreateStateMachineCommand({ name, definition: definitionOf(''), roleArn }));

/** As many records of a kind as it takes, made by hand. */
function fill(table: string, count: number): void {
  const records = runtime.cloud.store.table<object>(table);
  for (let index = 0; index < count; index += 1) records.put(`filled-${index}`, {});
}

const tagsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `key-${index}`, value: '' }));

describe('a resource', () => {
  it('has fifty tags at most', async () => {
    const tooMany = { name: 'TooManyTags' };
    await sfn.send(new CreateActivityCommand({ name: 'a', tags: tagsOf(50) }));
    await create();
    const more = (tags: { key: string; value: string }[], resourceArn = activityArn) =>
      sfn.send(new TagResourceCommand({ resourceArn, tags }));

    await more([{ key: 'key-0', value: 'again' }]);
    await expect(more([{ key: 'key-50', value: '' }])).rejects.toMatchObject(tooMany);
    await expect(more(tagsOf(51), stateMachineArn)).rejects.toMatchObject(tooMany);
    await expect(
      sfn.send(new CreateActivityCommand({ name: 'b', tags: tagsOf(51) })),
    ).rejects.toMatchObject(tooMany);

    const { tags } = await sfn.send(new ListTagsForResourceCommand({ resourceArn: activityArn }));
    expect(tags).toHaveLength(50);
  });

  it('of which there are 10,000 activities or 100,000 state machines is the last', async () => {
    fill('stepfunctions.activities', ACTIVITIES_LIMIT - 1);
    fill('stepfunctions.machines', STATE_MACHINES_LIMIT - 1);

    await sfn.send(new CreateActivityCommand({ name: 'last' }));
    await create('last');

    await expect(sfn.send(new CreateActivityCommand({ name: 'more' }))).rejects.toMatchObject({
      name: 'ActivityLimitExceeded',
    });
    await expect(create('more')).rejects.toMatchObject({ name: 'StateMachineLimitExceeded' });
    // An existing resource does not count again.
    await sfn.send(new CreateActivityCommand({ name: 'last' }));
    await create('last');
  });
});

describe('a state machine', () => {
  it('has a thousand versions at most', async () => {
    await create();
    for (let version = 1; version <= 1_000; version += 1) {
      const definition = definitionOf(String(version));
      await call('UpdateStateMachine', { stateMachineArn, definition, publish: true });
    }
    await sfn.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: definitionOf('1001') }),
    );

    await expect(
      sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn })),
    ).rejects.toMatchObject({ name: 'ServiceQuotaExceededException' });
  });

  it('has a hundred aliases at most', async () => {
    await create();
    const { stateMachineVersionArn } = await sfn.send(
      new PublishStateMachineVersionCommand({ stateMachineArn }),
    );
    const alias = (name: string) =>
      sfn.send(
        new CreateStateMachineAliasCommand({
          name,
          routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
        }),
      );

    for (let count = 1; count <= 100; count += 1) await alias(`alias-${count}`);

    await expect(alias('alias-101')).rejects.toMatchObject({
      name: 'ServiceQuotaExceededException',
    });
  });
});

it('lists 100 entries by default', async () => {
  for (let count = 1; count <= 101; count += 1) {
    await call('CreateActivity', { name: `a-${count}` });
  }

  for (const request of [{}, { maxResults: 0 }]) {
    const { activities, nextToken } = await sfn.send(new ListActivitiesCommand(request));
    expect(activities).toHaveLength(100);
    const rest = await sfn.send(new ListActivitiesCommand({ ...request, nextToken }));
    expect(rest.activities).toHaveLength(1);
  }
});

it('lets a thousand workers poll an activity', async () => {
  await sfn.send(new CreateActivityCommand({ name: 'a' }));
  const polls = Array.from({ length: 1_000 }, () => call('GetActivityTask', { activityArn }));
  while (clock.pendingTimers < 1_000) await new Promise(setImmediate);

  await expect(call('GetActivityTask', { activityArn })).rejects.toMatchObject({
    code: 'ActivityWorkerLimitExceeded',
  });

  clock.advance(ACTIVITY_POLL_SECONDS * 1_000);
  await Promise.all(polls);
});

it.each([
  [100, false],
  [101, true],
])('shows a hundred diagnostics of %i', async (count, truncated) => {
  const states = Array.from({ length: count }, (_, index) => [
    `S${index}`,
    {
      Type: 'Pass',
      Unknown: 1,
      ...(index + 1 < count ? { Next: `S${index + 1}` } : { End: true }),
    },
  ]);
  const definition = JSON.stringify({ StartAt: 'S0', States: Object.fromEntries(states) });

  const answer = await sfn.send(new ValidateStateMachineDefinitionCommand({ definition }));

  expect(answer.diagnostics).toHaveLength(100);
  expect(answer.truncated).toBe(truncated);
});

const start = () =>
  sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'run', input: '{}' }));

describe('an execution', () => {
  it('keeps its name for ninety days after it ended', async () => {
    await create();
    const { executionArn } = await start();
    await sfn.send(new StopExecutionCommand({ executionArn }));

    clock.advance(90 * day);
    await expect(start()).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    clock.advance(1);

    expect((await start()).executionArn).toBe(executionArn);
  });

  it('is forgotten with all that belongs to it, while the runtime runs', async () => {
    await create();
    const { store } = runtime.cloud;
    const kept = () =>
      ['executions', 'execution-listings', 'revisions', 'running'].map(
        (name) => store.table(`stepfunctions.${name}`).size,
      );
    const first = await start();
    await sfn.send(new StopExecutionCommand({ executionArn: first.executionArn }));
    clock.advance(day);
    const second = await sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'later' }));
    await sfn.send(new StopExecutionCommand({ executionArn: second.executionArn }));
    expect(kept()).toEqual([2, 2, 1, 0]);

    clock.advance(89 * day + 3_600_000);
    expect(kept()).toEqual([1, 1, 1, 0]);
    clock.advance(day);

    expect(kept()).toEqual([0, 0, 0, 0]);
    const history = store.log('stepfunctions.history');
    expect([first, second].map(({ executionArn = '' }) => history.length(executionArn))).toEqual([
      0, 0,
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is redriven no more with 24,999 events', async () => {
    await create();
    const { executionArn = '' } = await start();
    await sfn.send(new StopExecutionCommand({ executionArn }));
    const history = runtime.cloud.store.log('stepfunctions.history');
    const describeIt = () => sfn.send(new DescribeExecutionCommand({ executionArn }));

    while (history.length(executionArn) < 24_998) history.append(executionArn, {});
    expect(await describeIt()).toMatchObject({ redriveStatus: 'REDRIVABLE' });
    history.append(executionArn, {});

    expect(await describeIt()).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution history event limit exceeded',
    });
  });

  it('is redriven no more a year after it began', async () => {
    await create();
    const { executionArn = '' } = await start();
    const describeIt = () => sfn.send(new DescribeExecutionCommand({ executionArn }));
    clock.advance(364 * day);
    await sfn.send(new StopExecutionCommand({ executionArn }));

    clock.advance(day);
    expect(await describeIt()).toMatchObject({ redriveStatus: 'REDRIVABLE' });
    clock.advance(1);

    expect(await describeIt()).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution has exceeded the max execution time',
    });
  });
});
