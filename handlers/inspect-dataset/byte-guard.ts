import { isAscii } from 'node:buffer';
import { type Hash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import type { DatasetContract } from '../../events/index.ts';
import { DatasetRejected } from './dataset-rejected.ts';

/** No sensible row is longer; without a limit one line could fill the memory. */
export const MAXIMUM_LINE_BYTES = 1024 * 1024;

/** Containers that are recognized by their first bytes. */
const signatures: readonly { readonly bytes: readonly number[]; readonly format: string }[] = [
  { bytes: [0x1f, 0x8b], format: 'gzip data' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], format: 'a zip file (or a spreadsheet)' },
  { bytes: [0x50, 0x41, 0x52, 0x31], format: 'a Parquet file' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], format: 'Zstandard data' },
  { bytes: [0x42, 0x5a, 0x68], format: 'bzip2 data' },
  { bytes: [0x25, 0x50, 0x44, 0x46], format: 'a PDF file' },
  { bytes: [0xff, 0xfe], format: 'UTF-16 text' },
  { bytes: [0xfe, 0xff], format: 'UTF-16 text' },
];
const byteOrderMark = [0xef, 0xbb, 0xbf];
const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Passes text on and counts and hashes its bytes; stops at the first byte that is not text of the promised encoding.
 * Keeps nothing but the length of the current line.
 */
export class ByteGuard extends Transform {
  sizeBytes = 0;
  readonly #contract: DatasetContract;
  readonly #hash: Hash;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #head = Buffer.alloc(0);
  #headPassed = false;
  #lineBytes = 0;
  #lines = 1;

  constructor(contract: DatasetContract, hash: Hash) {
    super();
    this.#contract = contract;
    this.#hash = hash;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    try {
      this.#hash.update(chunk);
      this.sizeBytes += chunk.length;
      this.#checkHead(chunk);
      this.#checkText(chunk);
      this.#checkLines(chunk);
      done(null, chunk);
    } catch (error) {
      done(error as Error);
    }
  }

  #checkHead(chunk: Buffer): void {
    if (this.#headPassed) return;
    this.#head = Buffer.concat([this.#head, chunk.subarray(0, 4)]).subarray(0, 4);
    const begins = (bytes: readonly number[]) =>
      bytes.every((byte, index) => this.#head[index] === byte);
    const found = signatures.find(({ bytes }) => begins(bytes));
    if (found !== undefined) {
      throw new DatasetRejected(
        `The file is ${found.format}, not CSV text. Upload it as plain CSV in UTF-8.`,
      );
    }
    if (begins(byteOrderMark) && this.#contract.byteOrderMark === 'refuse') {
      throw new DatasetRejected(
        "The file begins with a UTF-8 byte order mark, which the project does not accept. Save it without one, or set dataset.byteOrderMark to 'accept'.",
      );
    }
    this.#headPassed = this.#head.length >= 4;
  }

  #checkText(chunk: Buffer): void {
    if (chunk.includes(0)) {
      throw new DatasetRejected(
        'The file holds zero bytes: it is binary data, not CSV text. Upload plain CSV in UTF-8.',
      );
    }
    if (isAscii(chunk)) return;
    try {
      this.#decoder.decode(chunk, { stream: true });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new DatasetRejected(
        `The file is not UTF-8 text (near line ${this.#lines}). Save it in UTF-8.`,
      );
    }
  }

  #checkLines(chunk: Buffer): void {
    const firstBreak = chunk.indexOf(newline);
    const firstPart = firstBreak < 0 ? chunk.length : firstBreak;
    if (this.#lineBytes + firstPart > MAXIMUM_LINE_BYTES) {
      throw new DatasetRejected(
        `Line ${this.#lines} is longer than ${MAXIMUM_LINE_BYTES} bytes. Check the line ends and quotes of the file.`,
      );
    }
    if (this.#contract.lineEnds === 'lf' && chunk.includes(carriageReturn)) {
      throw new DatasetRejected(
        "The lines end in CR LF (Windows) or hold carriage returns, which the project does not accept. Save the file with LF line ends, or set dataset.lineEnds to 'any'.",
      );
    }
    const lastBreak = chunk.lastIndexOf(newline);
    this.#lineBytes = lastBreak < 0 ? this.#lineBytes + chunk.length : chunk.length - lastBreak - 1;
    if (lastBreak >= 0) this.#lines += 1;
  }
}
