import type { Json } from '../json.ts';
import { markOf } from '../jsonata/distinct.ts';
import { NumberAsWritten, numberOf } from '../number-as-written.ts';

/**
 * AWS evaluates intrinsic functions on Java's values, and their results show it: values print as in Java, and the
 * order of a set is the order of Java's hash codes.
 */

/** A value as Java prints it: `{a=1, b=[x, y]}`, `1.0E-5`. */
export function javaText(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(javaText).join(', ')}]`;
  if (typeof value === 'number') return numberText(value);
  if (value instanceof NumberAsWritten) return writtenText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(([key, member]) => `${key}=${javaText(member)}`);
  return `{${members.join(', ')}}`;
}

/** An integer of any length, or a `double`, which Java prints with a fraction. */
function writtenText(number: NumberAsWritten): string {
  if (/^-?\d+$/.test(number.text)) return BigInt(number.text).toString();
  const value = number.valueOf();
  if (!Number.isInteger(value)) return Number.isFinite(value) ? numberText(value) : String(value);
  if (Math.abs(value) < 1e7) return `${value}.0`;
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** Java writes very small and very large fractions as `1.5E-4` and `1.23456785E7`. */
function numberText(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/**
 * The distinct items of a list, in the iteration order of a `java.util.HashSet`: `[true, false]` becomes
 * `[false, true]`.
 */
export function uniqueInJavaOrder(items: readonly Json[]): readonly Json[] {
  const mask = capacityFor(items.length) - 1;
  const buckets = new Map<number, Json[]>();
  // Many texts can have the same hash code, so their bucket is not searched.
  const seen = new Set<string>();
  for (const item of items) {
    const mark = markOf(item);
    if (seen.has(mark)) continue;
    seen.add(mark);
    const hash = hashOf(item);
    const index = (hash ^ (hash >>> 16)) & mask;
    const bucket = buckets.get(index) ?? [];
    bucket.push(item);
    buckets.set(index, bucket);
  }
  return [...buckets].toSorted(([left], [right]) => left - right).flatMap(([, bucket]) => bucket);
}

/** The number of buckets of a set of this many items: a power of two, with at least a quarter of them free. */
function capacityFor(count: number): number {
  let capacity = 16;
  while (capacity < Math.trunc(count / 0.75) + 1) capacity *= 2;
  return capacity;
}

function hashOf(value: Json): number {
  if (value === null) return 0;
  if (typeof value === 'boolean') return value ? 1231 : 1237;
  if (typeof value === 'string') return textHash(value);
  const number = numberOf(value);
  if (number !== undefined) return numberHash(number);
  if (Array.isArray(value)) {
    return (value as readonly Json[]).reduce<number>(
      (hash, item) => (Math.imul(31, hash) + hashOf(item)) | 0,
      1,
    );
  }
  return Object.entries(value).reduce(
    (hash, [key, member]) => (hash + (textHash(key) ^ hashOf(member))) | 0,
    0,
  );
}

function textHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) {
    hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  }
  return hash;
}

/** Java's `Integer`, `Long` and `Double`. */
function numberHash(value: number): number {
  if (Number.isInteger(value) && value === (value | 0)) return value;
  const view = new DataView(new ArrayBuffer(8));
  if (Number.isSafeInteger(value)) view.setBigInt64(0, BigInt(value));
  else view.setFloat64(0, value);
  return view.getInt32(0) ^ view.getInt32(4);
}
