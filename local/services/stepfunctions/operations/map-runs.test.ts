import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  ListActivitiesCommand,
  ListExecutionsCommand,
  type ListExecutionsOutput,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
  type UpdateMapRunCommandInput,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../../host/clock.ts';
import {
  createTestCloud,
  settle,
  startTestRuntime,
  storeBehind,
  type TestRuntime,
} from '../../../testing/cloud.testing.ts';
import { createStepFunctionsService } from '../index.ts';

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

const succeeds = { STANDARD: '{% $states.input < 0 %}', EXPRESS: '{% $states.input = 0 %}' };

/** A map run whose every item takes a minute and then fails, or is given back in an Express execution. */
async function startMapRun(
  concurrency: number,
  executionType: 'STANDARD' | 'EXPRESS' = 'STANDARD',
): Promise<string> {
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: 'map',
      roleArn: 'arn:aws:iam::000000000000:role/any',
      definition: JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            Items: Array.from({ length: 12 }, (_, index) => index),
            MaxConcurrency: concurrency,
            ItemProcessor: {
              ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType },
              StartAt: 'Wait',
              States: {
                Wait: { Type: 'Wait', Seconds: 60, Next: 'Choose' },
                Choose: {
                  Type: 'Choice',
                  Choices: [{ Condition: succeeds[executionType], Next: 'Done' }],
                  Default: 'Break',
                },
                Done: { Type: 'Succeed', Output: '{% $states.input + 100 %}' },
                Break: { Type: 'Fail', Error: 'Broken' },
              },
            },
            End: true,
          },
        },
      }),
    }),
  );
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
  await settle();
  const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn }));
  return mapRuns[0]?.mapRunArn ?? '';
}

const describeRun = (mapRunArn: string) => sfn.send(new DescribeMapRunCommand({ mapRunArn }));
const children = (mapRunArn: string, statusFilter?: ExecutionStatus) =>
  sfn.send(new ListExecutionsCommand({ mapRunArn, statusFilter }));
const describeChild = (executionArn: string | undefined) =>
  sfn.send(new DescribeExecutionCommand({ executionArn }));
const update = (input: UpdateMapRunCommandInput) => sfn.send(new UpdateMapRunCommand(input));

describe('UpdateMapRun', () => {
  it('lets more children run at once, and more of them fail', async () => {
    const mapRunArn = await startMapRun(2);
    const before = await describeRun(mapRunArn);

    await update({ mapRunArn, maxConcurrency: 5, toleratedFailureCount: 12 });
    await settle();
    const after = await describeRun(mapRunArn);
    for (let minute = 0; minute < 6; minute += 1) {
      clock.advance(60_000);
      await settle();
    }
    const ended = await describeRun(mapRunArn);

    expect(before).toMatchObject({ maxConcurrency: 2, executionCounts: { running: 2 } });
    expect(after).toMatchObject({
      maxConcurrency: 5,
      toleratedFailureCount: 12,
      executionCounts: { running: 5 },
    });
    expect(ended).toMatchObject({ status: 'SUCCEEDED', executionCounts: { failed: 12 } });
  });

  it('changes nothing of a run that has ended, and wants something to change', async () => {
    const mapRunArn = await startMapRun(0);

    await expect(update({ mapRunArn })).rejects.toMatchObject({
      name: 'ValidationException',
      reason: 'MISSING_REQUIRED_PARAMETER',
    });
    clock.advance(60_000);
    await settle();

    expect((await describeRun(mapRunArn)).status).toBe('FAILED');
    await expect(update({ mapRunArn, maxConcurrency: 1 })).rejects.toMatchObject({
      name: 'ValidationException',
      reason: 'CANNOT_UPDATE_COMPLETED_MAP_RUN',
    });
  });
});

describe('ListActivities', () => {
  it('gives all of them, page by page', async () => {
    for (const name of ['a', 'b', 'c']) await sfn.send(new CreateActivityCommand({ name }));

    const first = await sfn.send(new ListActivitiesCommand({ maxResults: 2 }));
    const second = await sfn.send(
      new ListActivitiesCommand({ maxResults: 2, nextToken: first.nextToken }),
    );

    const names = [first, second].map(({ activities }) => activities?.map(({ name }) => name));
    expect(names).toEqual([['a', 'b'], ['c']]);
    expect(second.nextToken).toBeUndefined();
  });
});

// "Executions of an EXPRESS state machine aren't supported by DescribeExecution unless a Map Run dispatched them."
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
describe('An Express child of a Map Run', () => {
  it('is listed and described while it runs', async () => {
    const mapRunArn = await startMapRun(2, 'EXPRESS');

    const { executions = [] } = await children(mapRunArn);
    const [child] = executions;

    expect(executions).toHaveLength(2);
    expect(child).toMatchObject({ status: 'RUNNING', mapRunArn, itemCount: 1 });
    expect(child?.executionArn).toContain(':express:map/');
    expect(await describeChild(child?.executionArn)).toMatchObject({
      status: 'RUNNING',
      input: '1',
      redriveStatus: 'NOT_REDRIVABLE',
    });
  });

  it('is described with what it gave or why it failed, and when it can be redriven', async () => {
    const mapRunArn = await startMapRun(2, 'EXPRESS');
    clock.advance(60_000);
    await settle();

    const [succeeded] = (await children(mapRunArn, 'SUCCEEDED')).executions ?? [];
    const [failed] = (await children(mapRunArn, 'FAILED')).executions ?? [];

    expect(await describeChild(succeeded?.executionArn)).toMatchObject({
      input: '0',
      output: '100',
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    expect(await describeChild(failed?.executionArn)).toMatchObject({
      input: '1',
      error: 'Broken',
      redriveStatus: 'REDRIVABLE_BY_MAP_RUN',
    });
  });

  it('has no history, and cannot be stopped', async () => {
    const mapRunArn = await startMapRun(1, 'EXPRESS');
    const [{ executionArn } = {}] = (await children(mapRunArn)).executions ?? [];
    const history = sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    const stop = sfn.send(new StopExecutionCommand({ executionArn }));

    for (const refused of [history, stop]) {
      await expect(refused).rejects.toThrow('Resource type not valid in this context: express');
    }
  });

  it('starts again after a restart, as another execution', async () => {
    const mapRunArn = await startMapRun(2, 'EXPRESS');
    const before = (await children(mapRunArn)).executions ?? [];
    const again = createTestCloud([createStepFunctionsService], {
      clock: createVirtualClock(clock.now()),
      store: storeBehind(runtime.cloud),
      seed: 2,
    });

    await again.start();
    await settle();
    const { executions: after = [] } = await again.call<ListExecutionsOutput>(
      { kind: 'account', arn: 'arn:aws:iam::000000000000:root' },
      'stepfunctions',
      'ListExecutions',
      { mapRunArn },
    );

    expect(after.map(({ name, status }) => [name, status])).toEqual(
      before.map(({ name, status }) => [name, status]),
    );
    expect(after[0]?.executionArn).not.toBe(before[0]?.executionArn);
  });
});
