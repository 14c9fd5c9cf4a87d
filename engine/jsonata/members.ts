import { setOwn } from '../set-own.ts';
import { createSequence, isPlainObject, lookup, type Sequence } from './values.ts';

/*
 * $keys, $lookup and $merge as version 2.0.6 of the package has them, but for names of JavaScript's own
 * prototypes: the package's take `__proto__` and `constructor` for those, which leads an expression out of its document
 * (decision 011).
 */

export function keysOf(value: unknown): Sequence {
  const keys = createSequence();
  for (const key of new Set(namesOf(value))) keys.push(key);
  return keys;
}

function namesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namesOf);
  return isPlainObject(value) ? Object.keys(value) : [];
}

export function lookUp(value: unknown, key: unknown): unknown {
  return lookup(value, String(key));
}

export function merge(objects: unknown): unknown {
  if (objects === undefined) return undefined;
  const merged: Record<string, unknown> = {};
  for (const object of objects as readonly object[]) {
    for (const [key, value] of Object.entries(object)) setOwn(merged, key, value);
  }
  return merged;
}
