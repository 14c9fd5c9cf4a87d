import type { Effort } from '../effort.ts';
import type { Json } from '../json.ts';

/** What a Catcher makes of an error output. */
export interface CatchFlow {
  (visit: Visit, errorOutput: Json): Json;
}

/** What fields are evaluated against: one visit of a thread to a state. */
export interface Visit {
  /** The state's raw input. */
  readonly input: Json;
  /** What all that is evaluated in this turn has together. */
  readonly effort: Effort;
  /** The context object as it is now. */
  context(): Json;
  /** A variable's value; undefined if it was never assigned. */
  variable(name: string): Json | undefined;
  /** Takes what `Assign` came to; it takes effect when the state is left. */
  assign(values: Readonly<Record<string, Json>>): void;
  now(): number;
  random(): number;
  uuid(): string;
  /** Shows a stage of the data flow to whoever looks on (`TestState`). */
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
