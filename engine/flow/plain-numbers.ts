import type { Json } from '../json.ts';
import { holdsNumberAsWritten, numberOf } from '../number-as-written.ts';
import { setOwn } from './set-own.ts';

/** What {@link plainNumbers} made of lists and objects, and what it made them from. */
const plain = new WeakMap<object, Json>();
const written = new WeakMap<object, Json>();

/**
 * A document as expressions compute with it: every number is one of JavaScript's. What an expression passes
 * on as a whole {@link asWritten} turns back.
 */
export function plainNumbers<Value extends Json | undefined>(document: Value): Value {
  if (!holdsNumberAsWritten(document)) return document;
  return copy(document as Json) as Value;
}

/** The document that a list or object was copied from; undefined where it was not. */
export function asWritten(value: object): Json | undefined {
  return written.get(value);
}

function copy(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  const number = numberOf(value);
  if (number !== undefined) return number;
  if (!holdsNumberAsWritten(value)) return value;
  const known = plain.get(value);
  if (known !== undefined) return known;
  const made = Array.isArray(value) ? value.map((item: Json) => copy(item)) : copyObject(value);
  plain.set(value, made);
  written.set(made, value);
  return made;
}

function copyObject(object: object): Json & object {
  const made: Record<string, Json> = {};
  for (const [key, member] of Object.entries(object)) setOwn(made, key, copy(member as Json));
  return made;
}
