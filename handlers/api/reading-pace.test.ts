import { expect, it } from 'vitest';
import { ReadingPace } from './reading-pace.ts';

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);

it.each([
  [2, 0],
  [6, 0],
  [6, 1],
  [6, 3],
  [20, 1],
  [20, 3],
  [20, 20],
])('of %i things of which %i change reads five a second at most', (count, changing) => {
  const pace = new ReadingPace();
  const names = namesOf(count);
  for (const name of names.slice(0, changing)) pace.note(name, true);

  const aSecond = names.reduce((sum, name) => sum + 1_000 / pace.keptMs(name, count), 0);

  expect(aSecond).toBeLessThanOrEqual(5 + 1e-9);
});

it('reads what changes each second, and what is quiet as often as is left', () => {
  const pace = new ReadingPace();
  expect(pace.keptMs('p0', 20)).toBe(4_000);

  pace.note('p0', true);

  expect(pace.keptMs('p0', 20)).toBe(1_000);
  expect(pace.keptMs('p1', 20)).toBe(4_750);
});

it('says when a change has ended', () => {
  const pace = new ReadingPace();
  expect(pace.note('p0', false)).toBe(false);
  expect(pace.note('p0', true)).toBe(false);
  expect(pace.note('p0', true)).toBe(false);
  expect(pace.note('p0', false)).toBe(true);
  expect(pace.note('p0', false)).toBe(false);
});
