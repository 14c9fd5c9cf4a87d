import { describe, expect, it } from 'vitest';
import { type Cron, parseCron } from './cron.ts';
import { instantInTimeZone, isTimeZone, nextInTimeZone } from './time-zone.ts';

function cron(expression: string): Cron {
  const parsed = parseCron(expression);
  if (parsed === undefined) throw new Error(`${expression} is not a cron expression`);
  return parsed;
}

/** The next times after a first one. */
function timesAfter(expression: string, zone: string, after: string, count: number) {
  const times: string[] = [];
  let instant: number | undefined = Date.parse(after);
  while (times.length < count && instant !== undefined) {
    instant = nextInTimeZone(cron(expression), zone, instant);
    if (instant !== undefined) times.push(new Date(instant).toISOString().slice(0, 16));
  }
  return times;
}

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
describe('a cron expression in a time zone', () => {
  it('follows the clocks of the zone', () => {
    expect(timesAfter('30 9 * * ? *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T08:30',
      '2026-03-29T07:30',
      '2026-03-30T07:30',
    ]);
  });

  it('skips a day on which the clocks skip its time', () => {
    expect(timesAfter('30 2 * * ? *', 'America/New_York', '2026-03-07T00:00:00Z', 3)).toEqual([
      '2026-03-07T07:30',
      '2026-03-09T06:30',
      '2026-03-10T06:30',
    ]);
  });

  it('runs once at a time that the clocks show twice, before they are set back', () => {
    expect(timesAfter('30 1 * * ? *', 'America/New_York', '2026-10-31T00:00:00Z', 3)).toEqual([
      '2026-10-31T05:30',
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ]);
    expect(timesAfter('0/30 1 * * ? *', 'America/New_York', '2026-11-01T05:59:59Z', 1)).toEqual([
      '2026-11-02T06:00',
    ]);
  });

  it('keeps UTC as it is', () => {
    expect(timesAfter('0/15 * * * ? *', 'UTC', '2026-11-20T10:15:42Z', 2)).toEqual([
      '2026-11-20T10:30',
      '2026-11-20T10:45',
    ]);
  });

  it('has zones of half hours, and a day that never was', () => {
    expect(timesAfter('0 6 * * ? *', 'Asia/Kolkata', '2026-11-20T00:00:00Z', 1)).toEqual([
      '2026-11-20T00:30',
    ]);
    expect(timesAfter('0 12 30 12 ? *', 'Pacific/Apia', '2011-01-01T00:00:00Z', 1)).toEqual([
      '2012-12-29T22:00',
    ]);
  });

  it('ends', () => {
    expect(timesAfter('0 0 1 1 ? 2025', 'Europe/Berlin', '2026-01-01T00:00:00Z', 1)).toEqual([]);
  });
});

const at = (zone: string, wall: string) =>
  new Date(instantInTimeZone(zone, Date.parse(`${wall}Z`))).toISOString();

describe('a time in a time zone', () => {
  it('is the first of two, and later where the clocks skip it', () => {
    expect(at('America/New_York', '2026-07-01T12:00:05')).toBe('2026-07-01T16:00:05.000Z');
    expect(at('America/New_York', '2026-11-01T01:30:00')).toBe('2026-11-01T05:30:00.000Z');
    expect(at('America/New_York', '2026-03-08T02:30:00')).toBe('2026-03-08T07:30:00.000Z');
  });
});

it.each([
  ['UTC', true],
  ['Europe/Berlin', true],
  ['Etc/GMT+5', true],
  ['+05:00', false],
  ['Europe/Bärlin', false],
  ['', false],
])('%s is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});
