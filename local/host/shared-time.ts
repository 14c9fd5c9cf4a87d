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

/** Work that may stop for a turn wherever it yields. */
export type Turns<Result> = Generator<void, Result, void>;

/** Does work without stopping. */
export function doAtOnce<Result>(work: Turns<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Does work that others' requests get turns in. */
export async function doInTurns<Result>(work: Turns<Result>, time: SharedTime): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await time.share();
  }
}
