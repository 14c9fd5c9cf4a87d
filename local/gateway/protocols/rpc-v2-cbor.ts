import { cbor, tag } from '@smithy/core/cbor';
import { setOwn } from '../../../engine/index.ts';
import { SerializationException, wrongType } from '../../cloud/serialization-exception.ts';
import { UnknownOperation } from '../errors.ts';
import type { ErrorReply, OutputReply, Protocol, WireRequest, WireResponse } from '../protocol.ts';
import type { Shape, StructureShape } from '../shape.ts';
import { errorMembers, queryErrorHeader } from './aws-json.ts';
import { problemOfCbor } from './cbor-guard.ts';

/** https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
const PATH = /^\/service\/[^/]+\/operation\/([^/]+)$/;

const EPOCH_SECONDS_TAG = 1;

/** Smithy RPC v2 with CBOR bodies: `POST /service/<target>/operation/<name>`. */
export const rpcV2Cbor: Protocol = {
  parse(request: WireRequest, model) {
    const operation = PATH.exec(request.path)?.[1];
    if (operation === undefined) {
      throw new UnknownOperation(`${request.path} is not /service/<service>/operation/<operation>`);
    }
    return {
      operation,
      async readInput({ input }) {
        const body = await request.collect(model.wire.bodyLimitBytes);
        if (input === undefined || body.length === 0) return {};
        return readStructure(input, decode(body));
      },
    };
  },

  renderOutput({ operation, output, requestId }: OutputReply): WireResponse {
    const value = operation.output === undefined ? {} : toCbor(operation.output, output);
    return { status: 200, headers: headers(requestId), body: cbor.serialize(value) };
  },

  renderError({ model, error, requestId }: ErrorReply): WireResponse {
    const body = {
      __type: `${model.namespace}#${error.code}`,
      message: error.message,
      ...errorMembers(model, error),
    };
    return {
      status: error.status,
      headers: { ...headers(requestId), ...queryErrorHeader(model, error) },
      body: cbor.serialize(body),
    };
  },
};

function headers(requestId: string): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-requestid': requestId,
  };
}

function decode(body: Uint8Array): unknown {
  const problem = problemOfCbor(body);
  if (problem !== undefined) {
    throw new SerializationException(
      `The request body is not valid CBOR: ${problem}. Nothing was done.`,
    );
  }
  try {
    return cbor.deserialize(body);
  } catch (error) {
    throw new SerializationException(
      `The request body is not valid CBOR: ${(error as Error).message}. Nothing was done.`,
    );
  }
}

function readValue(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, value);
    case 'list':
      if (!Array.isArray(value)) throw wrongType('list', value);
      return value
        .filter((item) => item !== null && item !== undefined)
        .map((item) => readValue(shape.item.shape, item));
    case 'map':
      return readMap(shape.value.shape, value);
    case 'timestamp':
      return readTimestamp(value);
    case 'blob':
      if (!(value instanceof Uint8Array)) throw wrongType('blob', value);
      // The decoder returns views of the request's buffer.
      return Uint8Array.from(value);
    case 'number':
      // The cloud refuses other values, because it knows the kind of number.
      return typeof value === 'bigint' ? Number(value) : value;
    case 'string':
    case 'boolean':
      if (typeof value !== shape.kind) throw wrongType(shape.kind, value);
      return value;
    case 'document':
      return value;
  }
}

function readStructure(shape: StructureShape, value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw wrongType('structure', value);
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const item = value[member.name];
    if (item === undefined || item === null) continue;
    result[member.name] = readValue(member.shape, item);
  }
  return result;
}

function readMap(shape: Shape, value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw wrongType('map', value);
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === null || item === undefined) continue;
    setOwn(result, key, readValue(shape, item));
  }
  return result;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readTimestamp(value: unknown): Date {
  if (value instanceof Date) return value;
  const seconds =
    typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  if (typeof seconds !== 'number' && typeof seconds !== 'bigint') {
    throw wrongType('timestamp', value);
  }
  return new Date(Math.round(Number(seconds) * 1000));
}

function toCbor(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'structure': {
      const given = value as Readonly<Record<string, unknown>>;
      const result: Record<string, unknown> = {};
      for (const member of shape.members) {
        const item = given[member.name];
        if (item === undefined || item === null) continue;
        result[member.name] = toCbor(member.shape, item);
      }
      return result;
    }
    case 'list':
      return [...(value as Iterable<unknown>)].map((item) => toCbor(shape.item.shape, item));
    case 'map': {
      const result: Record<string, unknown> = {};
      for (const [key, item] of Object.entries(value as object)) {
        setOwn(result, key, toCbor(shape.value.shape, item));
      }
      return result;
    }
    case 'timestamp':
      return tag({ tag: EPOCH_SECONDS_TAG, value: (value as Date).getTime() / 1000 });
    case 'string':
    case 'number':
    case 'boolean':
    case 'blob':
    case 'document':
      return value;
  }
}
