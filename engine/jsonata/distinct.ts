import type { CallContext } from './callable.ts';
import { createSequence, isCallable, isDeepEqual, isSequence, type Sequence } from './values.ts';

/** `$distinct`: the first of equal values, in linear time. The package compares every value with every other. */
export function distinct(context: CallContext, list: unknown): unknown {
  if (!Array.isArray(list) || list.length <= 1) return list;
  const values: Sequence = list;
  const result: unknown[] = isSequence(values) ? createSequence() : [];
  const seen = new Map<string, unknown[]>();
  for (const value of values) {
    const mark = markOf(value);
    context.evaluation.read(mark.length, typeof value === 'object' ? 1 / 2 : 1 / 8);
    const alike = seen.get(mark) ?? [];
    if (alike.some((each) => isDeepEqual(each, value))) continue;
    if (alike.length === 0) seen.set(mark, alike);
    alike.push(value);
    result.push(value);
  }
  return result;
}

/** A hash of a value: equal values have the same mark; values with the same mark are compared. */
export function markOf(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? JSON.stringify(value, inOrder)
    : `${typeof value} ${String(value)}`;
}

/** Sorts members by name; functions have the same mark, so they are compared. */
function inOrder(_: string, value: unknown): unknown {
  if (isCallable(value)) return 'function';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}
