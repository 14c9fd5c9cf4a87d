/** Entries that are kept at most; the oldest go first. */
const MAXIMUM_ENTRIES = 5_000;

interface Entry {
  readonly value: Promise<unknown>;
  readonly until: number;
}

/**
 * Keeps answers of AWS for a moment, so that many people who look at once cause one request: Step Functions
 * lets a whole account read a few times a second. A request that fails or finds nothing is not kept: what is
 * missing now can be there in the next moment.
 *
 * Time is divided into slots, and an answer is kept until the end of the slot in which it was asked for. An answer
 * that is made of other kept answers is then not older than one slot either: they end together, and ages do not add up.
 */
export class BriefCache {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  /** @param now milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * The answer of this slot of so many milliseconds, else a new one.
   *
   * @param isKept whether an answer is kept once it is there; by default if it found something
   */
  get<Value>(
    key: string,
    keptMs: number,
    load: () => Promise<Value>,
    isKept: (value: Value) => boolean = isFound,
  ): Promise<Value> {
    const known = this.#entries.get(key);
    const now = this.#now();
    if (known !== undefined && now < known.until) return known.value as Promise<Value>;
    const until = (Math.floor(now / keptMs) + 1) * keptMs;
    const value = load();
    const entry = { value, until };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    value.then(
      (found) => isKept(found) || this.#forget(key, entry),
      () => this.#forget(key, entry),
    );
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAXIMUM_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
    return value;
  }

  /** Forgets what begins so, after it was changed. */
  clear(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}

function isFound(value: unknown): boolean {
  return value !== undefined;
}
