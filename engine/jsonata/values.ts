import { JsonataFault, limitMessages } from './fault.ts';

/**
 * A list of results in JSONata's sense. Unlike a JSON array, a sequence with one item is equal to that item, and
 * an empty sequence is equal to undefined. The marks are those of jsonata-js, because its functions read them.
 */
export type Sequence = unknown[] & {
  sequence?: boolean;
  keepSingleton?: boolean;
  tupleStream?: boolean;
  cons?: boolean;
};

/**
 * The maximum memory of an evaluation. Measured on AWS (https://github.com/floci-io/floci/pull/2783):
 * `[1..873782]` is accepted and `[1..873783]` is refused, which gives this limit at eight bytes per number.
 */
export const MAXIMUM_HELD_BYTES = 6_990_256;
const BYTES_PER_ITEM = 8;

export function createSequence(): Sequence {
  const sequence: Sequence = [];
  sequence.sequence = true;
  return sequence;
}

export function createSequenceOf(item: unknown): Sequence {
  const sequence: Sequence = [item];
  sequence.sequence = true;
  return sequence;
}

export function isArray(value: unknown): value is Sequence {
  return Array.isArray(value);
}

export function isSequence(value: unknown): value is Sequence {
  return Array.isArray(value) && (value as Sequence).sequence === true;
}

/** The value of a sequence outside its expression: undefined, its only item, or the sequence itself. */
export function normalise(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const sequence = value as Sequence;
  if (sequence.sequence !== true || sequence.tupleStream === true) return value;
  if (sequence.length === 0) return undefined;
  if (sequence.length === 1) return sequence.keepSingleton === true ? sequence : sequence[0];
  return value;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isCallable(value);
}

/** The base of lambdas, library functions and partial applications. */
export abstract class Callable {
  abstract readonly arity: number;
}

/** Whether a value is a function: a lambda, a native one, or a closure around either. */
export function isCallable(value: unknown): boolean {
  return typeof value === 'function' || value instanceof Callable;
}

/** True for a finite number. Using an infinite number (1/0) or NaN is an error. */
export function isNumeric(value: unknown): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) throw new JsonataFault('D1001', { value });
  return true;
}

export function append(first: unknown, second: unknown): unknown {
  if (first === undefined) return second;
  if (second === undefined) return first;
  const left = isArray(first) ? first : createSequenceOf(first);
  const right = isArray(second) ? second : [second];
  assertItems(left.length + right.length);
  return left.concat(right);
}

export function lookup(input: unknown, key: string): unknown {
  if (isArray(input)) {
    const result = createSequence();
    for (const member of input) {
      const found = lookup(member, key);
      if (found === undefined) continue;
      if (isArray(found)) for (const value of found) result.push(value);
      else result.push(found);
    }
    return result;
  }
  if (
    typeof input === 'object' &&
    input !== null &&
    Object.hasOwn(input, key) &&
    !isCallable(input)
  ) {
    return (input as Record<string, unknown>)[key];
  }
  return undefined;
}

/** The effective boolean value; undefined has none. */
export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === undefined) return undefined;
  if (isArray(value)) {
    if (value.length === 1) return toBoolean(value[0]) === true;
    return value.some((item) => toBoolean(item) === true);
  }
  if (typeof value === 'string') return value.length > 0;
  if (isNumeric(value)) return value !== 0;
  // As in jsonata-js, where a function is an object with members.
  if (value instanceof Callable) return true;
  return isPlainObject(value) && Object.keys(value).length > 0;
}

export function isTruthy(value: unknown): boolean {
  return value === true || toBoolean(value) === true;
}

export function isDeepEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return false;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return false;
    return left.every((item, index) => isDeepEqual(item, right[index]));
  }
  const keys = Object.keys(left);
  if (Array.isArray(left) !== Array.isArray(right) || keys.length !== Object.keys(right).length) {
    return false;
  }
  return keys.every(
    (key) =>
      Object.hasOwn(right, key) &&
      isDeepEqual((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
  );
}

export function assertItems(count: number): void {
  if (count * BYTES_PER_ITEM > MAXIMUM_HELD_BYTES) throw outOfMemory();
}

/** Refuses a text or list that exceeds the memory of an evaluation on AWS. */
export function assertHeld<T>(value: T): T {
  if (typeof value === 'string') {
    if (value.length > MAXIMUM_HELD_BYTES) throw outOfMemory();
  } else if (Array.isArray(value)) {
    assertItems(value.length);
  }
  return value;
}

export function outOfMemory(): JsonataFault {
  return new JsonataFault(undefined, { message: limitMessages.memory });
}
