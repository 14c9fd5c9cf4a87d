import type { Readable } from 'node:stream';

/** The records of one request to the model. */
export type MiniBatch = readonly Buffer[];

export interface BatchRules {
  readonly isByLine: boolean;
  readonly isSingleRecord: boolean;
  /** The maximum size of a request. */
  readonly maxBytes: number;
}

/** A record, or a file that is not split, is larger than a request may be. */
export class PayloadTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`Too much data for max payload size (a record has more than ${maxBytes} bytes)`);
    this.name = 'PayloadTooLarge';
  }
}

const NEWLINE = 0x0a;

/**
 * Divides a file into requests: whole, by line, or as many lines as fit.
 *
 * @throws PayloadTooLarge
 */
export async function* miniBatches(file: Readable, rules: BatchRules): AsyncGenerator<MiniBatch> {
  const pending = new PendingBatch(rules);
  for await (const chunk of file as AsyncIterable<Buffer>) {
    for (const record of pending.split(chunk)) {
      const full = pending.add(record);
      if (full !== undefined) yield full;
    }
  }
  const last = pending.rest();
  if (last !== undefined) {
    const full = pending.add(last);
    if (full !== undefined) yield full;
  }
  if (pending.records.length > 0) yield pending.records;
}

/** The records of the next request, and the beginning of the record after them. */
class PendingBatch {
  readonly #rules: BatchRules;
  #beginning: Buffer[] = [];
  #beginningBytes = 0;
  #bytes = 0;
  records: Buffer[] = [];

  constructor(rules: BatchRules) {
    this.#rules = rules;
  }

  /** The records that end in a chunk. */
  *split(chunk: Buffer): Generator<Buffer> {
    let start = 0;
    while (this.#rules.isByLine) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      this.#keep(chunk.subarray(start, end));
      yield this.#take();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** What follows the last line break, if anything does. */
  rest(): Buffer | undefined {
    return this.#beginningBytes === 0 ? undefined : this.#take();
  }

  /** Adds a record, and returns the records before it if they fill a request. */
  add(record: Buffer): Buffer[] | undefined {
    const { isSingleRecord, maxBytes } = this.#rules;
    const isFull = isSingleRecord || this.#bytes + record.length + 1 > maxBytes;
    const full = isFull && this.records.length > 0 ? this.records : undefined;
    if (full !== undefined) {
      this.records = [];
      this.#bytes = 0;
    }
    this.records.push(record);
    this.#bytes += record.length + 1;
    return full;
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#beginning.push(part);
    this.#beginningBytes += part.length;
    if (this.#beginningBytes > this.#rules.maxBytes) {
      throw new PayloadTooLarge(this.#rules.maxBytes);
    }
  }

  #take(): Buffer {
    const [only, ...more] = this.#beginning;
    const record = only !== undefined && more.length === 0 ? only : Buffer.concat(this.#beginning);
    this.#beginning = [];
    this.#beginningBytes = 0;
    return record;
  }
}
