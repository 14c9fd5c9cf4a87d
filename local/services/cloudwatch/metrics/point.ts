/** The stored summary of a metric's values in one minute. */
export interface Point {
  readonly sum: number;
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: string;
  /** The number of values in each bucket; absent if only statistics were sent. */
  readonly buckets?: Readonly<Record<string, number>>;
}

/** The growth of bucket sizes: percentiles are accurate to half a percent. */
const BUCKET_RATIO = 1.01;
const LOG_RATIO = Math.log(BUCKET_RATIO);

/** A point of one repeated value. */
export function pointOf(value: number, count: number, unit: string): Point {
  return pointOfMany([value], [count], unit);
}

/** A point of at least one value, each with its count. */
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

/** A mutable point that its owner still adds to. */
export type OpenPoint = { -readonly [Key in keyof Point]: Point[Key] } & {
  buckets?: Record<string, number>;
};

/** A mutable copy. */
export function openPoint(point: Point): OpenPoint {
  const { buckets, ...rest } = point;
  return buckets === undefined ? rest : { ...rest, buckets: { ...buckets } };
}

/** Adds the values of a point to another in place: copying would be too slow for the metrics of endpoints. */
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

/** Adds one value in place, without a point of its own: endpoints emit a dozen values for each request. */
export function absorbValue(open: OpenPoint, value: number): void {
  open.sum += value;
  open.count += 1;
  open.minimum = Math.min(open.minimum, value);
  open.maximum = Math.max(open.maximum, value);
  if (open.buckets === undefined) return;
  const bucket = bucketOf(value);
  open.buckets[bucket] = (open.buckets[bucket] ?? 0) + 1;
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

/** Values with their counts, in ascending order; the first and last are exact. */
export function valuesOf(point: Point): readonly (readonly [value: number, count: number])[] {
  return Object.entries(point.buckets ?? {})
    .map(([bucket, count]) => {
      const value = Math.min(Math.max(valueOf(bucket), point.minimum), point.maximum);
      return [value, count] as const;
    })
    .sort(([a], [b]) => a - b);
}
