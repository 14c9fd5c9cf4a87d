import { expect, it } from 'vitest';
import { describeDuration, describeMoment } from './moment.tsx';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

it.each([
  [0, 'just now'],
  [59_999, 'just now'],
  [-59_999, 'just now'],
  [MINUTE, '1 min. ago'],
  [59 * MINUTE, '59 min. ago'],
  [59.6 * MINUTE, '1 hr. ago'],
  [HOUR, '1 hr. ago'],
  [23.6 * HOUR, '1 day ago'],
])('describes a moment %d ms ago', (age, expected) => {
  expect(describeMoment(NOW - age, NOW)).toBe(expected);
});

it('names the date of what is older than a day, or in the future', () => {
  expect(describeMoment(NOW - 48 * HOUR, NOW)).toContain('Nov 28, 2026');
  expect(describeMoment(NOW + 48 * HOUR, NOW)).toContain('Dec 2, 2026');
});

it.each([
  [-5, '0 s'],
  [0.4, '0 s'],
  [499, '499 ms'],
  [999.6, '1 s'],
  [59_499, '59 s'],
  [59_500, '1 min 0 s'],
  [HOUR - 1, '1 h 0 min'],
  [26 * HOUR, '26 h 0 min'],
])('describes a duration of %d ms', (milliseconds, expected) => {
  expect(describeDuration(milliseconds)).toBe(expected);
});
