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
 * Everything the engine needs from the outside world. The engine touches no clock, no random source,
 * no file and no network by itself: the same host answers give the same history.
 *
 * The engine never calls the host back from within one of the host's own calls except where a callback
 * is called synchronously by the host itself: reporters may be called at once or later.
 */
export interface Host {
  readonly clock: {
    now(): EpochMs;
    /** Calls back once, in so many milliseconds: no more than `setTimeout` takes. */
    setTimer(delayMs: number, callback: () => void): HostTimer;
  };
  readonly random: {
    /** A version 4 UUID. */
    uuid(): string;
    /** A uniform number in [0, 1). */
    next(): number;
  };
  /**
   * Takes the next event of the execution's history. What was appended is all that {@link Host} must keep
   * for `resume`: an event with everything in it (its `frame` and the members AWS does not show
   * included) as JSON. An effect that was asked for after an event (a task, a timer) may only happen
   * once that event is safe, if executions shall survive a crash.
   */
  append(event: HistoryEvent): void;
  /**
   * Looks at a task before it is scheduled. An answer with `error` fails the state with no task event at
   * all (AWS checks the parameters of an integration so); `parameters` replaces what `TaskScheduled`
   * shows and `startTask` gets.
   */
  prepareTask?(invocation: TaskInvocation): TaskPreparation | undefined;
  /** Starts a task, or takes it up again (`resumed`). Returns what stops it, best effort. */
  startTask(invocation: TaskInvocation, reporter: TaskReporter): () => void;
  /** Starts the Map Run of a distributed Map, or takes it up again (`resumed`). Returns what aborts it. */
  startMapRun(request: MapRunRequest, reporter: MapRunReporter): () => void;
  /**
   * Asked before every step that could be taken at once. After the answer true the execution takes no
   * step until `goOn` is called, once and not from within `pause`; timers and reports may come in between.
   * The history is the same but for its timestamps.
   *
   * @default it never pauses: what does not wait runs to its end
   */
  pause?(goOn: () => void): boolean;
  /** The execution has ended; its last event was appended before. Called exactly once. */
  ended(result: ExecutionResult): void;
}

/** A task that the host is asked to run. */
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
  /** Of this attempt; given to every task, shown to the definition only by `.waitForTaskToken`. */
  readonly taskToken: string;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  /** The id of the event `…Scheduled` of this attempt; 0 while the task is being prepared. */
  readonly scheduledEventId: number;
  /** True if the task was scheduled before a crash: look for what is under way instead of starting it again. */
  readonly resumed: boolean;
  /** With `resumed`: the task had been reported as started. */
  readonly started: boolean;
  /** With `resumed`: what had been reported as submitted. */
  readonly submittedOutput: Json | undefined;
}

/** What {@link Host.prepareTask} may answer. */
export type TaskPreparation =
  | { readonly parameters: Json }
  | { readonly error: string; readonly cause: string };

/** An error as the Amazon States Language knows it. */
export interface Failure {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/**
 * How a task tells what became of it. Reports after the end of the task (it timed out, the execution was
 * stopped) are ignored and answered with false. Missing steps are filled in: `succeeded` without `started` writes both events.
 */
export interface TaskReporter {
  /** @param workerName of an activity's worker */
  started(workerName?: string): boolean;
  /** `.sync` and `.waitForTaskToken`: the request was accepted with this output. */
  submitted(output: Json): boolean;
  succeeded(output: Json): boolean;
  failed(failure: Failure): boolean;
  /** The task could not be scheduled (functions and activities: `…ScheduleFailed`). */
  scheduleFailed(failure: Failure): boolean;
  startFailed(failure: Failure): boolean;
  submitFailed(failure: Failure): boolean;
  /** Starts the heartbeat period again. */
  heartbeat(): boolean;
}

/** Where the items of a distributed Map come from. */
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
  /** `Map.Item.Source`: where a reader got the item from; `STATE_DATA` for items of the state's input. */
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
 * A distributed Map that the host is asked to run: every item (or batch) is a child execution of
 * `machine`, made with `run`. The host reads the items, keeps the counts and writes the results.
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
  /** 0: no limit of its own. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
  /** The id of the event `MapStateStarted` of this attempt. */
  readonly startedEventId: number;
  readonly resumed: boolean;
  /** With `resumed`: the run that had been reported as started. */
  readonly mapRunArn: string | undefined;
}

/** How a Map Run tells what became of it. */
export interface MapRunReporter {
  started(mapRunArn: string): boolean;
  /** @param output the children's outputs in order, or what the result writer gives */
  succeeded(output: Json): boolean;
  failed(failure: Failure): boolean;
  /** A redriven Map Run continues. */
  redriven(mapRunArn: string, redriveCount: number): boolean;
}

/** How an execution ended. */
export type ExecutionResult =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | {
      readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
      readonly error: string | undefined;
      readonly cause: string | undefined;
    };

/** Who and what an execution is: what the context object and `ExecutionStarted` show. */
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
  /** Redrives so far. @default 0 */
  readonly redriveCount?: number | undefined;
  /** When the last redrive was. @default none */
  readonly redriveTime?: EpochMs | undefined;
}
