/** How far the processes of a version with provisioned concurrency are there. */
export type Warmth = 'starting' | 'warm' | 'failed';

/** Which versions have processes that stay, because concurrency is provisioned for them. By the version's key. */
export class KeptWarm {
  readonly #wanted = new Map<string, number>();
  readonly #starting = new Set<string>();
  readonly #failed = new Set<string>();

  /** @returns whether that is another number than before */
  want(key: string, processes: number): boolean {
    const before = this.wanted(key);
    this.#failed.delete(key);
    if (processes === 0) this.#wanted.delete(key);
    else this.#wanted.set(key, processes);
    return before !== processes;
  }

  wanted(key: string): number {
    return this.#wanted.get(key) ?? 0;
  }

  /** @returns false while processes of the version are being started already */
  begin(key: string): boolean {
    if (this.#starting.has(key)) return false;
    this.#starting.add(key);
    return true;
  }

  end(key: string, isGood: boolean): void {
    this.#starting.delete(key);
    if (!isGood && this.#wanted.has(key)) this.#failed.add(key);
  }

  /** Undefined for a version of which nothing is kept. */
  warmthOf(key: string): Warmth | undefined {
    if (!this.#wanted.has(key)) return undefined;
    if (this.#failed.has(key)) return 'failed';
    return this.#starting.has(key) ? 'starting' : 'warm';
  }
}
