import type { IncomingHttpHeaders } from 'node:http';
import { setOwn } from '../../../engine/index.ts';
import { InvalidArgument, InvalidUri } from '../errors.ts';
import type { OperationModel } from '../service-model.ts';
import type { Member, Shape, StructureShape } from '../shape.ts';
import { parseTimestamp, renderTimestamp } from './timestamps.ts';

/** The method, path and query that identify an operation of a REST API. */
export interface RestRoute {
  readonly operation: OperationModel;
  readonly method: string;
  /** Matches the path; its groups are the labels, in order. */
  readonly path: RegExp;
  readonly labels: readonly string[];
  /** Required query parameters; undefined means any value. */
  readonly query: ReadonlyMap<string, string>;
}

/** Parses the URI pattern of an operation's `http` trait, such as `/2015-03-31/functions/{FunctionName}`. */
export function restRoute(operation: OperationModel): RestRoute | undefined {
  if (operation.http === undefined) return undefined;
  const [method, uri] = operation.http;
  const [pattern = '', search = ''] = uri.split('?');
  const labels: string[] = [];
  const source = pattern.replaceAll(
    /\{([^}+]+)(\+?)\}|([^{}]+)/g,
    (_all, label, greedy, literal) => {
      if (literal !== undefined) return literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
      labels.push(label);
      return greedy === '+' ? '(.+)' : '([^/]+)';
    },
  );
  const query = new Map(new URLSearchParams(search));
  // `x-id` only names the operation in logs; not every client sends it.
  query.delete('x-id');
  return { operation, method, path: new RegExp(`^${source.replace(/\/$/, '')}/?$`), labels, query };
}

/** The members of a structure by their location in the message. */
export interface Bindings {
  readonly headers: readonly Member[];
  readonly prefixHeaders: readonly Member[];
  readonly query: readonly Member[];
  readonly queryParams: Member | undefined;
  readonly payload: Member | undefined;
  readonly statusCode: Member | undefined;
  /** The remaining members: those of the body's document. */
  readonly body: readonly Member[];
}

const known = new WeakMap<StructureShape, Bindings>();

export function bindingsOf(shape: StructureShape): Bindings {
  let bindings = known.get(shape);
  if (bindings === undefined) {
    bindings = makeBindings(shape);
    known.set(shape, bindings);
  }
  return bindings;
}

function makeBindings({ members }: StructureShape): Bindings {
  return {
    headers: members.filter(({ traits }) => traits.httpHeader !== undefined),
    prefixHeaders: members.filter(({ traits }) => traits.httpPrefixHeaders !== undefined),
    query: members.filter(({ traits }) => traits.httpQuery !== undefined),
    queryParams: members.find(({ traits }) => traits.httpQueryParams === 1),
    payload: members.find(({ traits }) => traits.httpPayload === 1),
    statusCode: members.find(({ traits }) => traits.httpResponseCode === 1),
    body: members.filter(({ traits }) => isBodyMember(traits)),
  };
}

function isBodyMember(traits: Member['traits']): boolean {
  return (
    traits.httpHeader === undefined &&
    traits.httpPrefixHeaders === undefined &&
    traits.httpQuery === undefined &&
    traits.httpQueryParams === undefined &&
    traits.httpPayload === undefined &&
    traits.httpLabel === undefined &&
    traits.httpResponseCode === undefined
  );
}

/** Reads headers and query parameters into an input. @throws InvalidArgument that names the invalid one */
export function readBindings(
  bindings: Bindings,
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const member of bindings.headers) {
    const name = member.traits.httpHeader ?? '';
    const value = headers[name.toLowerCase()];
    if (value !== undefined) {
      input[member.name] = readText(member.shape, String(value), name);
    }
  }
  for (const member of bindings.prefixHeaders) {
    input[member.name] = readPrefixHeaders(member.traits.httpPrefixHeaders ?? '', headers);
  }
  for (const member of bindings.query) readQueryMember(member, query, input);
  if (bindings.queryParams !== undefined) {
    input[bindings.queryParams.name] = Object.fromEntries(query);
  }
  return input;
}

