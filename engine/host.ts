import type { HistoryEvent } from './history/event.ts';
import type { EpochMs } from './instant.ts';
import type { Json } from './json.ts';
import type { Machine } from './machine.ts';
import type { TaskFamily, TaskPattern } from './task-kind.ts';

export type { EpochMs } from './instant.ts';
export type { TaskFamily, TaskPattern } from './task-kind.ts';

/** A pending callback; cancelling one that has fired does nothing. */
export interface HostTimer {
  cancel(): void;
}

/**
 * Everything that the engine needs from outside. The engine itself uses no clock, random source, file or
 * network, so the same answers of the host give the same history.
 *
 * The host can call a reporter immediately, while the engine's call is still running, or later.
 */
export interface Host {
  readonly clock: {
    now(): EpochMs;
    /** Calls `callback` once, after `delayMs`, which never exceeds the maximum of `setTimeout`. */
    setTimer(delayMs: number, callback: () => void): HostTimer;
  };
  readonly random: {
    /** A version 4 UUID. */
    uuid(): string;
    /** A uniform number in [0, 1). */
    next(): number;
  };
  /**
   * Receives the next event of the execution's history. The appended events are all that {@link Host} must
   * store for `resume`: each as JSON with all its members, including `frame` and those that AWS does not show.
   * If executions must survive a crash, the host must store an event before it runs an effect (a task, a
   * timer) that the engine requests after that event.
   */
  append(event: HistoryEvent): void;
  /**
   * Checks a task before it is scheduled. An answer with `error` fails the state without any task event, as
   * AWS does for invalid parameters of an integration. `parameters` replaces the parameters that
   * `TaskScheduled` shows and `startTask` receives.
   */
  prepareTask?(invocation: TaskInvocation): TaskPreparation | undefined;
  /** Starts a task, or continues one (`resumed`). Returns a function that stops it, best effort. */
  startTask(invocation: TaskInvocation, reporter: TaskReporter): () => void;
  /** Starts the Map Run of a distributed Map, or continues one (`resumed`). Returns a function that aborts it. */
  startMapRun(request: MapRunRequest, reporter: MapRunReporter): () => void;
  /**
   * Called before every step that does not wait. If it returns true, the execution pauses until the host calls
   * `continueExecution`, once, after `pause` has returned. Timers and reports can arrive during the pause. The
   * history stays the same except for its timestamps.
   *
   * @default the execution never pauses: it runs until it waits or ends
   */
  pause?(continueExecution: () => void): boolean;
  /** Called exactly once, when the execution has ended and its last event has been appended. */
  ended(result: ExecutionResult): void;
}

/** A task for the host to run. */
export interface TaskInvocation {
  readonly stateName: string;
  /** The full ARN of the state's `Resource`. */
  readonly resource: string;
  readonly family: TaskFamily;
  /** As history events show it: `sagemaker`, `aws-sdk:s3`, `lambda`, `states`; `''` for activities and function ARNs. */
  readonly resourceType: string;
  /** As history events show it, suffix included: `createTrainingJob.sync`, `startExecution.sync:2`. */
  readonly resourceName: string;
  readonly pattern: TaskPattern;
  /** The effective arguments: JSONata `Arguments`, JSONPath `Parameters`, else the effective input. */
  readonly arguments: Json;
  /** The evaluated `Credentials.RoleArn`. */
  readonly roleArn: string | undefined;
  /** The token of this attempt. Every task has one; only `.waitForTaskToken` shows it to the definition. */
  readonly taskToken: string;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  /** The id of the event `…Scheduled` of this attempt; 0 while the task is being prepared. */
  readonly scheduledEventId: number;
  /** True if the task was scheduled before a crash: find the running task instead of starting another. */
  readonly resumed: boolean;
  /** With `resumed`: whether the task was reported as started. */
  readonly started: boolean;
  /** With `resumed`: the output that was reported as submitted. */
  readonly submittedOutput: Json | undefined;
}

/** The answers of {@link Host.prepareTask}. */
export type TaskPreparation =
  | { readonly parameters: Json }
  | { readonly error: string; readonly cause: string };

