import type { CsvRecord } from '../inspect-dataset/read-records.ts';

/** Rows one by one, of a stream that gives them in chunks. */
export class RecordReader {
  readonly #chunks: AsyncIterator<CsvRecord[]>;
  #chunk: readonly CsvRecord[] = [];
  #at = 0;

  constructor(chunks: AsyncIterable<CsvRecord[]>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Whether the next row must be waited for. */
  get isDry(): boolean {
    return this.#at >= this.#chunk.length;
  }

  /** The next row; undefined at the end, and where `isDry`. */
  take(): CsvRecord | undefined {
    const record = this.#chunk[this.#at];
    this.#at += 1;
    return record;
  }

  /** Waits for rows; false at the end. */
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
