import { Frame } from './frame.ts';

/** A binding of variables to one item, while a path uses `@`, `#` or `%`; the item itself is at `@`. */
export type Tuple = Record<string, unknown>;

/** The variables of a tuple, as a frame. */
export function frameOf(frame: Frame, tuple: Tuple): Frame {
  return new Frame(frame, frame.evaluation, frame.depth, Object.keys(tuple), Object.values(tuple));
}
