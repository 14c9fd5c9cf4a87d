import { NormalizedSchema } from '@smithy/core/schema';
import type { SchemaRef } from '@smithy/types';

/** The location and form of a member: the Smithy traits of the SDK's schemas. */
export interface Traits {
  readonly httpLabel?: 1;
  readonly httpHeader?: string;
  readonly httpQuery?: string;
  readonly httpQueryParams?: 1;
  readonly httpPrefixHeaders?: string;
  readonly httpPayload?: 1;
  readonly httpResponseCode?: 1;
  readonly jsonName?: string;
  readonly xmlName?: string;
  readonly xmlFlattened?: 1;
  readonly xmlAttribute?: 1;
  readonly xmlNamespace?: readonly [prefix: string, uri: string];
  readonly sparse?: 1;
  readonly streaming?: 1;
}

export type TimestampFormat = 'default' | 'date-time' | 'http-date' | 'epoch-seconds';

export interface StructureShape {
  readonly kind: 'structure';
  readonly name: string;
  readonly traits: Traits;
  readonly members: readonly Member[];
  readonly required: ReadonlySet<string>;
}

export interface ListShape {
  readonly kind: 'list';
  readonly item: Member;
  readonly sparse: boolean;
}

export interface MapShape {
  readonly kind: 'map';
  readonly key: Member;
  readonly value: Member;
  readonly sparse: boolean;
}

export interface TimestampShape {
  readonly kind: 'timestamp';
  readonly format: TimestampFormat;
}

export interface SimpleShape {
  readonly kind: 'string' | 'number' | 'boolean' | 'blob' | 'document';
}

/** The type of a value in the service's model. */
export type Shape = StructureShape | ListShape | MapShape | TimestampShape | SimpleShape;

/** A member of a structure, the item of a list, the key or value of a map. */
export class Member {
  readonly name: string;
  readonly traits: Traits;
  readonly #schema: NormalizedSchema;
  #shape: Shape | undefined;

  constructor(name: string, schema: NormalizedSchema) {
    this.name = name;
    this.traits = schema.getMergedTraits();
    this.#schema = schema;
  }

  /** Created on first use: schemas are recursive, and most are never used. */
  get shape(): Shape {
    this.#shape ??= toShape(this.#schema);
    return this.#shape;
  }
}

const known = new WeakMap<object, Shape>();

/** The shape of a schema of an SDK package; undefined for an operation without input or output. */
export function shapeOf(ref: SchemaRef): StructureShape | undefined {
  const schema = NormalizedSchema.of(ref);
  if (!schema.isStructSchema()) return undefined;
  return toShape(schema) as StructureShape;
}

function toShape(schema: NormalizedSchema): Shape {
  const key = schema.getSchema();
  if (typeof key !== 'object') return makeShape(schema);
  let shape = known.get(key);
  if (shape === undefined) {
    shape = makeShape(schema);
    known.set(key, shape);
  }
  return shape;
}

function makeShape(schema: NormalizedSchema): Shape {
  const sparse = (schema.getMergedTraits() as Traits).sparse === 1;
  if (schema.isStructSchema()) return makeStructure(schema);
  if (schema.isListSchema()) {
    return { kind: 'list', item: new Member('member', schema.getValueSchema()), sparse };
  }
  if (schema.isMapSchema()) {
    const key = new Member('key', schema.getKeySchema());
    return { kind: 'map', key, value: new Member('value', schema.getValueSchema()), sparse };
  }
  if (schema.isTimestampSchema()) return { kind: 'timestamp', format: timestampFormat(schema) };
  if (schema.isBlobSchema()) return { kind: 'blob' };
  if (schema.isBooleanSchema()) return { kind: 'boolean' };
  if (schema.isDocumentSchema()) return { kind: 'document' };
  if (isNumeric(schema)) return { kind: 'number' };
  return { kind: 'string' };
}

function makeStructure(schema: NormalizedSchema): StructureShape {
  const members: Member[] = [];
  for (const [name, member] of schema.structIterator()) members.push(new Member(name, member));
  const definition = schema.getSchema();
  // The seventh element of a structure's schema is the number of required members, which come first.
  const count = Array.isArray(definition) ? (definition[6] ?? 0) : 0;
  return {
    kind: 'structure',
    name: schema.getName() ?? '',
    traits: schema.getMergedTraits(),
    members,
    required: new Set(members.slice(0, count).map((member) => member.name)),
  };
}

function isNumeric(schema: NormalizedSchema): boolean {
  return schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema();
}

const TIMESTAMP_FORMATS: Readonly<Record<number, TimestampFormat>> = {
  4: 'default',
  5: 'date-time',
  6: 'http-date',
  7: 'epoch-seconds',
};

function timestampFormat(schema: NormalizedSchema): TimestampFormat {
  return TIMESTAMP_FORMATS[Number(schema.getSchema())] ?? 'default';
}
