import { SerializationException } from '../errors.ts';
import type { ListShape, MapShape, Member, Shape, StructureShape } from '../shape.ts';
import { parseTimestamp, renderTimestamp } from './timestamps.ts';

/** How a JSON protocol differs: REST-JSON renames members, the RPC ones do not. */
export interface JsonOptions {
  readonly useJsonName: boolean;
}

/** Deeper nesting than this in a recursive structure is a mistake or an attack. */
const NESTING_LIMIT = 128;

/** @throws SerializationException naming the member that has the wrong type */
export function readJson(
  shape: StructureShape,
  text: string,
  options: JsonOptions,
): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SerializationException(
      `The request body is not valid JSON: ${(error as Error).message}. Nothing was done.`,
    );
  }
  return readStructure(shape, value, new Path(options, '', 0));
}

/** Where in the body we are, for messages and against endless nesting. */
class Path {
  readonly options: JsonOptions;
  readonly text: string;
  readonly depth: number;

  constructor(options: JsonOptions, text: string, depth: number) {
    this.options = options;
    this.text = text;
    this.depth = depth;
  }

  into(step: string): Path {
    if (this.depth >= NESTING_LIMIT) {
      throw new SerializationException(
        `The request is nested deeper than ${NESTING_LIMIT} levels.`,
      );
    }
    return new Path(this.options, `${this.text}${step}`, this.depth + 1);
  }

  refuse(value: unknown, expected: string): SerializationException {
    const where = this.text === '' ? 'The request body' : this.text.replace(/^\./, '');
    return new SerializationException(
      `${where}: ${kindOf(value)} can not be converted to ${expected}`,
    );
  }
}

/** AWS's words for what it found. */
function kindOf(value: unknown): string {
  if (value === null) return 'NULL_VALUE';
  if (Array.isArray(value)) return 'START_ARRAY';
  if (typeof value === 'object') return 'START_OBJECT';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return typeof value === 'number' ? 'NUMBER_VALUE' : 'STRING_VALUE';
}

function readValue(shape: Shape, value: unknown, path: Path): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, value, path);
    case 'list':
      return readList(shape, value, path);
    case 'map':
      return readMap(shape, value, path);
    case 'string':
      if (typeof value !== 'string') throw path.refuse(value, 'a String');
      return value;
    case 'number':
      return readNumber(value, path);
    case 'boolean':
      if (typeof value !== 'boolean') throw path.refuse(value, 'a Boolean');
      return value;
    case 'blob':
      return readBlob(value, path);
    case 'timestamp': {
      const date =
        typeof value === 'number' || typeof value === 'string' ? parseTimestamp(value) : undefined;
      if (date === undefined) throw path.refuse(value, 'a Timestamp');
      return date;
    }
    case 'document':
      return value;
  }
}

function readStructure(shape: StructureShape, value: unknown, path: Path): Record<string, unknown> {
  if (!isObject(value)) throw path.refuse(value, shape.name === '' ? 'a Structure' : shape.name);
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const name = wireName(member, path.options);
    if (!Object.hasOwn(value, name)) continue;
    const given = value[name];
    if (given === null || given === undefined) continue;
    result[member.name] = readValue(member.shape, given, path.into(`.${name}`));
  }
  return result;
}

function readList(shape: ListShape, value: unknown, path: Path): unknown[] {
  if (!Array.isArray(value)) throw path.refuse(value, 'a List');
  const items: unknown[] = [];
  for (const [index, item] of value.entries()) {
    if (item === null && shape.sparse) items.push(null);
    else items.push(readValue(shape.item.shape, item, path.into(`[${index}]`)));
  }
  return items;
}

function readMap(shape: MapShape, value: unknown, path: Path): Record<string, unknown> {
  if (!isObject(value)) throw path.refuse(value, 'a Map');
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === null && !shape.sparse) continue;
    const read = item === null ? null : readValue(shape.value.shape, item, path.into(`.${key}`));
    setOwn(result, key, read);
  }
  return result;
}

function readNumber(value: unknown, path: Path): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  throw path.refuse(value, 'a Number');
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function readBlob(value: unknown, path: Path): Uint8Array {
  if (typeof value !== 'string' || !BASE64.test(value)) throw path.refuse(value, 'a Blob (base64)');
  return Buffer.from(value, 'base64');
}

/** Renders what the model has of `value`; other members, and absent ones, are left out. */
export function renderJson(
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  options: JsonOptions,
): string {
  return JSON.stringify(toJson(shape, value, options));
}

/** Like `renderJson`, before it is text. */
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

/** A key named `__proto__` is a key like any other. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  } else target[key] = value;
}
