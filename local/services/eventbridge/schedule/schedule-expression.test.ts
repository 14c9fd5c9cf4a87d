import { describe, expect, it } from 'vitest';
import { parseSchedule } from './schedule-expression.ts';

const AFTER = Date.UTC(2026, 10, 20, 10, 15, 42);

function next(expression: string, after = AFTER): string | undefined {
  const instant = parseSchedule(expression)?.next(after, Date.UTC(2026, 10, 20, 10, 0, 30));
  return instant === undefined ? undefined : new Date(instant).toISOString();
}

describe('a schedule expression', () => {
  it.each([
    ['rate(10 minutes)', '2026-11-20T10:20:30.000Z'],
    ['rate(1 hour)', '2026-11-20T11:00:30.000Z'],
    ['cron(0/15 * * * ? *)', '2026-11-20T10:30:00.000Z'],
    ['cron(15 12 * * ? *)', '2026-11-20T12:15:00.000Z'],
    ['cron(0 8 ? * MON-FRI *)', '2026-11-23T08:00:00.000Z'],
    ['cron(0 8 1 * ? *)', '2026-12-01T08:00:00.000Z'],
    ['cron(0 8 L * ? *)', '2026-11-30T08:00:00.000Z'],
    ['cron(0 8 ? * 6L *)', '2026-11-27T08:00:00.000Z'],
    ['cron(0 2 ? * SAT#3 *)', '2026-11-21T02:00:00.000Z'],
    ['cron(0 8 22W * ? *)', '2026-11-23T08:00:00.000Z'],
    // The nearest weekday within the month: a Saturday, a Sunday, and both at an end of a month.
    ['cron(0 8 19W 12 ? *)', '2026-12-18T08:00:00.000Z'],
    ['cron(0 8 20W 12 ? *)', '2026-12-21T08:00:00.000Z'],
    ['cron(0 8 31W 12 ? *)', '2026-12-31T08:00:00.000Z'],
    ['cron(0 8 1W 5 ? *)', '2027-05-03T08:00:00.000Z'],
    ['cron(0 8 31W 1 ? *)', '2027-01-29T08:00:00.000Z'],
    ['cron(0 8 31W 2 ? 2028)', '2028-02-29T08:00:00.000Z'],
    ['cron(0 8 ? * L *)', '2026-11-21T08:00:00.000Z'],
    ['cron(0 8 ? * 1#1 *)', '2026-12-06T08:00:00.000Z'],
    ['cron(0 8 ? * SUN *)', '2026-11-22T08:00:00.000Z'],
    ['cron(0 8 ? * 2-6/2 *)', '2026-11-23T08:00:00.000Z'],
    ['cron(59 23 31 DEC ? 2199)', '2199-12-31T23:59:00.000Z'],
    ['cron(0 0 1 JAN ? 1970)', undefined],
    ['cron(16 10 20 11 ? 2026)', '2026-11-20T10:16:00.000Z'],
    ['cron(15 10 20 11 ? 2026)', undefined],
    ['cron(5,35 14 29 2 ? *)', '2028-02-29T14:05:00.000Z'],
    ['cron(0 0 1 1 ? 2025)', undefined],
    // Beyond the last instant that a date can hold.
    ['rate(2147483647 days)', undefined],
  ])('%s fires next at %s', (expression, expected) => {
    expect(next(expression)).toBe(expected);
  });

  it.each([
    'rate(10 minutess)',
    'rate(1 minutes)',
    'rate(2 minute)',
    'rate(0 minutes)',
    'rate(-10 minutes)',
    ' rate(10 minutes)',
    'rate(10 MINUTES)',
    'rate(10 seconds)',
    'rate(2147483648 days)',
    'rate(99999999999999999999 days)',
    'rate()',
    'cron(INVALID)',
    'cron(0 dummy ? * MON-FRI *)',
    'cron(7 20 * * NOT *)',
    'cron(71 8 1 * ? *)',
    'cron(0 8 1 * MON *)',
    'cron(0 8 ? * ? *)',
    'cron(0 8 1 * ?)',
    'cron(60 8 1 * ? *)',
    'cron(0 24 1 * ? *)',
    'cron(0 8 0 * ? *)',
    'cron(0 8 32 * ? *)',
    'cron(0 8 1 0 ? *)',
    'cron(0 8 1 13 ? *)',
    'cron(0 8 ? * 0 *)',
    'cron(0 8 ? * 8 *)',
    'cron(0 8 ? * 1#0 *)',
    'cron(0 8 ? * 1#6 *)',
    'cron(0 8 ? * 8L *)',
    'cron(0 8 0W * ? *)',
    'cron(0 8 32W * ? *)',
    'cron(0 8 1 * ? 1969)',
    'cron(0 8 1 * ? 2200)',
    'cron(5-4 8 1 * ? *)',
    'cron(0-5-9 8 1 * ? *)',
    'cron(0/0 8 1 * ? *)',
    'cron(0/5/5 8 1 * ? *)',
    'cron(0 8 1 * ? * *)',
  ])('%s is not valid', (expression) => {
    expect(parseSchedule(expression)).toBeUndefined();
  });
});
