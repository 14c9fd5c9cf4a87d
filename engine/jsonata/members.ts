import { setOwn } from '../set-own.ts';
import { createSequence, isPlainObject, lookup, type Sequence } from './values.ts';

/*
 * $keys, $lookup and $merge of version 2.0.6 of the package, except for names of JavaScript's own prototypes. In the
 * package, `__proto__` and `constructor` reach those prototypes, outside the document of the expression
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
