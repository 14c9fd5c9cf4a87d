import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
  TestStateCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricDatum, Service, ServiceEvent } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { settle, startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createStepFunctionsService } from './index.ts';

let clock: VirtualClock;
let runtime: TestRuntime;
let sfn: SFNClient;
let events: ServiceEvent[];
let metrics: MetricDatum[];

beforeEach(async () => {
  clock = createVirtualClock();
  events = [];
  metrics = [];
  runtime = await startTestRuntime([createStepFunctionsService, listener], { clock });
  sfn = new SFNClient(runtime.clientConfig);
});

afterEach(async () => {
  sfn.destroy();
  await runtime.stop();
});

/** A service that only hears what others say. */
function listener(): Service {
  return {
    name: 'cloudwatch',
    operations: {},
    accessDenied: (message) => new ServiceError('AccessDenied', message),
    onEvent: (event) => events.push(event),
    onMetric: (datum) => metrics.push(datum),
  };
}

const roleArn = 'arn:aws:iam::000000000000:role/any';
const pass = { Type: 'Pass', End: true };

async function createMachine(
  states: Readonly<Record<string, object>>,
  more: object = {},
): Promise<string> {
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: Object.keys(states)[0],
    States: states,
    ...more,
  };
  const { stateMachineArn = '' } = await sfn.send(
    new CreateStateMachineCommand({
      name: `machine-${runtime.cloud.random.hex(6)}`,
      definition: JSON.stringify(definition),
      roleArn,
    }),
  );
  return stateMachineArn;
}

async function start(stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> {
  const { executionArn = '' } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn,
      input: JSON.stringify(input),
      ...(name === undefined ? {} : { name }),
    }),
  );
  return executionArn;
}

const describeRun = (executionArn: string) =>
  sfn.send(new DescribeExecutionCommand({ executionArn }));

async function typesOf(executionArn: string): Promise<readonly (string | undefined)[]> {
  const { events: history = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
  return history.map(({ type }) => type);
}

describe('executions', () => {
  it('answer the same start again while they run, and refuse another input', async () => {
    const machine = await createMachine({ Wait: { Type: 'Wait', Seconds: 60, End: true } });

    const first = await start(machine, { a: 1 }, 'run');
    const second = await start(machine, { a: 1 }, 'run');
    const other = start(machine, { a: 2 }, 'run');

    expect(second).toBe(first);
    await expect(other).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${first}'`,
    });
  });

  it('free their name ninety days after they ended', async () => {
    const machine = await createMachine({ Pass: pass });
    const first = await start(machine, {}, 'run');
    await expect(start(machine, {}, 'run')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });

    clock.advance(91 * 86_400_000);

    expect(await start(machine, {}, 'run')).toBe(first);
  });

  it('page through their history in both directions', async () => {
    const machine = await createMachine({ One: { Type: 'Pass', Next: 'Two' }, Two: pass });
    const executionArn = await start(machine);

    const ids = async (reverseOrder: boolean) => {
      const found: (number | undefined)[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(
          new GetExecutionHistoryCommand({ executionArn, reverseOrder, maxResults: 4, nextToken }),
        );
        found.push(...(page.events ?? []).map(({ id }) => id));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return found;
    };

    expect(await ids(false)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await ids(true)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('are listed by when they ended or, while they run, began', async () => {
    const seconds = { Type: 'Wait', Seconds: '{% $states.input.seconds %}', End: true };
    const stateMachineArn = await createMachine({ Wait: seconds });
    const names = async () => {
      const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
      return executions.map(({ name }) => name);
    };

    await start(stateMachineArn, { seconds: 20 }, 'long');
    clock.advance(1_000);
    await start(stateMachineArn, { seconds: 5 }, 'short');
    clock.advance(9_000);
    await start(stateMachineArn, { seconds: 100 }, 'open');

    expect(await names()).toEqual(['open', 'short', 'long']);
    clock.advance(15_000);
    expect(await names()).toEqual(['long', 'open', 'short']);
  });

  it('leave data out of their history for who does not want it', async () => {
    const executionArn = await start(await createMachine({ Pass: pass }), { a: 1 });

    const { events: history } = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );

    expect(history?.[0]?.executionStartedEventDetails).toEqual({
      inputDetails: { truncated: false },
      roleArn,
    });
    expect(history?.[2]?.stateExitedEventDetails).toEqual({
      name: 'Pass',
      outputDetails: { truncated: false },
    });
  });

  it('are stopped with the error and cause given', async () => {
    const machine = await createMachine({ Wait: { Type: 'Wait', Seconds: 60, End: true } });
    const executionArn = await start(machine);

    await sfn.send(new StopExecutionCommand({ executionArn, error: 'Mine', cause: 'enough' }));

    expect(await describeRun(executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Mine',
      cause: 'enough',
      redriveStatus: 'REDRIVABLE',
    });
    expect(await typesOf(executionArn)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'ExecutionAborted',
    ]);
  });

  it('are redriven from the state that failed', async () => {
    const machine = await createMachine({
      Before: { Type: 'Pass', Next: 'Ask' },
      Ask: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:sfn:describeExecution',
        Arguments: { ExecutionArn: '{% $states.context.StateMachine.Id & "x" %}' },
        Catch: [{ ErrorEquals: ['Nothing'], Next: 'Before' }],
        End: true,
      },
    });
    const executionArn = await start(machine);
    await settle();
    expect(await describeRun(executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'Sfn.InvalidArnException',
    });

    await sfn.send(new RedriveExecutionCommand({ executionArn, clientToken: 'once' }));
    await sfn.send(new RedriveExecutionCommand({ executionArn, clientToken: 'once' }));
    await settle();

    const { redriveCount, status } = await describeRun(executionArn);
    expect({ redriveCount, status }).toEqual({ redriveCount: 1, status: 'FAILED' });
    const types = await typesOf(executionArn);
    expect(types.filter((type) => type === 'PassStateEntered')).toHaveLength(1);
    expect(types.filter((type) => type === 'ExecutionRedriven')).toHaveLength(1);
    expect(types.filter((type) => type === 'TaskScheduled')).toHaveLength(2);
  });

  it('tell EventBridge and CloudWatch when they start and end', async () => {
    const machine = await createMachine({ Pass: pass });

    const executionArn = await start(machine, { a: 1 });

    const statuses = events.map(({ detail, resources }) => [
      resources,
      'status' in detail ? detail.status : undefined,
    ]);
    expect(statuses).toEqual([
      [[executionArn], 'RUNNING'],
      [[executionArn], 'SUCCEEDED'],
    ]);
    expect(metrics.map(({ name }) => name)).toEqual([
      'ExecutionsStarted',
      'ExecutionsSucceeded',
      'ExecutionTime',
    ]);
  });

  it('of a deleted machine end at their next transition, and the machine with them', async () => {
    const wait = { Type: 'Wait', Seconds: 60, Next: 'After' };
    const stateMachineArn = await createMachine({ Wait: wait, After: pass });
    const executionArn = await start(stateMachineArn);

    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    const deleting = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    clock.advance(61_000);
    await settle();

    expect(deleting.status).toBe('DELETING');
    expect((await describeRun(executionArn)).stopDate).toBeInstanceOf(Date);
    await expect(
      sfn.send(new DescribeStateMachineCommand({ stateMachineArn })),
    ).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });
});

