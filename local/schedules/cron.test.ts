import { describe, expect, it } from 'vitest';
import { type Cron, nextOccurrence, parseCron } from './cron.ts';

function cron(expression: string): Cron {
  const parsed = parseCron(expression);
  if (parsed === undefined) throw new Error(`${expression} is not a cron expression`);
  return parsed;
}

function next(expression: string, after: string): string | undefined {
  const instant = nextOccurrence(cron(expression), Date.parse(after));
  return instant === undefined ? undefined : new Date(instant).toISOString().slice(0, 16);
}

/** Every day, one after the other. */
function slowNext(expression: string, after: number): number | undefined {
  const { isDay, isMonth, isYear, hours, minutes } = cron(expression);
  const [hour = 0, minute = 0] = [hours[0], minutes[0]];
  for (let day = Math.floor(after / 86_400_000) * 86_400_000; ; day += 86_400_000) {
    const date = new Date(day + (hour * 60 + minute) * 60_000);
    if (date.getUTCFullYear() > 2199) return undefined;
    const isMatch = isYear(date.getUTCFullYear()) && isMonth(date.getUTCMonth() + 1) && isDay(date);
    if (isMatch && date.getTime() > after) return date.getTime();
  }
}

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
describe('the next time of a cron expression', () => {
  it.each([
    ['0 0 29 2 ? *', '2096-03-01T00:00Z', '2104-02-29T00:00'],
    ['59 23 31 12 ? *', '2026-12-31T23:58Z', '2026-12-31T23:59'],
    ['59 23 31 12 ? *', '2026-12-31T23:59Z', '2027-12-31T23:59'],
    ['0 12 ? * 6#5 *', '2026-11-30T00:00Z', '2027-01-29T12:00'],
    ['0 0 1 1 ? 2198', '2199-01-01T00:00Z', undefined],
    ['0 0 1 1 ? 2199', '2026-01-01T00:00Z', '2199-01-01T00:00'],
  ])('%s after %s is %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  it.each(['5 4 L * ? *', '5 4 15W 2,6 ? *', '5 4 ? 2 2#5 *', '5 4 ? 3-5 6L *', '5 4 29 2 ? *'])(
    '%s is that of looking at every day',
    (expression) => {
      let after = Date.parse('2026-11-30T04:05Z');
      for (let count = 0; count < 60; count += 1) {
        const expected = slowNext(expression, after);
        expect(nextOccurrence(cron(expression), after)).toBe(expected);
        if (expected === undefined) break;
        after = expected;
      }
    },
  );

  it('is not looked for day by day: ten thousand schedules that are never due cost little', () => {
    let looks = 0;
    const never = cron('7 7 31 2,4,6,9,11 ? *');
    const counted: Cron = { ...never, isDay: (date) => (looks += 1) > 0 && never.isDay(date) };
    for (let schedule = 0; schedule < 10; schedule += 1) {
      expect(nextOccurrence(counted, schedule * 86_400_000)).toBeUndefined();
    }
    expect(looks).toBeLessThan(14 * 366);
  });
});
