import { Effort } from '../effort.ts';
import { JsonataFault, limitMessages } from './fault.ts';

/** The environment of an expression: `$states`, the variables, the time and random numbers. */
export interface Scope {
  /** The value of `$name`, or undefined if there is no such variable. */
  lookup(name: string): unknown;
  /** Milliseconds since the epoch; constant during an evaluation. */
  now(): number;
  random(): number;
  uuid(): string;
  /** The steps that it shares with the other expressions of its state. @default its own */
  readonly effort?: Effort;
}

/** The steps for evaluating an operator, a member or an expression of a block. */
export const NODE_STEPS = 1 / 8;

/** Copying this many list items, or reading this many characters, takes the time of one step. */
const ITEMS_PER_STEP = 32;

/** Up to this number, reading is part of the call. */
const FEW_ITEMS = 8;

/** The maximum nesting depth of evaluations on AWS: https://github.com/floci-io/floci/pull/2783. */
export const MAXIMUM_DEPTH_LEVELS = 100;

/** The state of one evaluation. */
export class Evaluation {
  readonly scope: Scope;
  /** The nesting depth of the call of the innermost running lambda. */
  depth = 0;
  readonly #effort: Effort;
  #instant: number | undefined;

  constructor(scope: Scope) {
    this.scope = scope;
    this.#effort = scope.effort ?? new Effort();
  }

  step(count = 1): void {
    if (!this.#effort.spend(count)) {
      throw new JsonataFault(undefined, { message: limitMessages.time });
    }
  }

  /** Counts the steps for copying or reading this many list items or characters. */
  handle(items: number): void {
    if (items > ITEMS_PER_STEP) this.step(items / ITEMS_PER_STEP);
  }

  /** Counts the steps for reading this many items or characters, with `stepsEach` for each. */
  read(items: number, stepsEach: number): void {
    if (items > FEW_ITEMS) this.step(items * stepsEach);
  }

  get instant(): number {
    this.#instant ??= this.scope.now();
    return this.#instant;
  }
}

/** The result of {@link Frame.lookup} for a name that no frame binds. */
export const unbound = Symbol('unbound');

/** The variables of one block, lambda or tuple, and of all that enclose it. */
export class Frame {
  readonly parent: Frame | undefined;
  readonly evaluation: Evaluation;
  /** The nesting depth of the call that created this frame; compiled nodes add their own depth. */
  readonly depth: number;
  /** Shared with other frames until a variable is bound here. */
  #names: readonly string[];
  readonly #values: unknown[];

  constructor(
    parent: Frame | undefined,
    evaluation: Evaluation,
    depth: number,
    names: readonly string[] = none,
    values: unknown[] = [],
  ) {
    this.parent = parent;
    this.evaluation = evaluation;
    this.depth = depth;
    this.#names = names;
    this.#values = values;
  }

  bind(name: string, value: unknown): void {
    const index = this.#names.lastIndexOf(name);
    if (index >= 0) {
      this.#values[index] = value;
    } else {
      this.#names = [...this.#names, name];
      this.#values.push(value);
    }
  }

  /** The value bound in this frame or an enclosing one; {@link unbound} if it can only be in the scope or the library. */
  lookup(name: string): unknown {
    const index = this.#names.lastIndexOf(name);
    if (index >= 0) return this.#values[index];
    let frame = this.parent;
    while (frame !== undefined) {
      const at = frame.#names.length === 0 ? -1 : frame.#names.lastIndexOf(name);
      if (at >= 0) return frame.#values[at];
      frame = frame.parent;
    }
    return unbound;
  }
}

const none: readonly string[] = [];

export function assertDepth(depth: number): void {
  if (depth > MAXIMUM_DEPTH_LEVELS)
    throw new JsonataFault(undefined, { message: limitMessages.depth });
}
