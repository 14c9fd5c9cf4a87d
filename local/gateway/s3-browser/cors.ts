import type { CloudDirectory } from '../../cloud/cloud.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import type { WireRequest, WireResponse } from '../protocol.ts';
import { bucketAndKey } from '../protocols/rest-xml.ts';

/** A rule as GetBucketCors returns it. */
interface CorsRule {
  readonly AllowedHeaders?: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedOrigins: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly MaxAgeSeconds?: number;
}

type Headers = Readonly<Record<string, string>>;

class BadPreflight extends ServiceError {
  constructor(message: string) {
    super('BadRequest', message);
  }
}

class CorsForbidden extends ServiceError {
  constructor(message: string, members: Readonly<Record<string, unknown>>) {
    super('AccessForbidden', `CORSResponse: ${message}`, { status: 403, members });
  }
}

/** The word is S3's. */
const NOT_ALLOWED =
  "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

/**
 * Answers a browser that asks whether it may send a request.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
 *
 * @throws BadPreflight, CorsForbidden
 */
export async function preflight(
  request: WireRequest,
  clouds: CloudDirectory,
): Promise<WireResponse> {
  const { origin } = request.headers;
  const method = request.headers['access-control-request-method'];
  if (origin === undefined) {
    throw new BadPreflight('Insufficient information. Origin request header needed.');
  }
  if (method === undefined || !METHODS.has(method)) {
    throw new BadPreflight(`Invalid Access-Control-Request-Method: ${method ?? null}`);
  }
  const rules = await rulesOf(request, clouds);
  const isObject = bucketAndKey(request).key !== undefined;
  const members = { Method: method, ResourceType: isObject ? 'OBJECT' : 'BUCKET' };
  if (rules === undefined) {
    throw new CorsForbidden('CORS is not enabled for this bucket.', {
      ...members,
      ResourceType: 'BUCKET',
    });
  }
  const headers = grant(rules, {
    origin,
    method,
    headers: namesOf(request.headers['access-control-request-headers']),
  });
  if (headers === undefined) throw new CorsForbidden(NOT_ALLOWED, members);
  return { status: 200, headers };
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']);

/** Adds the headers with which a browser lets a page of another origin read the response. */
export async function withCors(
  request: WireRequest,
  response: WireResponse,
  clouds: CloudDirectory,
): Promise<WireResponse> {
  const { origin } = request.headers;
  if (origin === undefined) return response;
  const rules = await rulesOf(request, clouds);
  const method = request.headers['access-control-request-method'] ?? request.method;
  const headers = grant(rules ?? [], { origin, method, headers: [] });
  return headers === undefined
    ? response
    : { ...response, headers: { ...response.headers, ...headers } };
}

/** The rules of the bucket; undefined if it has none or does not exist. */
async function rulesOf(
  request: WireRequest,
  clouds: CloudDirectory,
): Promise<readonly CorsRule[] | undefined> {
  try {
    const { bucket: Bucket } = bucketAndKey(request);
    if (Bucket === undefined) return undefined;
    const owner = clouds.home.ownerOf('s3', 'GetBucketCors', { Bucket });
    const account = { kind: 'account', arn: `arn:aws:iam::${owner.accountId}:root` } as const;
    const { CORSRules } = await owner.handOn<{ readonly CORSRules: readonly CorsRule[] }>(
      account,
      's3',
      'GetBucketCors',
      { Bucket },
    );
    return CORSRules;
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

interface Asked {
  readonly origin: string;
  readonly method: string;
  /** In lower case. */
  readonly headers: readonly string[];
}

/** The headers of the first rule that allows all of it. */
function grant(rules: readonly CorsRule[], asked: Asked): Headers | undefined {
  for (const rule of rules) {
    const allowed = rule.AllowedOrigins.find((pattern) => fits(pattern, asked.origin));
    const isAllowed =
      allowed !== undefined &&
      rule.AllowedMethods.includes(asked.method) &&
      asked.headers.every((name) =>
        rule.AllowedHeaders?.some((pattern) => fits(pattern.toLowerCase(), name)),
      );
    if (isAllowed) return headersOf(rule, allowed, asked);
  }
  return undefined;
}

function headersOf(rule: CorsRule, allowed: string, { origin, headers }: Asked): Headers {
  const isForAll = allowed === '*';
  return {
    'access-control-allow-origin': isForAll ? '*' : origin,
    'access-control-allow-methods': rule.AllowedMethods.join(', '),
    ...(headers.length > 0 && { 'access-control-allow-headers': headers.join(', ') }),
    ...(rule.ExposeHeaders !== undefined &&
      rule.ExposeHeaders.length > 0 && {
        'access-control-expose-headers': rule.ExposeHeaders.join(', '),
      }),
    ...(rule.MaxAgeSeconds !== undefined && {
      'access-control-max-age': String(rule.MaxAgeSeconds),
    }),
    ...(!isForAll && { 'access-control-allow-credentials': 'true' }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/** A pattern has at most one `*`. */
function fits(pattern: string, text: string): boolean {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return pattern === text;
  const isLongEnough = text.length >= start.length + end.length;
  return isLongEnough && text.startsWith(start) && text.endsWith(end);
}

function namesOf(header: string | readonly string[] | undefined): readonly string[] {
  return String(header ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}
