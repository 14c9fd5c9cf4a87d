import type { EpochMs } from '../host.ts';
import type { Json } from '../json.ts';
import type { StateGroup } from '../machine.ts';
import type { Variables } from './variables.ts';

/** The state of one thread according to the history; created by folding events, used to restore threads. */
export interface FrameRecord {
  readonly frame: number;
  readonly group: StateGroup;
  readonly index: number;
  readonly variables: Variables;
  stateName: string;
  input: Json;
  entered: boolean;
  enteredEventId: number;
  enteredAt: EpochMs;
  entryPreviousEventId: number;
  previousEventId: number;
  retries: readonly number[] | undefined;
  work: TaskRecord | JoinRecord | undefined;
  failure: FailureRecord | undefined;
  /** The output of its last state. */
  ended: { readonly output: Json } | undefined;
  /** `MapIterationSucceeded` is written, or the branch has ended. */
  counted: boolean;
  /** `MapIterationFailed` or `MapIterationAborted` is written. */
  iterationEnded: boolean;
  /** The state's own `…Aborted` is written. */
  stateAborted: boolean;
}

/** A recorded error whose handling is not recorded. */
export interface FailureRecord {
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly at: EpochMs;
  readonly heartbeat: boolean | undefined;
  /** `MapStateFailed` or `ParallelStateFailed` is written: no Retrier matched. */
  readonly stateFailed: boolean;
}

/** An attempt of a task. */
export interface TaskRecord {
  readonly kind: 'task';
  readonly scheduledEventId: number;
  /** The start of `TimeoutSeconds`. */
  timedFrom: EpochMs;
  readonly taskToken: string | undefined;
  started: boolean;
  submitted: boolean;
  submittedOutput: Json | undefined;
  output: { readonly value: Json } | undefined;
}

/** An attempt of a Map or a Parallel. */
export interface JoinRecord {
  readonly kind: 'join';
  readonly startedEventId: number;
  readonly firstFrame: number;
  readonly children: Map<number, FrameRecord>;
  mapRunArn: string | undefined;
  /** The predecessor of the next iteration's start: on AWS, the last event inside the iteration that ended. */
  lastEventId: number;
  /** All outputs, once `MapStateSucceeded`, `ParallelStateSucceeded` or `MapRunSucceeded` is written. */
  output: { readonly value: Json } | undefined;
  /** `MapStateSucceeded` or `ParallelStateSucceeded` is written. */
  stateSucceeded: boolean;
  mapRunSucceededId: number | undefined;
  /** One child has failed and the others are being aborted. */
  failing:
    | {
        readonly index: number;
        readonly error: string | undefined;
        readonly cause: string | undefined;
      }
    | undefined;
}
