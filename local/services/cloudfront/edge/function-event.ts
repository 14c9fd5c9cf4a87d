import type { WebHeader } from '../../../cloud/web.ts';
import { type EdgeRequest, type EdgeResponse, without } from './viewer.ts';

/** A header, cookie or parameter of an event. */
interface Value {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string }[];
  readonly attributes?: string;
}

type Values = Readonly<Record<string, Value>>;

export interface EventContext {
  readonly distributionDomainName: string;
  readonly distributionId: string;
  readonly requestId: string;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
export function viewerEvent(
  eventType: 'viewer-request' | 'viewer-response',
  context: EventContext,
  request: EdgeRequest,
  response?: EdgeResponse,
): object {
  return {
    version: '1.0',
    context: { ...context, eventType },
    viewer: { ip: request.web.sourceIp },
    request: {
      method: request.method,
      uri: request.uri,
      querystring: grouped(
        request.query
          .split('&')
          .filter((part) => part !== '')
          .map(pairOf),
      ),
      headers: grouped(without(request.headers, 'cookie')),
      cookies: grouped(cookiesOf(request.headers)),
    },
    ...(response !== undefined && {
      response: {
        statusCode: response.status,
        headers: grouped(without(response.headers, 'set-cookie')),
        cookies: setCookies(response.headers),
      },
    }),
  };
}

function pairOf(part: string): WebHeader {
  const at = part.indexOf('=');
  return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
}

function cookiesOf(headers: readonly WebHeader[]): readonly WebHeader[] {
  return headers
    .filter(([name]) => name === 'cookie')
    .flatMap(([, value]) => value.split(/;\s*/).filter((part) => part !== ''))
    .map(pairOf);
}

function setCookies(headers: readonly WebHeader[]): Values {
  const cookies = headers.flatMap(([name, value]) => (name === 'set-cookie' ? [value] : []));
  return Object.fromEntries(
    cookies.map((cookie) => {
      const [pair = '', ...attributes] = cookie.split(/;\s*/);
      const [name, value] = pairOf(pair);
      return [name, { value, ...(attributes.length > 0 && { attributes: attributes.join('; ') }) }];
    }),
  );
}

/** By name, with all values of one that is there more than once. */
function grouped(pairs: readonly WebHeader[]): Values {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(
    [...values].map(([name, [value = '', ...others]]) => [
      name,
      others.length === 0
        ? { value }
        : { value, multiValue: [value, ...others].map((item) => ({ value: item })) },
    ]),
  );
}

/** What a function returned is not what CloudFront takes. */
export class InvalidResult extends Error {
  override readonly name = 'InvalidResult';
}

/**
 * The request or response that a function for viewer requests returned.
 *
 * @throws InvalidResult
 */
export function readResult(result: unknown, request: EdgeRequest): EdgeRequest | EdgeResponse {
  const given = objectIn(result, 'it returned no request and no response');
  if (given['statusCode'] !== undefined) return readResponse(given, undefined);
  const { method, uri } = given;
  if (method !== request.method) throw new InvalidResult('it changed the method');
  if (typeof uri !== 'string' || !uri.startsWith('/')) {
    throw new InvalidResult('its uri does not begin with a slash');
  }
  const cookies = pairsOf(given['cookies']).map(([name, value]) => `${name}=${value}`);
  return {
    ...request,
    uri,
    query: pairsOf(given['querystring'])
      .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
      .join('&'),
    headers: [
      ...pairsOf(given['headers']),
      ...(cookies.length === 0 ? [] : [['cookie', cookies.join('; ')] as const]),
    ],
  };
}

/**
 * The response that a function returned.
 *
 * @param former the origin's, whose body stays if the function gives none
 * @throws InvalidResult
 */
export function readResponse(result: unknown, former: EdgeResponse | undefined): EdgeResponse {
  const given = objectIn(result, 'it returned no response');
  const status = Number(given['statusCode']);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new InvalidResult(`its statusCode is not one: ${String(given['statusCode'])}`);
  }
  const cookies = Object.entries(objectIn(given['cookies'] ?? {}, 'its cookies are no object')).map(
    ([name, value]): WebHeader => ['set-cookie', cookieText(name, value as Value)],
  );
  const own = bodyOf(given['body']);
  const kept = own ?? former?.body;
  const headers = [...pairsOf(given['headers']), ...cookies];
  return {
    status,
    headers: own === undefined ? headers : without(headers, 'content-length'),
    ...(kept !== undefined && { body: kept }),
    mark: former?.mark ?? 'FunctionGeneratedResponse',
  };
}

function cookieText(name: string, { attributes = '', value }: Value): string {
  return `${name}=${value}${attributes === '' ? '' : `; ${attributes}`}`;
}

/** A text, or `{ data, encoding }`. */
function bodyOf(body: unknown): string | Uint8Array | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return body;
  const { data, encoding } = objectIn(body, 'its body is no text');
  return encoding === 'base64' ? Buffer.from(String(data), 'base64') : String(data);
}

function pairsOf(values: unknown): readonly WebHeader[] {
  return Object.entries(objectIn(values ?? {}, 'its values are no object')).flatMap(
    ([name, value]): readonly WebHeader[] => {
      const { multiValue, value: one } = objectIn(value, `${name} has no value`);
      const all =
        Array.isArray(multiValue) && multiValue.length > 0 ? multiValue : [{ value: one }];
      return all.map((item: { readonly value?: string }) => [name.toLowerCase(), item.value ?? '']);
    },
  );
}

function objectIn(value: unknown, problem: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidResult(problem);
  }
  return value as Readonly<Record<string, unknown>>;
}
