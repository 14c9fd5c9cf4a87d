import type { Clock } from '../../../host/clock.ts';

/** The end of waiting: the execution was stopped, or the runtime ends. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The reason of a signal that ends all actions, which resume at the next start. */
export const RUNTIME_ENDS = 'the runtime ends';

/** How an action waits for others: until a while has passed, or any service has published an event. */
export interface Patience {
  /** Aborted when the action is to end. */
  readonly signal: AbortSignal;
  /** @throws Interrupted */
  wait(delayMs: number): Promise<void>;
}

/** Wakes everything that waits, because it may be what it waits for. */
export class Waits {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    for (const go of [...this.#waiting]) go();
  }

  patienceFor(signal: AbortSignal): Patience {
    return { signal, wait: (delayMs) => this.#wait(delayMs, signal) };
  }

  #wait(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Interrupted());
      const end = () => {
        timer.cancel();
        this.#waiting.delete(go);
        signal.removeEventListener('abort', interrupt);
      };
      const go = () => {
        end();
        resolve();
      };
      const interrupt = () => {
        end();
        reject(new Interrupted());
      };
      const timer = this.#clock.setTimer(delayMs, go);
      this.#waiting.add(go);
      signal.addEventListener('abort', interrupt, { once: true });
    });
  }
}
