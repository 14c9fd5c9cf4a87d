import type { Rollout } from '../rollout/rollout.ts';
import type { Span } from './steady-load.ts';

/** Notes from looks at a rollout when two fleets shared the traffic. */
export class SplitWatch {
  #lastBefore = 0;
  #isSeen = false;
  #firstAfter: number | undefined;

  /** @param askedAt when the look began, by `performance.now` */
  see({ fleets }: Rollout, askedAt: number): void {
    const isSplit = fleets.filter(({ percent }) => percent > 0).length > 1;
    if (isSplit) this.#isSeen = true;
    else if (this.#isSeen) this.#firstAfter ??= performance.now();
    else this.#lastBefore = askedAt;
  }

  /**
   * From the last look before it to the first one after it: they shared the traffic at no other time.
   * Undefined where no look saw it.
   */
  get split(): Span | undefined {
    if (!this.#isSeen) return undefined;
    return { from: this.#lastBefore, to: this.#firstAfter ?? performance.now() };
  }
}
