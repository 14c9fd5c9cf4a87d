import type { SchemaRef } from '@smithy/types';
import { type StructureShape, shapeOf, type Traits } from './shape.ts';
import type { WireService } from './wire-services.ts';

/** An operation on the wire. */
export interface OperationModel {
  readonly name: string;
  readonly input: StructureShape | undefined;
  readonly output: StructureShape | undefined;
  /** Method, URI pattern and success status of REST protocols. */
  readonly http: readonly [method: string, uri: string, status: number] | undefined;
}

/** One modelled error. */
export interface ErrorModel {
  readonly shape: StructureShape;
  /** The code and status for query clients, if they differ. */
  readonly awsQueryError: readonly [code: string, status: number] | undefined;
}

/** The members that a service's errors are rendered with. */
export interface ErrorVocabulary {
  readonly wire: Pick<
    WireService,
    'awsQueryCompatible' | 'errorNamespace' | 'retiredQueryNamespace' | 'xmlNamespace'
  >;
  readonly namespace: string;
  error(code: string): ErrorModel | undefined;
}

/** A service's operations and errors, read from the SDK package's own schemas. */
export interface ServiceModel extends ErrorVocabulary {
  readonly wire: WireService;
  readonly operations: ReadonlyMap<string, OperationModel>;
}

type StaticSchema = readonly [
  kind: number,
  namespace: string,
  name: string,
  traits: unknown,
  ...rest: unknown[],
];

const OPERATION_SCHEMA = 9;
const ERROR_SCHEMA = -3;

const models = new Map<WireService, Promise<ServiceModel>>();

/** The model of an API, loaded once. */
export function modelOf(wire: WireService): Promise<ServiceModel> {
  let model = models.get(wire);
  if (model === undefined) {
    model = wire.load().then((exports) => readServiceModel(wire, exports));
    models.set(wire, model);
  }
  return model;
}

/** Reads the model from the exports of an SDK client package. */
function readServiceModel(wire: WireService, exports: object): ServiceModel {
  const operations = new Map<string, OperationModel>();
  const errors = new Map<string, StaticSchema>();
  let namespace = '';
  for (const value of Object.values(exports)) {
    if (!isStaticSchema(value)) continue;
    if (value[0] === OPERATION_SCHEMA) {
      namespace = value[1];
      operations.set(value[2], new LazyOperation(value));
    } else if (value[0] === ERROR_SCHEMA) errors.set(value[2], value);
  }
  return {
    wire,
    namespace,
    operations,
    error(code) {
      const schema = errors.get(code);
      return schema === undefined ? undefined : errorModel(schema);
    },
  };
}

/** The shapes are created at the first call: a service has hundreds of operations, and a program uses a few. */
class LazyOperation implements OperationModel {
  readonly name: string;
  readonly http: OperationModel['http'];
  readonly #schema: StaticSchema;
  #input: StructureShape | undefined | null = null;
  #output: StructureShape | undefined | null = null;

  constructor(schema: StaticSchema) {
    this.#schema = schema;
    this.name = schema[2];
    const traits = schema[3];
    this.http =
      typeof traits === 'object' && traits !== null
        ? (traits as { readonly http?: OperationModel['http'] }).http
        : undefined;
  }

  get input(): StructureShape | undefined {
    if (this.#input === null) this.#input = shapeOf(this.#schema[4] as SchemaRef);
    return this.#input;
  }

  get output(): StructureShape | undefined {
    if (this.#output === null) this.#output = shapeOf(this.#schema[5] as SchemaRef);
    return this.#output;
  }
}

function errorModel(schema: StaticSchema): ErrorModel | undefined {
  const shape = shapeOf(schema as unknown as SchemaRef);
  if (shape === undefined) return undefined;
  const traits = shape.traits as Traits & {
    readonly awsQueryError?: readonly [code: string, status: number];
  };
  return { shape, awsQueryError: traits.awsQueryError };
}

function isStaticSchema(value: unknown): value is StaticSchema {
  return Array.isArray(value) && value.length >= 5 && typeof value[0] === 'number';
}
