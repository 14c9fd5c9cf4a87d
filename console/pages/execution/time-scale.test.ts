import { expect, it } from 'vitest';
import { createTimeScale } from './time-scale.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** Twenty events a second apart, an hour of nothing, and twenty more. */
const times = [
  ...Array.from({ length: 20 }, (_, index) => index * SECOND),
  ...Array.from({ length: 20 }, (_, index) => HOUR + index * SECOND),
];

it('cuts a long time without events, and says how long it was', () => {
  const { place, cuts } = createTimeScale(times);

  expect(cuts).toHaveLength(1);
  expect(cuts[0]?.milliseconds).toBe(HOUR - 19 * SECOND);
  expect(place(19 * SECOND)).toBeCloseTo(cuts[0]?.from ?? 0);
  expect(place(HOUR)).toBeCloseTo(cuts[0]?.to ?? 0);
  expect(place(HOUR) - place(19 * SECOND)).toBeLessThan(0.15);
});

it('keeps the order of all times, from one edge to the other', () => {
  const { place } = createTimeScale(times);

  const places = [-5, ...times, HOUR / 2, 2 * HOUR]
    .toSorted((one, other) => one - other)
    .map(place);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(places[0]).toBe(0);
  expect(places.at(-1)).toBe(1);
});

it('cuts nothing of an execution in which something always happens', () => {
  expect(createTimeScale(times.slice(0, 20)).cuts).toEqual([]);
  expect(createTimeScale([]).place(5)).toBe(0);
});
