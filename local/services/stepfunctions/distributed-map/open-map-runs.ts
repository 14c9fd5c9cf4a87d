import { OPEN_MAP_RUNS_LIMIT } from '../limits.ts';

/**
 * Limits how many map runs of the account have open children: further ones start and wait.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export class OpenMapRuns {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #open = 0;

  constructor(limit: number = OPEN_MAP_RUNS_LIMIT) {
    this.#limit = limit;
  }

  /** Resolves when the map run may begin; call `leave` once after it. */
  async enter(): Promise<void> {
    if (this.#open < this.#limit) {
      this.#open += 1;
      return;
    }
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#open -= 1;
    else next();
  }
}
