import { Readable } from 'node:stream';
import { FieldsTooLarge, MalformedForm, NotExactlyOneFile } from './form-errors.ts';

/** The fields of a form before its file, by name in lower case, and the file as it arrives. */
export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  readonly file: AsyncIterable<Buffer>;
  /** Ends reading; what was not read stays in the body. */
  end(): Promise<void>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html */
const FIELDS_LIMIT_BYTES = 20_480;
/** Of the headers of one part. */
const PART_HEADERS_LIMIT_BYTES = 8_192;

/**
 * Reads the fields of a form up to its file. Fields after the file are ignored, as by S3.
 *
 * @throws MalformedForm, FieldsTooLarge, NotExactlyOneFile
 */
export async function readForm(contentType: string, body: Readable): Promise<Form> {
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  if (boundary === null) throw new MalformedForm();
  const source = new DelimitedSource(body, `\r\n--${boundary[1] ?? boundary[2]}`);
  try {
    return await readFields(source);
  } catch (error) {
    await source.end();
    throw error;
  }
}

async function readFields(source: DelimitedSource): Promise<Form> {
  await source.toDelimiter(FIELDS_LIMIT_BYTES);
  const fields = new Map<string, string>();
  let budget = FIELDS_LIMIT_BYTES;
  while (await source.beginPart()) {
    const { name, fileName } = readDisposition(await source.headers(PART_HEADERS_LIMIT_BYTES));
    if (name === 'file') {
      const file = source.content();
      return { fields, fileName: fileName ?? '', file, end: () => source.end() };
    }
    const value = await source.toDelimiter(budget);
    budget -= name.length + value.byteLength;
    if (budget < 0) throw new FieldsTooLarge();
    fields.set(name, value.toString('utf8'));
  }
  throw new NotExactlyOneFile();
}

interface Disposition {
  readonly name: string;
  readonly fileName: string | undefined;
}

function readDisposition(headers: string): Disposition {
  const line = headers.split('\r\n').find((header) => /^content-disposition:/i.test(header)) ?? '';
  const name = /[;\s]name="([^"]*)"/i.exec(line)?.[1] ?? /[;\s]name=([^\s;"]+)/i.exec(line)?.[1];
  if (name === undefined) throw new MalformedForm();
  const fileName = /[;\s]filename="((?:[^"\\]|\\.)*)"/i.exec(line)?.[1];
  return { name: name.toLowerCase(), fileName: fileName?.split(/[/\\]/).at(-1) };
}

const HEADERS_END = Buffer.from('\r\n\r\n');

/** A body in parts: it holds no more of it than a chunk, a field or the headers of a part. */
class DelimitedSource {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #delimiter: Buffer;
  /** The first delimiter may be at the very beginning. */
  #held: Buffer = Buffer.from('\r\n');

  constructor(body: Readable, delimiter: string) {
    // A destroyed request could not be answered.
    this.#chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    this.#delimiter = Buffer.from(delimiter);
  }

  async end(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** What is before the next delimiter, which is skipped. */
  toDelimiter(limitBytes: number): Promise<Buffer> {
    return this.#until(this.#delimiter, limitBytes);
  }

  async headers(limitBytes: number): Promise<string> {
    return (await this.#until(HEADERS_END, limitBytes)).toString('utf8');
  }

  /** Whether a part follows the delimiter, or the end of the form. */
  async beginPart(): Promise<boolean> {
    while (this.#held.byteLength < 2) await this.#more();
    const mark = this.#held.subarray(0, 2).toString('latin1');
    if (mark === '--') return false;
    if (mark !== '\r\n') throw new MalformedForm();
    // The line break begins the headers, so that a part without headers ends them, too.
    return true;
  }

  /** The content of a part as it arrives, up to the next delimiter. */
  async *content(): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(this.#delimiter);
      if (at >= 0) {
        if (at > 0) yield this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + this.#delimiter.byteLength);
        await this.#drain();
        return;
      }
      // The end of what is held may be the beginning of a delimiter.
      const safe = this.#held.byteLength - this.#delimiter.byteLength + 1;
      if (safe > 0) {
        yield this.#held.subarray(0, safe);
        this.#held = this.#held.subarray(safe);
      }
      await this.#more();
    }
  }

  async #until(end: Buffer, limitBytes: number): Promise<Buffer> {
    let from = 0;
    for (;;) {
      const at = this.#held.indexOf(end, from);
      if (at > limitBytes || (at < 0 && this.#held.byteLength > limitBytes + end.byteLength)) {
        throw new FieldsTooLarge();
      }
      if (at >= 0) {
        const content = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + end.byteLength);
        return content;
      }
      from = Math.max(0, this.#held.byteLength - end.byteLength + 1);
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done === true) throw new MalformedForm();
    this.#held = this.#held.byteLength === 0 ? value : Buffer.concat([this.#held, value]);
  }

  async #drain(): Promise<void> {
    while ((await this.#chunks.next()).done !== true) this.#held = Buffer.alloc(0);
  }
}
