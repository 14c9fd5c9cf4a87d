import type { Turns } from '../../../host/shared-time.ts';
import type { MetricName } from '../metrics/metric-key.ts';
import type { MetricsStore } from '../metrics/metrics-store.ts';
import { absorb, type OpenPoint, openPoint, type Point } from '../metrics/point.ts';
import type { Statistic } from '../metrics/statistic.ts';

/** Values by the start of their period, in epoch milliseconds. */
export type Series = ReadonlyMap<number, number>;

/** The periods to read. */
export interface Window {
  readonly start: number;
  readonly end: number;
  readonly periodMs: number;
}

/** The points of a metric by unit and period; the units are in AWS's order of preference. */
export type Readings = ReadonlyMap<string, ReadonlyMap<number, Point>>;

/** The number of points per read; the rest of the last point's minute is read, too. */
const POINTS_PER_TURN = 500;

/** Reads a metric once, for all units and statistics. */
export function* readPoints(
  store: MetricsStore,
  metric: MetricName,
  window: Window,
): Turns<Readings> {
  const collected = new CollectedPoints(window);
  for (let from: number | undefined = window.start; from !== undefined; ) {
    from = collectFrom(store.points(metric, from, window.end), collected);
    yield;
  }
  return collected.readings();
}

/** @returns the minute to continue with after other work, which may have written points; undefined at the end */
function collectFrom(
  points: Iterable<readonly [number, Point]>,
  collected: CollectedPoints,
): number | undefined {
  let read = 0;
  let last: number | undefined;
  for (const [time, point] of points) {
    if (read >= POINTS_PER_TURN && time !== last) return time;
    collected.add(time, point);
    read += 1;
    last = time;
  }
  return undefined;
}

class CollectedPoints {
  readonly #window: Window;
  readonly #units = new Map<string, Map<number, Point>>();
  readonly #opened = new Set<Point>();

  constructor(window: Window) {
    this.#window = window;
  }

  add(time: number, point: Point): void {
    const { start, periodMs } = this.#window;
    const period = start + Math.floor((time - start) / periodMs) * periodMs;
    const points = this.#units.get(point.unit) ?? new Map<number, Point>();
    this.#units.set(point.unit, points);
    const former = points.get(period);
    if (former === undefined) {
      points.set(period, point);
      return;
    }
    // A point is copied only if there are several to add up.
    const open: OpenPoint = this.#opened.has(former) ? former : openPoint(former);
    this.#opened.add(open);
    points.set(period, open);
    absorb(open, point);
  }

  readings(): Readings {
    return new Map([...this.#units].sort(([a], [b]) => orderOf(a) - orderOf(b)));
  }
}

/** The order that AWS names in the messages of GetMetricData. */
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

/** The number of points per step; each may have thousands of different values. */
const PERIODS_PER_TURN = 50;

/** The values of one statistic by period, in the given unit or the first one with data. */
export function* computeSeries(
  readings: Readings,
  statistic: Statistic,
  unit: string | undefined,
): Turns<Series> {
  const [first] = readings.keys();
  const points = readings.get(unit ?? first ?? '') ?? new Map<number, Point>();
  const series = new Map<number, number>();
  let computed = 0;
  for (const [period, point] of points) {
    const value = statistic(point);
    if (value !== undefined && Number.isFinite(value)) series.set(period, value);
    computed += 1;
    if (computed % PERIODS_PER_TURN === 0) yield;
  }
  return series;
}

/** Extends a time range to whole periods, as AWS does. */
export function alignedWindow(start: number, end: number, periodSeconds: number): Window {
  const periodMs = periodSeconds * 1_000;
  return {
    start: Math.floor(start / periodMs) * periodMs,
    end: Math.ceil(end / periodMs) * periodMs,
    periodMs,
  };
}
