/** What shows one line in place: the last line of a terminal, which is replaced while work is under way. */
export interface LiveStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): boolean;
}

/** A part of the live line; the parts stand beside each other. */
export interface LivePart {
  update(text: string): void;
  end(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
const CLEAR = '\r\u001b[2K';
/** A pseudo-terminal without a size reports 0 columns. */
const USUAL_COLUMNS = 80;

/** Whether a line can be replaced: on a terminal that is not `dumb`, and not in a CI log. */
export function isLive(
  stream: Pick<LiveStream, 'isTTY'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  const { CI: ci = '', TERM: terminal } = environment;
  return stream.isTTY === true && terminal !== 'dumb' && (ci === '' || ci === 'false');
}

/** The last line of a terminal. Where no line can be replaced, nothing of it is written. */
export class LiveLine {
  readonly #stream: LiveStream;
  readonly #isLive: () => boolean;
  #parts: readonly { text: string }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;
  #isDrawn = false;

  constructor(stream: LiveStream, canReplace: () => boolean = () => isLive(stream)) {
    this.#stream = stream;
    this.#isLive = canReplace;
  }

  /** @param text plain, without control characters */
  open(text: string): LivePart {
    const part = { text };
    this.#parts = [...this.#parts, part];
    this.#draw();
    this.#timer ??= this.#animate();
    return {
      update: (next) => {
        if (next === part.text) return;
        part.text = next;
        this.#draw();
      },
      end: () => {
        this.#parts = this.#parts.filter((other) => other !== part);
        this.#draw();
        if (this.#parts.length > 0) return;
        clearInterval(this.#timer);
        this.#timer = undefined;
      },
    };
  }

  /** Writes something else, on this stream or on another of the same terminal, above the line. */
  above(write: () => void): void {
    this.#clear();
    write();
    this.#draw();
  }

  #animate(): NodeJS.Timeout | undefined {
    if (!this.#isLive()) return undefined;
    const timer = setInterval(() => {
      this.#frame += 1;
      this.#draw();
    }, FRAME_MS);
    return timer.unref();
  }

  #draw(): void {
    if (!this.#isLive()) return;
    const texts = this.#parts.map(({ text }) => text).filter((text) => text !== '');
    if (texts.length === 0) return this.#clear();
    const { columns = 0 } = this.#stream;
    const line = `${FRAMES[this.#frame % FRAMES.length]} ${texts.join(' · ')}`;
    this.#stream.write(`${CLEAR}${cut(line, columns > 0 ? columns : USUAL_COLUMNS)}`);
    this.#isDrawn = true;
  }

  #clear(): void {
    if (this.#isDrawn) this.#stream.write(CLEAR);
    this.#isDrawn = false;
  }
}

/** One column stays free: a line of exactly the terminal's width begins another one. */
function cut(line: string, columns: number): string {
  const characters = Array.from(line);
  return characters.length < columns
    ? line
    : `${characters.slice(0, Math.max(0, columns - 2)).join('')}…`;
}
