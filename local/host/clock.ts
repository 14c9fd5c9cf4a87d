import BTreeModule from 'sorted-btree';
import { createVirtualClock as createEngineClock } from '../../engine/index.ts';

// The package is CommonJS: under Node its class is the `default` of the default import.
const BTree = BTreeModule.default;

/** Milliseconds since the Unix epoch. */
export type EpochMs = number;

/** A pending callback. Cancelling it after it fired has no effect. */
export interface Timer {
  cancel(): void;
}

/**
 * The time of `local/`; nothing in it reads the global clock.
 *
 * A clock can run faster than the wall clock (`scaled`) or jump from timer to timer (`virtual`), but not while
 * it is held: real work, such as a Python process or a Lambda function, takes real seconds, so its timeouts are
 * counted in real seconds.
 */
export interface Clock {
  /** Whether time passes by itself; false for a virtual clock. */
  readonly runs: boolean;
  now(): EpochMs;
  /** Calls back once, after `delayMs` milliseconds of this clock. */
  setTimer(delayMs: number, callback: () => void): Timer;
  /** While there is at least one hold, the clock runs at the speed of the wall clock. Returns the release; call it once. */
  hold(): () => void;
}

/** The longest delay of `setTimeout`; longer delays are split. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

interface Pending {
  readonly at: EpochMs;
  readonly callback: () => void;
  /** The number of timers that were set before this one. */
  readonly order: number;
}

/** Timers in the order in which they fire. Tens of thousands of executions can wait at the same time. */
function createQueue() {
  return new BTree<Pending, undefined>(undefined, (a, b) => a.at - b.at || a.order - b.order);
}

/** A clock whose timers keep the process alive. */
export interface RunningClock extends Clock {
  /** Cancels all timers, also those that are set later. */
  stop(): void;
}

/**
 * A clock that runs `speed` times as fast as the wall clock while it is not held.
 *
 * @param speed seconds of this clock in one real second; 1 is the wall clock
 * @param startAt the first instant; a restarted runtime passes the last one of the former run, so that time does not go back
 */
export function createScaledClock(speed: number, startAt: EpochMs = Date.now()): RunningClock {
  return new ScaledClock(speed, startAt);
}

class ScaledClock implements RunningClock {
  readonly runs = true;
  readonly #speed: number;
  readonly #pending = createQueue();
  #anchorReal = performance.now();
  #anchorClock: EpochMs;
  #holds = 0;
  #order = 0;
  #timeout: NodeJS.Timeout | undefined;
  #timeoutAt = Number.POSITIVE_INFINITY;
  #isStopped = false;

  constructor(speed: number, startAt: EpochMs) {
    this.#speed = speed;
    this.#anchorClock = startAt;
  }

  now(): EpochMs {
    return Math.floor(this.#now());
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    this.#order += 1;
    const at = this.#now() + Math.max(0, delayMs);
    const timer: Pending = { at, callback, order: this.#order };
    this.#pending.set(timer, undefined);
    this.#schedule();
    return {
      cancel: () => {
        if (this.#pending.delete(timer)) this.#schedule();
      },
    };
  }

  hold(): () => void {
    let isOpen = true;
    this.#changeHolds(1);
    return () => {
      if (!isOpen) return;
      isOpen = false;
      this.#changeHolds(-1);
    };
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timeout);
  }

  get #rate(): number {
    return this.#holds > 0 ? 1 : this.#speed;
  }

  #now(): number {
    return this.#anchorClock + (performance.now() - this.#anchorReal) * this.#rate;
  }

  #changeHolds(change: number): void {
    const instant = this.#now();
    this.#anchorReal = performance.now();
    this.#anchorClock = instant;
    this.#holds += change;
    this.#timeoutAt = Number.NaN;
    this.#schedule();
  }

  #schedule(): void {
    const next = this.#pending.minKey()?.at ?? Number.POSITIVE_INFINITY;
    if (next === this.#timeoutAt || this.#isStopped) return;
    clearTimeout(this.#timeout);
    this.#timeoutAt = next;
    if (next === Number.POSITIVE_INFINITY) return;
    const delay = Math.max(0, Math.ceil((next - this.#now()) / this.#rate));
    this.#timeout = setTimeout(() => this.#fire(), Math.min(delay, LONGEST_TIMEOUT_MS));
  }

  #fire(): void {
    const instant = this.#now();
    const due: Pending[] = [];
    for (let next = this.#pending.minKey(); next !== undefined && next.at <= instant; ) {
      due.push(next);
      this.#pending.delete(next);
      next = this.#pending.minKey();
    }
    this.#timeoutAt = Number.NaN;
    this.#schedule();
    for (const timer of due) timer.callback();
  }
}

/** A clock for simulations and tests: its time advances only when a caller advances it. */
export interface VirtualClock extends Clock {
  /** Advances to the next timer and fires it; false when none is left. */
  step(): boolean;
  /** Advances by this time, and fires each timer in it, in order. */
  advance(durationMs: number): void;
  readonly pendingTimers: number;
}

/** @param startAt the first instant. @default 2026-01-01T00:00:00Z */
export function createVirtualClock(startAt?: EpochMs): VirtualClock {
  return Object.assign(createEngineClock(startAt), { runs: false, hold: () => () => {} });
}
