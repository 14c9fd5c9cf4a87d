/**
 * Deals turns by weight, evenly spread: of any run of requests each choice gets its share, to within one.
 * AWS deals at random; with shares kept exactly, a canary of 10 % is 10 % of few requests too.
 */
export class WeightedTurns {
  #credits: number[] = [];

  /** The index whose turn it is; -1 when no weight is positive. */
  next(weights: readonly number[]): number {
    if (this.#credits.length !== weights.length) this.#credits = weights.map(() => 0);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let best = -1;
    for (const [index, weight] of weights.entries()) {
      const credit = (this.#credits[index] ?? 0) + weight;
      this.#credits[index] = credit;
      if (weight > 0 && (best < 0 || credit > (this.#credits[best] ?? 0))) best = index;
    }
    if (best >= 0) this.#credits[best] = (this.#credits[best] ?? 0) - total;
    return best;
  }
}
