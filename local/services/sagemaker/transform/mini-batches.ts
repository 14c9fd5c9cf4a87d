import type { Readable } from 'node:stream';

/**
 * The records of one request to the model. They stay one buffer, because a request of 100 MB may have fifty million
 * lines.
 */
export class MiniBatch {
  /** The records, with a line break between them. */
  readonly bytes: Buffer;
  readonly #isByLine: boolean;

  constructor(bytes: Buffer, isByLine: boolean) {
    this.bytes = bytes;
    this.#isByLine = isByLine;
  }

  /** The number of records. */
  get count(): number {
    return this.#isByLine ? countLines(this.bytes) : 1;
  }

  records(): Iterable<Buffer> {
    return this.#isByLine ? linesOf(this.bytes) : [this.bytes];
  }
}

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

/** The number of lines of a text without a line break at its end. */
export function countLines(bytes: Buffer): number {
  let count = 1;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

/** The lines of a text without a line break at its end. */
export function* linesOf(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    yield bytes.subarray(start, end);
    start = end + 1;
  }
  yield bytes.subarray(start);
}

/**
 * Divides a file into requests: whole, by line, or as many lines as fit.
 *
 * @throws PayloadTooLarge
 */
export async function* miniBatches(file: Readable, rules: BatchRules): AsyncGenerator<MiniBatch> {
  const unsent = new Unsent(rules);
  for await (const chunk of file as AsyncIterable<Buffer>) {
    unsent.add(chunk);
    yield* unsent.batches(false);
  }
  yield* unsent.batches(true);
}

/** What was read and is in no request yet. */
class Unsent {
  readonly #rules: BatchRules;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #hasLine = false;

  constructor(rules: BatchRules) {
    this.#rules = rules;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#hasLine ||= this.#rules.isByLine && chunk.includes(NEWLINE);
  }

  *batches(isAll: boolean): Generator<MiniBatch> {
    const { isByLine, maxBytes } = this.#rules;
    if (this.#bytes === 0 || !(isAll || this.#isEnough())) return;
    let rest = Buffer.concat(this.#chunks);
    while (rest.length > 0) {
      const end = this.#endOfBatch(rest, isAll);
      if (end === undefined) break;
      yield new MiniBatch(rest.subarray(0, end), isByLine);
      rest = rest.subarray(isByLine ? end + 1 : end);
    }
    if (this.#sizeOfFirst(rest) > maxBytes) throw new PayloadTooLarge(maxBytes);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
    this.#hasLine = isByLine && rest.includes(NEWLINE);
  }

  /** Whether there is a whole request, or a record that is too large. */
  #isEnough(): boolean {
    const { isSingleRecord, maxBytes } = this.#rules;
    return this.#bytes > maxBytes || (isSingleRecord && this.#hasLine);
  }

  /** Where the next request ends, before its last line break; undefined where more must be read, or it is too large. */
  #endOfBatch(rest: Buffer, isAll: boolean): number | undefined {
    const { isByLine, isSingleRecord, maxBytes } = this.#rules;
    const first = this.#sizeOfFirst(rest);
    if (first > maxBytes || (first === rest.length && !isAll)) return undefined;
    if (!isByLine || isSingleRecord) return first;
    // The last line of a file needs no line break.
    if (rest.length < maxBytes) return isAll ? lengthWithoutBreak(rest) : undefined;
    return Math.max(first, rest.lastIndexOf(NEWLINE, maxBytes - 1));
  }

  #sizeOfFirst(rest: Buffer): number {
    const end = this.#rules.isByLine ? rest.indexOf(NEWLINE) : -1;
    return end < 0 ? rest.length : end;
  }
}

function lengthWithoutBreak(bytes: Buffer): number {
  return bytes.at(-1) === NEWLINE ? bytes.length - 1 : bytes.length;
}
