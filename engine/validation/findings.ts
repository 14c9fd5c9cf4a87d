import type { Diagnostic } from './diagnostic.ts';

/** The diagnostics of one check, with those of its deferred checks at their places. */
type Found = (Diagnostic | Found)[];

interface Waiting {
  readonly check: () => void;
  readonly found: Found;
}

/**
 * Collects diagnostics in the order of the definition. A check defers the checks of nested values, so that a large
 * definition is validated in many short pieces of work, and deep nesting does not use the call stack. The checks
 * run in the same order as nested calls would.
 */
export class Findings {
  readonly #all: Found = [];
  /** The diagnostics of the running check. */
  #current: Found = this.#all;
  /** A stack: the last check runs next. */
  readonly #waiting: Waiting[] = [];
  #left: Waiting[] = [];

  add(diagnostic: Diagnostic): void {
    this.#current.push(diagnostic);
  }

  later(check: () => void): void {
    const found: Found = [];
    this.#current.push(found);
    this.#left.push({ check, found });
  }

  /** Runs a check and all deferred checks; yields after each of them. */
  *collect(check: () => void): Generator<undefined, readonly Diagnostic[]> {
    this.#waiting.push({ check, found: this.#all });
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      this.#current = next.found;
      this.#left = [];
      next.check();
      for (const left of this.#left.reverse()) this.#waiting.push(left);
      yield;
    }
    return flat(this.#all);
  }
}

function flat(all: Found): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const pending: Found = [all];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!Array.isArray(next)) diagnostics.push(next);
    else for (const found of next.reverse()) pending.push(found);
  }
  return diagnostics;
}
