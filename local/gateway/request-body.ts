import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ServiceError } from '../cloud/service-error.ts';
import { AwsChunkedDecoder, IncompleteBody } from './aws-chunked.ts';
import { RequestTooLarge, SerializationException } from './errors.ts';

/** The digest of the body differs from `x-amz-content-sha256`. */
class ContentSha256Mismatch extends ServiceError {
  constructor(claimed: string, computed: string) {
    super(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      { members: { ClientComputedContentSHA256: claimed, S3ComputedContentSHA256: computed } },
    );
  }
}

const inflate = promisify(gunzip);

/** The body of a request, read once: whole into memory, or as a stream. */
export class RequestBody {
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #expectsContinue: boolean;
  #started = false;

  constructor(message: IncomingMessage, response: ServerResponse, expectsContinue: boolean) {
    this.#message = message;
    this.#response = response;
    this.#expectsContinue = expectsContinue;
  }

  /** Whether the client may send: it got `100 Continue`, or did not expect it. */
  get wasInvited(): boolean {
    return this.#started || !this.#expectsContinue;
  }

  /** @throws RequestTooLarge above the limit, inflated or not */
  async collect(limitBytes: number): Promise<Buffer> {
    const body = await this.#read(() => this.#decoded(), limitBytes);
    return this.#isGzip() && body.length > 0 ? inflated(body, limitBytes) : body;
  }

  /** The bytes as they were sent. @throws RequestTooLarge above the limit */
  collectAsSent(limitBytes: number): Promise<Buffer> {
    return this.#read(() => this.#sent(), limitBytes);
  }

  async #read(open: () => Readable, limitBytes: number): Promise<Buffer> {
    const declared = Number(this.#message.headers['content-length'] ?? 0);
    if (declared > limitBytes) throw new RequestTooLarge(limitBytes);
    return gather(open(), limitBytes);
  }

  /** The body without framing; it ends with an error if its digest differs from the signed one. */
  stream(): Readable {
    const decoded = this.#decoded();
    const claimed = String(this.#message.headers['x-amz-content-sha256'] ?? '');
    const body = /^[0-9a-f]{64}$/.test(claimed)
      ? joined(decoded, new DigestCheck(claimed))
      : decoded;
    // It can fail before the operation reads it; reading it then throws the error.
    body.on('error', () => undefined);
    return body;
  }

  #sent(): IncomingMessage {
    if (this.#expectsContinue && !this.#started) this.#response.writeContinue();
    this.#started = true;
    return this.#message;
  }

  #decoded(): Readable {
    const sent = this.#sent();
    const { headers } = sent;
    if (!isAwsChunked(sent)) return sent;
    const length = headers['x-amz-decoded-content-length'];
    const trailer = headers['x-amz-trailer'];
    const decoder = new AwsChunkedDecoder(
      length === undefined ? undefined : Number(length),
      trailer === undefined ? undefined : String(trailer),
    );
    return joined(sent, decoder);
  }

  #isGzip(): boolean {
    return /(^|,)\s*gzip\s*(,|$)/i.test(this.#message.headers['content-encoding'] ?? '');
  }
}

/** By events: for a small body, the iterator of a stream takes longer than to read it. */
function gather(source: Readable, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    source.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > limitBytes) source.destroy(new RequestTooLarge(limitBytes));
      else pieces.push(piece);
    });
    source.once('end', () => {
      const [only] = pieces;
      resolve(pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces));
    });
    source.once('error', reject);
    // Without an end: the client has disconnected.
    source.once('close', () => {
      if (!source.readableEnded) reject(new IncompleteBody('the client hung up'));
    });
  });
}

export function isAwsChunked(message: IncomingMessage): boolean {
  const { headers } = message;
  return (
    /(^|,)\s*aws-chunked\s*(,|$)/i.test(headers['content-encoding'] ?? '') ||
    String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')
  );
}

/** Pipes, and forwards an error of the source: a client that disconnects must not look like the end of the body. */
function joined<Target extends Transform>(source: Readable, target: Target): Target {
  source.on('error', (error) => target.destroy(error));
  source.on('close', () => {
    if (!source.readableEnded) target.destroy(new IncompleteBody('the client hung up'));
  });
  source.pipe(target);
  return target;
}

async function inflated(body: Buffer, limitBytes: number): Promise<Buffer> {
  try {
    return await inflate(body, { maxOutputLength: limitBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new RequestTooLarge(limitBytes);
    }
    throw new SerializationException(
      `The request body says it is gzip but cannot be inflated: ${(error as Error).message}`,
    );
  }
}

/** Forwards bytes and compares their SHA-256 at the end. */
class DigestCheck extends Transform {
  readonly #claimed: string;
  readonly #hash = createHash('sha256');

  constructor(claimed: string) {
    super();
    this.#claimed = claimed;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#hash.update(chunk);
    this.push(chunk);
    done();
  }

  override _flush(done: (error?: Error) => void): void {
    const computed = this.#hash.digest('hex');
    if (computed === this.#claimed) done();
    else done(new ContentSha256Mismatch(this.#claimed, computed));
  }
}
