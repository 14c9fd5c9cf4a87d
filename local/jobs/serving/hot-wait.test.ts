import { describe, expect, it } from 'vitest';
import { HotWait } from './hot-wait.ts';

/** A loop whose turns happen when the test says so. */
function createLoop(cores = 2) {
  let now = 1_000;
  let waiting: (() => void) | undefined;
  const wait = new HotWait({
    cores,
    now: () => now,
    nextTurn(callback) {
      expect(waiting).toBeUndefined();
      waiting = callback;
    },
  });
  const pass = (ms: number) => {
    now += ms;
  };
  /** Whether the loop was to turn; it turns after that time. */
  const turn = (afterMs: number): boolean => {
    const callback = waiting;
    waiting = undefined;
    pass(afterMs);
    callback?.();
    return callback !== undefined;
  };
  const exchange = (ms: number) => {
    const sentAt = wait.begin();
    pass(ms);
    wait.end(sentAt);
    while (turn(0));
  };
  return { wait, pass, turn, exchange };
}

describe('HotWait', () => {
  it('sleeps while the first answer is due, and while it does not know that answers are quick', () => {
    const { wait, turn, exchange } = createLoop();
    wait.end(wait.begin());
    exchange(0.6);
    wait.begin();
    expect(turn(0)).toBe(false);
  });

  it('turns until the answer has come', () => {
    const { wait, turn, exchange } = createLoop();
    exchange(0.59);
    const sentAt = wait.begin();
    expect([turn(0.2), turn(0.2)]).toEqual([true, true]);
    wait.end(sentAt);
    expect([turn(0.1), turn(0.1)]).toEqual([true, false]);
  });

  it('sleeps again after 0.6 milliseconds, and until an answer was quick once more', () => {
    const { wait, turn, exchange } = createLoop();
    exchange(0.3);
    const sentAt = wait.begin();
    expect([turn(0.3), turn(0.2), turn(0.2), turn(0.1)]).toEqual([true, true, true, false]);
    wait.end(sentAt);
    const next = wait.begin();
    expect(turn(0)).toBe(false);
    wait.end(next);
    wait.begin();
    expect(turn(0)).toBe(true);
  });

  it('sleeps while several requests are outstanding', () => {
    const { wait, turn, exchange } = createLoop();
    exchange(0.3);
    const sentAt = wait.begin();
    wait.begin();
    expect([turn(0.1), turn(0.1)]).toEqual([true, false]);
    wait.end(sentAt);
    expect(turn(0.1)).toBe(false);
  });

  it('sleeps for 20 milliseconds after other work took the core', () => {
    const { wait, pass, turn, exchange } = createLoop();
    exchange(0.3);
    const sentAt = wait.begin();
    turn(2);
    wait.end(sentAt);
    exchange(0.3);
    const isHot = () => {
      const began = wait.begin();
      wait.end(began);
      return turn(0);
    };
    pass(19.6);
    expect(isHot()).toBe(false);
    pass(0.2);
    expect(isHot()).toBe(true);
  });

  it('sleeps on a machine with one core', () => {
    const { wait, turn, exchange } = createLoop(1);
    exchange(0.3);
    wait.begin();
    expect(turn(0)).toBe(false);
  });
});
