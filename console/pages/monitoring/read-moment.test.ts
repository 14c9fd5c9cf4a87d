import { expect, it } from 'vitest';
import { readMoment } from './read-moment.ts';

it.each([
  ['', undefined],
  ['  ', undefined],
  ['2026-11-30 06:00', '2026-11-30T06:00:00.000Z'],
  [' 2026-11-30T06:00:00Z ', '2026-11-30T06:00:00.000Z'],
  ['2026-02-30 06:00', null],
  ['2026-11-30', null],
  ['2026-11-30 25:00', null],
  ['yesterday', null],
])('reads %j as %s', (text, moment) => {
  expect(readMoment(text)).toBe(moment);
});
