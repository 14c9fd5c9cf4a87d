/**
 * Reads the schemas that every AWS SDK client carries (`PutObject$`, `PutObjectRequest$`): the types
 * of all members, without the code to speak the protocol.
 */
export type Shape =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'timestamp' | 'document' | 'streaming' }
  | { readonly kind: 'blob' }
  | { readonly kind: 'list'; readonly member: () => Shape }
  | { readonly kind: 'map'; readonly value: () => Shape }
  | {
      readonly kind: 'structure';
      readonly name: string;
      readonly members: ReadonlyMap<string, () => Shape>;
      readonly required: ReadonlySet<string>;
    };

export type StructureShape = Extract<Shape, { readonly kind: 'structure' }>;

/** An operation's input and output. */
export interface OperationShape {
  readonly input: StructureShape;
  readonly output: StructureShape;
}

const EMPTY_STRUCTURE: StructureShape = {
  kind: 'structure',
  name: 'Unit',
  members: new Map(),
  required: new Set(),
};

/** The operation `name` (`PutObject`) of a client module, if it has one. */
export function operationShape(
  client: Readonly<Record<string, unknown>>,
  name: string,
): OperationShape | undefined {
  const schema = client[`${name}$`];
  if (!Array.isArray(schema) || schema[0] !== OPERATION_ID) return undefined;
  return { input: structureOf(schema[4]), output: structureOf(schema[5]) };
}

/** The names and codes of the errors in the client's model. */
export function modelledErrors(
  client: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, string> {
  const errors = new Map<string, string>();
  for (const schema of Object.values(client)) {
    if (!Array.isArray(schema) || schema[0] !== ERROR_ID) continue;
    const name = String(schema[2]);
    errors.set(name, name);
    for (const code of queryCodes(schema[3])) errors.set(code, name);
  }
  return errors;
}

/** Query services have codes that differ from the names of their errors. */
function queryCodes(traits: unknown): readonly string[] {
  if (typeof traits !== 'object' || traits === null || !('awsQueryError' in traits)) return [];
  const trait: unknown = traits.awsQueryError;
  return Array.isArray(trait) && typeof trait[0] === 'string' ? [trait[0]] : [];
}

// The numbers of https://github.com/smithy-lang/smithy-typescript/tree/main/packages/types/src/schema
const SIMPLE_ID = 0;
const LIST_ID = 1;
const MAP_ID = 2;
const STRUCTURE_ID = 3;
const UNION_ID = 4;
const ERROR_ID = -3;
const OPERATION_ID = 9;

const BLOBS: readonly unknown[] = [0b0001_0101];
const STREAMS: readonly unknown[] = [0b0010_1010];
const NUMBERS: readonly unknown[] = [0b0000_0001, 0b0001_0001, 0b0001_0011];
const TIMESTAMPS: readonly unknown[] = [0b0000_0100, 0b0000_0101, 0b0000_0110, 0b0000_0111];
const BOOLEAN_ID = 0b0000_0010;
const DOCUMENT_ID = 0b0000_1111;
const LIST_MODIFIER = 0b0100_0000;
const MAP_MODIFIER = 0b1000_0000;

function structureOf(reference: unknown): StructureShape {
  const shape = shapeOf(reference);
  return shape.kind === 'structure' ? shape : EMPTY_STRUCTURE;
}

const cache = new WeakMap<object, Shape>();

function shapeOf(reference: unknown): Shape {
  if (typeof reference === 'function') return shapeOf(reference());
  if (typeof reference === 'number') return simpleShape(reference);
  if (!Array.isArray(reference)) return EMPTY_STRUCTURE;
  // `[schema, traits]`: a member with its own traits.
  if (typeof reference[1] !== 'string') return shapeOf(reference[0]);
  const known = cache.get(reference);
  if (known !== undefined) return known;
  const shape = namedShape(reference);
  cache.set(reference, shape);
  return shape;
}

function namedShape(schema: readonly unknown[]): Shape {
  switch (schema[0]) {
    case SIMPLE_ID:
      return shapeOf(schema[4]);
    case LIST_ID:
      return { kind: 'list', member: () => shapeOf(schema[4]) };
    case MAP_ID:
      return { kind: 'map', value: () => shapeOf(schema[5]) };
    case STRUCTURE_ID:
    case UNION_ID:
    case ERROR_ID:
      return structure(schema);
    default:
      return EMPTY_STRUCTURE;
  }
}

function structure(schema: readonly unknown[]): StructureShape {
  const [, , name, , names, references, requiredCount] = schema;
  const memberNames: readonly unknown[] = Array.isArray(names) ? names : [];
  const memberReferences: readonly unknown[] = Array.isArray(references) ? references : [];
  return {
    kind: 'structure',
    name: String(name),
    members: new Map(
      memberNames.map((member, index) => [String(member), () => shapeOf(memberReferences[index])]),
    ),
    // The required members come first; the schema has their number.
    required: new Set(
      memberNames.slice(0, typeof requiredCount === 'number' ? requiredCount : 0).map(String),
    ),
  };
}

function simpleShape(id: number): Shape {
  if (id >= MAP_MODIFIER) return { kind: 'map', value: () => simpleShape(id - MAP_MODIFIER) };
  if (id >= LIST_MODIFIER) return { kind: 'list', member: () => simpleShape(id - LIST_MODIFIER) };
  if (BLOBS.includes(id)) return { kind: 'blob' };
  if (STREAMS.includes(id)) return { kind: 'streaming' };
  if (NUMBERS.includes(id)) return { kind: 'number' };
  if (TIMESTAMPS.includes(id)) return { kind: 'timestamp' };
  if (id === BOOLEAN_ID) return { kind: 'boolean' };
  if (id === DOCUMENT_ID) return { kind: 'document' };
  return { kind: 'string' };
}
