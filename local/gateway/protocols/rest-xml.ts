import type { IncomingHttpHeaders } from 'node:http';
import { MalformedXml, UnknownOperation } from '../errors.ts';
import type {
  ErrorReply,
  OutputReply,
  Protocol,
  WireBody,
  WireRequest,
  WireResponse,
} from '../protocol.ts';
import type { OperationModel, ServiceModel } from '../service-model.ts';
import type { Member, StructureShape } from '../shape.ts';
import {
  type Bindings,
  bindingsOf,
  decodePath,
  type RestRoute,
  readBindings,
  renderHeaders,
  restRoute,
} from './http-bindings.ts';
import { escapeXml, fromXml, scalarText, structureToXml, toXml } from './xml-codec.ts';
import { readXmlDocument } from './xml-reader.ts';

/**
 * S3's REST-XML. S3's URI patterns have no bucket (SDKs put it into the host), and several
 * operations share a method and a path: the request is for the operation with the most required parameters
 * among those whose required parameters are all present.
 */
export const restXml: Protocol = {
  parse(request: WireRequest, model) {
    const target = bucketAndKey(request);
    const operation = findOperation(request, target, model);
    if (operation === undefined) {
      throw new UnknownOperation(
        `S3 has no operation ${request.method} ${request.path} with these parameters`,
      );
    }
    return {
      operation: operation.name,
      readInput: () => readInput(operation, target, request, model),
    };
  },

  renderOutput({ model, operation, output, requestId }: OutputReply): WireResponse {
    const headers = s3Headers(requestId);
    const status = NO_CONTENT.has(operation.name) ? 204 : (operation.http?.[2] ?? 200);
    if (operation.output === undefined) return { status, headers };
    const bindings = bindingsOf(operation.output);
    const code = bindings.statusCode === undefined ? undefined : output[bindings.statusCode.name];
    const body = renderBody(operation, operation.output, bindings, output, model);
    return {
      status: typeof code === 'number' ? code : outputStatus(status, output),
      headers: {
        ...headers,
        ...(typeof body === 'string' ? { 'content-type': 'application/xml' } : {}),
        ...renderHeaders(bindings, output),
      },
      ...(body === undefined ? {} : { body }),
    };
  },

  renderError({ error, requestId }: ErrorReply): WireResponse {
    const { headers = {}, ...members } = error.members as {
      readonly headers?: Readonly<Record<string, string>>;
    } & Readonly<Record<string, unknown>>;
    const details = Object.entries(members)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
      .join('');
    const body =
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.code)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message>${details}` +
      `<RequestId>${requestId}</RequestId><HostId>${hostId(requestId)}</HostId></Error>`;
    return {
      status: error.status,
      headers: { ...s3Headers(requestId), 'content-type': 'application/xml', ...headers },
      // A 304 has no body.
      ...(error.status === 304 ? {} : { body }),
    };
  },
};

/** AWS answers these with 204, although the model has another status. */
const NO_CONTENT: ReadonlySet<string> = new Set(['PutBucketPolicy', 'PutBucketTagging']);

/** A partial object has status 206, which the model lacks. */
function outputStatus(status: number, output: Readonly<Record<string, unknown>>): number {
  return status === 200 && output['ContentRange'] !== undefined ? 206 : status;
}

function s3Headers(requestId: string): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': hostId(requestId), server: 'AmazonS3' };
}

function hostId(requestId: string): string {
  return Buffer.from(`stepmill ${requestId}`).toString('base64');
}

interface Target {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

/** `bucket.localhost` and `bucket.s3.localhost`, as the JavaScript SDK addresses `localhost`. */
const VIRTUAL_HOST = /^(.+?)(?:\.s3(?:[.-][a-z0-9-]+)?)?\.localhost(?::\d+)?$/i;

export function bucketAndKey(request: Pick<WireRequest, 'headers' | 'path'>): Target {
  const virtual = VIRTUAL_HOST.exec(request.headers.host ?? '')?.[1];
  const path = request.path.slice(1);
  if (virtual !== undefined && virtual !== 's3') {
    return { bucket: virtual, key: path === '' ? undefined : decodePath(path) };
  }
  const slash = path.indexOf('/');
  if (slash < 0) return { bucket: path === '' ? undefined : decodePath(path), key: undefined };
  const key = path.slice(slash + 1);
  return {
    bucket: decodePath(path.slice(0, slash)),
    key: key === '' ? undefined : decodePath(key),
  };
}

interface S3Route extends RestRoute {
  readonly onKey: boolean;
  readonly onBucket: boolean;
  /** Query parameters and headers that the input requires. */
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  readonly weight: number;
}

const routesOf = new WeakMap<ServiceModel, readonly S3Route[]>();

function findOperation(
  request: WireRequest,
  target: Target,
  model: ServiceModel,
): OperationModel | undefined {
  let routes = routesOf.get(model);
  if (routes === undefined) {
    routes = [...model.operations.values()]
      .flatMap((operation) => s3Route(operation) ?? [])
      .sort((a, b) => b.weight - a.weight);
    routesOf.set(model, routes);
  }
  const named = request.query.get('x-id');
  const fitting = routes.filter((route) => fits(route, request, target));
  return (
    fitting.find(
      (route) => route.operation.name === named && route.weight === fitting[0]?.weight,
    ) ?? fitting[0]
  )?.operation;
}

function s3Route(operation: OperationModel): S3Route | undefined {
  const route = restRoute(operation);
  if (route === undefined || operation.name === 'WriteGetObjectResponse') return undefined;
  const members = operation.input?.members ?? [];
  const required = members.filter(({ name }) => operation.input?.required.has(name));
  const requiredQuery = required.flatMap(({ traits }) => traits.httpQuery ?? []);
  // If the query names the operation (`?attributes`), the operation itself refuses a missing header.
  const requiredHeaders =
    route.query.size > 0
      ? []
      : required.flatMap(({ traits }) => traits.httpHeader?.toLowerCase() ?? []);
  return {
    ...route,
    onKey: route.labels.includes('Key'),
    onBucket: required.some(({ name }) => name === 'Bucket'),
    requiredQuery,
    requiredHeaders,
    weight: route.query.size + requiredQuery.length + requiredHeaders.length,
  };
}

function fits(route: S3Route, request: WireRequest, target: Target): boolean {
  return (
    route.method === request.method &&
    route.onKey === (target.key !== undefined) &&
    route.onBucket === (target.bucket !== undefined) &&
    [...route.query].every(([name, value]) =>
      value === '' ? request.query.has(name) : request.query.get(name) === value,
    ) &&
    route.requiredQuery.every((name) => request.query.has(name)) &&
    route.requiredHeaders.every((name) => request.headers[name] !== undefined)
  );
}

async function readInput(
  { input }: OperationModel,
  target: Target,
  request: WireRequest,
  model: ServiceModel,
): Promise<Record<string, unknown>> {
  if (input === undefined) return {};
  const bindings = bindingsOf(input);
  const values = readBindings(bindings, payloadHeaders(request), request.query);
  if (target.bucket !== undefined) values['Bucket'] = target.bucket;
  if (target.key !== undefined) values['Key'] = target.key;
  if (bindings.payload === undefined) return values;
  const payload = await readPayload(bindings.payload, input, request, model);
  if (payload !== undefined) values[bindings.payload.name] = payload;
  return values;
}

/** The headers of the payload: without the `aws-chunked` framing, and with those in a presigned URL. */
function payloadHeaders({ headers, query }: WireRequest): IncomingHttpHeaders {
  const result: IncomingHttpHeaders = { ...headers };
  const encoding = (headers['content-encoding'] ?? '')
    .split(',')
    .filter((part) => part.trim().toLowerCase() !== 'aws-chunked')
    .join(',');
  if (encoding === '') delete result['content-encoding'];
  else result['content-encoding'] = encoding.trim();
  const decodedLength = headers['x-amz-decoded-content-length'];
  if (decodedLength !== undefined) result['content-length'] = String(decodedLength);
  if (query.has('X-Amz-Signature')) {
    for (const [name, value] of query) {
      if (isSignedHeader(name) && result[name] === undefined) result[name] = value;
    }
  }
  return result;
}

/** SDKs move headers into a presigned URL; its checksum is the one of the empty body at signing. */
function isSignedHeader(name: string): boolean {
  return (
    name.startsWith('x-amz-') &&
    (!/^x-amz-(checksum|sdk-checksum)-/.test(name) || name === 'x-amz-checksum-mode')
  );
}

async function readPayload(
  payload: Member,
  input: StructureShape,
  request: WireRequest,
  model: ServiceModel,
): Promise<unknown> {
  if (payload.traits.streaming === 1) return request.stream();
  const body = await request.collect(model.wire.bodyLimitBytes);
  const { shape } = payload;
  if (shape.kind === 'string') return body.toString('utf8');
  if (shape.kind === 'blob') return body;
  if (body.length === 0) {
    if (input.required.has(payload.name)) throw new MalformedXml('the body is empty');
    return undefined;
  }
  const root = await readXmlDocument(body.toString('utf8'));
  const expected = payload.traits.xmlName ?? (shape.kind === 'structure' ? shape.name : '');
  if (root.name !== expected)
    throw new MalformedXml(`${root.name} stands where ${expected} belongs`);
  return fromXml(shape, root);
}

function renderBody(
  operation: OperationModel,
  shape: StructureShape,
  bindings: Bindings,
  output: Readonly<Record<string, unknown>>,
  model: ServiceModel,
): WireBody | undefined {
  const { payload } = bindings;
  if (payload !== undefined) {
    const value = output[payload.name];
    if (value === undefined || value === null) return undefined;
    if (payload.shape.kind !== 'structure') return value as WireBody;
    const name = payload.traits.xmlName ?? payload.shape.name;
    return document(toXml(payload.shape, name, value, ['', model.wire.xmlNamespace ?? '']));
  }
  if (bindings.body.length === 0) return undefined;
  const name = shape.traits.xmlName ?? `${operation.name}Result`;
  // As on AWS, GetBucketLocation returns its only member without an enclosing element.
  const [only] = bindings.body;
  const unwrapped = bindings.body.length === 1 && only?.name === name;
  const content = unwrapped
    ? escapeXml(scalarText(output[name] ?? ''))
    : structureToXml({ ...shape, members: bindings.body }, output);
  return document(`<${name} xmlns="${model.wire.xmlNamespace ?? ''}">${content}</${name}>`);
}

function document(xml: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`;
}
