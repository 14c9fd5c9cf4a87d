import { setImmediate } from 'node:timers/promises';

/** How long a request can block the event loop before other requests get a turn, in real time. */
const SLICE_MS = 10;

/** Shares the event loop between a long request and the requests of other clients. */
export class SharedTime {
  #since = performance.now();

  get isUsedUp(): boolean {
    return performance.now() - this.#since >= SLICE_MS;
  }

  /** Resolves immediately while the slice lasts, else in one of the next turns. */
  async share(): Promise<void> {
    if (!this.isUsedUp) return;
    await setImmediate();
    this.#since = performance.now();
  }
}

/** Work that can pause at each `yield`. */
export type Turns<Result> = Generator<void, Result, void>;

/** Runs the work without a pause. */
export function doAtOnce<Result>(work: Turns<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Runs the work, and lets other requests run in between. */
export async function doInTurns<Result>(work: Turns<Result>, time: SharedTime): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    // Not for each of a hundred thousand steps: waiting takes time itself.
    if (time.isUsedUp) await time.share();
  }
}
