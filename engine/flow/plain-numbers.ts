import type { Json } from '../json.ts';
import { isNumberAsWrittenKnown, NumberAsWritten, numberOf } from '../number-as-written.ts';
import { setOwn } from '../set-own.ts';

/** What {@link plainNumbers} made of lists and objects, and what it made them from. */
const plain = new WeakMap<object, Json>();
const written = new WeakMap<object, Json>();

/**
 * A document as expressions compute with it: every number is one of JavaScript's. What an expression passes
 * on as a whole {@link asWritten} turns back.
 */
export function plainNumbers<Value extends Json | undefined>(document: Value): Value {
  if (!isNumberAsWrittenKnown() || !holdsOne(document)) return document;
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
  if (!holdsOne(value)) return value;
  const known = plain.get(value);
  if (known !== undefined) return known;
  const made = Array.isArray(value) ? value.map((item: Json) => copy(item)) : copyObject(value);
  plain.set(value, made);
  written.set(made, value);
  return made;
}

/** Whether lists and objects that were read hold a number as written: thousands of expressions ask for each. */
const holders = new WeakMap<object, boolean>();

/** Smaller ones are read again. */
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
