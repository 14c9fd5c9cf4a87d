import { Transform, type TransformCallback } from 'node:stream';
import { ServiceError } from '../cloud/service-error.ts';

/** The longest line of a chunk header or trailer. */
const LINE_LIMIT_BYTES = 4_096;

/** A body has up to two trailers: a checksum and its signature. */
const TRAILERS_LIMIT = 16;

/** AWS allows chunks of any size; clients send at most some megabytes. */
const CHUNK_LIMIT_BYTES = 5 * 1024 ** 3;

const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;

/** The framing is invalid or the body ended early. */
export class IncompleteBody extends ServiceError {
  constructor(detail: string) {
    super('IncompleteBody', `The request body terminated unexpectedly (${detail}).`);
  }
}

/**
 * Removes the `aws-chunked` framing from a body: `<hex size>[;chunk-signature=…]\r\n<data>\r\n…0\r\n`, then
 * trailers such as `x-amz-checksum-crc32:DUoRhQ==`, which are in `trailers` once the stream has ended.
 * Chunk signatures are not verified, like all signatures.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export class AwsChunkedDecoder extends Transform {
  readonly trailers = new Map<string, string>();
  /** The trailer that `x-amz-trailer` announced. */
  readonly announced: string | undefined;
  readonly #decodedLength: number | undefined;
  #line: Buffer = Buffer.alloc(0);
  #remaining = 0;
  #state: 'size' | 'data' | 'data-end' | 'trailers' | 'end' = 'size';
  #written = 0;

  /** @param decodedLength the value of `x-amz-decoded-content-length` */
  constructor(decodedLength: number | undefined, announced: string | undefined) {
    super();
    this.announced = announced;
    this.#decodedLength = decodedLength;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      let position = 0;
      while (position < chunk.length) {
        position =
          this.#state === 'data'
            ? this.#readData(chunk, position)
            : this.#readLine(chunk, position);
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    if (this.#state === 'trailers' && this.#line.length === 0) this.#state = 'end';
    if (this.#state !== 'end') done(new IncompleteBody('the last chunk is missing'));
    else if (this.#decodedLength !== undefined && this.#decodedLength !== this.#written) {
      done(new IncompleteBody(`${this.#written} of ${this.#decodedLength} bytes came`));
    } else done();
  }

  #readData(chunk: Buffer, position: number): number {
    const end = Math.min(chunk.length, position + this.#remaining);
    this.push(chunk.subarray(position, end));
    this.#written += end - position;
    this.#remaining -= end - position;
    if (this.#remaining === 0) this.#state = 'data-end';
    return end;
  }

  #readLine(chunk: Buffer, position: number): number {
    const end = chunk.indexOf(LINE_FEED, position);
    const piece = chunk.subarray(position, end < 0 ? chunk.length : end);
    if (this.#line.length + piece.length > LINE_LIMIT_BYTES) {
      throw new IncompleteBody('a chunk header is too long');
    }
    this.#line = this.#line.length === 0 ? piece : Buffer.concat([this.#line, piece]);
    if (end < 0) {
      this.#line = Buffer.from(this.#line);
      return chunk.length;
    }
    const hasReturn = this.#line.at(-1) === CARRIAGE_RETURN;
    const line = this.#line.toString('latin1', 0, this.#line.length - (hasReturn ? 1 : 0));
    this.#line = Buffer.alloc(0);
    this.#takeLine(line);
    return end + 1;
  }

  #takeLine(line: string): void {
    switch (this.#state) {
      case 'size':
        this.#takeSize(line);
        return;
      case 'data-end':
        if (line !== '') throw new IncompleteBody('a chunk is longer than its size');
        this.#state = 'size';
        return;
      case 'trailers':
        this.#takeTrailer(line);
        return;
      case 'data':
      case 'end':
        return;
    }
  }

  #takeSize(line: string): void {
    const size = /^([0-9a-fA-F]+)(;.*)?$/.exec(line)?.[1];
    if (size === undefined) throw new IncompleteBody('a chunk has no size');
    this.#remaining = Number.parseInt(size, 16);
    if (this.#remaining > CHUNK_LIMIT_BYTES) throw new IncompleteBody('a chunk is too large');
    this.#state = this.#remaining === 0 ? 'trailers' : 'data';
  }

  #takeTrailer(line: string): void {
    if (line === '') {
      this.#state = 'end';
      return;
    }
    if (this.trailers.size >= TRAILERS_LIMIT)
      throw new IncompleteBody('there are too many trailers');
    const colon = line.indexOf(':');
    if (colon < 0) throw new IncompleteBody('a trailer has no value');
    this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}
