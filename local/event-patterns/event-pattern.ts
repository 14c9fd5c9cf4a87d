import type { ValuePattern } from './value-pattern.ts';

/** One way to satisfy a pattern: all these paths, each by one of its alternatives. */
export type PatternBranch = ReadonlyMap<string, readonly ValuePattern[]>;

/** An event pattern, compiled once and matched many times; one branch suffices. */
export interface EventPattern {
  readonly branches: readonly PatternBranch[];
  /** The number of wildcard alternatives, which is limited for each bus. */
  readonly wildcards: number;
}

/** A pattern that AWS refuses; the message is the part after `Event pattern is not valid. Reason: `. */
export class InvalidPattern extends Error {}
