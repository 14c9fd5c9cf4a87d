import { describe, expect, it } from 'vitest';
import { type Point, pointOfMany } from './point.ts';
import { parseStatistic } from './statistic.ts';

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html

const valuesUpTo = (last: number): Point =>
  pointOfMany(
    Array.from({ length: last }, (_, index) => index + 1),
    [],
    'None',
  );

/** 1, 2, …, 100; buckets are accurate to half a percent. */
const HUNDRED = valuesUpTo(100);

describe('statistics', () => {
  it.each([
    ['p0', 1],
    ['p50', 50],
    ['p99.9', 100],
    ['p100', 100],
    ['tm90', 45.5],
    ['TM(:90%)', 45.5],
    ['TM(10%:)', 55.5],
    ['TM(10%:90%)', 50.5],
    ['IQM', 50.5],
    ['TM(20:30)', 25.5],
    ['TM(:5)', 3],
    ['tc90', 90],
    ['TC(80%:)', 20],
    ['TC(20:30)', 10],
    ['TC(90:)', 10],
    ['ts90', 4_095],
    ['TS(80%:)', 1_810],
    ['TS(20:30)', 255],
    ['PR(:30)', 30],
    ['PR(10:20)', 10],
    ['PR(95:)', 5],
    ['wm98', 50.49],
    ['WM(10%:90%)', 50.45],
    ['WM(10:90)', 50.45],
  ])('of a hundred values: %s is about %d', (name, expected) => {
    const value = parseStatistic(name)?.(HUNDRED) ?? Number.NaN;

    expect(Math.abs(value - expected)).toBeLessThanOrEqual(expected * 0.006);
  });

  it.each([
    ['tm50', 5],
    ['IQM', 5],
    ['TC(:10)', 3],
    ['TS(:10)', 15],
    ['PR(:5)', 100],
    ['PR(5:)', 0],
    ['p99', 5],
  ])('of a set of one value: %s is %d', (name, expected) => {
    const point: Point = { sum: 15, count: 3, minimum: 5, maximum: 5, unit: 'None' };

    expect(parseStatistic(name)?.(point)).toBe(expected);
  });

  it('of a set of several values are unknown', () => {
    const point: Point = { sum: 15, count: 3, minimum: 1, maximum: 9, unit: 'None' };

    for (const name of ['p50', 'tm90', 'IQM', 'TC(:5)', 'WM(:5)', 'PR(:5)', 'TS(:5)']) {
      expect(parseStatistic(name)?.(point)).toBeUndefined();
    }
  });

  it.each([
    'p101',
    'p-1',
    'P99',
    'avg',
    'TM',
    'TM()',
    'TM(:)',
    'TM(90%:10%)',
    'TM(10%:5)',
    'TM(%:5)',
    'TM(:101%)',
    'PR(:99%)',
    'tm101',
    'iqm',
    'XX(:5)',
  ])('are not %s', (name) => {
    expect(parseStatistic(name)).toBeUndefined();
  });
});
