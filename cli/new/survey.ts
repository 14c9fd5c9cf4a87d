import { isAscii, isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { visibleLine } from '../../local/index.ts';
import { refusal, type SourceFile } from './source-file.ts';

/** How the bytes of a file are read as text. */
export interface Encoding {
  /** The name in the project. */
  readonly name: 'utf-8' | 'utf-16' | 'windows-1252';
  /** The name for `TextDecoder`. */
  readonly decoder: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'ascii';
  readonly hasByteOrderMark: boolean;
  /** Why it is not certain. */
  readonly doubt?: string;
}

export const CHUNK_BYTES = 1024 * 1024;

const LINE_FEED = 0x0a;

/** Bytes that windows-1252 does not define, and control characters that do not occur in text. */
const NOT_WINDOWS_1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** What the bytes of a whole file show about its encoding. */
interface Bytes {
  isAscii: boolean;
  /** Sequences of two to four bytes that are UTF-8. */
  sequences: number;
  /** Where the first byte is that is not UTF-8. */
  firstBad: number | undefined;
  /** Where the first byte is that windows-1252 does not have. */
  firstUndefined: number | undefined;
  /** Where the first zero byte is. */
  firstZero: number | undefined;
}

/**
 * Reads the file once to find its encoding.
 *
 * @param advance called with the number of bytes of each chunk
 * @throws UserError where it is not text
 */
export async function findEncoding(
  source: SourceFile,
  advance: (bytes: number) => void,
): Promise<Encoding> {
  const marked = markedEncoding(source);
  if (marked !== undefined) return marked;
  const bytes = await surveyBytes(source, advance);
  const hasByteOrderMark = source.head.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
  if (bytes.firstZero !== undefined) throw await zeroByte(source, bytes.firstZero);
  if (bytes.isAscii) return { name: 'utf-8', decoder: 'ascii', hasByteOrderMark };
  if (bytes.firstBad === undefined) return { name: 'utf-8', decoder: 'utf-8', hasByteOrderMark };
  return windows1252(source, bytes, bytes.firstBad, hasByteOrderMark);
}

/**
 * The common encoding of several files. ASCII files fit every encoding.
 *
 * @throws UserError naming two files with different ones
 */
export function commonEncoding(
  sources: readonly SourceFile[],
  encodings: readonly Encoding[],
): Encoding {
  const particular = encodings.findIndex(({ decoder }) => decoder !== 'ascii');
  const at = Math.max(0, particular);
  const other = encodings.findIndex(
    ({ name, decoder }) => decoder !== 'ascii' && name !== encodings[at]?.name,
  );
  const [one, source] = [encodings[at], sources[at]];
  if (one === undefined || source === undefined) throw new Error('there is no file');
  const [otherEncoding, otherSource] = [encodings[other], sources[other]];
  if (otherEncoding !== undefined && otherSource !== undefined) {
    throw refusal(
      visibleLine(otherSource.path),
      `is ${otherEncoding.name} text, and ${visibleLine(source.path)} is ${one.name}`,
      'Save both in UTF-8.',
    );
  }
  return {
    ...one,
    hasByteOrderMark: encodings.some(({ hasByteOrderMark }) => hasByteOrderMark),
    ...(one.doubt === undefined || sources.length === 1
      ? {}
      : { doubt: `${visibleLine(source.path)}: ${one.doubt}` }),
  };
}

function markedEncoding({ head, path }: SourceFile): Encoding | undefined {
  const mark = head.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return { name: 'utf-16', decoder: 'utf-16le', hasByteOrderMark: true };
  if (mark === 'feff') return { name: 'utf-16', decoder: 'utf-16be', hasByteOrderMark: true };
  // Every other byte of ASCII text in UTF-16 is zero.
  const pairs = head.subarray(0, 512);
  const zeros = [0, 1].map((parity) => pairs.filter((b, i) => b === 0 && i % 2 === parity).length);
  const order = zeros.map((count) => count > pairs.length / 4);
  if (order[0] === order[1]) return undefined;
  const name = order[0] === true ? 'UTF-16BE' : 'UTF-16LE';
  throw refusal(
    visibleLine(path),
    `is ${name} text without a byte order mark`,
    `Save it in UTF-8: iconv -f ${name} -t UTF-8 ${visibleLine(path)} > utf8.csv.`,
  );
}

async function windows1252(
  source: SourceFile,
  bytes: Bytes,
  firstBad: number,
  hasByteOrderMark: boolean,
): Promise<Encoding> {
  const isMixed = bytes.sequences > 0 || hasByteOrderMark;
  const at = isMixed ? firstBad : bytes.firstUndefined;
  if (at !== undefined) throw await badByte(source, at, isMixed);
  const line = await lineOf(source, firstBad);
  return {
    name: 'windows-1252',
    decoder: 'windows-1252',
    hasByteOrderMark: false,
    doubt: `Line ${line} is not UTF-8, so the file is read as windows-1252 (latin-1). If its letters look wrong, save it in UTF-8.`,
  };
}

async function badByte(source: SourceFile, at: number, isMixed: boolean): Promise<Error> {
  const line = await lineOf(source, at);
  return refusal(
    visibleLine(source.path),
    isMixed
      ? `is UTF-8 text with a byte that is not UTF-8 in line ${line}`
      : `is neither UTF-8 nor windows-1252 text: line ${line} holds a byte that neither has`,
    'Correct the line, or save the file in UTF-8.',
  );
}

async function zeroByte(source: SourceFile, at: number): Promise<Error> {
  return refusal(
    visibleLine(source.path),
    `holds a zero byte in line ${await lineOf(source, at)}, so it is binary data or a damaged file`,
    'Name a CSV file, or remove the zero bytes.',
  );
}

async function surveyBytes({ path }: SourceFile, advance: (bytes: number) => void): Promise<Bytes> {
  const bytes: Bytes = {
    isAscii: true,
    sequences: 0,
    firstBad: undefined,
    firstUndefined: undefined,
    firstZero: undefined,
  };
  let offset = 0;
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const whole = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    const begun = unfinishedBytes(whole);
    surveyChunk(whole.subarray(0, whole.length - begun), offset, bytes);
    rest = Buffer.from(whole.subarray(whole.length - begun));
    offset += whole.length - begun;
    advance((chunk as Buffer).length);
    if (bytes.firstZero !== undefined) break;
  }
  surveyChunk(rest, offset, bytes);
  return bytes;
}

