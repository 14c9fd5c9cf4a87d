import { MalformedXml, UnknownOperation } from '../errors.ts';
import type {
  ErrorReply,
  OutputReply,
  Protocol,
  WireBody,
  WireRequest,
  WireResponse,
} from '../protocol.ts';
import type { ServiceModel } from '../service-model.ts';
import type { StructureShape } from '../shape.ts';
import {
  type Bindings,
  bindingsOf,
  decodePath,
  type RestRoute,
  readBindings,
  renderHeaders,
} from './http-bindings.ts';
import { findRestRoute } from './rest-route.ts';
import { escapeXml, fromXml, structureToXml, toXml } from './xml-codec.ts';
import { readXmlDocument } from './xml-reader.ts';

/** REST-XML of every service but S3: members are bound to path, query, headers and an XML document by the model. */
export const restXmlDocuments: Protocol = {
  parse(request: WireRequest, model) {
    const route = findRestRoute(request, model);
    if (route === undefined) {
      throw new UnknownOperation(
        `${model.wire.signingName} has no operation ${request.method} ${request.path}`,
      );
    }
    const { input } = route.operation;
    return {
      operation: route.operation.name,
      readInput: async () => (input === undefined ? {} : readInput(input, route, request, model)),
    };
  },

  renderOutput({ model, operation, output, requestId }: OutputReply): WireResponse {
    const status = operation.http?.[2] ?? 200;
    const headers = { 'x-amzn-requestid': requestId };
    if (operation.output === undefined) return { status, headers };
    const bindings = bindingsOf(operation.output);
    const body = renderBody(operation.output, bindings, output, model);
    return {
      status,
      headers: {
        ...headers,
        ...(typeof body === 'string' ? { 'content-type': 'text/xml' } : {}),
        ...renderHeaders(bindings, output),
      },
      ...(body === undefined ? {} : { body }),
    };
  },

  renderError({ model, error, requestId }: ErrorReply): WireResponse {
    const type = error.fault === 'client' ? 'Sender' : 'Receiver';
    const body =
      `<?xml version="1.0"?>\n<ErrorResponse xmlns="${model.wire.xmlNamespace ?? ''}"><Error><Type>${type}</Type>` +
      `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>` +
      `<RequestId>${requestId}</RequestId></ErrorResponse>`;
    return {
      status: error.status,
      headers: { 'x-amzn-requestid': requestId, 'content-type': 'text/xml' },
      body,
    };
  },
};

async function readInput(
  input: StructureShape,
  route: RestRoute,
  request: WireRequest,
  model: ServiceModel,
): Promise<Record<string, unknown>> {
  const bindings = bindingsOf(input);
  const values = readBindings(bindings, request.headers, request.query);
  const match = route.path.exec(request.path) ?? [];
  for (const [index, label] of route.labels.entries()) {
    values[label] = decodePath(match[index + 1] ?? '');
  }
  const { payload } = bindings;
  if (payload === undefined && bindings.body.length === 0) return values;
  const body = await request.collect(model.wire.bodyLimitBytes);
  if (body.byteLength === 0) return values;
  const root = await readXmlDocument(body.toString('utf8'));
  if (payload !== undefined) {
    const expected = payload.traits.xmlName ?? payload.name;
    if (root.name !== expected) {
      throw new MalformedXml(`${root.name} stands where ${expected} belongs`);
    }
    return { ...values, [payload.name]: fromXml(payload.shape, root) };
  }
  const members = fromXml({ ...input, members: bindings.body }, root);
  return { ...values, ...(members as object) };
}

function renderBody(
  shape: StructureShape,
  bindings: Bindings,
  output: Readonly<Record<string, unknown>>,
  model: ServiceModel,
): WireBody | undefined {
  const { payload } = bindings;
  const namespace = model.wire.xmlNamespace ?? '';
  if (payload !== undefined) {
    const value = output[payload.name];
    if (value === undefined || value === null) return undefined;
    if (payload.shape.kind !== 'structure') return value as WireBody;
    const name = payload.traits.xmlName ?? payload.shape.name;
    return document(toXml(payload.shape, name, value, ['', namespace]));
  }
  if (bindings.body.length === 0) return undefined;
  const name = shape.traits.xmlName ?? shape.name;
  const content = structureToXml({ ...shape, members: bindings.body }, output);
  return document(`<${name} xmlns="${namespace}">${content}</${name}>`);
}

function document(xml: string): string {
  return `<?xml version="1.0"?>\n${xml}`;
}
