import type {
  LoggingConfiguration,
  LogLevel,
  HistoryEvent as RenderedEvent,
} from '@aws-sdk/client-sfn';
import type { Cloud } from '../../../cloud/cloud.ts';
import { logGroupOf } from '../logging-configuration.ts';

/** Which events which level logs. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const FATAL_EVENTS: ReadonlySet<string> = new Set([
  'ExecutionAborted',
  'ExecutionFailed',
  'ExecutionTimedOut',
]);

const ERROR_EVENTS = /(Aborted|Failed|TimedOut)$|^FailStateEntered$|^EvaluationFailed$/;

function isLogged(level: LogLevel | undefined, type: string): boolean {
  switch (level) {
    case 'ALL':
      return true;
    case 'ERROR':
      return FATAL_EVENTS.has(type) || ERROR_EVENTS.test(type);
    case 'FATAL':
      return FATAL_EVENTS.has(type);
    case 'OFF':
    case undefined:
      return false;
  }
}

/** Members of details that `includeExecutionData: false` leaves out. */
const EXECUTION_DATA: ReadonlySet<string> = new Set([
  'assignedVariables',
  'assignedVariablesDetails',
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
]);

export interface LoggedExecution {
  readonly executionArn: string;
  readonly machineName: string;
  readonly redriveCount: number;
}

/** Writes the events of one execution to the machine's log group, in the format of vended logs. */
export type EventLog = (event: RenderedEvent) => void;

/** Undefined if the machine does not log. */
export function createEventLog(
  cloud: Cloud,
  configuration: LoggingConfiguration,
  execution: LoggedExecution,
): EventLog | undefined {
  const logGroup = logGroupOf(configuration);
  const { level, includeExecutionData = false } = configuration;
  if (logGroup === undefined || level === undefined || level === 'OFF') return undefined;
  const day = new Date(cloud.clock.now()).toISOString();
  const minute = day.slice(0, 16).replaceAll(/[T:]/g, '-');
  const logStream = `states/${execution.machineName}/${minute}/${cloud.random.hex(8)}`;
  return (event) => {
    const { type = '' } = event;
    if (!isLogged(level, type)) return;
    const timestamp = event.timestamp?.getTime() ?? cloud.clock.now();
    const message = JSON.stringify({
      id: String(event.id),
      type,
      details: detailsOf(event, includeExecutionData),
      previous_event_id: String(event.previousEventId),
      event_timestamp: String(timestamp),
      execution_arn: execution.executionArn,
      redrive_count: String(execution.redriveCount),
    });
    cloud.writeLogLine({ logGroup, logStream, message, timestamp });
  };
}

/** The details that GetExecutionHistory shows in `…EventDetails`. */
function detailsOf(event: RenderedEvent, includeExecutionData: boolean): object {
  const details: object =
    Object.entries(event).find(([member]) => member.endsWith('EventDetails'))?.[1] ?? {};
  if (includeExecutionData) return details;
  return Object.fromEntries(
    Object.entries(details).filter(([member]) => !EXECUTION_DATA.has(member)),
  );
}
