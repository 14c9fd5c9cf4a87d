import type { EpochMs } from '../host.ts';
import type { Json } from '../json.ts';
import type { StateGroup } from '../machine.ts';
import type { Variables } from './variables.ts';

/** What the history says of one line of states; made by folding events, read when threads are restored. */
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
  /** `MapIterationSucceeded`, or for a branch nothing but its end. */
  counted: boolean;
  /** `MapIterationFailed` or `MapIterationAborted` is written. */
  iterationEnded: boolean;
  /** The state's own `…Aborted` is written. */
  stateAborted: boolean;
}

/** An error that was written down, but not what became of it. */
export interface FailureRecord {
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly at: EpochMs;
  readonly heartbeat: boolean | undefined;
  /** `MapStateFailed` or `ParallelStateFailed` is written: no Retrier took it. */
  readonly stateFailed: boolean;
}

/** An attempt at a task. */
export interface TaskRecord {
  readonly kind: 'task';
  readonly scheduledEventId: number;
  /** When `TimeoutSeconds` begins to count. */
  timedFrom: EpochMs;
  readonly taskToken: string | undefined;
  started: boolean;
  submitted: boolean;
  submittedOutput: Json | undefined;
  output: { readonly value: Json } | undefined;
}

/** An attempt at a Map or a Parallel. */
export interface JoinRecord {
  readonly kind: 'join';
  readonly startedEventId: number;
  readonly firstFrame: number;
  readonly children: Map<number, FrameRecord>;
  mapRunArn: string | undefined;
  /** What the next iteration's start follows: AWS takes the last event inside the iteration that made room. */
  lastEventId: number;
  /** All outputs: `MapStateSucceeded`, `ParallelStateSucceeded` or `MapRunSucceeded` is written. */
  output: { readonly value: Json } | undefined;
  /** `MapStateSucceeded` or `ParallelStateSucceeded` is written. */
  stateSucceeded: boolean;
  mapRunSucceededId: number | undefined;
  /** One child has failed and others were being stopped. */
  failing:
    | {
        readonly index: number;
        readonly error: string | undefined;
        readonly cause: string | undefined;
      }
    | undefined;
}
