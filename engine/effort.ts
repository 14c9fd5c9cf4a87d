/**
 * The maximum number of steps that an execution computes before other work of the process can run. Expressions,
 * paths and intrinsic functions are charged for these steps, of about a fifth of a microsecond each. All
 * expressions of a state share the limit, because an evaluation cannot be interrupted. AWS stops a single
 * expression after about one second; here other clients wait for it, so the limit is about a tenth of that.
 * Counting steps makes the same state fail on every machine and on every clock.
 */
export const MAXIMUM_STEPS = 500_000;

/** Extra steps for the expressions of a Catcher, in addition to those of its state. */
const SPARED_STEPS = 50_000;

/** Counts the steps of an execution since other work of the process last ran. */
export class Effort {
  steps = 0;

  /** Starts the count again, after other work has run. */
  renew(): void {
    this.steps = 0;
  }

  /** Reserves steps for handling an error, also when the error is that all steps are used. */
  spare(): void {
    this.steps = Math.min(this.steps, MAXIMUM_STEPS - SPARED_STEPS);
  }

  /** Charges steps; false if they exceed the limit. */
  spend(steps: number): boolean {
    this.steps += steps;
    return this.steps <= MAXIMUM_STEPS;
  }
}
