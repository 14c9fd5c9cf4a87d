import { Effort } from '../effort.ts';
import { JsonataFault, limitMessages } from './fault.ts';

/** What an expression sees from outside: `$states`, the variables, time and chance. */
export interface Scope {
  /** The value of `$name`, or undefined if there is no such variable. */
  lookup(name: string): unknown;
  /** Milliseconds since the epoch; one evaluation sees one instant. */
  now(): number;
  random(): number;
  uuid(): string;
  /** What it has in common with the other expressions of its turn. @default none: it is alone */
  readonly effort?: Effort;
}

/** What evaluating an operator, a member or an expression of a block takes. */
export const NODE_STEPS = 1 / 8;

/** How many list items are copied, or characters read, in the time of a step. */
const itemsPerStep = 32;

/** So many are read within the call itself. */
const fewItems = 8;

/** How deep evaluations may nest on AWS: https://github.com/floci-io/floci/pull/2783. */
export const maximumDepth = 100;

/** The state of one evaluation. */
export class Evaluation {
  readonly scope: Scope;
  /** How deep the call of the innermost running lambda is nested. */
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

  /** Counts the work of handling so many list items or characters at once. */
  handle(items: number): void {
    if (items > itemsPerStep) this.step(items / itemsPerStep);
  }

  /** Counts the work of reading so many items or characters, at so many steps each. */
  read(items: number, stepsEach: number): void {
    if (items > fewItems) this.step(items * stepsEach);
  }

  get instant(): number {
    this.#instant ??= this.scope.now();
    return this.#instant;
  }
}

/** What {@link Frame.lookup} answers for a name that no frame binds. */
export const unbound = Symbol('unbound');

/** Variables of one block, lambda or tuple, and all around it. */
export class Frame {
  readonly parent: Frame | undefined;
  readonly evaluation: Evaluation;
  /** How deep the call that made this frame is nested; compiled nodes add their own depth. */
  readonly depth: number;
  /** Shared with other frames until something is bound here. */
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

  /** The value bound here or further out; {@link unbound} if only the scope or the library can know it. */
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
  if (depth > maximumDepth) throw new JsonataFault(undefined, { message: limitMessages.depth });
}
