import type { Diagnostic } from './diagnostic.ts';

/** What one check found, with what the checks found that it left for later, in their places. */
type Found = (Diagnostic | Found)[];

interface Waiting {
  readonly check: () => void;
  readonly found: Found;
}

/**
 * Collects diagnostics in the order of the definition. A check leaves what lies below it for later, so that a
 * large definition is judged in many short pieces of work and its depth takes no room in the call stack.
 * The checks run in the order in which they would run inside each other.
 */
export class Findings {
  readonly #all: Found = [];
  /** Where the running check reports to. */
  #current: Found = this.#all;
  /** The next one is the last. */
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

  /** Runs a check and all that is left for later; may pause after each of them. */
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
