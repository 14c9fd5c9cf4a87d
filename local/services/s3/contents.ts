import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Random } from '../../host/random.ts';
import { isDiskFull } from '../../store/index.ts';
import { type ChecksumAlgorithm, startChecksum } from './checksums.ts';
import { ContentsDamaged, DiskFull, EntityTooLarge } from './errors.ts';
import { PUT_LIMIT_BYTES } from './limits.ts';

/** A range of a content file, which never changes; an object of several parts has several segments. */
export interface Segment {
  readonly id: string;
  readonly size: number;
}

/** Size and digests of a body, known after it was written. */
export interface Written {
  readonly segment: Segment;
  /** Hexadecimal. */
  readonly md5: string;
  /** Base64, by requested algorithm. */
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

/** The body of a request. */
export type Body = Readable | Uint8Array | string | undefined;

/** Up to this size, bytes are read and written in one call, which is faster than a stream. */
const SMALL_BYTES = 128 * 1024;

const STREAM_BUFFER_BYTES = 512 * 1024;

/**
 * The bytes of objects, as plain files. A file is written under a temporary name, renamed when it is complete,
 * and then recorded in a table: no reader sees a partial object, also after a crash.
 */
export class Contents {
  readonly #folder: string;
  readonly #drafts: string;
  readonly #random: Random;
  readonly #made = new Set<string>();

