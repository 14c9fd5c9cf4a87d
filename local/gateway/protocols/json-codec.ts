import { endOfText, parseJson, setOwn } from '../../../engine/index.ts';
import { SerializationException, wrongType } from '../../cloud/serialization-exception.ts';
import { SharedTime } from '../../host/shared-time.ts';
import type { ListShape, MapShape, Member, Shape, StructureShape } from '../shape.ts';
import { parseTimestamp, renderTimestamp } from './timestamps.ts';

/** The difference of JSON protocols: REST-JSON renames members, the RPC protocols do not. */
export interface JsonOptions {
  readonly useJsonName: boolean;
  /** The service itself refuses strings that are not Unicode, with its own message. @default false */
  readonly takesLoneSurrogates?: boolean;
}

/** The deepest nesting of a recursive structure. */
const NESTING_LIMIT = 128;

/** The most members of a request; PutLogEvents of 10,000 events has 20,001. */
const MEMBERS_LIMIT = 100_000;

/** The most list elements of a request; PutMetricData of 1,000 metrics with 150 values and counts has 300,000. */
const ITEMS_LIMIT = 500_000;

/**
 * Other work gets a turn between the two steps of a large body.
 *
 * @throws SerializationException if a value does not have its member's type
 */
export async function readJson(
  shape: StructureShape,
  text: string,
  options: JsonOptions,
): Promise<Record<string, unknown>> {
  const time = new SharedTime();
  const value = parseBody(text, options);
  await time.share();
  return readStructure(shape, value, new Depth(options));
}

function parseBody(text: string, options: JsonOptions): unknown {
  checkSize(text);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new SerializationException(
      `The request body is not valid JSON: ${(error as Error).message}. Nothing was done.`,
    );
  }
  if (options.takesLoneSurrogates !== true && LONE_SURROGATE.test(text)) checkUnicode(value);
  return value;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;

/**
 * Lists and objects with very many members take much longer than strings of the same size, in JavaScript's
 * parser and in each later pass.
 *
 * @throws SerializationException
 */
function checkSize(text: string): void {
  if (text.length < MEMBERS_LIMIT) return;
  let members = 0;
  let items = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === COLON) members += 1;
    else if (code === COMMA) items += 1;
    if (members > MEMBERS_LIMIT) throw tooMany(MEMBERS_LIMIT, 'members');
    if (items > ITEMS_LIMIT) throw tooMany(ITEMS_LIMIT, 'items');
  }
}

function tooMany(limit: number, what: string): SerializationException {
  return new SerializationException(
    `The request has more than ${limit} ${what}. Nothing was done.`,
  );
}

/** Matches every escaped half of a surrogate pair; UTF-8 itself cannot contain one. */
const LONE_SURROGATE = /\\u[dD][89a-fA-F]/;

const HALF_CHARACTER = /\p{Surrogate}/u;

/**
 * Lone surrogates have no UTF-8 form: two keys that differ only in them would be equal.
 *
 * @throws SerializationException
 */
function checkUnicode(value: unknown): void {
  if (typeof value === 'string') {
    if (!HALF_CHARACTER.test(value)) return;
    throw new SerializationException(
      'The request body has a \\u escape that is half of a surrogate pair. Nothing was done.',
    );
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    checkUnicode(key);
    checkUnicode(member);
  }
}

/** The depth in the body, to limit nesting. */
class Depth {
  readonly options: JsonOptions;
  readonly #levels: number;
  #next: Depth | undefined;

  constructor(options: JsonOptions, levels = 0) {
    this.options = options;
    this.#levels = levels;
  }

  next(): Depth {
    if (this.#levels >= NESTING_LIMIT) {
      throw new SerializationException(
        `The request is nested deeper than ${NESTING_LIMIT} levels.`,
      );
    }
    this.#next ??= new Depth(this.options, this.#levels + 1);
    return this.#next;
  }
}

