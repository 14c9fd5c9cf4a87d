import type { MetricName } from '../metrics/metric-key.ts';
import type { MetricsStore } from '../metrics/metrics-store.ts';
import { absorb, type OpenPoint, openPoint, type Point } from '../metrics/point.ts';
import type { Statistic } from '../metrics/statistic.ts';

/** Values by time: the beginning of their period, in epoch milliseconds. */
export type Series = ReadonlyMap<number, number>;

/** Which periods to read. */
export interface Window {
  readonly start: number;
  readonly end: number;
  readonly periodMs: number;
}

/**
 * The units that a metric has values in, in the order in which AWS takes them where a query names none: it
 * answers with the values of the first.
 */
export function unitsOf(
  store: MetricsStore,
  metric: MetricName,
  window: Window,
): readonly string[] {
  const units = new Set<string>();
  for (const [, { unit }] of store.points(metric, window.start, window.end)) units.add(unit);
  return [...units].sort((a, b) => orderOf(a) - orderOf(b));
}

/** As seen on AWS, in the messages of GetMetricData. */
const UNIT_ORDER = [
  'Megabits',
  'Terabits',
  'Gigabits',
  'Count',
  'Bytes',
  'Gigabytes',
  'Gigabytes/Second',
  'Kilobytes',
  'Kilobits/Second',
  'Terabytes',
  'Terabits/Second',
  'Bytes/Second',
  'Percent',
  'Megabytes',
  'Megabits/Second',
  'Milliseconds',
  'Microseconds',
  'Kilobytes/Second',
  'Gigabits/Second',
  'Megabytes/Second',
  'Bits',
  'Bits/Second',
  'Count/Second',
  'Seconds',
  'Kilobits',
  'Terabytes/Second',
  'None',
];

function orderOf(unit: string): number {
  const place = UNIT_ORDER.indexOf(unit);
  return place < 0 ? UNIT_ORDER.length : place;
}

/** The values of one statistic of a metric, period by period from the window's start. */
export function readSeries(
  store: MetricsStore,
  metric: MetricName,
  statistic: Statistic,
  window: Window,
  unit?: string,
): Series {
  return readWithUnits(store, metric, statistic, window, unit).series;
}

/** The same with the units that it could have been of, in one look at the metric's points. */
export function readWithUnits(
  store: MetricsStore,
  metric: MetricName,
  statistic: Statistic,
  window: Window,
  unit?: string,
): { readonly series: Series; readonly units: readonly string[] } {
  const pointsByUnit = new Map<string, Map<number, Point>>();
  const opened = new Set<Point>();
  for (const [time, point] of store.points(metric, window.start, window.end)) {
    const periods = Math.floor((time - window.start) / window.periodMs);
    const period = window.start + periods * window.periodMs;
    let points = pointsByUnit.get(point.unit);
    if (points === undefined) {
      points = new Map();
      pointsByUnit.set(point.unit, points);
    }
    const former = points.get(period);
    if (former === undefined) {
      points.set(period, point);
      continue;
    }
    // Only where there are several is one copied to collect them in.
    const open: OpenPoint = opened.has(former) ? former : openPoint(former);
    opened.add(open);
    points.set(period, open);
    absorb(open, point);
  }
  const units = [...pointsByUnit.keys()].sort((one, other) => orderOf(one) - orderOf(other));
  const series = new Map<number, number>();
  for (const [period, point] of pointsByUnit.get(unit ?? units[0] ?? '') ?? []) {
    const value = statistic(point);
    if (value !== undefined && Number.isFinite(value)) series.set(period, value);
  }
  return { series, units };
}

/** Widens a time span to whole periods, as AWS does. */
export function alignedWindow(start: number, end: number, periodSeconds: number): Window {
  const periodMs = periodSeconds * 1_000;
  return {
    start: Math.floor(start / periodMs) * periodMs,
    end: Math.ceil(end / periodMs) * periodMs,
    periodMs,
  };
}
