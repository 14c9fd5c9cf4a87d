import { describe, expect, it } from 'vitest';
import { desiredCapacity, type ScalingSituation } from './desired-capacity.ts';

const busy: ScalingSituation = {
  currentCapacity: 2,
  minCapacity: 1,
  maxCapacity: 8,
  metricValue: 250,
  targetValue: 100,
  high: true,
  low: false,
  now: 1_000_000,
  lastScaleOut: undefined,
  lastScaleIn: undefined,
  scaleOutCooldownSeconds: 60,
  scaleInCooldownSeconds: 300,
  disableScaleIn: false,
  scaleOutSuspended: false,
  scaleInSuspended: false,
};
const quiet: ScalingSituation = { ...busy, metricValue: 20, high: false, low: true };

const cases: readonly (readonly [string, ScalingSituation, number])[] = [
  ['brings the metric to its target', busy, 5],
  ['goes no further than the maximum', { ...busy, maxCapacity: 4 }, 4],
  ['waits for the alarm before it scales out', { ...busy, high: false }, 2],
  ['waits out the cooldown after scaling out', { ...busy, lastScaleOut: 950_000 }, 2],
  ['scales out right after scaling in', { ...busy, lastScaleIn: 999_000 }, 5],
  ['scales out no more while suspended', { ...busy, scaleOutSuspended: true }, 2],
  ['scales in to what is needed', quiet, 1],
  ['goes no lower than the minimum', { ...quiet, minCapacity: 2 }, 2],
  ['waits out the cooldown before it scales in', { ...quiet, lastScaleOut: 800_000 }, 2],
  ['never scales in where that is switched off', { ...quiet, disableScaleIn: true }, 2],
  ['stays where it is without data', { ...quiet, metricValue: undefined }, 2],
  [
    'stays out of its bounds while suspended',
    { ...quiet, minCapacity: 3, scaleOutSuspended: true },
    2,
  ],
  ['comes into bounds that were changed', { ...quiet, minCapacity: 3, metricValue: undefined }, 3],
];

describe('desiredCapacity', () => {
  it.each(cases)('%s', (_, situation, expected) => {
    expect(desiredCapacity(situation)).toBe(expected);
  });
});
