import type { Cloud } from '../../../cloud/cloud.ts';
import type { Table } from '../../../store/index.ts';
import { FLUSH_MS, MINUTE_MS, POINTS_KEPT_MS } from '../limits.ts';
import { type MetricName, metricKey } from './metric-key.ts';
import { absorb, absorbValue, type OpenPoint, openPoint, type Point, pointOf } from './point.ts';

interface MetricRecord extends MetricName {
  readonly lastMinute: number;
}

/** The keys of a metric and of its last point: the next value usually has the same minute and unit. */
interface KnownKeys {
  /** Of the metric. */
  readonly key: string;
  minute: number;
  unit: string;
  /** Of the point of this minute and unit. */
  pointKey: string;
}

/**
 * Metrics, a point for each minute and unit. New points are collected in memory and written to the store once
 * a second, so that a kill loses at most one second of metrics.
 */
export class MetricsStore {
  readonly #metrics: Table<MetricRecord>;
  readonly #points: Table<Point>;
  readonly #fresh = new Map<string, OpenPoint>();
  readonly #keys = new WeakMap<object, Map<string, KnownKeys>>();
  #flushTimer: NodeJS.Timeout | undefined;

  constructor(cloud: Cloud) {
    this.#metrics = cloud.store.table('cloudwatch.metrics', {
      namespace: 'string',
      name: 'string',
      dimensions: 'object',
      lastMinute: 'number',
    });
    this.#points = cloud.store.table('cloudwatch.points', {
      sum: 'number',
      count: 'number',
      minimum: 'number',
      maximum: 'number',
      unit: 'string',
    });
  }

  add(metric: MetricName, timestamp: number, point: Point): void {
    const pointKey = this.#pointKeyAt(metric, timestamp, point.unit);
    const open = this.#fresh.get(pointKey);
    if (open === undefined) this.#open(pointKey, point);
    else absorb(open, point);
  }

  /** As `add` of a point of this value. */
  addValue(metric: MetricName, timestamp: number, value: number, unit: string): void {
    const pointKey = this.#pointKeyAt(metric, timestamp, unit);
    const open = this.#fresh.get(pointKey);
    if (open === undefined) this.#open(pointKey, pointOf(value, 1, unit));
    else absorbValue(open, value);
  }

  /** The points of a metric in a time range (without its end), by minute and unit, oldest first. */
  *points(metric: MetricName, start: number, end: number): Generator<readonly [number, Point]> {
    this.flush();
    const key = metricKey(metric);
    const prefix = `${key}|`;
    const after = `${keyOfPoint(key, Math.ceil(start / MINUTE_MS) - 1)}|\u{10FFFF}`;
    for (const [pointKey, point] of this.#points.entries({ prefix, after })) {
      const time = minuteOf(pointKey, prefix) * MINUTE_MS;
      if (time >= end) return;
      yield [time, point];
    }
  }

  /** All metrics, sorted by namespace and name. */
  *metrics(prefix = ''): Generator<MetricName & { readonly lastAt: number }> {
    for (const [, { lastMinute, ...metric }] of this.#metrics.entries({ prefix })) {
      yield { ...metric, lastAt: lastMinute * MINUTE_MS };
    }
  }

  flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    for (const [key, point] of this.#fresh) this.#points.put(key, point);
    this.#fresh.clear();
  }

  /** Deletes data after AWS's retention. */
  sweep(now: number): void {
    const oldest = now - POINTS_KEPT_MS;
    for (const [key, record] of Array.from(this.#metrics.entries())) {
      for (const [pointKey] of Array.from(this.#points.entries({ prefix: `${key}|` }))) {
        if (minuteOf(pointKey, `${key}|`) * MINUTE_MS >= oldest) break;
        this.#points.delete(pointKey);
      }
      if (record.lastMinute * MINUTE_MS < oldest) this.#metrics.delete(key);
    }
  }

  /** The key of the point that is about to be written; records that its metric has one in this minute. */
  #pointKeyAt(metric: MetricName, timestamp: number, unit: string): string {
    const known = this.#keysOf(metric);
    const minute = Math.floor(timestamp / MINUTE_MS);
    const record = this.#metrics.get(known.key);
    if (record === undefined || record.lastMinute < minute) {
      const { namespace, name, dimensions } = metric;
      this.#metrics.put(known.key, { namespace, name, dimensions, lastMinute: minute });
    }
    if (known.minute !== minute || known.unit !== unit) {
      const pointKey = `${keyOfPoint(known.key, minute)}|${unit}`;
      Object.assign(known, { minute, unit, pointKey });
    }
    this.#flushTimer ??= this.#startFlushing();
    return known.pointKey;
  }

  #open(pointKey: string, point: Point): void {
    const former = this.#points.get(pointKey);
    const open = openPoint(former ?? point);
    if (former !== undefined) absorb(open, point);
    this.#fresh.set(pointKey, open);
  }

  /** Cache of keys by the dimensions object: callers that reuse the object compute each key once. */
  #keysOf(metric: MetricName): KnownKeys {
    let keys = this.#keys.get(metric.dimensions);
    if (keys === undefined) {
      keys = new Map();
      this.#keys.set(metric.dimensions, keys);
    }
    const name = `${metric.namespace}|${metric.name}`;
    let known = keys.get(name);
    if (known === undefined) {
      known = { key: metricKey(metric), minute: Number.NaN, unit: '', pointKey: '' };
      keys.set(name, known);
    }
    return known;
  }

  /** In real time, because it limits the writes to this machine's disk. */
  #startFlushing(): NodeJS.Timeout {
    const timer = setTimeout(() => this.flush(), FLUSH_MS);
    timer.unref();
    return timer;
  }
}

const MINUTE_DIGITS = 10;

function keyOfPoint(key: string, minute: number): string {
  return `${key}|${minute.toString().padStart(MINUTE_DIGITS, '0')}`;
}

/** The minute in the key of a point; the unit follows it. */
function minuteOf(pointKey: string, prefix: string): number {
  return Number(pointKey.slice(prefix.length, prefix.length + MINUTE_DIGITS));
}