function readValue(shape: Shape, value: unknown, depth: Depth): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, value, depth);
    case 'list':
      return readList(shape, value, depth);
    case 'map':
      return readMap(shape, value, depth);
    case 'string':
      if (typeof value !== 'string') throw wrongType('string', value);
      return value;
    case 'number':
      return readNumber(value);
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType('boolean', value);
      return value;
    case 'blob':
      return readBlob(value);
    case 'timestamp': {
      const date =
        typeof value === 'number' || typeof value === 'string' ? parseTimestamp(value) : undefined;
      if (date === undefined) throw wrongType('timestamp', value);
      return date;
    }
    case 'document':
      return value;
  }
}

function readStructure(
  shape: StructureShape,
  value: unknown,
  depth: Depth,
): Record<string, unknown> {
  if (!isObject(value)) throw wrongType('structure', value);
  const result: Record<string, unknown> = {};
  for (const member of membersIn(shape, value, depth.options)) {
    const name = wireName(member, depth.options);
    if (!Object.hasOwn(value, name)) continue;
    const given = value[name];
    if (given === null || given === undefined) continue;
    result[member.name] = readValue(member.shape, given, depth.next());
  }
  return result;
}

/** The members in the model's order that the value can have; most values have one. */
function membersIn(
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  options: JsonOptions,
): readonly Member[] {
  let only: string | undefined;
  for (const name in value) {
    if (only !== undefined) return shape.members;
    only = name;
  }
  const member = shape.members.find((candidate) => wireName(candidate, options) === only);
  return member === undefined ? [] : [member];
}

function readList(shape: ListShape, value: unknown, depth: Depth): unknown[] {
  if (!Array.isArray(value)) throw wrongType('list', value);
  const items: unknown[] = [];
  for (const item of value as readonly unknown[]) {
    // AWS drops null from lists, structures and maps (measured on Athena).
    if (item !== null) items.push(readValue(shape.item.shape, item, depth.next()));
    else if (shape.sparse) items.push(null);
  }
  return items;
}

function readMap(shape: MapShape, value: unknown, depth: Depth): Record<string, unknown> {
  if (!isObject(value)) throw wrongType('map', value);
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === null && !shape.sparse) continue;
    const read = item === null ? null : readValue(shape.value.shape, item, depth.next());
    setOwn(result, key, read);
  }
  return result;
}

/** The cloud refuses other values, because its models have the kind of number. */
function readNumber(value: unknown): unknown {
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  return value;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function readBlob(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !BASE64.test(value)) throw wrongType('blob', value);
  return Buffer.from(value, 'base64');
}

/** Renders the members of the model; other members are left out. */
export function renderJson(
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  options: JsonOptions,
): string {
  return JSON.stringify(toJson(shape, value, options));
}

/** Like `renderJson`, but returns the value before it is serialized. */
export function toJson(shape: Shape, value: unknown, options: JsonOptions): unknown {
  switch (shape.kind) {
    case 'structure':
      return structureToJson(shape, value, options);
    case 'list':
      return [...(value as Iterable<unknown>)].map((item) =>
        item === null || item === undefined ? null : toJson(shape.item.shape, item, options),
      );
    case 'map': {
      const result: Record<string, unknown> = {};
      for (const [key, item] of Object.entries(value as object)) {
        if (item === undefined) continue;
        setOwn(result, key, item === null ? null : toJson(shape.value.shape, item, options));
      }
      return result;
    }
    case 'timestamp':
      return renderTimestamp(value, shape.format === 'default' ? 'epoch-seconds' : shape.format);
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'number':
      return numberToJson(value);
    case 'string':
    case 'boolean':
    case 'document':
      return value;
  }
}

function structureToJson(shape: StructureShape, value: unknown, options: JsonOptions): object {
  const result: Record<string, unknown> = {};
  const given = value as Readonly<Record<string, unknown>>;
  for (const member of shape.members) {
    const item = given[member.name];
    if (item === undefined || item === null) continue;
    result[wireName(member, options)] = toJson(member.shape, item, options);
  }
  return result;
}

function numberToJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function wireName(member: Member, options: JsonOptions): string {
  return options.useJsonName ? (member.traits.jsonName ?? member.name) : member.name;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
