import type { Json } from '../json.ts';
import type { Visit } from './visit.ts';

/** What a state does to the data that passes through it, whichever language it is written in. */
export interface DataFlow {
  /** From the raw input to what the state works on: `InputPath` and `Parameters`, or `Arguments`. */
  prepare(visit: Visit): Json;
  /**
   * From what the work came to, to the state's output: `ResultSelector`, `ResultPath` and `OutputPath`,
   * or `Output`. Also evaluates `Assign`.
   */
  finish(visit: Visit, result: Json): Json;
}
