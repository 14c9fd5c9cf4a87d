import BTreeModule from 'sorted-btree';

// The package is CommonJS: under Node its class is the `default` of the default import.
const BTree = BTreeModule.default;

/** Milliseconds since the Unix epoch, as every AWS service counts them internally. */
export type EpochMs = number;

/** A pending callback; cancelling one that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * Time for everything in `local/`; nothing reads the global clock.
 *
 * A clock may run faster than the wall (`scaled`) or jump from timer to timer (`virtual`), but never
 * while somebody holds it: real work (a Python process, a Lambda function, a container that starts)
 * takes the seconds it takes, so its timeouts must be counted in real seconds.
 */
export interface Clock {
  /** Whether time passes by itself; false where somebody has to make it. */
  readonly runs: boolean;
  now(): EpochMs;
  /** Calls back once, `delayMs` of this clock's milliseconds from now. */
  setTimer(delayMs: number, callback: () => void): Timer;
  /** While at least one hold is open, time passes as on the wall. Returns the release; call it once. */
  hold(): () => void;
}

/** `setTimeout` cannot wait longer than this; longer waits are taken in steps. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

interface Pending {
  readonly at: EpochMs;
  readonly callback: () => void;
  /** How many timers were set before it. */
  readonly order: number;
}

/** Timers in the order in which they fire; tens of thousands of executions may wait at once. */
function createQueue() {
  return new BTree<Pending, undefined>(undefined, (a, b) => a.at - b.at || a.order - b.order);
}

/** A clock that keeps the process alive while a timer is set. */
export interface RunningClock extends Clock {
  /** No timer fires any more, and none that is set from now on. */
  stop(): void;
}

/**
 * A clock on the wall's time, `speed` times as fast while nobody holds it.
 *
 * @param speed how many of this clock's seconds pass in one real second; 1 is the real clock
 * @param startAt the first instant; a restarted runtime passes the last one it knew, so that time never runs backwards
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

/** A clock that stands still until it is told to go on; for simulations and tests. */
export interface VirtualClock extends Clock {
  /** Fires the next timer, time having jumped to it; false when none is left. */
  step(): boolean;
  /** Passes this much time, firing every timer that falls into it, in order. */
  advance(durationMs: number): void;
  readonly pendingTimers: number;
}

/** @param startAt the first instant. @default 2026-01-01T00:00:00Z */
export function createVirtualClock(startAt: EpochMs = Date.UTC(2026, 0, 1)): VirtualClock {
  let instant = startAt;
  let order = 0;
  const pending: Pending[] = [];

  function step(): boolean {
    const timer = pending.shift();
    if (timer === undefined) return false;
    instant = Math.max(instant, timer.at);
    timer.callback();
    return true;
  }

  return {
    runs: false,
    now: () => instant,
    setTimer(delayMs, callback) {
      order += 1;
      const timer = { at: instant + Math.max(0, delayMs), callback, order };
      let index = pending.length;
      for (let previous = pending[index - 1]; previous !== undefined && previous.at > timer.at; ) {
        index -= 1;
        previous = pending[index - 1];
      }
      pending.splice(index, 0, timer);
      return {
        cancel() {
          const position = pending.indexOf(timer);
          if (position >= 0) pending.splice(position, 1);
        },
      };
    },
    hold: () => () => {},
    step,
    advance(durationMs) {
      const end = instant + durationMs;
      for (let next = pending[0]; next !== undefined && next.at <= end; next = pending[0]) step();
      instant = Math.max(instant, end);
    },
    get pendingTimers() {
      return pending.length;
    },
  };
}
