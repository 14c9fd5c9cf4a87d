import type { HistoryEvent, LogLevel } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../cloud/service.ts';
import { createTestCloud } from '../../../testing/cloud.testing.ts';
import { createEventLog } from './log-records.ts';

const DESTINATION = {
  cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:g:*' },
};

/** The lines of an execution with these events. */
function linesOf(
  level: LogLevel | undefined,
  events: readonly Partial<HistoryEvent>[],
  more: object = { destinations: [DESTINATION] },
): readonly LogLine[] {
  const lines: LogLine[] = [];
  const cloud = createTestCloud([
    () => ({
      name: 'logs',
      operations: {},
      accessDenied: () => new Error() as never,
      onLogLine: (line) => void lines.push(line),
    }),
  ]);
  const configuration = { ...(level !== undefined && { level }), ...more };
  const execution = { executionArn: 'arn', machineName: 'm', redriveCount: 2 };
  const log = createEventLog(cloud, configuration, execution);
  for (const event of events) log?.(event as HistoryEvent);
  return lines;
}

// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html: the table of event types by level
describe('a level', () => {
  it.each<[type: HistoryEvent['type'], levels: string]>([
    ['ExecutionAborted', 'ALL ERROR FATAL'],
    ['ExecutionFailed', 'ALL ERROR FATAL'],
    ['ExecutionTimedOut', 'ALL ERROR FATAL'],
    ['ExecutionStarted', 'ALL'],
    ['ExecutionSucceeded', 'ALL'],
    ['FailStateEntered', 'ALL ERROR'],
    ['LambdaFunctionFailed', 'ALL ERROR'],
    ['LambdaFunctionScheduleFailed', 'ALL ERROR'],
    ['LambdaFunctionStartFailed', 'ALL ERROR'],
    ['LambdaFunctionTimedOut', 'ALL ERROR'],
    ['MapIterationAborted', 'ALL ERROR'],
    ['MapIterationFailed', 'ALL ERROR'],
    ['MapStateAborted', 'ALL ERROR'],
    ['ParallelStateFailed', 'ALL ERROR'],
    ['TaskStartFailed', 'ALL ERROR'],
    ['TaskSubmitFailed', 'ALL ERROR'],
    ['WaitStateAborted', 'ALL ERROR'],
    ['EvaluationFailed', 'ALL ERROR'],
    ['TaskSucceeded', 'ALL'],
    ['TaskStateEntered', 'ALL'],
    ['PassStateExited', 'ALL'],
  ])('logs %s: %s', (type, levels) => {
    const logging = (['ALL', 'ERROR', 'FATAL', 'OFF'] as const).filter(
      (level) => linesOf(level, [{ type }]).length > 0,
    );

    expect(logging.join(' ')).toBe(levels);
  });

  it.each<[what: string, level: LogLevel | undefined, more: object]>([
    ['no level', undefined, { destinations: [DESTINATION] }],
    ['no destination', 'ALL', {}],
  ])('%s logs nothing', (_, level, more) => {
    expect(linesOf(level, [{ type: 'ExecutionFailed' }], more)).toEqual([]);
  });
});

const EVENT = {
  id: 4,
  previousEventId: 3,
  timestamp: new Date('2026-01-01T00:00:01.500Z'),
  type: 'TaskSucceeded',
  taskSucceededEventDetails: {
    resource: 'invoke',
    resourceType: 'lambda',
    output: '{}',
    outputDetails: { truncated: false },
  },
} as const;

describe('a line', () => {
  it('is in the stream of the execution and holds the event', () => {
    const more = { destinations: [DESTINATION], includeExecutionData: true };
    const [line] = linesOf('ALL', [EVENT], more);

    expect(line).toMatchObject({ logGroup: 'g', timestamp: EVENT.timestamp.getTime() });
    expect(line?.logStream).toMatch(/^states\/m\/2026-01-01-00-00\/[\da-f]{8}$/);
    expect(JSON.parse(line?.message ?? '')).toEqual({
      id: '4',
      type: 'TaskSucceeded',
      details: EVENT.taskSucceededEventDetails,
      previous_event_id: '3',
      event_timestamp: String(EVENT.timestamp.getTime()),
      execution_arn: 'arn',
      redrive_count: '2',
    });
  });

  it.each<[member: string, isShown: boolean]>([
    ['input', false],
    ['inputDetails', false],
    ['output', false],
    ['outputDetails', false],
    ['parameters', false],
    ['assignedVariables', false],
    ['assignedVariablesDetails', false],
    ['name', true],
    ['roleArn', true],
    ['resource', true],
    ['error', true],
    ['cause', true],
  ])('without execution data has %s: %s', (member, isShown) => {
    const [line] = linesOf('ALL', [
      { type: 'TaskScheduled', taskScheduledEventDetails: { [member]: 'x' } as never },
    ]);

    const { details } = JSON.parse(line?.message ?? '') as { details: object };
    expect(details).toEqual(isShown ? { [member]: 'x' } : {});
  });
});
