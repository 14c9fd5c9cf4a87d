import { type Point, valuesOf } from './point.ts';

/** Computes a statistic of a point; undefined where the point does not hold enough for it. */
export type Statistic = (point: Point) => number | undefined;

const SIMPLE: Readonly<Record<string, Statistic>> = {
  SampleCount: (point) => point.count,
  Average: (point) => point.sum / point.count,
  Sum: (point) => point.sum,
  Minimum: (point) => point.minimum,
  Maximum: (point) => point.maximum,
};

/** @returns undefined for a statistic that CloudWatch, or this one, does not know */
export function parseStatistic(name: string): Statistic | undefined {
  const simple = Object.hasOwn(SIMPLE, name) ? SIMPLE[name] : undefined;
  if (simple !== undefined) return simple;
  const percentile = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name);
  if (percentile !== null) return (point) => percentileOf(point, Number(percentile[1]));
  const trimmed = /^tm(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name);
  if (trimmed !== null) return (point) => trimmedMean(point, Number(trimmed[1]));
  return undefined;
}

function percentileOf(point: Point, percent: number): number | undefined {
  if (point.buckets === undefined) {
    // As AWS: of statistic sets only those of one value have percentiles.
    return point.minimum === point.maximum ? point.minimum : undefined;
  }
  const rank = Math.max(1, Math.ceil((percent / 100) * point.count));
  let seen = 0;
  for (const [value, count] of valuesOf(point)) {
    seen += count;
    if (seen >= rank) return value;
  }
  return point.maximum;
}

/** The mean of all values up to a percentile. */
function trimmedMean(point: Point, percent: number): number | undefined {
  if (point.buckets === undefined) return undefined;
  let left = (percent / 100) * point.count;
  let sum = 0;
  let count = 0;
  for (const [value, times] of valuesOf(point)) {
    const taken = Math.min(times, left);
    sum += value * taken;
    count += taken;
    left -= taken;
  }
  return count === 0 ? undefined : sum / count;
}
