import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeMapRunCommand,
  ListActivitiesCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
  UpdateMapRunCommand,
  type UpdateMapRunCommandInput,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../../clock.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing.ts';
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

/** The runtime's own work between two requests: promises, not time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** A map run whose every item takes a minute and then fails. */
async function startMapRun(concurrency: number): Promise<string> {
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
              ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
              StartAt: 'Wait',
              States: {
                Wait: { Type: 'Wait', Seconds: 60, Next: 'Break' },
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
