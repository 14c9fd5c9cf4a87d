import type { Clock } from '../../../host/clock.ts';

/** How long executions that never wait may keep the event loop from everything else, in real time. */
const TURN_MS = 5;

/**
 * Divides the event loop among executions that could go on and on: together they have a few milliseconds
 * a turn, and those that have not come to their end or a wait queue up for the next.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #queue: (() => void)[] = [];
  #endsAt: number | undefined;
  #release: (() => void) | undefined;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this turn is used up; if so `goOn` is called in one of the next. */
  pause(goOn: () => void): boolean {
    if (this.#stopped) return true;
    if (!this.#isOver()) return false;
    this.#queue.push(goOn);
    // An execution that is only kept waiting by others must not run out of its time.
    this.#release ??= this.#clock.hold();
    return true;
  }

  /** Resolves at once while there is time left in this turn, else in one of the next. */
  async mine(): Promise<void> {
    if (this.#stopped || this.#isOver())
      await new Promise<void>((resolve) => void this.pause(resolve));
  }

  /** The runtime ends: nobody gets a turn any more, and the next run goes on from what is kept. */
  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
  }

  #isOver(): boolean {
    // A clock that stands still has nobody to be kept waiting.
    if (!this.#clock.runs) return false;
    if (this.#endsAt !== undefined) return performance.now() >= this.#endsAt;
    this.#begin();
    return false;
  }

  #begin(): void {
    this.#endsAt = performance.now() + TURN_MS;
    setImmediate(() => this.#next());
  }

  #next(): void {
    this.#endsAt = undefined;
    if (this.#queue.length === 0) {
      this.#release?.();
      this.#release = undefined;
      return;
    }
    this.#begin();
    for (let left = this.#queue.length; left > 0 && !this.#isOver(); left -= 1) {
      this.#queue.shift()?.();
    }
  }
}