function readQueryMember(
  member: Member,
  query: URLSearchParams,
  input: Record<string, unknown>,
): void {
  const name = member.traits.httpQuery ?? '';
  const { shape } = member;
  if (!query.has(name)) return;
  // As on AWS, `max-parts=` counts as missing.
  if (shape.kind === 'number' && query.get(name) === '') return;
  input[member.name] =
    shape.kind === 'list'
      ? query.getAll(name).map((item) => readText(shape.item.shape, item, name))
      : readText(shape, query.get(name) ?? '', name);
}

function readPrefixHeaders(prefix: string, headers: IncomingHttpHeaders): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(prefix) && value !== undefined) {
      setOwn(values, name.slice(prefix.length), String(value));
    }
  }
  return values;
}

function readText(shape: Shape, text: string, name: string): unknown {
  switch (shape.kind) {
    case 'number': {
      const value = Number(text);
      if (text.trim() === '' || !Number.isFinite(value)) {
        throw new InvalidArgument(name, text, 'an integer or within integer range');
      }
      return value;
    }
    case 'boolean':
      return text.toLowerCase() === 'true';
    case 'timestamp': {
      const date = parseTimestamp(text);
      if (date === undefined) throw new InvalidArgument(name, text, 'a valid date');
      return date;
    }
    case 'list':
      return text.split(',').map((item) => readText(shape.item.shape, item.trim(), name));
    case 'blob':
      return Buffer.from(text, 'base64');
    case 'string':
    case 'structure':
    case 'map':
    case 'document':
      return text;
  }
}

/** The headers of an output, including prefix headers. */
export function renderHeaders(
  bindings: Bindings,
  output: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const member of bindings.headers) {
    const value = output[member.name];
    if (value === undefined || value === null) continue;
    headers[(member.traits.httpHeader ?? '').toLowerCase()] = renderText(member.shape, value);
  }
  for (const member of bindings.prefixHeaders) {
    const values = (output[member.name] ?? {}) as Readonly<Record<string, string>>;
    for (const [name, value] of Object.entries(values)) {
      headers[`${member.traits.httpPrefixHeaders}${name}`.toLowerCase()] = encodedWord(value);
    }
  }
  return headers;
}

function renderText(shape: Shape, value: unknown): string {
  if (shape.kind === 'timestamp') {
    return String(renderTimestamp(value, shape.format === 'default' ? 'http-date' : shape.format));
  }
  if (shape.kind === 'list') return [...(value as Iterable<unknown>)].join(',');
  return headerBytes(String(value));
}

/**
 * Node reads and writes headers as Latin-1, so that bytes from a client are returned unchanged. Other text
 * that Latin-1 cannot represent is sent as UTF-8. HTTP does not allow control characters.
 */
function headerBytes(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are removed
  const line = text.replaceAll(/[\u0000-\u0008\u000a-\u001f\u007f]/g, ' ');
  return isLatin1(line) ? line : Buffer.from(line, 'utf8').toString('latin1');
}

/**
 * Metadata beyond ASCII is returned as an encoded word of RFC 2047, as by S3:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
 */
function encodedWord(text: string): string {
  // oxlint-disable-next-line no-control-regex -- ASCII begins with them
  if (/^[\u0000-\u007f]*$/.test(text)) return headerBytes(text);
  const quoted = [...Buffer.from(meantText(text), 'utf8')].map((byte) => {
    const character = String.fromCharCode(byte);
    if (character === ' ') return '_';
    return byte > 0x20 && byte < 0x7f && !'=?_'.includes(character)
      ? character
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `=?UTF-8?Q?${quoted.join('')}?=`;
}

function isLatin1(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- Latin-1 begins with them
  return /^[\u0000-\u00ff]*$/.test(text);
}

/** Decodes the bytes of a header: as UTF-8 if they are valid, else as Latin-1. */
function meantText(text: string): string {
  if (!isLatin1(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}

/** @throws InvalidUri if the percent-encoding is invalid */
export function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidUri();
  }
}
