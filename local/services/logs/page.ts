import { EVENT_OVERHEAD_BYTES, PAGE_BYTES } from './limits.ts';

/** Counts the events and bytes of a page. The first event always fits. */
export class Page {
  readonly #limit: number;
  #count = 0;
  #bytes = 0;
  #isFull = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  takes(message: string): boolean {
    if (this.#isFull) return false;
    const bytes = this.#bytes + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
    const fits = this.#count === 0 || bytes <= PAGE_BYTES;
    this.#isFull = !fits || this.#count + 1 === this.#limit;
    if (!fits) return false;
    this.#bytes = bytes;
    this.#count += 1;
    return true;
  }
}
