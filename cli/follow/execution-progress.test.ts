import { stripVTControlCharacters } from 'node:util';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { scriptedConnection, writtenTerminal } from '../connection/scripted-connection.testing.ts';
import { followExecution } from './execution-progress.ts';

const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:abalone-training:run';
const RESOURCE = 'createTrainingJob.sync';

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 10, 0, second));
const details = { resourceType: 'sagemaker', resource: RESOURCE };

const events: readonly HistoryEvent[] = [
  {
    id: 1,
    timestamp: at(0),
    type: 'TaskStateEntered',
    stateEnteredEventDetails: { name: 'Train' },
  },
  {
    id: 2,
    timestamp: at(0),
    type: 'TaskScheduled',
    taskScheduledEventDetails: {
      ...details,
      region: 'us-east-1',
      parameters: '{"TrainingJobName":"job-1"}',
    },
  },
  { id: 3, timestamp: at(4), type: 'TaskSucceeded', taskSucceededEventDetails: details },
  { id: 4, timestamp: at(4), type: 'TaskStateExited', stateExitedEventDetails: { name: 'Train' } },
  { id: 5, timestamp: at(4), type: 'PassStateEntered', stateEnteredEventDetails: { name: 'Tell' } },
  { id: 6, timestamp: at(4), type: 'PassStateExited', stateExitedEventDetails: { name: 'Tell' } },
];

async function follow(options: object): Promise<readonly string[]> {
  const connection = scriptedConnection({
    DescribeExecution: () => ({ status: 'SUCCEEDED', startDate: at(0), stopDate: at(4) }),
    GetExecutionHistory: () => ({ events }),
    FilterLogEvents: () => ({ events: [{ eventId: 'e-1', message: 'the last line\n' }] }),
  });
  const terminal = writtenTerminal();
  await followExecution(connection, EXECUTION, terminal, options);
  return terminal.lines.map((line) => stripVTControlCharacters(line));
}

it('shows the last lines of a job under its own state', async () => {
  expect(await follow({ logs: true })).toEqual([
    `abalone-training ${EXECUTION}`,
    '  ▸ Train',
    '      the last line',
    '  ✓ Train 4.0 s',
    '  ▸ Tell',
    '  ✓ Tell 0.0 s',
    '  SUCCEEDED 4.0 s',
  ]);
});

it('says that its times are of a clock that is faster than the wall', async () => {
  expect(await follow({ speed: 60 })).toEqual([
    `abalone-training ${EXECUTION} (times simulated)`,
    '  ▸ Train',
    '  ✓ Train 4.0 s',
    '  ▸ Tell',
    '  ✓ Tell 0.0 s',
    '  SUCCEEDED 4.0 s simulated',
  ]);
});
