import type { Clock } from '../../../host/clock.ts';

/** How long executions that never wait may block the event loop, in real time. */
const TURN_MS = 5;

/**
 * Divides the event loop among executions that could run without end: together they have a few milliseconds
 * per turn, and those that neither ended nor wait continue in a later turn.
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

  /** Whether this turn is used up; if so, `proceed` is called in a later turn. */
  pause(proceed: () => void): boolean {
    if (this.#stopped) return true;
    if (!this.#isOver()) return false;
    this.#queue.push(proceed);
    // Time must not pass for an execution that only waits for others.
    this.#release ??= this.#clock.hold();
    return true;
  }

  /** Resolves immediately while this turn has time left, else in a later turn. */
  async mine(): Promise<void> {
    if (this.#stopped || this.#isOver())
      await new Promise<void>((resolve) => void this.pause(resolve));
  }

  /** The runtime ends: no execution gets another turn, and the next runtime resumes from the stored history. */
  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
  }

  #isOver(): boolean {
    // With a stopped clock no other work can be delayed.
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
