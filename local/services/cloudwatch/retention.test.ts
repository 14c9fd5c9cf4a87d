import { expect, it } from 'vitest';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import { AlarmStore } from './alarms/alarm-store.ts';
import { MetricsStore } from './metrics/metrics-store.ts';
import { pointOf } from './metrics/point.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const metric = (name: string) => ({ namespace: 'N', name, dimensions: {} });

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html: points of a minute are
// available for 15 days.
it('keeps points for 15 days, and a metric as long as its last point', () => {
  const store = new MetricsStore(createTestCloud([]));
  const add = (name: string, minute: number) =>
    store.add(metric(name), minute * MINUTE_MS, pointOf(minute, 1, 'None'));
  const minutesOf = (name: string) =>
    [...store.points(metric(name), 0, DAY_MS)].map(([time]) => time / MINUTE_MS);
  for (const minute of [2, 0, 1]) add('old', minute);
  add('older', 0);
  store.flush();

  store.sweep(15 * DAY_MS);
  expect([minutesOf('old'), minutesOf('older')]).toEqual([[0, 1, 2], [0]]);

  store.sweep(15 * DAY_MS + MINUTE_MS);
  expect([minutesOf('old'), minutesOf('older')]).toEqual([[1, 2], []]);
  expect([...store.metrics()]).toEqual([{ ...metric('old'), lastAt: 2 * MINUTE_MS }]);
});

it('reads the points of a time range without its end', () => {
  const store = new MetricsStore(createTestCloud([]));
  for (const minute of [0, 1, 2, 3])
    store.add(metric('m'), minute * MINUTE_MS, pointOf(1, 1, 'None'));

  const read = (start: number, end: number) =>
    [...store.points(metric('m'), start, end)].map(([time]) => time / MINUTE_MS);

  expect(read(MINUTE_MS, 3 * MINUTE_MS)).toEqual([1, 2]);
  expect(read(MINUTE_MS + 1, 3 * MINUTE_MS + 1)).toEqual([2, 3]);
});

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html: 30 days.
it('keeps the history of alarms for 30 days', () => {
  const store = new AlarmStore(createTestCloud([]));
  for (const at of [0, 1, 2]) {
    store.addHistory({
      alarmName: `a${at}`,
      kind: 'metric',
      at,
      type: 'StateUpdate',
      summary: '',
      data: '{}',
    });
  }
  const names = (reverse: boolean) => [...store.history(reverse)].map(([, one]) => one.alarmName);

  store.sweep(30 * DAY_MS);
  expect(names(true)).toEqual(['a2', 'a1', 'a0']);

  store.sweep(30 * DAY_MS + 1);
  expect(names(false)).toEqual(['a1', 'a2']);
});
