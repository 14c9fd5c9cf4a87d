import type { Json } from '../json.ts';
import type { Visit } from './visit.ts';

/** How a state transforms its data, in either query language. */
export interface DataFlow {
  /** From the raw input to the effective input: `InputPath` and `Parameters`, or `Arguments`. */
  prepare(visit: Visit): Json;
  /**
   * From the result of the work to the state's output: `ResultSelector`, `ResultPath` and `OutputPath`,
   * or `Output`. Also evaluates `Assign`.
   */
  finish(visit: Visit, result: Json): Json;
}
