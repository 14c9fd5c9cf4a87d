import type { Rollout } from '../../operations/index.ts';
import type { Span } from './steady-load.ts';

/** Records, from polls of a rollout, when two fleets shared the traffic. */
export class SplitWatch {
  #lastBefore = 0;
  #isSeen = false;
  #firstAfter: number | undefined;

  /** @param askedAt the start of the poll, by `performance.now` */
  see({ fleets }: Rollout, askedAt: number): void {
    const isSplit = fleets.filter(({ percent }) => percent > 0).length > 1;
    if (isSplit) this.#isSeen = true;
    else if (this.#isSeen) this.#firstAfter ??= performance.now();
    else this.#lastBefore = askedAt;
  }

  /**
   * From the last poll before it to the first poll after it; they did not share the traffic outside this span.
   * Undefined if no poll saw it.
   */
  get split(): Span | undefined {
    if (!this.#isSeen) return undefined;
    return { from: this.#lastBefore, to: this.#firstAfter ?? performance.now() };
  }
}
