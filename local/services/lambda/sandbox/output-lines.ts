import type { Readable } from 'node:stream';

/** The mark that a runtime writes to both outputs at the end of an invocation. */
const END_MARK = '\u0000stepmill ';

/** Longer lines are split, because CloudWatch Logs does not accept longer events. */
const LONGEST_LINE_CHARACTERS = 262_144;

/** Splits an output of a function into lines. */
export class OutputLines {
  readonly #line: (text: string) => void;
  readonly #end: (requestId: string) => void;
  #rest = '';

  constructor(
    output: Readable,
    listener: { line(text: string): void; end(requestId: string): void },
  ) {
    this.#line = (text) => listener.line(text);
    this.#end = (requestId) => listener.end(requestId);
    output.setEncoding('utf8');
    output.on('data', (chunk: string) => this.#take(chunk));
    output.on('end', () => this.flush());
  }

  /** Emits the rest that has no line end. */
  flush(): void {
    const rest = this.#rest;
    this.#rest = '';
    if (rest !== '') this.#give(rest);
  }

  #take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#give(line);
    if (this.#rest.length > LONGEST_LINE_CHARACTERS) this.flush();
  }

  #give(line: string): void {
    const mark = line.indexOf(END_MARK);
    if (mark < 0) {
      this.#line(line.slice(0, LONGEST_LINE_CHARACTERS));
      return;
    }
    if (mark > 0) this.#line(line.slice(0, mark));
    this.#end(line.slice(mark + END_MARK.length));
  }
}
