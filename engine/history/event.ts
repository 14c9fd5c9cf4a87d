import type { EpochMs } from '../instant.ts';
import type { Json } from '../json.ts';

/**
 * One event of an execution's history. `id`, `previousEventId`, `type` and the details that `renderEvent` shows
 * are AWS's; `resume` also needs `frame` and the details that AWS does not show. Documents are held by
 * reference and become text only when requested.
 */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: EpochMs;
  readonly type: HistoryEventType;
  /** The thread of the event: 0 is the machine's own; every branch and iteration has another number. */
  readonly frame: number;
  readonly details: EventDetails;
}

/** Every type that `GetExecutionHistory` can return. */
export type HistoryEventType =
  | 'ActivityFailed'
  | 'ActivityScheduled'
  | 'ActivityScheduleFailed'
  | 'ActivityStarted'
  | 'ActivitySucceeded'
  | 'ActivityTimedOut'
  | 'ChoiceStateEntered'
  | 'ChoiceStateExited'
  | 'EvaluationFailed'
  | 'ExecutionAborted'
  | 'ExecutionFailed'
  | 'ExecutionRedriven'
  | 'ExecutionStarted'
  | 'ExecutionSucceeded'
  | 'ExecutionTimedOut'
  | 'FailStateEntered'
  | 'LambdaFunctionFailed'
  | 'LambdaFunctionScheduled'
  | 'LambdaFunctionScheduleFailed'
  | 'LambdaFunctionStarted'
  | 'LambdaFunctionStartFailed'
  | 'LambdaFunctionSucceeded'
  | 'LambdaFunctionTimedOut'
  | 'MapIterationAborted'
  | 'MapIterationFailed'
  | 'MapIterationStarted'
  | 'MapIterationSucceeded'
  | 'MapRunAborted'
  | 'MapRunFailed'
  | 'MapRunRedriven'
  | 'MapRunStarted'
  | 'MapRunSucceeded'
  | 'MapStateAborted'
  | 'MapStateEntered'
  | 'MapStateExited'
  | 'MapStateFailed'
  | 'MapStateStarted'
  | 'MapStateSucceeded'
  | 'ParallelStateAborted'
  | 'ParallelStateEntered'
  | 'ParallelStateExited'
  | 'ParallelStateFailed'
  | 'ParallelStateStarted'
  | 'ParallelStateSucceeded'
  | 'PassStateEntered'
  | 'PassStateExited'
  | 'SucceedStateEntered'
  | 'SucceedStateExited'
  | 'TaskFailed'
  | 'TaskScheduled'
  | 'TaskStarted'
  | 'TaskStartFailed'
  | 'TaskStateAborted'
  | 'TaskStateEntered'
  | 'TaskStateExited'
  | 'TaskSubmitFailed'
  | 'TaskSubmitted'
  | 'TaskSucceeded'
  | 'TaskTimedOut'
  | 'WaitStateAborted'
  | 'WaitStateEntered'
  | 'WaitStateExited';

/** The details of an event, by reference. */
export interface EventDetails {
  /** The document `input`, `parameters` or `output` of the event. */
  readonly document?: Json | undefined;
  /** The state's name; for a Map iteration, the name of the Map. */
  readonly name?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly assigned?: Readonly<Record<string, Json>> | undefined;
  readonly index?: number | undefined;
  readonly length?: number | undefined;
  readonly resource?: string | undefined;
  readonly resourceType?: string | undefined;
  readonly region?: string | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly heartbeatSeconds?: number | undefined;
  readonly roleArn?: string | undefined;
  readonly stateMachineVersionArn?: string | undefined;
  readonly stateMachineAliasArn?: string | undefined;
  readonly workerName?: string | undefined;
  readonly location?: string | undefined;
  readonly mapRunArn?: string | undefined;
  readonly redriveCount?: number | undefined;

  /** Not AWS's. The next state; null if this was the last state of its frame. */
  readonly next?: string | null | undefined;
  /** Not AWS's. The token of the task that was scheduled. */
  readonly taskToken?: string | undefined;
  /** Not AWS's. The task timed out because it sent no heartbeat. */
  readonly heartbeat?: boolean | undefined;
  /** Not AWS's. The number of retries of each retrier of the state when this attempt began. */
  readonly retries?: readonly number[] | undefined;
  /** Not AWS's. The branch or iteration whose error stops its siblings. */
  readonly culprit?: number | undefined;
  /** Not AWS's. The first frame of the branches that were started. */
  readonly firstFrame?: number | undefined;
}
