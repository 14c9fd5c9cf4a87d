import { setOwn } from '../../../../engine/index.ts';
import { headerOf, headerValues, type WebRequest } from '../../../cloud/web.ts';
import { type Exchange, routeKeyOf } from './exchange.ts';
import { requestTime } from './request-time.ts';

/** What the event of an exchange depends on beside the exchange. */
export interface EventContext {
  readonly accountId: string;
  readonly traceHeader: string;
  readonly body: Uint8Array;
}

/**
 * The event of payload format 2.0; what a request lacks is left out.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function eventOf(exchange: Exchange, context: EventContext): object {
  const { request, stage, path } = exchange;
  const cookies = headerValues(request, 'cookie')
    .flatMap((value) => value.split(/; ?/))
    .filter(Boolean);
  const query = queryOf(request.query);
  const pathParameters = exchange.matched?.pathParameters ?? {};
  const variables = stage.settings.StageVariables ?? {};
  return {
    version: '2.0',
    routeKey: routeKeyOf(exchange),
    rawPath: path,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: headersOf(exchange, context.traceHeader),
    ...(query !== undefined && { queryStringParameters: query }),
    requestContext: requestContextOf(exchange, context.accountId),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(Object.keys(variables).length > 0 && { stageVariables: variables }),
    ...bodyOf(request, context.body),
  };
}

/** The values of a parameter that is given several times are joined by commas. */
function queryOf(query: string): Readonly<Record<string, string>> | undefined {
  if (query === '') return undefined;
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    setOwn(values, name, Object.hasOwn(values, name) ? `${values[name]},${value}` : value);
  }
  return values;
}

/** Headers of the connection, and the cookies, which have a member of their own. */
const NOT_PASSED = [
  'connection',
  'cookie',
  'expect',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
];

function headersOf(
  { request, domainName }: Exchange,
  trace: string,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) {
    if (NOT_PASSED.includes(name)) continue;
    setOwn(headers, name, Object.hasOwn(headers, name) ? `${headers[name]},${value}` : value);
  }
  const forwarded = headerOf(request, 'x-forwarded-for');
  return {
    ...headers,
    'x-amzn-trace-id': trace,
    'x-forwarded-for': [forwarded, request.sourceIp].filter(Boolean).join(', '),
    'x-forwarded-port': /:(\d+)$/.exec(domainName)?.[1] ?? '443',
    'x-forwarded-proto': /:\d+$/.test(domainName) ? 'http' : 'https',
  };
}

function requestContextOf(exchange: Exchange, accountId: string): object {
  const { api, authorized, domainName, path, request, requestId, stage, startedAt } = exchange;
  return {
    accountId,
    apiId: api.id,
    ...(authorized !== undefined && { authorizer: { jwt: authorized } }),
    ...(exchange.caller !== undefined && { authorizer: { iam: exchange.caller } }),
    domainName,
    domainPrefix: api.id,
    http: {
      method: request.method,
      path,
      protocol: 'HTTP/1.1',
      sourceIp: request.sourceIp,
      userAgent: headerOf(request, 'user-agent') ?? '',
    },
    requestId,
    routeKey: routeKeyOf(exchange),
    stage: stage.id,
    time: requestTime(startedAt),
    timeEpoch: startedAt,
  };
}

function bodyOf(request: WebRequest, body: Uint8Array): object {
  if (body.byteLength === 0) return { isBase64Encoded: false };
  const isText = isTextBody(request);
  return {
    body: Buffer.from(body).toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  };
}

const TEXT_TYPES = /^(?:text\/[\w.+-]+|application\/(?:json|xml|javascript))$/;

/**
 * Whether a body is passed as text. Anything else is base64, forms too.
 *
 * @see https://github.com/floci-io/floci/issues/2011, measured on AWS
 */
function isTextBody(request: WebRequest): boolean {
  const [type = '', ...parameters] = (headerOf(request, 'content-type') ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice(8);
  const isUtf8 = charset === undefined || /^"?utf-8"?$/.test(charset);
  const isPlain = (headerOf(request, 'content-encoding') ?? 'identity') === 'identity';
  return TEXT_TYPES.test(type) && isUtf8 && isPlain;
}
