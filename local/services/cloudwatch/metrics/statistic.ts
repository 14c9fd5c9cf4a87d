import { bucketOf, type Point, valuesOf } from './point.ts';

/** Computes a statistic of a point; undefined if the point does not have the required data. */
export type Statistic = (point: Point) => number | undefined;

const SIMPLE: Readonly<Record<string, Statistic>> = {
  SampleCount: (point) => point.count,
  Average: (point) => point.sum / point.count,
  Sum: (point) => point.sum,
  Minimum: (point) => point.minimum,
  Maximum: (point) => point.maximum,
};

/** The range of values that a statistic includes: percentiles or values. */
interface Range {
  readonly inPercent: boolean;
  readonly from: number;
  readonly to: number;
}

/** Values with their counts, in ascending order. */
type Distribution = readonly (readonly [value: number, count: number])[];

/** The computation of a ranged statistic such as `TM(10%:90%)`. */
const RANGED: Readonly<Record<string, (point: Point, range: Range) => number | undefined>> = {
  TM: (point, range) => meanOf(within(point, range)),
  WM: (point, range) => meanOf(winsorized(point, range)),
  TC: (point, range) => round(countOf(within(point, range))),
  TS: (point, range) => sumOf(within(point, range)),
  PR: (point, range) => {
    const count = countOf(within(point, range));
    return count === undefined ? undefined : (count / point.count) * 100;
  },
};

const NUMBER = String.raw`\d+(?:\.\d{1,10})?`;
const PERCENTILE = new RegExp(`^p(${NUMBER})$`);
/** `tm99` stands for `TM(:99%)`. */
const SHORT = new RegExp(`^(tm|wm|tc|ts)(${NUMBER})$`);
const LONG = new RegExp(`^(TM|WM|TC|TS|PR)\\((-?${NUMBER})?(%?):(-?${NUMBER})?(%?)\\)$`);

/**
 * @returns undefined for a statistic that CloudWatch does not know
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function parseStatistic(name: string): Statistic | undefined {
  const simple = Object.hasOwn(SIMPLE, name) ? SIMPLE[name] : undefined;
  if (simple !== undefined) return simple;
  if (name === 'IQM') return ranged('TM', { inPercent: true, from: 25, to: 75 });
  const percentile = PERCENTILE.exec(name)?.[1];
  if (percentile !== undefined) {
    return Number(percentile) > 100
      ? undefined
      : (point) => percentileOf(point, Number(percentile));
  }
  const [, short, upTo] = SHORT.exec(name) ?? [];
  if (short !== undefined) {
    return ranged(short.toUpperCase(), { inPercent: true, from: 0, to: Number(upTo) });
  }
  const [, kind = '', from, fromPercent, to, toPercent] = LONG.exec(name) ?? [];
  if (from === undefined && to === undefined) return undefined;
  const inPercent = fromPercent === '%' || toPercent === '%';
  const isMixed = from !== undefined && to !== undefined && fromPercent !== toPercent;
  const isStray = (from === undefined && fromPercent) || (to === undefined && toPercent);
  // Percentile ranks have bounds that are values.
  if (isMixed || isStray || (kind === 'PR' && inPercent)) return undefined;
  return ranged(kind, {
    inPercent,
    from: Number(from ?? (inPercent ? 0 : Number.NEGATIVE_INFINITY)),
    to: Number(to ?? (inPercent ? 100 : Number.POSITIVE_INFINITY)),
  });
}

/** Whether a statistic is one of those that GetMetricStatistics calls extended. */
export function isExtended(name: string): boolean {
  return !Object.hasOwn(SIMPLE, name);
}

function ranged(kind: string, range: Range): Statistic | undefined {
  const compute = RANGED[kind];
  const isValid =
    range.from < range.to && (!range.inPercent || (range.from >= 0 && range.to <= 100));
  return compute === undefined || !isValid ? undefined : (point) => compute(point, range);
}

/** As on AWS, only statistic sets of one value have percentiles. */
function distributionOf(point: Point): Distribution | undefined {
  if (point.buckets !== undefined) return valuesOf(point);
  return point.minimum === point.maximum ? [[point.minimum, point.count]] : undefined;
}

/** The values above the start of a range and up to its end. A value at the edge of a percentile counts in part. */
function within(point: Point, { inPercent, from, to }: Range): Distribution | undefined {
  const all = distributionOf(point);
  if (!inPercent) {
    // Values in the bucket of a bound count as the bound.
    const bounds = new Map([to, from].map((bound) => [bucketOf(bound), bound]));
    return all?.filter(([value]) => {
      const counted = bounds.get(bucketOf(value)) ?? value;
      return counted > from && counted <= to;
    });
  }
  const [first, last] = [(from / 100) * point.count, (to / 100) * point.count];
  let seen = 0;
  return all?.flatMap(([value, count]) => {
    const before = seen;
    seen += count;
    const counted = Math.min(seen, last) - Math.max(before, first);
    return counted > 0 ? [[value, counted] as const] : [];
  });
}

/** Replaces values outside a range by the edge of the range. */
function winsorized(point: Point, { inPercent, from, to }: Range): Distribution | undefined {
  const all = distributionOf(point);
  const lowest = inPercent ? percentileOf(point, from) : from;
  const highest = inPercent ? percentileOf(point, to) : to;
  if (all === undefined || lowest === undefined || highest === undefined) return undefined;
  return all.map(([value, count]) => [Math.min(Math.max(value, lowest), highest), count]);
}

function countOf(values: Distribution | undefined): number | undefined {
  return values?.reduce((total, [, count]) => total + count, 0);
}

function sumOf(values: Distribution | undefined): number | undefined {
  return values?.reduce((total, [value, count]) => total + value * count, 0);
}

function meanOf(values: Distribution | undefined): number | undefined {
  const [sum, count] = [sumOf(values), countOf(values)];
  return sum === undefined || count === undefined || count === 0 ? undefined : sum / count;
}

function round(count: number | undefined): number | undefined {
  return count === undefined ? undefined : Math.round(count);
}

function percentileOf(point: Point, percent: number): number | undefined {
  const all = distributionOf(point);
  if (all === undefined) return undefined;
  const rank = Math.max(1, Math.ceil((percent / 100) * point.count));
  let seen = 0;
  for (const [value, count] of all) {
    seen += count;
    if (seen >= rank) return value;
  }
  return point.maximum;
}
