import type { EpochMs, HostTimer } from './host.ts';

/** A clock for simulations and tests: its time advances only when a caller advances it. */
export interface VirtualClock {
  now(): EpochMs;
  setTimer(delayMs: number, callback: () => void): HostTimer;
  /** Advances to the next timer and fires it; false if none is left. */
  step(): boolean;
  /** Steps until no timer is left. */
  run(): void;
  /** Advances by this time, and fires each timer in it, in order. */
  advance(durationMs: number): void;
  readonly pendingTimers: number;
}

interface Pending {
  readonly at: EpochMs;
  readonly callback: () => void;
}

/** @param startAt the initial time. @default 2026-01-01T00:00:00Z */
export function createVirtualClock(startAt: EpochMs = 1_767_225_600_000): VirtualClock {
  let instant = startAt;
  const pending: Pending[] = [];

  function step(): boolean {
    const timer = pending.shift();
    if (timer === undefined) return false;
    instant = Math.max(instant, timer.at);
    timer.callback();
    return true;
  }

  return {
    now: () => instant,
    setTimer(delayMs, callback) {
      const timer: Pending = { at: instant + Math.max(0, delayMs), callback };
      pending.splice(pending.findLastIndex(({ at }) => at <= timer.at) + 1, 0, timer);
      return {
        cancel() {
          const position = pending.indexOf(timer);
          if (position >= 0) pending.splice(position, 1);
        },
      };
    },
    step,
    run() {
      while (step());
    },
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
