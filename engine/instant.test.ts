import { describe, expect, it } from 'vitest';
import { formatInstant, parseInstant } from './instant.ts';

const DAY_MS = 86_400_000;

/** The witness is JavaScript's own parser, which knows the calendar. */
function withDate(text: string): number | undefined {
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

describe('an instant', () => {
  it('is what JavaScript parses, for each day of four centuries', () => {
    const days = Array.from({ length: 147_000 }, (_, day) => (day - 73_000) * DAY_MS);
    const texts = days.map((instant) => new Date(instant).toISOString());

    expect(texts.filter((text, index) => parseInstant(text) !== days[index])).toEqual([]);
  });

  it.each([
    '2026-01-02T03:04:05Z',
    '2026-01-02T23:59:59.999Z',
    '2026-01-02T00:00:00.001+01:30',
    '2026-01-02T03:04:05-23:59',
    '2026-01-02T03:04Z',
    '2026-13-02T03:04:05Z',
    '2026-00-02T03:04:05Z',
    '2026-12-31T03:04:05Z',
    '2026-12-32T03:04:05Z',
    '2026-12-00T03:04:05Z',
    '2026-01-02T23:60:05Z',
    '2026-01-02T23:59:60Z',
    '2026-01-02',
    'x2026-01-02T03:04:05Z',
  ])('%s is what JavaScript parses', (text) => {
    const expected = text.includes('T') ? withDate(text) : undefined;

    expect(parseInstant(text)).toBe(expected);
  });

  it.each([
    // JavaScript accepts these, or accepts no such offset; java.time does as here.
    ['2026-01-02T24:00:00Z', undefined],
    ['2026-02-30T00:00:00Z', undefined],
    ['2026-04-31T00:00:00Z', undefined],
    ['2026-02-29T00:00:00Z', undefined],
    ['2100-02-29T00:00:00Z', undefined],
    ['2026-01-02T03:04:05', undefined],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2026-01-01T00:00:00+01', Date.UTC(2025, 11, 31, 23)],
    ['2026-01-01T00:00:00-0130', Date.UTC(2026, 0, 1, 1, 30)],
    ['2026-01-01T00:00:00+00:00:30', Date.UTC(2025, 11, 31, 23, 59, 30)],
    ['2026-01-01T00:00:00.123456789Z', Date.UTC(2026, 0, 1, 0, 0, 0, 123)],
    ['2026-01-01T00:00:00.1Z', Date.UTC(2026, 0, 1, 0, 0, 0, 100)],
  ])('%s is %s', (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [1, '1970-01-01T00:00:00.001Z'],
    [1_100, '1970-01-01T00:00:01.100Z'],
  ])('%i ms is written as %s', (instant, text) => {
    expect(formatInstant(instant)).toBe(text);
  });
});