describe('Express executions', () => {
  it('answer synchronously and leave nothing to describe', async () => {
    const { stateMachineArn } = await sfn.send(
      new CreateStateMachineCommand({
        name: 'express',
        type: 'EXPRESS',
        definition: JSON.stringify({ StartAt: 'Pass', States: { Pass: pass } }),
        roleArn,
      }),
    );

    const answer = await sfn.send(
      new StartSyncExecutionCommand({ stateMachineArn, input: '{"a":1}', name: 'once' }),
    );

    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}', name: 'once' });
    await expect(describeRun(answer.executionArn ?? '')).rejects.toMatchObject({
      name: 'InvalidArn',
    });
  });
});

describe('activities', () => {
  it('hand their tasks to workers, which answer with the token', async () => {
    const { activityArn = '' } = await sfn.send(new CreateActivityCommand({ name: 'work' }));
    const machine = await createMachine({
      Work: { Type: 'Task', Resource: activityArn, HeartbeatSeconds: 30, End: true },
    });

    const polling = sfn.send(new GetActivityTaskCommand({ activityArn, workerName: 'me' }));
    await settle();
    const executionArn = await start(machine, { n: 7 });
    const { input, taskToken } = await polling;
    clock.advance(20_000);
    await sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
    clock.advance(20_000);
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"done":true}' }));

    expect(JSON.parse(input ?? '')).toEqual({ n: 7 });
    expect((await describeRun(executionArn)).output).toBe('{"done":true}');
    await expect(
      sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' })),
    ).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await expect(
      sfn.send(new SendTaskFailureCommand({ taskToken: 'made up' })),
    ).rejects.toMatchObject({ name: 'InvalidToken', message: "Invalid Token: 'Invalid token'" });
  });

  it('have all their time from when a worker takes them, however long that took', async () => {
    const { activityArn = '' } = await sfn.send(new CreateActivityCommand({ name: 'late' }));
    const machine = await createMachine({
      Work: { Type: 'Task', Resource: activityArn, TimeoutSeconds: 60, End: true },
    });
    const executionArn = await start(machine);
    clock.advance(3_600_000);
    await sfn.send(new GetActivityTaskCommand({ activityArn }));

    clock.advance(59_000);
    const before = await describeRun(executionArn);
    clock.advance(1_000);
    const after = await describeRun(executionArn);

    expect([before.status, after.status, after.error]).toEqual([
      'RUNNING',
      'FAILED',
      'States.Timeout',
    ]);
  });

  it('answer a poll with nothing after a minute', async () => {
    const { activityArn = '' } = await sfn.send(new CreateActivityCommand({ name: 'idle' }));

    const polling = sfn.send(new GetActivityTaskCommand({ activityArn }));
    while (clock.pendingTimers === 0) await settle();
    clock.advance(60_000);

    expect((await polling).taskToken).toBeUndefined();
  });
});

