import type { Json } from '../json.ts';
import { isNumberAsWrittenKnown, NumberAsWritten, numberOf } from '../number-as-written.ts';
import { setOwn } from '../set-own.ts';

/** The lists and objects that {@link plainNumbers} has converted, with their results and their originals. */
const plain = new WeakMap<object, Json>();
const written = new WeakMap<object, Json>();

/**
 * A document as expressions compute with it: every number is a JavaScript number. {@link asWritten} returns the
 * original of a value that an expression passes on unchanged.
 */
export function plainNumbers<Value extends Json | undefined>(document: Value): Value {
  if (!isNumberAsWrittenKnown() || !holdsOne(document)) return document;
  return copy(document as Json) as Value;
}

/** The document that a list or object was copied from; undefined if it is not a copy. */
export function asWritten(value: object): Json | undefined {
  return written.get(value);
}

function copy(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  const number = numberOf(value);
  if (number !== undefined) return number;
  if (!holdsOne(value)) return value;
  const known = plain.get(value);
  if (known !== undefined) return known;
  const made = Array.isArray(value) ? value.map((item: Json) => copy(item)) : copyObject(value);
  plain.set(value, made);
  written.set(made, value);
  return made;
}

/** Caches whether a list or object contains a number as written, because thousands of expressions may ask. */
const holders = new WeakMap<object, boolean>();

/** Smaller documents are not cached. */
const MANY_VALUES = 64;

let valuesRead = 0;

function holdsOne(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof NumberAsWritten) return true;
  const known = holders.get(value);
  if (known !== undefined) return known;
  const before = valuesRead;
  const held = holdsOneWithin(value);
  if (valuesRead - before > MANY_VALUES) holders.set(value, held);
  return held;
}

function holdsOneWithin(value: Json & object): boolean {
  const values: readonly Json[] = Array.isArray(value) ? value : Object.values(value);
  valuesRead += values.length;
  return values.some(holdsOne);
}

function copyObject(object: object): Json & object {
  const made: Record<string, Json> = {};
  for (const [key, member] of Object.entries(object)) setOwn(made, key, copy(member as Json));
  return made;
}
