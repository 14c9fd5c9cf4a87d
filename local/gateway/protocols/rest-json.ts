import { SerializationException, UnknownOperation } from '../errors.ts';
import type {
  ErrorReply,
  OutputReply,
  Protocol,
  WireBody,
  WireRequest,
  WireResponse,
} from '../protocol.ts';
import type { OperationModel, ServiceModel } from '../service-model.ts';
import type { StructureShape } from '../shape.ts';
import { errorMembers } from './aws-json.ts';
import {
  type Bindings,
  bindingsOf,
  decodePath,
  type RestRoute,
  readBindings,
  renderHeaders,
} from './http-bindings.ts';
import { readJson, renderJson, toJson } from './json-codec.ts';
import { findRestRoute } from './rest-route.ts';

const CODEC_OPTIONS = { useJsonName: true };

/** REST-JSON: members are bound to path, query, headers and a JSON body by the model. */
export const restJson: Protocol = {
  parse(request: WireRequest, model) {
    const route = findRestRoute(request, model);
    if (route === undefined) {
      throw new UnknownOperation(
        `${model.wire.signingName} has no operation ${request.method} ${request.path}`,
      );
    }
    return {
      operation: route.operation.name,
      readInput: (operation) => readInput(operation, route, request, model),
    };
  },

  renderOutput({ operation, output, requestId }: OutputReply): WireResponse {
    const status = operation.http?.[2] ?? 200;
    const headers = { 'x-amzn-requestid': requestId };
    if (operation.output === undefined) return { status, headers };
    const bindings = bindingsOf(operation.output);
    const code = bindings.statusCode === undefined ? undefined : output[bindings.statusCode.name];
    const body = renderBody(operation.output, bindings, output);
    return {
      status: typeof code === 'number' ? code : status,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...renderHeaders(bindings, output),
      },
      ...(body === undefined ? {} : { body }),
    };
  },

  renderError({ model, error, requestId }: ErrorReply): WireResponse {
    const body = { message: error.message, ...errorMembers(model, error) };
    return {
      status: error.status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': error.code,
      },
      // Lambda's clients read `Message`, SageMaker's and the SDKs `message`.
      body: JSON.stringify({ ...body, Message: error.message }),
    };
  },
};

async function readInput(
  { input }: OperationModel,
  route: RestRoute,
  request: WireRequest,
  model: ServiceModel,
): Promise<Record<string, unknown>> {
  if (input === undefined) return {};
  const bindings = bindingsOf(input);
  const values = readBindings(bindings, request.headers, request.query);
  const match = route.path.exec(request.path) ?? [];
  for (const [index, label] of route.labels.entries()) {
    const text = decodePath(match[index + 1] ?? '');
    const member = input.members.find(({ name }) => name === label);
    const isNumber = member?.shape.kind === 'number' && /^-?\d+$/.test(text);
    values[label] = isNumber ? Number(text) : text;
  }
  const body = await request.collect(model.wire.bodyLimitBytes);
  return { ...values, ...(await readBody(input, bindings, body)) };
}

async function readBody(
  input: StructureShape,
  bindings: Bindings,
  body: Buffer,
): Promise<Readonly<Record<string, unknown>>> {
  const { payload } = bindings;
  if (payload !== undefined) {
    const { shape } = payload;
    if (shape.kind === 'blob') return { [payload.name]: body };
    if (shape.kind === 'string') return { [payload.name]: body.toString('utf8') };
    if (body.length === 0) return {};
    if (shape.kind === 'structure') {
      return { [payload.name]: await readJson(shape, body.toString('utf8'), CODEC_OPTIONS) };
    }
    throw new SerializationException(`The body of ${input.name} cannot be read`);
  }
  if (bindings.body.length === 0 || body.length === 0) return {};
  return readJson({ ...input, members: bindings.body }, body.toString('utf8'), CODEC_OPTIONS);
}

function renderBody(
  shape: StructureShape,
  bindings: Bindings,
  output: Readonly<Record<string, unknown>>,
): WireBody | undefined {
  const { payload } = bindings;
  if (payload === undefined) {
    return bindings.body.length === 0
      ? undefined
      : renderJson({ ...shape, members: bindings.body }, output, CODEC_OPTIONS);
  }
  const value = output[payload.name];
  if (value === undefined || value === null) return undefined;
  return payload.shape.kind === 'structure' || payload.shape.kind === 'document'
    ? JSON.stringify(toJson(payload.shape, value, CODEC_OPTIONS))
    : (value as WireBody);
}