describe('distributed Maps', () => {
  it('run children that can be listed and described, and tolerate failures', async () => {
    const stateMachineArn = await createMachine({
      Each: {
        Type: 'Map',
        Items: [1, 2, 3, 4],
        Label: 'Numbers',
        ToleratedFailureCount: 1,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Odd',
          States: {
            Odd: {
              Type: 'Choice',
              Choices: [{ Condition: '{% $states.input = 3 %}', Next: 'Refuse' }],
              Default: 'Take',
            },
            Refuse: { Type: 'Fail', Error: 'Three' },
            Take: { Type: 'Pass', Output: '{% $states.input * 10 %}', End: true },
          },
        },
        End: true,
      },
    });

    const executionArn = await start(stateMachineArn);
    await settle();

    expect((await describeRun(executionArn)).output).toBe('[10,20,40]');
    const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn }));
    const mapRunArn = mapRuns[0]?.mapRunArn ?? '';
    expect(mapRunArn).toContain('/Numbers:');
    const run = await sfn.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { total: 4, succeeded: 3, failed: 1, running: 0 },
    });
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ mapRunArn, statusFilter: 'FAILED' }),
    );
    expect(executions).toMatchObject([{ status: 'FAILED', itemCount: 1, mapRunArn }]);
    const own = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(own.executions?.map((each) => each.executionArn)).toEqual([executionArn]);
  });
});

describe('service integrations', () => {
  it('wait for a nested execution and take its output as JSON', async () => {
    const child = await createMachine({ Wait: { Type: 'Wait', Seconds: 10, End: true } });
    const machine = await createMachine({
      Nested: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Arguments: { StateMachineArn: child, Input: { a: 1 }, Name: 'nested' },
        Output: '{% $states.result.Output %}',
        End: true,
      },
    });

    const executionArn = await start(machine);
    await settle();
    expect((await describeRun(executionArn)).status).toBe('RUNNING');
    clock.advance(10_000);
    await settle();

    expect((await describeRun(executionArn)).output).toBe('{"a":1}');
  });

  it('stop the nested execution when they are stopped', async () => {
    const child = await createMachine({ Wait: { Type: 'Wait', Seconds: 10, End: true } });
    const machine = await createMachine({
      Nested: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync',
        Arguments: { StateMachineArn: child, Name: 'nested' },
        End: true,
      },
    });
    const executionArn = await start(machine);
    await settle();

    await sfn.send(new StopExecutionCommand({ executionArn }));
    await settle();

    const nested = `${child.replace(':stateMachine:', ':execution:')}:nested`;
    expect((await describeRun(nested)).status).toBe('ABORTED');
  });

  it.each([
    [
      { Nmae: 'x' },
      `[The field "Nmae" is not supported by Step Functions, The field 'StateMachineArn' is required but was missing]`,
    ],
    [
      { StateMachineArn: '{% 5 %}' },
      `[The value for the field 'StateMachineArn' must be a STRING]`,
    ],
  ])('fail the execution for arguments like %j, Catch or not', async (Arguments, problems) => {
    const machine = await createMachine({
      Start: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution',
        Arguments,
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        End: true,
      },
      Caught: pass,
    });

    const { cause, error, status } = await describeRun(await start(machine));

    expect({ error, status }).toEqual({ error: 'States.Runtime', status: 'FAILED' });
    expect(cause).toContain(`could not be used to start the Task: ${problems}`);
  });

  it('say by name what this runtime lacks', async () => {
    const machine = await createMachine({
      Put: {
        Type: 'Task',
        Resource: 'arn:aws:states:::athena:getQueryExecution',
        Arguments: { QueryExecutionId: 'id' },
        End: true,
      },
    });

    const executionArn = await start(machine);
    await settle();

    expect(await describeRun(executionArn)).toMatchObject({
      error: 'Stepmill.NotImplemented',
      cause: expect.stringContaining("no service integration 'athena:getQueryExecution'"),
    });
  });
});

describe('TestState', () => {
  it('shows what a retry would do', async () => {
    const state = {
      Type: 'Task',
      QueryLanguage: 'JSONata',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'f' },
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 3, BackoffRate: 2 }],
      End: true,
    };

    const answer = await sfn.send(
      new TestStateCommand({
        definition: JSON.stringify(state),
        inspectionLevel: 'DEBUG',
        mock: { errorOutput: { error: 'Busy', cause: 'later' } },
        stateConfiguration: { retrierRetryCount: 1 },
      }),
    );

    expect(answer).toMatchObject({
      status: 'RETRIABLE',
      error: 'Busy',
      cause: 'later',
      inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 6 } },
    });
  });
});
