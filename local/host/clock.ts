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
  let anchorReal = performance.now();
  let anchorClock = startAt;
  let holds = 0;
  let order = 0;
  let timeout: NodeJS.Timeout | undefined;
  let timeoutAt = Number.POSITIVE_INFINITY;
  let isStopped = false;
  const pending = createQueue();

  const rate = () => (holds > 0 ? 1 : speed);
  const now = () => anchorClock + (performance.now() - anchorReal) * rate();

  function changeRate(change: () => void): void {
    const instant = now();
    anchorReal = performance.now();
    anchorClock = instant;
    change();
    timeoutAt = Number.NaN;
    schedule();
  }

  function schedule(): void {
    const next = pending.minKey()?.at ?? Number.POSITIVE_INFINITY;
    if (next === timeoutAt || isStopped) return;
    clearTimeout(timeout);
    timeoutAt = next;
    if (next === Number.POSITIVE_INFINITY) return;
    const delay = Math.min(Math.max(0, Math.ceil((next - now()) / rate())), LONGEST_TIMEOUT_MS);
    timeout = setTimeout(fire, delay);
  }

  function fire(): void {
    const instant = now();
    const due: Pending[] = [];
    for (let next = pending.minKey(); next !== undefined && next.at <= instant; ) {
      due.push(next);
      pending.delete(next);
      next = pending.minKey();
    }
    timeoutAt = Number.NaN;
    schedule();
    for (const timer of due) timer.callback();
  }

  return {
    runs: true,
    stop() {
      isStopped = true;
      clearTimeout(timeout);
    },
    now: () => Math.floor(now()),
    setTimer(delayMs, callback) {
      order += 1;
      const timer: Pending = { at: now() + Math.max(0, delayMs), callback, order };
      pending.set(timer, undefined);
      schedule();
      return {
        cancel() {
          if (pending.delete(timer)) schedule();
        },
      };
    },
    hold() {
      let open = true;
      changeRate(() => {
        holds += 1;
      });
      return () => {
        if (!open) return;
        open = false;
        changeRate(() => {
          holds -= 1;
        });
      };
    },
  };
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
