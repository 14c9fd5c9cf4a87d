import { expect, it } from 'vitest';
import { createTestCloud } from '../../../testing/cloud.testing.ts';
import { MetricsStore } from './metrics-store.ts';
import { pointOf } from './point.ts';

const MINUTE_MS = 60_000;
const metric = { namespace: 'N', name: 'm', dimensions: { Variant: 'a' } };
/** Of two minutes and two units, in turns, with some repeated. */
const VALUES = [
  [0, 3, 'Count'],
  [0, -2, 'Count'],
  [0, 0, 'Milliseconds'],
  [1, 3, 'Count'],
  [0, 3, 'Count'],
  [1, 250.5, 'Milliseconds'],
] as const;

const read = (store: MetricsStore) => [...store.points(metric, 0, 2 * MINUTE_MS)];

it('stores single values as it stores their points', () => {
  const single = new MetricsStore(createTestCloud([]));
  const whole = new MetricsStore(createTestCloud([]));

  for (const [minute, value, unit] of VALUES) {
    single.addValue(metric, minute * MINUTE_MS, value, unit);
    whole.add(metric, minute * MINUTE_MS, pointOf(value, 1, unit));
  }

  expect(read(single)).toHaveLength(4);
  expect(read(single)).toEqual(read(whole));
  expect([...single.metrics()]).toEqual([...whole.metrics()]);
});

it('adds a single value to a point without a distribution', () => {
  const store = new MetricsStore(createTestCloud([]));
  const { buckets: _none, ...statistics } = pointOf(5, 2, 'Count');
  store.add(metric, 0, statistics);

  store.addValue(metric, 0, 1, 'Count');

  const point = { sum: 11, count: 3, minimum: 1, maximum: 5, unit: 'Count' };
  expect(read(store)).toEqual([[0, point]]);
});
