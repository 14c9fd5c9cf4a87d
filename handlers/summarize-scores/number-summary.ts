/** Bins with a count; where there would be more, two become one. */
const MAXIMUM_BINS = 40;
/** The width of the first bins, a power of two. */
const FIRST_WIDTH = 2 ** -30;
/** Beyond it, a bin's number and the next one's are hard to tell apart. */
const LARGEST_PLACE = 2 ** 40;

export interface Bin {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** Sums up numbers as they come, in constant memory: their moments, and a histogram that finds its width. */
export class NumberSummary {
  #count = 0;
  #mean = 0;
  /** The sum of squared differences from the mean, by Welford's method. */
  #squares = 0;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;
  #width = FIRST_WIDTH;
  #bins = new Map<number, number>();

  add(value: number): void {
    this.#count += 1;
    const difference = value - this.#mean;
    this.#mean += difference / this.#count;
    this.#squares += difference * (value - this.#mean);
    this.#minimum = Math.min(this.#minimum, value);
    this.#maximum = Math.max(this.#maximum, value);
    while (Math.abs(value) / this.#width > LARGEST_PLACE) this.#widen();
    const place = Math.floor(value / this.#width);
    this.#bins.set(place, (this.#bins.get(place) ?? 0) + 1);
    while (this.#bins.size > MAXIMUM_BINS) this.#widen();
  }

  render() {
    return {
      mean: this.#mean,
      standardDeviation: Math.sqrt(this.#squares / Math.max(1, this.#count - 1)),
      minimum: this.#minimum,
      maximum: this.#maximum,
      bins: [...this.#bins]
        .sort(([one], [other]) => one - other)
        .map(([place, count]) => ({
          lower: place * this.#width,
          upper: (place + 1) * this.#width,
          count,
        })),
    };
  }

  #widen(): void {
    this.#width *= 2;
    const wider = new Map<number, number>();
    for (const [place, count] of this.#bins) {
      const next = Math.floor(place / 2);
      wider.set(next, (wider.get(next) ?? 0) + count);
    }
    this.#bins = wider;
  }
}
