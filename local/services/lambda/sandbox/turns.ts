/** A few may run at a time; others wait for their turn, in their order. All times are real. */
export class Turns {
  readonly #atOnce: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Waits for a turn, which lasts until it is ended. */
  async take(): Promise<Turn> {
    if (this.#running >= this.#atOnce) {
      // This invocation takes over the turn that ends, before any other one can.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    return new Turn(() => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    });
  }

  /** What waits now never gets its turn. */
  halt(): void {
    this.#waiting.length = 0;
  }

  get isEmpty(): boolean {
    return this.#running === 0;
  }
}

export class Turn {
  readonly #onEnd: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Ends it at the latest after this time from now. */
  endAfter(timeMs: number): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), timeMs).unref();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#onEnd();
  }
}
