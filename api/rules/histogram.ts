/** Bins that a histogram has at most. */
export const MAXIMUM_BINS = 40;

/** Numbers that are further from zero are counted as these, and nearer ones as zero: their ratios would overflow. */
const LARGEST = 2 ** 900;
const SMALLEST = 2 ** -200;

/** How often values lie in bins of one width; the first begins at `from`. */
export interface Histogram {
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
}

/**
 * Counts numbers in at most 40 bins, without knowing their range before. Widths are powers of two and bins begin at
 * multiples of them, so that two bins can become one: the same numbers give the same bins in any order.
 */
export class HistogramCounter {
  #width = 0;
  /** The position of the first bin, in bin widths. */
  #first = 0;
  #counts: number[] = [];
  /** All so far, while they are one number. */
  #only: number | undefined;
  #ofOnly = 0;
  readonly #narrowest: number;

  /** @param narrowest width of a bin; 1 for whole numbers. @default as narrow as numbers can be distinguished */
  constructor(narrowest = 0) {
    this.#narrowest = narrowest;
  }

  add(number: number): void {
    const value = Math.abs(number) < SMALLEST ? 0 : Math.max(-LARGEST, Math.min(LARGEST, number));
    if (this.#width === 0 && !this.#begin(value)) return;
    this.#count(value);
  }

  /** Undefined where there was no number. */
  summarize(): Histogram | undefined {
    if (this.#width > 0) {
      return {
        from: this.#first * this.#width,
        width: this.#width,
        counts: [...this.#counts],
      };
    }
    if (this.#only === undefined) return undefined;
    return { from: this.#only, width: this.#narrowest, counts: [this.#ofOnly] };
  }

  /** Whether two numbers differ, so that a width is known. */
  #begin(value: number): boolean {
    this.#only ??= value;
    if (value === this.#only) {
      this.#ofOnly += 1;
      return false;
    }
    this.#width = this.#widthFor(this.#only, value);
    this.#first = Math.floor(this.#only / this.#width);
    this.#counts = [this.#ofOnly];
    return true;
  }

  #widthFor(one: number, other: number): number {
    const least = Math.max(this.#narrowest, SMALLEST, Math.abs(other - one) / MAXIMUM_BINS);
    let width = 2 ** Math.floor(Math.log2(least));
    while (Math.abs(Math.floor(one / width) - Math.floor(other / width)) >= MAXIMUM_BINS)
      width *= 2;
    return width;
  }

  #count(value: number): void {
    let bin = Math.floor(value / this.#width);
    while (this.#binsWith(bin) > MAXIMUM_BINS) {
      this.#widen();
      bin = Math.floor(value / this.#width);
    }
    if (bin < this.#first) {
      this.#counts.unshift(...Array.from({ length: this.#first - bin }, () => 0));
      this.#first = bin;
    }
    while (this.#counts.length <= bin - this.#first) this.#counts.push(0);
    this.#counts[bin - this.#first] = (this.#counts[bin - this.#first] ?? 0) + 1;
  }

  #binsWith(bin: number): number {
    const last = this.#first + this.#counts.length - 1;
    return Math.max(last, bin) - Math.min(this.#first, bin) + 1;
  }

  /** Two bins become one. */
  #widen(): void {
    const first = Math.floor(this.#first / 2);
    const counts: number[] = [];
    for (const [index, count] of this.#counts.entries()) {
      const bin = Math.floor((this.#first + index) / 2) - first;
      counts[bin] = (counts[bin] ?? 0) + count;
    }
    this.#width *= 2;
    this.#first = first;
    this.#counts = counts;
  }
}
