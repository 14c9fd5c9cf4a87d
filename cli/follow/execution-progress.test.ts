import { stripVTControlCharacters } from 'node:util';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { scriptedConnection } from '../connection/scripted-connection.testing.ts';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { followExecution } from './execution-progress.ts';

const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:abalone-training:run';
const RESOURCE = 'createTrainingJob.sync';

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 10, 0, second));
const details = { resourceType: 'sagemaker', resource: RESOURCE };

/** Each event follows the one before it. */
function history(
  ...events: readonly Omit<HistoryEvent, 'id' | 'previousEventId'>[]
): readonly HistoryEvent[] {
  return events.map((event, index) => ({ ...event, id: index + 1, previousEventId: index }));
}

const entered = (kind: string, name: string, second: number) => ({
  timestamp: at(second),
  type: `${kind}StateEntered` as 'TaskStateEntered',
  stateEnteredEventDetails: { name },
});

const exited = (kind: string, name: string, second: number) => ({
  timestamp: at(second),
  type: `${kind}StateExited` as 'TaskStateExited',
  stateExitedEventDetails: { name },
});

const scheduled = (second: number) => ({
  timestamp: at(second),
  type: 'TaskScheduled' as const,
  taskScheduledEventDetails: {
    ...details,
    region: 'us-east-1',
    parameters: '{"TrainingJobName":"job-1"}',
  },
});

const failed = (error: string, cause: string) => ({
  timestamp: at(1),
  type: 'TaskFailed' as const,
  taskFailedEventDetails: { ...details, error, cause },
});

const succeeded = (output: object = {}) => ({
  timestamp: at(4),
  type: 'TaskSucceeded' as const,
  taskSucceededEventDetails: { ...details, output: JSON.stringify(output) },
});

const training = history(
  entered('Choice', 'Dataset usable?', 0),
  exited('Choice', 'Dataset usable?', 0),
  entered('Task', 'Train model', 0),
  scheduled(0),
  succeeded({
    FinalMetricDataList: [{ MetricName: 'validation:rmse', Value: 2.0512, Timestamp: 1 }],
  }),
  exited('Task', 'Train model', 4),
  entered('Choice', 'Passes the gate?', 4),
  exited('Choice', 'Passes the gate?', 4),
  entered('Pass', 'Explain', 4),
  exited('Pass', 'Explain', 4),
);

async function follow(
  events: readonly HistoryEvent[],
  options: object = {},
): Promise<readonly string[]> {
  const connection = scriptedConnection({
    DescribeExecution: () => ({
      executionArn: EXECUTION,
      status: 'SUCCEEDED',
      startDate: at(0),
      stopDate: at(4),
    }),
    GetExecutionHistory: () => ({ events }),
    FilterLogEvents: () => ({ events: [{ eventId: 'e-1', message: 'the last line\n' }] }),
  });
  const terminal = writtenTerminal();
  await followExecution(connection, EXECUTION, terminal, options);
  return terminal.lines.map((line) => stripVTControlCharacters(line));
}

