import type { ValuePattern } from './value-pattern.ts';

/** One way to satisfy a pattern: all these paths, each by one of its alternatives. */
export type PatternBranch = ReadonlyMap<string, readonly ValuePattern[]>;

/** An event pattern, compiled once and matched many times; one branch suffices. */
export interface EventPattern {
  readonly branches: readonly PatternBranch[];
  /** How many wildcard alternatives it has; a bus takes only so many rules with them. */
  readonly wildcards: number;
}

/** A pattern AWS refuses, in its words: what stands after `Event pattern is not valid. Reason: `. */
export class InvalidPattern extends Error {}
