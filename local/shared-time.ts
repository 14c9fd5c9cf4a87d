import { setImmediate } from 'node:timers/promises';

/** How long a request may keep the event loop before others get a turn, in real time. */
const SLICE_MS = 10;

/** Lets a request that reads very much share the event loop with those of other clients. */
export class SharedTime {
  #since = performance.now();

  /** Resolves at once while there is time left, else in one of the next turns. */
  async share(): Promise<void> {
    if (performance.now() - this.#since < SLICE_MS) return;
    await setImmediate();
    this.#since = performance.now();
  }
}
