import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../testing/index.ts';
import { setLongTimer } from './long-timer.ts';

const YEAR_MS = 31_536_000_000;

/** A clock that records the requested delays. */
function watchedClock() {
  const clock = createVirtualClock();
  const delays: number[] = [];
  const setTimer: typeof clock.setTimer = (delayMs, callback) => {
    delays.push(delayMs);
    return clock.setTimer(delayMs, callback);
  };
  return { clock, delays, watched: { now: () => clock.now(), setTimer } };
}

describe('a long timer', () => {
  // https://nodejs.org/docs/latest-v20.x/api/timers.html#settimeoutcallback-delay-args
  it('of a year fires after one year, with delays that setTimeout accepts', () => {
    const { clock, delays, watched } = watchedClock();
    const begun = clock.now();
    let firedAt: number | undefined;

    setLongTimer(watched, YEAR_MS, () => {
      firedAt = clock.now();
    });
    clock.run();

    expect(firedAt).toBe(begun + YEAR_MS);
    expect(Math.max(...delays)).toBeLessThanOrEqual(2 ** 31 - 1);
    expect(delays.length).toBeLessThan(20);
  });

  it.each([
    [2 ** 31 - 1, [2 ** 31 - 1]],
    [2 ** 31, [2 ** 31 - 1, 1]],
  ])('of %i ms has the delays %j', (delayMs, expected) => {
    const { clock, delays, watched } = watchedClock();

    setLongTimer(watched, delayMs, () => {});
    clock.run();

    expect(delays).toEqual(expected);
  });

  it('can be cancelled at every step', () => {
    const { clock, watched } = watchedClock();
    let fired = false;

    const timer = setLongTimer(watched, YEAR_MS, () => {
      fired = true;
    });
    clock.advance(YEAR_MS / 2);
    timer.cancel();
    clock.run();

    expect(fired).toBe(false);
  });
});
