import type { Effort } from '../effort.ts';
import type { Json } from '../json.ts';

/** How a Catcher transforms an error output. */
export interface CatchFlow {
  (visit: Visit, errorOutput: Json): Json;
}

/** One visit of a thread to a state, against which fields are evaluated. */
export interface Visit {
  /** The state's raw input. */
  readonly input: Json;
  /** The steps that all evaluations share until other work of the process runs. */
  readonly effort: Effort;
  /** The current context object. */
  context(): Json;
  /** A variable's value; undefined if it was never assigned. */
  variable(name: string): Json | undefined;
  /** Receives the values of `Assign`; they take effect when the state is left. */
  assign(values: Readonly<Record<string, Json>>): void;
  now(): number;
  random(): number;
  uuid(): string;
  /** Reports a stage of the data flow to the inspector (`TestState`). */
  inspect(stage: InspectionStage, value: Json): void;
}

/** The stages that `TestState` can show. */
export type InspectionStage =
  | 'afterInputPath'
  | 'afterParameters'
  | 'afterArguments'
  | 'afterResultSelector'
  | 'afterResultPath'
  | 'afterItemsPath'
  | 'afterItemSelector'
  | 'afterItemBatcher'
  | 'afterItemsPointer'
  | 'maxConcurrency'
  | 'toleratedFailureCount'
  | 'toleratedFailurePercentage'
  | 'result';
