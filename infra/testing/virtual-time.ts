interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that jumps from timer to timer. */
export class VirtualTime {
  now = Date.UTC(2026, 10, 20);
  readonly #timers: Timer[] = [];

  setTimer(delayMs: number, callback: () => void): { cancel(): void } {
    const timer = { at: this.now + delayMs, callback };
    this.#timers.push(timer);
    return {
      cancel: () => {
        const index = this.#timers.indexOf(timer);
        if (index >= 0) this.#timers.splice(index, 1);
      },
    };
  }

  /** Fires the next timer; false when none is left. */
  step(): boolean {
    this.#timers.sort((one, other) => one.at - other.at);
    const timer = this.#timers.shift();
    if (timer === undefined) return false;
    this.now = timer.at;
    timer.callback();
    return true;
  }
}
