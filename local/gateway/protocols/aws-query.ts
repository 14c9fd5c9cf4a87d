import { setOwn } from '../../../engine/index.ts';
import { InvalidAction, RetiredProtocol, SerializationException } from '../errors.ts';
import type { ErrorReply, OutputReply, Protocol, WireRequest, WireResponse } from '../protocol.ts';
import type { ErrorVocabulary, ServiceModel } from '../service-model.ts';
import type { ListShape, MapShape, Member, Shape, StructureShape } from '../shape.ts';
import { parseTimestamp } from './timestamps.ts';
import { escapeXml, structureToXml } from './xml-codec.ts';

/** AWS Query: requests are forms, responses XML. Nested names are joined with dots, lists count from 1. */
export const awsQuery: Protocol = {
  async parse(request: WireRequest, model) {
    const form = new URLSearchParams(request.query);
    if (request.method === 'POST') {
      const body = await request.collect(model.wire.bodyLimitBytes);
      const limit = model.wire.name === 'cloudwatch' ? METRIC_FIELDS_LIMIT : FIELDS_LIMIT;
      if (fieldsOf(body) > limit) {
        throw new SerializationException(
          `The request has more than ${limit} parameters. Nothing was done.`,
        );
      }
      for (const [key, value] of new URLSearchParams(body.toString('utf8')))
        form.append(key, value);
    }
    const action = form.get('Action') ?? '';
    const version = form.get('Version') ?? model.wire.version;
    if (version !== model.wire.version || !model.operations.has(action)) {
      throw new InvalidAction(action, version);
    }
    return {
      operation: action,
      readInput: async ({ input }) =>
        input === undefined ? {} : readStructure(input, formTree(form)),
    };
  },

  renderOutput({ model, operation, output, requestId }: OutputReply): WireResponse {
    const { name } = operation;
    const result =
      operation.output === undefined
        ? ''
        : `<${name}Result>${structureToXml(operation.output, output)}</${name}Result>`;
    const body =
      `<${name}Response xmlns="${model.wire.xmlNamespace ?? ''}">${result}` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`;
    return { status: 200, headers: headers(requestId), body };
  },

  renderError({ model, error, requestId }: ErrorReply): WireResponse {
    const modelled = model.error(error.code);
    const code = error.queryCode ?? modelled?.awsQueryError?.[0] ?? error.code;
    const type = error.fault === 'client' ? 'Sender' : 'Receiver';
    const members =
      modelled === undefined
        ? ''
        : structureToXml(modelled.shape, { ...error.members, message: undefined });
    const body =
      `<ErrorResponse xmlns="${namespaceOf(model)}"><Error><Type>${type}</Type>` +
      `<Code>${escapeXml(code)}</Code><Message>${escapeXml(error.message)}</Message>${members}` +
      `</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { status: error.status, headers: headers(requestId), body };
  },
};

function namespaceOf({ wire }: ErrorVocabulary): string {
  return wire.xmlNamespace ?? wire.retiredQueryNamespace ?? '';
}

/** The protocol of SQS clients before November 2023, whose forms have their own dialect. */
export const retiredQuery: Protocol = {
  ...awsQuery,
  parse(_request, { wire }) {
    throw new RetiredProtocol(wire.signingName);
  },
};

/** Whether a service has this protocol. */
export function speaksQuery(model: ServiceModel): boolean {
  return model.wire.xmlNamespace !== undefined && model.wire.rest === undefined;
}

function headers(requestId: string): Readonly<Record<string, string>> {
  return { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
}

/** The form as a tree: `Tags.member.1.Key` is at Tags, member, 1, Key. */
interface FormNode {
  value?: string;
  readonly children: Map<string, FormNode>;
}

const NAME_PARTS_LIMIT = 32;

/** The most fields of a form. */
const FIELDS_LIMIT = 20_000;

/** PutMetricData of 1 MB has more than any other. */
const METRIC_FIELDS_LIMIT = 100_000;

const AMPERSAND = 0x26;

function fieldsOf(form: Uint8Array): number {
  let fields = 1;
  for (const byte of form) if (byte === AMPERSAND) fields += 1;
  return fields;
}

function formTree(form: URLSearchParams): FormNode {
  const root: FormNode = { children: new Map() };
  for (const [name, value] of form) {
    const parts = name.split('.');
    if (parts.length > NAME_PARTS_LIMIT) {
      throw new SerializationException(`${name.slice(0, 64)}… is nested too deeply`);
    }
    let node = root;
    for (const part of parts) {
      let child = node.children.get(part);
      if (child === undefined) {
        child = { children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return root;
}

function readStructure(shape: StructureShape, node: FormNode): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const member of shape.members) {
    const child = node.children.get(member.traits.xmlName ?? member.name);
    if (child === undefined) continue;
    const value = readMember(member, child);
    if (value !== undefined) result[member.name] = value;
  }
  return result;
}

function readMember(member: Member, node: FormNode): unknown {
  const { shape } = member;
  const flattened = member.traits.xmlFlattened === 1;
  if (shape.kind === 'list') return readList(shape, node, flattened);
  if (shape.kind === 'map') return readMap(shape, node, flattened);
  return readValue(shape, node, member.name);
}

function readValue(shape: Shape, node: FormNode, name: string): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, node);
    case 'list':
      return readList(shape, node, false);
    case 'map':
      return readMap(shape, node, false);
    case 'string':
    case 'document':
      return node.value;
    case 'number':
      return readNumber(node.value, name);
    case 'boolean':
      return readBoolean(node.value, name);
    case 'blob':
      return node.value === undefined ? undefined : Buffer.from(node.value, 'base64');
    case 'timestamp':
      return readTimestamp(node.value, name);
  }
}

/** `List.member.N`, or `List.N` when flattened; an empty list is the bare name with an empty value. */
function readList(shape: ListShape, node: FormNode, flattened: boolean): unknown[] {
  const items = flattened ? node : node.children.get(shape.item.traits.xmlName ?? 'member');
  return numbered(items).map((child) => readMember(shape.item, child));
}

function readMap(shape: MapShape, node: FormNode, flattened: boolean): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const entries = flattened ? node : node.children.get('entry');
  for (const entry of numbered(entries)) {
    const key = entry.children.get(shape.key.traits.xmlName ?? 'key')?.value;
    const value = entry.children.get(shape.value.traits.xmlName ?? 'value');
    if (key !== undefined && value !== undefined) {
      setOwn(result, key, readMember(shape.value, value));
    }
  }
  return result;
}

function numbered(node: FormNode | undefined): FormNode[] {
  if (node === undefined) return [];
  return [...node.children]
    .filter(([name]) => /^\d+$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

function readNumber(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) {
    throw new SerializationException(`${name}: '${text.slice(0, 64)}' is not a number`);
  }
  return value;
}

function readBoolean(text: string | undefined, name: string): boolean | undefined {
  if (text === undefined) return undefined;
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') {
    throw new SerializationException(`${name}: '${text.slice(0, 64)}' is neither true nor false`);
  }
  return lower === 'true';
}

function readTimestamp(text: string | undefined, name: string): Date | undefined {
  if (text === undefined) return undefined;
  const date = parseTimestamp(text);
  if (date === undefined) {
    throw new SerializationException(`${name}: '${text.slice(0, 64)}' is not a timestamp`);
  }
  return date;
}
