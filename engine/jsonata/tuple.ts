import { Frame } from './frame.ts';

/** The variables that a path with `@`, `#` or `%` binds for one item; the item itself is `@`. */
export type Tuple = Record<string, unknown>;

/** The variables of a tuple, as a frame. */
export function frameOf(frame: Frame, tuple: Tuple): Frame {
  return new Frame(frame, frame.evaluation, frame.depth, Object.keys(tuple), Object.values(tuple));
}
