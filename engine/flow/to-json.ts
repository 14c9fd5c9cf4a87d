import type { Json, JsonObject } from '../json.ts';
import { isCallable } from '../jsonata/expression.ts';
import { setOwn } from './set-own.ts';

const clean = new WeakSet<object>();

/**
 * What an expression came to, as a JSON document: jsonata's marks on its lists must not leak into the
 * next expression, and a number that is none becomes a text as on AWS. Parts that are JSON already are
 * kept as they are, and remembered, so that a document passed through costs nothing.
 */
export function toJson(value: unknown): Json {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' || typeof value === 'boolean' ? value : null;
  }
  if (clean.has(value)) return value as Json;
  const result = Array.isArray(value) ? listToJson(value) : objectToJson(value);
  clean.add(result);
  return result;
}

function listToJson(list: readonly unknown[]): readonly Json[] {
  const marks = list as { readonly sequence?: unknown };
  let changed = marks.sequence !== undefined || Object.hasOwn(list, 'cons');
  const items: Json[] = [];
  for (const item of list) {
    const converted = toJson(item);
    if (converted !== item) changed = true;
    items.push(converted);
  }
  return changed ? items : (list as readonly Json[]);
}

function objectToJson(object: object): JsonObject {
  if (isCallable(object)) return {};
  let changed = false;
  const members: Record<string, Json> = {};
  for (const [key, member] of Object.entries(object)) {
    const converted = toJson(member);
    if (converted !== member || typeof member === 'function') changed = true;
    setOwn(members, key, converted);
  }
  return changed ? members : (object as JsonObject);
}
