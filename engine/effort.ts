/**
 * How much an execution may compute before it lets others take their turn: in steps, of about a fifth of a
 * microsecond, that expressions, paths and intrinsic functions are charged for what they do. A state's
 * expressions have it together, as none of them may be left while it is evaluated. AWS stops a single
 * expression after about one second; here other clients wait for it, so it is a tenth of that. Counting
 * steps makes the same state fail on every machine and on every clock.
 */
export const MAXIMUM_STEPS = 500_000;

/** What a Catcher's expressions may compute, beside what its state has. */
const SPARED_STEPS = 50_000;

/** What one turn of an execution has computed so far. */
export class Effort {
  steps = 0;

  /** Another turn begins: between two of them others were answered. */
  renew(): void {
    this.steps = 0;
  }

  /** Leaves some work for what handles an error, even where the error is that all of it was done. */
  spare(): void {
    this.steps = Math.min(this.steps, MAXIMUM_STEPS - SPARED_STEPS);
  }

  /** Charges some work; false where it is more than a turn may take. */
  spend(steps: number): boolean {
    this.steps += steps;
    return this.steps <= MAXIMUM_STEPS;
  }
}
