/**
 * The required members of a record. A record with a valid checksum can come from another version of this
 * program; it is skipped by name before other code fails on a missing member. The compiler requires an entry
 * for every member that is not optional.
 */
export type Shape<Value> = Value extends Scalar
  ? KindOf<Value>
  : Value extends readonly unknown[]
    ? 'list'
    : string extends keyof Value
      ? 'object'
      : Members<Value>;

type Scalar = string | number | boolean;

type Members<Value> = { readonly [Key in RequiredKeys<Value>]: KindOf<Value[Key]> };

type RequiredKeys<Value> = {
  [Key in keyof Value]-?: undefined extends Value[Key] ? never : Key;
}[keyof Value];

type KindOf<Value> = Value extends string
  ? 'string'
  : Value extends number
    ? 'number'
    : Value extends boolean
      ? 'boolean'
      : Value extends Uint8Array
        ? 'bytes'
        : Value extends readonly unknown[]
          ? 'list'
          : 'object';

/** Returns why a value is not a valid record; undefined if it is. */
export type RecordCheck = (value: unknown) => string | undefined;

/** A shape, prepared for checks. */
export type AnyShape = Kind | Readonly<Record<string, Kind>> | RecordCheck;

type Kind = 'boolean' | 'bytes' | 'list' | 'number' | 'object' | 'string';

const WORDS: Readonly<Record<Kind, string>> = {
  boolean: 'true or false',
  bytes: 'bytes',
  list: 'a list',
  number: 'a number',
  object: 'an object',
  string: 'a text',
};

/** Why a value does not have the shape; undefined if it does. */
export function shapeProblem(value: unknown, shape: AnyShape): string | undefined {
  if (typeof shape === 'function') return shape(value);
  if (typeof shape === 'string') {
    return isKind(value, shape) ? undefined : `it is not ${WORDS[shape]}`;
  }
  if (!isKind(value, 'object')) return `it is not ${WORDS.object}`;
  for (const [name, kind] of Object.entries(shape)) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (!isKind(member, kind)) return `its member "${name}" is not ${WORDS[kind]}`;
  }
  return undefined;
}

function isKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'bytes':
      return value instanceof Uint8Array;
    case 'list':
      return Array.isArray(value);
    case 'number':
      return typeof value === 'number' && !Number.isNaN(value);
    case 'object':
      return (
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        !ArrayBuffer.isView(value)
      );
    default:
      return typeof value === kind;
  }
}
