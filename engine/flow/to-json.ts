import type { Json, JsonObject } from '../json.ts';
import { isCallable } from '../jsonata/expression.ts';
import { JsonTooDeep, MAXIMUM_JSON_LEVELS } from '../parse-json.ts';
import { setOwn } from '../set-own.ts';
import { asWritten } from './plain-numbers.ts';

const clean = new WeakSet<object>();

/**
 * Converts the result of an expression to a JSON document. The marks of the jsonata package on its lists must not
 * leak into the next expression, and NaN and infinite numbers become texts, as on AWS. Parts that are JSON already
 * are kept and cached, so that passing a document through costs nothing.
 *
 * @throws JsonTooDeep if the value is nested too deeply
 */
export function toJson(value: unknown, depth = 0): Json {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' || typeof value === 'boolean' ? value : null;
  }
  if (clean.has(value)) return value as Json;
  const document = asWritten(value);
  if (document !== undefined) return document;
  if (depth >= MAXIMUM_JSON_LEVELS) throw new JsonTooDeep('Write');
  const result = Array.isArray(value) ? listToJson(value, depth) : objectToJson(value, depth);
  clean.add(result);
  return result;
}

function listToJson(list: readonly unknown[], depth: number): readonly Json[] {
  const marks = list as { readonly sequence?: unknown };
  let changed = marks.sequence !== undefined || Object.hasOwn(list, 'cons');
  const items: Json[] = [];
  for (const item of list) {
    const converted = toJson(item, depth + 1);
    if (converted !== item) changed = true;
    items.push(converted);
  }
  return changed ? items : (list as readonly Json[]);
}

function objectToJson(object: object, depth: number): JsonObject {
  if (isCallable(object)) return {};
  let changed = false;
  const members: Record<string, Json> = {};
  for (const [key, member] of Object.entries(object)) {
    const converted = toJson(member, depth + 1);
    if (converted !== member || typeof member === 'function') changed = true;
    setOwn(members, key, converted);
  }
  return changed ? members : (object as JsonObject);
}