  constructor(folder: string, random: Random) {
    this.#folder = join(folder, 'objects');
    this.#drafts = join(this.#folder, '.drafts');
    this.#random = random;
    // Files that an interrupted runtime was writing are not referenced.
    rmSync(this.#drafts, { recursive: true, force: true });
    mkdirSync(this.#drafts, { recursive: true });
  }

  /**
   * Writes a body to disk.
   *
   * @throws DiskFull, EntityTooLarge, and the error of an incomplete body; no file is left then
   */
  async write(
    what: string,
    body: Body,
    algorithms: readonly ChecksumAlgorithm[],
  ): Promise<Written> {
    const id = this.#random.hex(32);
    const draft = join(this.#drafts, id);
    const digests = new Digests(algorithms);
    try {
      await writeDraft(draft, body, digests);
      renameSync(draft, this.#place(id));
    } catch (error) {
      rmSync(draft, { force: true });
      throw isDiskFull(error) ? new DiskFull(this.#folder, what) : error;
    }
    return { segment: { id, size: digests.size }, ...(await digests.finish()) };
  }

  /** Links the same bytes, also those of another account, under a name of its own without copying them: files never change. */
  link(segment: Segment, from: Contents = this): Segment {
    const id = this.#random.hex(32);
    const path = from.#path(segment.id);
    try {
      linkSync(path, this.#place(id));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      throw new ContentsDamaged(path, reasonOf(cause));
    }
    return { id, size: segment.size };
  }

  /** The bytes from `start` up to `end`, exclusive, of the segments in order; small ranges are read in one call. */
  read(segments: readonly Segment[], start: number, end: number): Uint8Array | Readable {
    const pieces = piecesOf(segments, start, end);
    const [only] = pieces;
    if (only === undefined) return Buffer.alloc(0);
    if (pieces.length > 1) {
      return Readable.from(this.#chunks(this.#openAll(pieces)), { objectMode: false });
    }
    const file = this.#open(only);
    if (only.length > SMALL_BYTES) return streamFile(file, only);
    try {
      const bytes = Buffer.alloc(only.length);
      readSync(file, bytes, 0, only.length, only.from);
      return bytes;
    } finally {
      closeSync(file);
    }
  }

  /** @throws ContentsDamaged before a byte is given out */
  #open({ id, size }: Piece): number {
    let file: number;
    try {
      file = openSync(this.#path(id), 'r');
    } catch (cause) {
      throw new ContentsDamaged(this.#path(id), reasonOf(cause));
    }
    const { size: stored } = fstatSync(file);
    if (stored === size) return file;
    closeSync(file);
    throw new ContentsDamaged(this.#path(id), `it has ${stored} bytes instead of ${size}`);
  }

  /** Opens all files of an object before the first byte is sent, so that a concurrent deletion does not affect the read. */
  #openAll(pieces: readonly Piece[]): readonly OpenPiece[] {
    const opened: OpenPiece[] = [];
    try {
      for (const piece of pieces) opened.push({ piece, file: this.#open(piece) });
    } catch (error) {
      for (const { file } of opened) closeSync(file);
      throw error;
    }
    return opened;
  }

  remove(segments: readonly Segment[]): void {
    for (const { id } of segments) rmSync(this.#path(id), { force: true });
  }

  async *#chunks(pieces: readonly OpenPiece[]): AsyncGenerator<Uint8Array> {
    const streams = pieces.map(({ file, piece }) => streamFile(file, piece));
    try {
      for (const stream of streams) yield* stream;
    } finally {
      for (const stream of streams) stream.destroy();
    }
  }

  #path(id: string): string {
    return join(this.#folder, id.slice(0, 2), id);
  }

  #place(id: string): string {
    const shard = id.slice(0, 2);
    if (!this.#made.has(shard)) {
      mkdirSync(join(this.#folder, shard), { recursive: true });
      this.#made.add(shard);
    }
    return this.#path(id);
  }
}

interface Piece {
  readonly id: string;
  /** Of the whole file. */
  readonly size: number;
  readonly from: number;
  readonly length: number;
}

interface OpenPiece {
  readonly piece: Piece;
  readonly file: number;
}

function reasonOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is missing' : String(cause);
}

function piecesOf(segments: readonly Segment[], start: number, end: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  for (const { id, size } of segments) {
    const from = Math.max(start - offset, 0);
    const length = Math.min(end - offset, size) - from;
    if (length > 0) pieces.push({ id, size, from, length });
    offset += size;
  }
  return pieces;
}

function streamFile(file: number, piece: Piece): Readable {
  return createReadStream('', {
    fd: file,
    start: piece.from,
    end: piece.from + piece.length - 1,
    highWaterMark: STREAM_BUFFER_BYTES,
  });
}

async function writeDraft(path: string, body: Body, digests: Digests): Promise<void> {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? Buffer.alloc(0));
    digests.update(bytes);
    writeFileSync(path, bytes);
    return;
  }
  const { bytes, rest } = await beginning(body);
  digests.update(bytes);
  if (rest === undefined) {
    writeFileSync(path, bytes);
    return;
  }
  const file = createWriteStream(path, { highWaterMark: STREAM_BUFFER_BYTES });
  file.write(bytes);
  await pipeline(rest, new DigestingStream(digests), file);
}

/** The first bytes of a stream, or all of a small one. */
async function beginning(
  body: Readable,
): Promise<{ readonly bytes: Buffer; readonly rest: AsyncIterable<Uint8Array> | undefined }> {
  // The caller keeps the body if writing fails: the gateway still answers on its connection.
  const iterator = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array | string>;
  const pieces: Buffer[] = [];
  let length = 0;
  while (length <= SMALL_BYTES) {
    const next = await iterator.next();
    if (next.done === true) return { bytes: Buffer.concat(pieces), rest: undefined };
    const piece = toBytes(next.value);
    pieces.push(piece);
    length += piece.length;
  }
  return { bytes: Buffer.concat(pieces), rest: remaining(iterator) };
}

async function* remaining(iterator: AsyncIterator<Uint8Array | string>): AsyncGenerator<Buffer> {
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    yield toBytes(next.value);
  }
}

function toBytes(piece: Uint8Array | string): Buffer {
  if (typeof piece === 'string') return Buffer.from(piece);
  return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}

/** Computes size, MD5 and checksums of the bytes that pass. */
class Digests {
  size = 0;
  readonly #md5 = createHash('md5');
  readonly #checksums: readonly (readonly [ChecksumAlgorithm, ReturnType<typeof startChecksum>])[];

  constructor(algorithms: readonly ChecksumAlgorithm[]) {
    this.#checksums = algorithms.map((algorithm) => [algorithm, startChecksum(algorithm)]);
  }

  update(bytes: Uint8Array): void {
    this.size += bytes.byteLength;
    if (this.size > PUT_LIMIT_BYTES) throw new EntityTooLarge(this.size, PUT_LIMIT_BYTES);
    this.#md5.update(bytes);
    for (const [, checksum] of this.#checksums) checksum.update(bytes);
  }

  async finish(): Promise<Omit<Written, 'segment'>> {
    const checksums = new Map<ChecksumAlgorithm, string>();
    for (const [algorithm, checksum] of this.#checksums) {
      checksums.set(algorithm, (await checksum.digest()).toString('base64'));
    }
    return { md5: this.#md5.digest('hex'), checksums };
  }
}

class DigestingStream extends Transform {
  readonly #digests: Digests;

  constructor(digests: Digests) {
    super({ highWaterMark: STREAM_BUFFER_BYTES });
    this.#digests = digests;
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.#digests.update(bytes);
      done(null, bytes);
    } catch (error) {
      done(error as Error);
    }
  }
}
