import type { ChoiceRule } from './flow/choice-rule.ts';
import type { DataFlow } from './flow/data-flow.ts';
import type { Field } from './flow/field.ts';
import type { CatchFlow } from './flow/visit.ts';
import type { Json, JsonObject } from './json.ts';
import type { TaskFamily, TaskPattern } from './task-kind.ts';

/** The two languages that fields of a state can be written in. */
export type QueryLanguage = 'JSONPath' | 'JSONata';

/** States that can transition to each other: a machine's, a branch's, or an item processor's. */
export interface StateGroup {
  readonly startAt: string;
  readonly states: States;
}

/** States by their names. */
export interface States {
  /** @throws StatesError for a state that cannot be compiled; validation refuses such a state */
  get(name: string): State | undefined;
}

/** A definition that is ready to run. Created by `parse`. */
export interface Machine extends StateGroup {
  readonly queryLanguage: QueryLanguage;
  readonly timeoutSeconds: number | undefined;
  /** The definition of the machine. */
  readonly definition: JsonObject;
}

export type StateType = State['type'];

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

interface Named {
  readonly name: string;
  readonly queryLanguage: QueryLanguage;
  readonly flow: DataFlow;
}

interface Continuing extends Named {
  /** Undefined: the state ends its group. */
  readonly next: string | undefined;
}

/** States whose work can fail and be retried. */
interface Handling extends Continuing {
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly Catcher[];
}

export interface PassState extends Continuing {
  readonly type: 'Pass';
  /** JSONPath's `Result`. */
  readonly result: Json | undefined;
}

export interface TaskState extends Handling {
  readonly type: 'Task';
  readonly resource: TaskResource;
  readonly timeoutSeconds: Field | undefined;
  readonly heartbeatSeconds: Field | undefined;
  readonly roleArn: Field | undefined;
}

export interface TaskResource {
  readonly arn: string;
  readonly family: TaskFamily;
  readonly resourceType: string;
  readonly resourceName: string;
  readonly pattern: TaskPattern;
}

export interface ChoiceState extends Named {
  readonly type: 'Choice';
  readonly rules: readonly ChoiceRule[];
  readonly default: string | undefined;
}

export interface WaitState extends Continuing {
  readonly type: 'Wait';
  readonly until:
    | { readonly kind: 'seconds'; readonly field: Field }
    | { readonly kind: 'timestamp'; readonly field: Field };
}

export interface SucceedState extends Named {
  readonly type: 'Succeed';
}

export interface FailState extends Named {
  readonly type: 'Fail';
  readonly error: Field | undefined;
  readonly cause: Field | undefined;
}

export interface ParallelState extends Handling {
  readonly type: 'Parallel';
  readonly branches: readonly StateGroup[];
}

export interface MapState extends Handling {
  readonly type: 'Map';
  readonly mode: 'INLINE' | 'DISTRIBUTED';
  readonly executionType: 'STANDARD' | 'EXPRESS';
  readonly processor: Machine;
  /** `ItemsPath` or `Items`; undefined if the effective input is the list. */
  readonly items: Field | undefined;
  readonly itemSelector: Field | undefined;
  readonly itemReader: ItemReader | undefined;
  readonly itemBatcher: Batcher | undefined;
  readonly resultWriter: Writer | undefined;
  readonly maxConcurrency: Field | undefined;
  readonly toleratedFailureCount: Field | undefined;
  readonly toleratedFailurePercentage: Field | undefined;
  readonly label: string | undefined;
}

export interface ItemReader {
  readonly resource: string;
  readonly arguments: Field | undefined;
  readonly readerConfig: Readonly<Record<string, Field>>;
}

export interface Batcher {
  readonly maxItemsPerBatch: Field | undefined;
  readonly maxInputBytesPerBatch: Field | undefined;
  readonly batchInput: Field | undefined;
}

export interface Writer {
  readonly resource: string | undefined;
  readonly arguments: Field | undefined;
  readonly writerConfig: Readonly<Record<string, Json>> | undefined;
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly jitter: boolean;
}

export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly flow: CatchFlow;
}
