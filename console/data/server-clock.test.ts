import { afterEach, expect, it, vi } from 'vitest';
import { minutesAhead, onClockSet, serverNow, setClockBy } from './server-clock.ts';

const answeredAt = (milliseconds: number) => ({
  headers: new Headers({ date: new Date(milliseconds).toUTCString() }),
});

afterEach(() => setClockBy(answeredAt(Date.now())));

it('goes as the clock of the answers', () => {
  const ahead = Date.now() + 3_600_000;

  setClockBy(answeredAt(ahead));

  expect(Math.abs(serverNow() - ahead)).toBeLessThan(3_000);
  expect(minutesAhead()).toBeGreaterThanOrEqual(59);
  expect(minutesAhead()).toBeLessThanOrEqual(60);
});

it('does not jump for the second that a header is cut to', () => {
  const listener = vi.fn();
  const end = onClockSet(listener);

  setClockBy(answeredAt(serverNow() - 1_000));
  expect(listener).not.toHaveBeenCalled();
  setClockBy(answeredAt(serverNow() + 60_000));
  expect(listener).toHaveBeenCalledOnce();

  end();
});

it('stays as it is where an answer does not say the time', () => {
  const before = serverNow();

  setClockBy({ headers: new Headers() });

  expect(serverNow() - before).toBeLessThan(1_000);
});
