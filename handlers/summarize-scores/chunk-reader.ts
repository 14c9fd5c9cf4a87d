/** Items one by one, of a stream that gives them in chunks. */
export class ChunkReader<Item> {
  readonly #chunks: AsyncIterator<readonly Item[]>;
  #chunk: readonly Item[] = [];
  #at = 0;

  constructor(chunks: AsyncIterable<readonly Item[]>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Whether the next item must be waited for. */
  get isDry(): boolean {
    return this.#at >= this.#chunk.length;
  }

  /** The next item; undefined at the end, and where `isDry`. */
  take(): Item | undefined {
    const item = this.#chunk[this.#at];
    this.#at += 1;
    return item;
  }

  /** Waits for items; false at the end. */
  async fill(): Promise<boolean> {
    while (this.isDry) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return false;
      this.#chunk = value;
      this.#at = 0;
    }
    return true;
  }
}
