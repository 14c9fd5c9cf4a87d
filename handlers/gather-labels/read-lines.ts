const NEWLINE = 0x0a;

/** The longest line that is read. A request has at most 25 MB, base64 adds a third, and the answer is beside it. */
export const MAXIMUM_LINE_BYTES = 100 * 1024 * 1024;

/** One line without its end; undefined where it is too long to be read. */
export type Line = Buffer | undefined;

/** The lines of a file, as many at a time as a chunk completes; holds at most one line in memory. */
export async function* readLines(
  stream: AsyncIterable<Buffer>,
  maximumBytes = MAXIMUM_LINE_BYTES,
): AsyncGenerator<readonly Line[]> {
  const line = new LineBuffer(maximumBytes);
  for await (const chunk of stream) {
    const lines: Line[] = [];
    let begin = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
      line.add(chunk.subarray(begin, end));
      lines.push(line.take());
      begin = end + 1;
    }
    line.add(chunk.subarray(begin));
    yield lines;
  }
  yield [line.take()];
}

class LineBuffer {
  readonly #maximumBytes: number;
  #parts: Buffer[] = [];
  #sizeBytes = 0;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  add(part: Buffer): void {
    this.#sizeBytes += part.length;
    if (this.#sizeBytes > this.#maximumBytes) this.#parts = [];
    else this.#parts.push(part);
  }

  take(): Line {
    const isWhole = this.#sizeBytes <= this.#maximumBytes;
    const line = isWhole ? joinParts(this.#parts) : undefined;
    this.#parts = [];
    this.#sizeBytes = 0;
    return line;
  }
}

function joinParts(parts: readonly Buffer[]): Buffer {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}
