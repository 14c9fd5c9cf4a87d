import { availableParallelism } from 'node:os';

/**
 * Answers that take longer are waited for asleep: to be woken adds little to them, and on a busy machine to wait awake
 * uses up the time that the scheduler gives this process.
 */
const HOT_MS = 0.6;
/** After a wait in which another process had the core for so long, waits are not hot for this time. */
const COLD_MS = 20;

/** What a hot wait takes from the outside. */
export interface HotWaitHost {
  readonly cores: number;
  /** In real milliseconds. */
  now(): number;
  /** Calls back in the next turn of the event loop, which does not sleep before it. */
  nextTurn(callback: () => void): void;
}

const NODE: HotWaitHost = {
  cores: availableParallelism(),
  now: () => performance.now(),
  nextTurn: (callback) => void setImmediate(callback),
};

/**
 * Keeps the event loop turning while an answer is due: to wake a process that sleeps, with cold caches, can take as long as
 * a small model takes to predict. Only the answer to a single request is waited for like this, if the one before came
 * quickly, there is more than one core, and no other work has just taken this one.
 */
export class HotWait {
  readonly #host: HotWaitHost;
  #outstanding = 0;
  #wasQuick = false;
  #coldUntil = 0;

  constructor(host: HotWaitHost = NODE) {
    this.#host = host;
  }

  /** A request was sent. Returns the time, for {@link end}. */
  begin(): number {
    const now = this.#host.now();
    this.#outstanding += 1;
    if (
      this.#outstanding === 1 &&
      this.#wasQuick &&
      now >= this.#coldUntil &&
      this.#host.cores > 1
    ) {
      this.#turn(now, now);
    }
    return now;
  }

  /** The request that was sent at that time has its answer, or gets none. */
  end(sentAt: number): void {
    this.#outstanding -= 1;
    this.#wasQuick = this.#host.now() - sentAt < HOT_MS;
  }

  #turn(sentAt: number, before: number): void {
    this.#host.nextTurn(() => {
      const now = this.#host.now();
      if (now - before >= HOT_MS) this.#coldUntil = now + COLD_MS;
      else if (this.#outstanding === 1 && now - sentAt < HOT_MS) this.#turn(sentAt, now);
    });
  }
}