/** How many bytes at the end begin a sequence of UTF-8 that the next chunk may finish. */
function unfinishedBytes(chunk: Buffer): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back += 1) {
    const byte = chunk[chunk.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

/** Of the sequence of UTF-8 that begins with a byte. */
function lengthOf(byte: number): number {
  if (byte >= 0xf0) return 4;
  return byte >= 0xe0 ? 3 : 2;
}

function surveyChunk(chunk: Buffer, offset: number, bytes: Bytes): void {
  const zero = chunk.indexOf(0);
  if (zero >= 0) bytes.firstZero ??= offset + zero;
  if (isAscii(chunk)) return;
  bytes.isAscii = false;
  // Which bytes windows-1252 lacks matters only where the text is not UTF-8.
  if (isUtf8(chunk)) bytes.sequences += 1;
  else surveySequences(chunk, offset, bytes);
}

function surveySequences(chunk: Buffer, offset: number, bytes: Bytes): void {
  let at = 0;
  while (at < chunk.length) {
    const byte = chunk[at] ?? 0;
    if (byte < 0x80) {
      at += 1;
      continue;
    }
    const length = byte >= 0xc2 && byte <= 0xf4 ? lengthOf(byte) : 1;
    if (length > 1 && isUtf8(chunk.subarray(at, at + length))) {
      bytes.sequences += 1;
      at += length;
      continue;
    }
    bytes.firstBad ??= offset + at;
    if (NOT_WINDOWS_1252.has(byte)) bytes.firstUndefined ??= offset + at;
    at += 1;
  }
}

/** The line of a byte, counted from 1. */
async function lineOf({ path }: SourceFile, offset: number): Promise<number> {
  if (offset === 0) return 1;
  let line = 1;
  const stream = createReadStream(path, { highWaterMark: CHUNK_BYTES, end: offset - 1 });
  for await (const chunk of stream) {
    let at = (chunk as Buffer).indexOf(LINE_FEED);
    while (at >= 0) {
      line += 1;
      at = (chunk as Buffer).indexOf(LINE_FEED, at + 1);
    }
  }
  return line;
}
