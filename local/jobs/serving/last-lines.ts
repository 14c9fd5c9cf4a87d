/** Cuts output into lines and remembers the last few, for messages about processes that ended badly. */
export class LastLines {
  readonly #limit: number;
  readonly #onLine: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #partial = '';
  #lines: string[] = [];

  /** @param limit how many lines to remember */
  constructor(limit: number, onLine: (line: string) => void) {
    this.#limit = limit;
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const parts = (this.#partial + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#partial = parts.pop() ?? '';
    if (this.#partial.length > MAX_LINE_CHARACTERS) {
      parts.push(this.#partial);
      this.#partial = '';
    }
    for (const line of parts) this.#take(line);
  }

  /** The last line may have no end. */
  end(): void {
    if (this.#partial !== '') this.#take(this.#partial);
    this.#partial = '';
  }

  get text(): string {
    return this.#lines.join('\n');
  }

  #take(line: string): void {
    const text = line.replace(/\r$/, '').slice(0, MAX_LINE_CHARACTERS);
    if (text.trim() === '') return;
    this.#lines.push(text);
    if (this.#lines.length > this.#limit) this.#lines = this.#lines.slice(-this.#limit);
    this.#onLine(text);
  }
}

/** A longer line is cut: CloudWatch Logs takes 256 KB an event. */
const MAX_LINE_CHARACTERS = 64 * 1024;
