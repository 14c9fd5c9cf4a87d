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
  return {
    sum: value * count,
    count,
    minimum: value,
    maximum: value,
    unit,
    buckets: { [bucketOf(value)]: count },
  };
}

/** All values of two points together. */
export function merge(a: Point, b: Point): Point {
  const { buckets, ...rest }: Point = {
    sum: a.sum + b.sum,
    count: a.count + b.count,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
    unit: a.unit,
    buckets: mergeBuckets(a, b),
  };
  return a.buckets === undefined || b.buckets === undefined
    ? rest
    : { ...rest, buckets: buckets ?? {} };
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

/** As `merge`, into the first: endpoints record more points a second than can be copied each time. */
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

function mergeBuckets(a: Point, b: Point): Readonly<Record<string, number>> {
  const merged: Record<string, number> = { ...a.buckets };
  for (const [bucket, count] of Object.entries(b.buckets ?? {})) {
    merged[bucket] = (merged[bucket] ?? 0) + count;
  }
  return merged;
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