/** The error name and cause of the Amazon States Language. */
export interface Failure {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/**
 * Receives the progress and the result of a task. Reports after the end of the task (it timed out, the
 * execution was stopped) are ignored and return false. Missing steps are filled in: `succeeded` without
 * `started` writes both events.
 */
export interface TaskReporter {
  /** @param workerName the name of an activity's worker */
  started(workerName?: string): boolean;
  /** `.sync` and `.waitForTaskToken`: the request was accepted with this output. */
  submitted(output: Json): boolean;
  succeeded(output: Json): boolean;
  failed(failure: Failure): boolean;
  /** The task could not be scheduled (functions and activities: `…ScheduleFailed`). */
  scheduleFailed(failure: Failure): boolean;
  startFailed(failure: Failure): boolean;
  submitFailed(failure: Failure): boolean;
  /** Restarts the heartbeat period. */
  heartbeat(): boolean;
}

/** The source of the items of a distributed Map. */
export type ItemSource =
  | {
      readonly kind: 'items';
      readonly items: readonly Json[];
      /** With an object as `Items` (JSONata): the key of each item, for `Map.Item.Key`. */
      readonly keys: readonly string[] | undefined;
    }
  | {
      readonly kind: 'reader';
      readonly resource: string;
      /** Evaluated `Parameters` or `Arguments`. */
      readonly arguments: Json;
      /** `ReaderConfig` with `MaxItemsPath` and expressions replaced by their values (`MaxItems`). */
      readonly readerConfig: Readonly<Record<string, Json>>;
    };

/** An item that the host read, before `ItemSelector`. */
export interface MapItem {
  readonly index: number;
  readonly value: Json;
  /** `Map.Item.Key`: the member's name, for items that come from an object. */
  readonly key?: string | undefined;
  /** `Map.Item.Source`: the source that a reader read the item from; `STATE_DATA` for items of the state's input. */
  readonly source?: string | undefined;
}

/** `ItemBatcher`, evaluated. */
export interface ItemBatcher {
  readonly maxItemsPerBatch: number | undefined;
  readonly maxInputBytesPerBatch: number | undefined;
  readonly batchInput: Json | undefined;
}

/** `ResultWriter`, evaluated. */
export interface ResultWriter {
  readonly resource: string | undefined;
  readonly arguments: Json | undefined;
  readonly writerConfig: Readonly<Record<string, Json>> | undefined;
}

/**
 * A distributed Map for the host to run. Every item (or batch) is a child execution of `machine`, started with
 * `run`. The host reads the items, counts the results and writes them.
 */
export interface MapRunRequest {
  readonly stateName: string;
  readonly label: string | undefined;
  readonly executionType: 'STANDARD' | 'EXPRESS';
  /** The `ItemProcessor`, ready for `run`. */
  readonly machine: Machine;
  readonly source: ItemSource;
  /** The child input for an item (`ItemSelector`); undefined if there is none. Throws a {@link StatesError}. */
  readonly selectItem: ((item: MapItem) => Json) | undefined;
  readonly batcher: ItemBatcher | undefined;
  readonly resultWriter: ResultWriter | undefined;
  /** 0 means no limit. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
  /** The id of the event `MapStateStarted` of this attempt. */
  readonly startedEventId: number;
  readonly resumed: boolean;
  /** With `resumed`: the Map Run that was reported as started. */
  readonly mapRunArn: string | undefined;
}

/** Receives the progress and the result of a Map Run. */
export interface MapRunReporter {
  started(mapRunArn: string): boolean;
  /** @param output the children's outputs in order, or the output of the result writer */
  succeeded(output: Json): boolean;
  failed(failure: Failure): boolean;
  /** A redriven Map Run continues. */
  redriven(mapRunArn: string, redriveCount: number): boolean;
}

/** The result of an execution. */
export type ExecutionResult =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | {
      readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
      readonly error: string | undefined;
      readonly cause: string | undefined;
    };

/** The identity of an execution, as the context object and `ExecutionStarted` show it. */
export interface ExecutionIdentity {
  readonly executionArn: string;
  readonly executionName: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly stateMachineVersionArn?: string | undefined;
  readonly stateMachineAliasArn?: string | undefined;
  /** @default STANDARD */
  readonly type?: 'STANDARD' | 'EXPRESS' | undefined;
  /** For `TaskScheduled`. @default the region in the execution's ARN */
  readonly region?: string | undefined;
  /** The number of redrives so far. @default 0 */
  readonly redriveCount?: number | undefined;
  /** The time of the last redrive. @default none */
  readonly redriveTime?: EpochMs | undefined;
}
