import type { EpochMs } from '../host.ts';
import type { Json } from '../json.ts';
import { jsonText } from '../json-text.ts';
import type { EventDetails, HistoryEvent, HistoryEventType } from './event.ts';

/**
 * An event as `GetExecutionHistory` returns it; the timestamp is in milliseconds. The details are in the member
 * that AWS names for the event type.
 */
export interface RenderedEvent {
  readonly timestamp: EpochMs;
  readonly type: HistoryEventType;
  readonly id: number;
  readonly previousEventId: number;
  readonly [detailsMember: string]: unknown;
}

/** @param includeData false omits inputs and outputs, as `includeExecutionData: false` does */
export function renderEvent(event: HistoryEvent, includeData = true): RenderedEvent {
  const { id, previousEventId, timestamp, type } = event;
  const shape = shapes[type];
  const envelope = { timestamp, type, id, previousEventId };
  if (shape === undefined) return envelope;
  return { ...envelope, [shape.member]: defined(shape.render(event.details, includeData)) };
}

type Rendered = Readonly<Record<string, unknown>>;

interface Shape {
  readonly member: string;
  readonly render: (details: EventDetails, includeData: boolean) => Rendered;
}

/** Removes undefined members. */
function defined(members: Rendered): Rendered {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function document(
  name: 'input' | 'output',
  value: Json | undefined,
  includeData: boolean,
): Rendered {
  if (value === undefined) return {};
  // Always false for API calls, also if data is omitted.
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEventExecutionDataDetails.html
  const details = { [`${name}Details`]: { truncated: false } };
  return includeData ? { [name]: jsonText(value), ...details } : details;
}

const failure = ({ error, cause }: EventDetails): Rendered => ({ error, cause });

const entered = (details: EventDetails, data: boolean): Rendered => ({
  name: details.name,
  ...document('input', details.document, data),
});

const exited = (details: EventDetails, data: boolean): Rendered => ({
  name: details.name,
  ...document('output', details.document, data),
  ...(details.assigned !== undefined && data && Object.keys(details.assigned).length > 0
    ? {
        assignedVariables: Object.fromEntries(
          Object.entries(details.assigned).map(([name, value]) => [name, jsonText(value)]),
        ),
        assignedVariablesDetails: { truncated: false },
      }
    : {}),
});

const iteration = ({ name, index }: EventDetails): Rendered => ({ name, index });

const taskEnvelope = ({ resourceType, resource }: EventDetails): Rendered => ({
  resourceType,
  resource,
});

const taskFailure = (details: EventDetails): Rendered => ({
  ...taskEnvelope(details),
  ...failure(details),
});

const taskOutput = (details: EventDetails, data: boolean): Rendered => ({
  ...taskEnvelope(details),
  ...document('output', details.document, data),
});

const output = (details: EventDetails, data: boolean): Rendered =>
  document('output', details.document, data);

const credentials = ({ roleArn }: EventDetails): Rendered =>
  roleArn === undefined ? {} : { taskCredentials: { roleArn } };

const functionScheduled = (details: EventDetails, data: boolean): Rendered => ({
  resource: details.resource,
  ...document('input', details.document, data),
  timeoutInSeconds: details.timeoutSeconds,
  heartbeatInSeconds: details.heartbeatSeconds,
  ...credentials(details),
});

const enteredShape: Shape = { member: 'stateEnteredEventDetails', render: entered };
const exitedShape: Shape = { member: 'stateExitedEventDetails', render: exited };

/** Types without an entry carry only the envelope. */
const shapes: Readonly<Partial<Record<HistoryEventType, Shape>>> = {
  ExecutionStarted: {
    member: 'executionStartedEventDetails',
    render: (details, data) => ({
      ...document('input', details.document, data),
      roleArn: details.roleArn,
      stateMachineAliasArn: details.stateMachineAliasArn,
      stateMachineVersionArn: details.stateMachineVersionArn,
    }),
  },
  ExecutionSucceeded: { member: 'executionSucceededEventDetails', render: output },
  ExecutionFailed: { member: 'executionFailedEventDetails', render: failure },
  ExecutionAborted: { member: 'executionAbortedEventDetails', render: failure },
  ExecutionTimedOut: { member: 'executionTimedOutEventDetails', render: failure },
  ExecutionRedriven: {
    member: 'executionRedrivenEventDetails',
    render: ({ redriveCount }) => ({ redriveCount }),
  },
  EvaluationFailed: {
    member: 'evaluationFailedEventDetails',
    render: ({ error, cause, location, name }) => ({ error, cause, location, state: name }),
  },
  ChoiceStateEntered: enteredShape,
  FailStateEntered: enteredShape,
  MapStateEntered: enteredShape,
  ParallelStateEntered: enteredShape,
  PassStateEntered: enteredShape,
  SucceedStateEntered: enteredShape,
  TaskStateEntered: enteredShape,
  WaitStateEntered: enteredShape,
  ChoiceStateExited: exitedShape,
  MapStateExited: exitedShape,
  ParallelStateExited: exitedShape,
  PassStateExited: exitedShape,
  SucceedStateExited: exitedShape,
  TaskStateExited: exitedShape,
  WaitStateExited: exitedShape,
  MapStateStarted: { member: 'mapStateStartedEventDetails', render: ({ length }) => ({ length }) },
  MapIterationStarted: { member: 'mapIterationStartedEventDetails', render: iteration },
  MapIterationSucceeded: { member: 'mapIterationSucceededEventDetails', render: iteration },
  MapIterationFailed: { member: 'mapIterationFailedEventDetails', render: iteration },
  MapIterationAborted: { member: 'mapIterationAbortedEventDetails', render: iteration },
  MapRunStarted: {
    member: 'mapRunStartedEventDetails',
    render: ({ mapRunArn }) => ({ mapRunArn }),
  },
  MapRunRedriven: {
    member: 'mapRunRedrivenEventDetails',
    render: ({ mapRunArn, redriveCount }) => ({ mapRunArn, redriveCount }),
  },
  MapRunFailed: { member: 'mapRunFailedEventDetails', render: failure },
  TaskScheduled: {
    member: 'taskScheduledEventDetails',
    render: (details, data) => ({
      ...taskEnvelope(details),
      region: details.region,
      parameters: data && details.document !== undefined ? jsonText(details.document) : '',
      timeoutInSeconds: details.timeoutSeconds,
      heartbeatInSeconds: details.heartbeatSeconds,
      ...credentials(details),
    }),
  },
  TaskStarted: { member: 'taskStartedEventDetails', render: taskEnvelope },
  TaskSubmitted: { member: 'taskSubmittedEventDetails', render: taskOutput },
  TaskSucceeded: { member: 'taskSucceededEventDetails', render: taskOutput },
  TaskFailed: { member: 'taskFailedEventDetails', render: taskFailure },
  TaskTimedOut: { member: 'taskTimedOutEventDetails', render: taskFailure },
  TaskStartFailed: { member: 'taskStartFailedEventDetails', render: taskFailure },
  TaskSubmitFailed: { member: 'taskSubmitFailedEventDetails', render: taskFailure },
  LambdaFunctionScheduled: {
    member: 'lambdaFunctionScheduledEventDetails',
    render: functionScheduled,
  },
  LambdaFunctionSucceeded: { member: 'lambdaFunctionSucceededEventDetails', render: output },
  LambdaFunctionFailed: { member: 'lambdaFunctionFailedEventDetails', render: failure },
  LambdaFunctionTimedOut: { member: 'lambdaFunctionTimedOutEventDetails', render: failure },
  LambdaFunctionScheduleFailed: {
    member: 'lambdaFunctionScheduleFailedEventDetails',
    render: failure,
  },
  LambdaFunctionStartFailed: { member: 'lambdaFunctionStartFailedEventDetails', render: failure },
  ActivityScheduled: { member: 'activityScheduledEventDetails', render: functionScheduled },
  ActivityStarted: {
    member: 'activityStartedEventDetails',
    render: ({ workerName }) => ({ workerName }),
  },
  ActivitySucceeded: { member: 'activitySucceededEventDetails', render: output },
  ActivityFailed: { member: 'activityFailedEventDetails', render: failure },
  ActivityTimedOut: { member: 'activityTimedOutEventDetails', render: failure },
  ActivityScheduleFailed: { member: 'activityScheduleFailedEventDetails', render: failure },
};