describe('an execution that is followed', () => {
  it('has a line for each state that did work, and for the decision that settled it', async () => {
    expect(await follow(training)).toEqual([
      'abalone-training run',
      '  ✓ Train model … 4.0 s, validation-rmse 2.05',
      '  Passes the gate? → Explain',
      '  SUCCEEDED 4.0 s',
    ]);
  });

  it('has all of its states under --verbose', async () => {
    expect(await follow(training, { verbose: true })).toEqual([
      `abalone-training ${EXECUTION}`,
      '  ▸ Dataset usable?',
      '  ✓ Dataset usable? … 0.0 s',
      '  ▸ Train model',
      '  ✓ Train model … 4.0 s, validation-rmse 2.05',
      '  ▸ Passes the gate?',
      '  ✓ Passes the gate? … 0.0 s',
      '  ▸ Explain',
      '  ✓ Explain … 0.0 s',
      '  SUCCEEDED 4.0 s',
    ]);
  });

  it('shows the last lines of a job above its state', async () => {
    expect(await follow(training, { logs: true })).toEqual(
      expect.arrayContaining([
        '      the last line',
        '  ✓ Train model … 4.0 s, validation-rmse 2.05',
      ]),
    );
  });

  it('shows those of a transform job, which scores files', async () => {
    const resource = 'createTransformJob.sync';
    const lines = await follow(
      history(
        entered('Task', 'Score rows', 0),
        {
          ...scheduled(0),
          taskScheduledEventDetails: {
            ...details,
            resource,
            region: 'us-east-1',
            parameters: '{"TransformJobName":"job-1"}',
          },
        },
        { ...succeeded(), taskSucceededEventDetails: { ...details, resource, output: '{}' } },
        exited('Task', 'Score rows', 4),
      ),
      { logs: true },
    );

    expect(lines).toContain('      the last line');
  });

  it('says that its times are of a clock that is faster than the wall', async () => {
    const lines = await follow(training, { speed: 60 });

    expect(lines.at(0)).toBe('abalone-training run (times simulated)');
    expect(lines.at(-1)).toBe('  SUCCEEDED 4.0 s simulated');
  });

  it('says so too where only the clock itself shows that it is fast', async () => {
    const later = new Date(Date.now() + 3_600_000);
    const connection = scriptedConnection({
      DescribeExecution: () => ({
        executionArn: EXECUTION,
        status: 'SUCCEEDED',
        startDate: later,
        stopDate: later,
      }),
      GetExecutionHistory: () => ({ events: [] }),
    });
    const terminal = writtenTerminal();

    await followExecution(connection, EXECUTION, terminal);

    expect(terminal.lines.map((line) => stripVTControlCharacters(line))).toEqual([
      'abalone-training run (times simulated)',
      '  SUCCEEDED 0.0 s simulated',
    ]);
  });

  it('shows the states of a loop once', async () => {
    const turn = [entered('Wait', 'Wait for rollout', 0), exited('Wait', 'Wait for rollout', 1)];

    expect(await follow(history(...turn, ...turn))).toEqual([
      'abalone-training run',
      '  ✓ Wait for rollout … 1.0 s',
      '  SUCCEEDED 4.0 s',
    ]);
  });
});

describe('a failed attempt', () => {
  const NOT_FOUND =
    'Could not find endpoint "abalone". (Service: SageMaker, Status Code: 400, Request ID: 323b) (SDK Attempt Count: 1)';

  it.each([
    [
      'of which a later one succeeded is counted',
      [failed('SageMaker.ThrottlingException', 'Rate exceeded'), scheduled(2), succeeded()],
      '  ✓ Look … 4.0 s, 2 attempts',
    ],
    [
      'that answers a question is not a failure',
      [failed('SageMaker.SageMakerException', NOT_FOUND)],
      '  ✓ Look … 4.0 s, not there',
    ],
    [
      'to claim what is taken is not a failure',
      [failed('DynamoDB.ConditionalCheckFailedException', 'The conditional request failed')],
      '  ✓ Look … 4.0 s, taken already',
    ],
    [
      'that was caught is shown with its cause, without the request',
      [
        failed(
          'SageMaker.SageMakerException',
          'The role is wrong. (Service: SageMaker, Status Code: 400, Request ID: 1)',
        ),
      ],
      '  ! Look … 4.0 s: SageMaker.SageMakerException: The role is wrong.',
    ],
  ])('%s', async (_what, attempts, expected) => {
    const events = history(
      entered('Task', 'Look', 0),
      scheduled(0),
      ...attempts,
      exited('Task', 'Look', 4),
    );

    expect((await follow(events)).slice(1, -1)).toEqual([expected]);
  });

  it('that nothing caught names its state', async () => {
    const events = history(entered('Task', 'Look', 0), scheduled(0), failed('Wrong', 'a bug'));

    expect((await follow(events)).slice(1, -1)).toEqual(['  ✗ Look']);
  });
});
