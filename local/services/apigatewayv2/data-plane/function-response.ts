import type { WebHeader, WebResponse } from '../../../cloud/web.ts';
import { internalError } from './refusal.ts';

/** Headers of the connection, which are the gateway's. */
const OWN_HEADERS = ['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade'];

const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
// oxlint-disable-next-line no-control-regex -- HTTP allows none of them in a header
const BAD_HEADER_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/;

/**
 * The response that a function of payload format 2.0 means: an object with a status, or any other JSON, which is the
 * body of a 200.
 *
 * @throws Refusal 500 for an answer that cannot be used
 */
export function responseOf(payload: string): WebResponse {
  const answer = parse(payload);
  if (typeof answer === 'object' && answer !== null && 'statusCode' in answer)
    return structured(answer);
  const body = typeof answer === 'string' ? answer : payload;
  return { status: 200, headers: [['content-type', 'application/json']], body };
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    throw internalError();
  }
}

function structured(answer: object): WebResponse {
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer as Readonly<
    Record<string, unknown>
  >;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) throw internalError();
  if (body !== undefined && body !== null && typeof body !== 'string') throw internalError();
  const given = [...headersOf(headers), ...cookiesOf(cookies)];
  const hasType = given.some(([name]) => name === 'content-type');
  const typed: readonly WebHeader[] = hasType
    ? given
    : [...given, ['content-type', 'text/plain;charset=UTF-8']];
  if (status === 204 || status === 304) return { status, headers: given };
  const text = body ?? '';
  return {
    status,
    headers: typed,
    body: isBase64Encoded === true ? Buffer.from(text, 'base64') : text,
  };
}

function headersOf(headers: unknown): readonly WebHeader[] {
  if (headers === undefined || headers === null) return [];
  if (typeof headers !== 'object' || Array.isArray(headers)) throw internalError();
  return Object.entries(headers).flatMap(([name, value]): readonly WebHeader[] => {
    const lower = name.toLowerCase();
    if (value === null || value === undefined || OWN_HEADERS.includes(lower)) return [];
    if (typeof value === 'object') throw internalError();
    return [checked([lower, String(value)])];
  });
}

function cookiesOf(cookies: unknown): readonly WebHeader[] {
  if (cookies === undefined || cookies === null) return [];
  if (!Array.isArray(cookies)) throw internalError();
  return cookies.map((cookie: unknown) => checked(['set-cookie', String(cookie)]));
}

function checked(header: WebHeader): WebHeader {
  if (!HEADER_NAME.test(header[0]) || BAD_HEADER_VALUE.test(header[1])) throw internalError();
  return header;
}
