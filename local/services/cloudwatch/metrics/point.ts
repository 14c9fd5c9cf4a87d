/** What is kept of the values of a metric in one minute. */
export interface Point {
  readonly sum: number;
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: string;
  /** How many values lie in each bucket, by bucket; absent where only statistics were sent. */
  readonly buckets?: Readonly<Record<string, number>>;
}

/** Buckets are this much wider each: percentiles are right to half a percent. */
const BUCKET_RATIO = 1.01;
const LOG_RATIO = Math.log(BUCKET_RATIO);

/** A value that came so many times. */
export function pointOf(value: number, count: number, unit: string): Point {
  return pointOfMany([value], [count], unit);
}

/** Values that came so many times each, of which there is one at least. */
export function pointOfMany(
  values: readonly number[],
  counts: readonly number[],
  unit: string,
): Point {
  const buckets: Record<string, number> = {};
  let sum = 0;
  let count = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const [index, value] of values.entries()) {
    const times = counts[index] ?? 1;
    const bucket = bucketOf(value);
    buckets[bucket] = (buckets[bucket] ?? 0) + times;
    sum += value * times;
    count += times;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  return { sum, count, minimum, maximum, unit, buckets };
}

/** A point that is still being collected, and belongs to who collects it. */
export type OpenPoint = { -readonly [Key in keyof Point]: Point[Key] } & {
  buckets?: Record<string, number>;
};

/** A copy to collect in. */
export function openPoint(point: Point): OpenPoint {
  const { buckets, ...rest } = point;
  return buckets === undefined ? rest : { ...rest, buckets: { ...buckets } };
}

/** All values of two points together, in the first: endpoints record more a second than can be copied each time. */
export function absorb(open: OpenPoint, point: Point): void {
  open.sum += point.sum;
  open.count += point.count;
  open.minimum = Math.min(open.minimum, point.minimum);
  open.maximum = Math.max(open.maximum, point.maximum);
  if (open.buckets === undefined) return;
  if (point.buckets === undefined) {
    delete open.buckets;
    return;
  }
  for (const bucket in point.buckets) {
    open.buckets[bucket] = (open.buckets[bucket] ?? 0) + (point.buckets[bucket] ?? 0);
  }
}

/** `+n`, `-n` or `0`: the sign, and the logarithm of the size. */
export function bucketOf(value: number): string {
  if (value === 0) return '0';
  const size = Math.round(Math.log(Math.abs(value)) / LOG_RATIO);
  return `${value > 0 ? '+' : '-'}${size}`;
}

function valueOf(bucket: string): number {
  if (bucket === '0') return 0;
  const size = Math.exp(Number(bucket.slice(1)) * LOG_RATIO);
  return bucket.startsWith('+') ? size : -size;
}

/** Values with their counts, rising; the outermost are exact. */
export function valuesOf(point: Point): readonly (readonly [value: number, count: number])[] {
  return Object.entries(point.buckets ?? {})
    .map(([bucket, count]) => {
      const value = Math.min(Math.max(valueOf(bucket), point.minimum), point.maximum);
      return [value, count] as const;
    })
    .sort(([a], [b]) => a - b);
}
