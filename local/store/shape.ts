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

type Members<Value> = { readonly [Key in RequiredKeys<Value>]: Part<Value[Key]> };

/** A member by its kind, or by its own members or the shape of each of its items where other code relies on them. */
type Part<Value> =
  | KindOf<Value>
  | (Value extends Scalar | Uint8Array
      ? never
      : Value extends readonly (infer Item)[]
        ? readonly [Part<Item>]
        : string extends keyof Value
          ? never
          : Members<Value>);

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
export type AnyShape = AnyPart | RecordCheck;

type AnyPart = Kind | readonly [AnyPart] | AnyMembers;

interface AnyMembers {
  readonly [name: string]: AnyPart;
}

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
  return typeof shape === 'function' ? shape(value) : partProblem(value, shape, '');
}

/** @param path of the value in its record; empty for the record itself */
function partProblem(value: unknown, part: AnyPart, path: string): string | undefined {
  const kind = kindOf(part);
  if (!isKind(value, kind)) {
    return `${path === '' ? 'it' : `its member "${path}"`} is not ${WORDS[kind]}`;
  }
  if (typeof part === 'string') return undefined;
  for (const [name, inner, innerPart] of partsOf(value, part)) {
    const problem = partProblem(inner, innerPart, path === '' ? name : `${path}.${name}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function kindOf(part: AnyPart): Kind {
  if (typeof part === 'string') return part;
  return isListPart(part) ? 'list' : 'object';
}

function isListPart(part: AnyPart): part is readonly [AnyPart] {
  return Array.isArray(part);
}

function partsOf(
  value: unknown,
  part: readonly [AnyPart] | AnyMembers,
): readonly (readonly [name: string, value: unknown, part: AnyPart])[] {
  if (isListPart(part)) {
    return (value as readonly unknown[]).map((item, index) => [String(index), item, part[0]]);
  }
  const members = value as Readonly<Record<string, unknown>>;
  return Object.entries(part).map(([name, inner]) => [name, members[name], inner]);
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
