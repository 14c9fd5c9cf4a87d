import { isAscii } from 'node:buffer';
import { type Hash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { DatasetRejected } from '../../api/rules/index.ts';
import type { DatasetContract } from '../../events/index.ts';

/** No real row is longer; without a limit, one line could fill the memory. */
export const MAXIMUM_LINE_BYTES = 1024 * 1024;

/** The longest signature. */
const HEAD_BYTES = 4;

/** File formats that are recognized by their first bytes. */
const signatures: readonly {
  readonly bytes: readonly number[];
  readonly format: string;
  /** The encoding of a dataset that begins with these bytes. */
  readonly encoding?: string;
}[] = [
  { bytes: [0x1f, 0x8b], format: 'gzip data' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], format: 'a zip file (or a spreadsheet)' },
  { bytes: [0x50, 0x41, 0x52, 0x31], format: 'a Parquet file' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], format: 'Zstandard data' },
  { bytes: [0x42, 0x5a, 0x68], format: 'bzip2 data' },
  { bytes: [0x25, 0x50, 0x44, 0x46], format: 'a PDF file' },
  { bytes: [0xff, 0xfe, 0x00, 0x00], format: 'UTF-32 text' },
  { bytes: [0x00, 0x00, 0xfe, 0xff], format: 'UTF-32 text' },
  { bytes: [0xff, 0xfe], format: 'UTF-16 text', encoding: 'utf-16' },
  { bytes: [0xfe, 0xff], format: 'UTF-16 text', encoding: 'utf-16' },
];
const byteOrderMark = [0xef, 0xbb, 0xbf];
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Passes text through, and counts and hashes its bytes; stops at the first byte that is not text in the declared encoding.
 * Keeps only the length of the current line.
 */
export class ByteGuard extends Transform {
  sizeBytes = 0;
  readonly #contract: DatasetContract;
  readonly #hash: Hash;
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  #head = Buffer.alloc(0);
  #lineBytes = 0;
  #lines = 1;
  #hasDecoded = false;

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
      const text = this.#toUtf8(chunk);
      this.#checkLines(text);
      done(null, text);
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      this.#decode();
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  #checkHead(chunk: Buffer): void {
    if (this.#head.length === HEAD_BYTES) return;
    this.#head = Buffer.concat([this.#head, chunk]).subarray(0, HEAD_BYTES);
    const begins = (bytes: readonly number[]) =>
      bytes.every((byte, index) => this.#head[index] === byte);
    const found = signatures.find(
      ({ bytes, encoding }) =>
        begins(bytes) && (encoding === undefined || encoding !== this.#contract.encoding),
    );
    if (found !== undefined) {
      throw new DatasetRejected(
        `The file is ${found.format}, not CSV text in ${(this.#contract.encoding ?? 'utf-8').toUpperCase()}. Upload it as plain CSV in that encoding${found.encoding === undefined ? '' : `, or set dataset.encoding to '${found.encoding}'`}.`,
      );
    }
    if (begins(byteOrderMark) && this.#contract.byteOrderMark === 'refuse') {
      throw new DatasetRejected(
        "The file begins with a UTF-8 byte order mark, which the project does not accept. Save it without one, or set dataset.byteOrderMark to 'accept'.",
      );
    }
  }

  /** @throws DatasetRejected at the first byte that is not text of the encoding */
  #toUtf8(chunk: Buffer): Buffer {
    const { encoding = 'utf-8' } = this.#contract;
    if (encoding !== 'utf-16') refuseZeroBytes(chunk);
    if (encoding === 'windows-1252') return this.#fromWindows(chunk);
    if (encoding === 'utf-16') return Buffer.from(this.#decode(chunk));
    if (this.#hasDecoded || !isAscii(chunk)) this.#decode(chunk);
    return chunk;
  }

  #fromWindows(chunk: Buffer): Buffer {
    if (isAscii(chunk)) return chunk;
    const text = chunk.toString('latin1').replace(/[\x80-\x9f]/g, (character, at: number) => {
      const code = character.charCodeAt(0) - 0x80;
      const meant = WINDOWS_CHARACTERS[code] ?? ' ';
      if (meant === ' ') throw this.#refuseBytes(countBreaks(chunk.subarray(0, at)));
      return meant;
    });
    return Buffer.from(text);
  }

  #refuseBytes(breaks: number): DatasetRejected {
    const encoding = (this.#contract.encoding ?? 'utf-8').toUpperCase();
    return new DatasetRejected(
      `The file is not ${encoding} text: line ${this.#lines + breaks} holds bytes that this encoding does not have. Save it in that encoding, or set dataset.encoding to the file's ('windows-1252' for most files of older spreadsheets).`,
    );
  }

  /** Without a chunk: at the end of the file, where a character may be incomplete. */
  #decode(chunk?: Buffer): string {
    const { encoding = 'utf-8' } = this.#contract;
    // The mark is kept as text; another check decides whether it is allowed.
    this.#decoder ??= new TextDecoder(encoding === 'utf-16' ? byteOrder(this.#head) : encoding, {
      fatal: true,
      ignoreBOM: true,
    });
    try {
      this.#hasDecoded = true;
      return this.#decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw this.#refuseBytes(
        chunk === undefined || encoding === 'utf-16' ? 0 : breaksBeforeFault(chunk),
      );
    }
  }

  #checkLines(chunk: Buffer): void {
    const firstBreak = chunk.indexOf(NEWLINE);
    const firstPart = firstBreak < 0 ? chunk.length : firstBreak;
    if (this.#lineBytes + firstPart > MAXIMUM_LINE_BYTES) {
      throw new DatasetRejected(
        `Line ${this.#lines} is longer than ${MAXIMUM_LINE_BYTES} bytes. Check the line ends and quotes of the file.`,
      );
    }
    if (this.#contract.lineEnds === 'lf' && chunk.includes(CARRIAGE_RETURN)) {
      throw new DatasetRejected(
        "The lines end in CR LF (Windows) or hold carriage returns, which the project does not accept. Save the file with LF line ends, or set dataset.lineEnds to 'any'.",
      );
    }
    const lastBreak = chunk.lastIndexOf(NEWLINE);
    this.#lineBytes = lastBreak < 0 ? this.#lineBytes + chunk.length : chunk.length - lastBreak - 1;
    this.#lines += countBreaks(chunk);
  }
}

/** UTF-16 without a mark is little-endian, as Windows writes it. */
function byteOrder(head: Buffer): string {
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-16le';
}

/**
 * The characters 0x80 to 0x9f, a space where there is none: Node.js 20 decodes `windows-1252` as Latin-1.
 * https://encoding.spec.whatwg.org/#windows-1252, whose five control characters Python's cp1252 refuses.
 */
export const WINDOWS_CHARACTERS = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

function refuseZeroBytes(chunk: Buffer): void {
  if (!chunk.includes(0)) return;
  throw new DatasetRejected(
    'The file holds zero bytes: it is binary data or UTF-16, not CSV text in one-byte characters. Upload plain CSV, or set dataset.encoding.',
  );
}

function countBreaks(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

/** How many lines of the chunk end before the byte that cannot be decoded. */
function breaksBeforeFault(chunk: Buffer): number {
  const replaced = new TextDecoder('utf-8').decode(chunk);
  // The chunk may begin in the middle of a character of up to four bytes.
  const fault = replaced.indexOf('\uFFFD', 3);
  return fault < 0 ? 0 : countBreaks(Buffer.from(replaced.slice(0, fault)));
}
