import { describe, expect, it } from 'vitest';
import { createScaledClock, createVirtualClock } from './clock.ts';

describe('the virtual clock', () => {
  it('fires timers in the order of their times, then of their setting', () => {
    const clock = createVirtualClock(0);
    const fired: string[] = [];
    clock.setTimer(20, () => fired.push(`late ${clock.now()}`));
    clock.setTimer(10, () => fired.push(`first ${clock.now()}`));
    clock.setTimer(10, () => fired.push(`second ${clock.now()}`));
    clock.setTimer(5, () => fired.push('cancelled')).cancel();

    clock.advance(15);
    clock.step();

    expect(fired).toEqual(['first 10', 'second 10', 'late 20']);
    expect(clock.step()).toBe(false);
  });
});

describe('the scaled clock', () => {
  it('passes a minute in a few milliseconds while it is not held', async () => {
    const clock = createScaledClock(60_000, 0);

    await new Promise<void>((resolve) => {
      clock.setTimer(60_000, resolve);
    });

    expect(clock.now()).toBeGreaterThanOrEqual(60_000);
  });

  it('fires many timers in the order of their times, but for the cancelled', async () => {
    const clock = createScaledClock(1_000, 0);
    const fired: number[] = [];
    const set = (delayMs: number) => clock.setTimer(delayMs, () => fired.push(delayMs));
    const timers = [5_000, 1_000, 3_000, 2_000, 4_000].map(set);
    timers[2]?.cancel();
    await new Promise<void>((resolve) => {
      clock.setTimer(6_000, resolve);
    });

    timers[0]?.cancel();

    expect(fired).toEqual([1_000, 2_000, 4_000, 5_000]);
  });

  it('passes as the wall does while it is held', () => {
    const clock = createScaledClock(1_000_000, 0);

    const release = clock.hold();
    const before = clock.now();
    const heldFor = clock.now() - before;
    release();

    expect(heldFor).toBeLessThan(1_000);
  });
});
