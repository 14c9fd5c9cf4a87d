import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from '../cloud/service-error.ts';

/** The presigned URL has expired. */
class RequestExpired extends ServiceError {
  constructor(expiresAt: Date, now: Date) {
    super('AccessDenied', 'Request has expired', {
      status: 403,
      members: { Expires: expiresAt.toISOString(), ServerTime: now.toISOString() },
    });
  }
}

class AccessDenied extends ServiceError {
  constructor(message: string) {
    super('AccessDenied', message, { status: 403 });
  }
}

/** A parameter of a version 4 query signature is invalid. */
class AuthorizationQueryParametersError extends ServiceError {
  constructor(message: string) {
    super('AuthorizationQueryParametersError', message);
  }
}

class TwoAuthMechanisms extends ServiceError {
  constructor() {
    super(
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    );
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
const LONGEST_SECONDS = 604_800;
/** How far a client's clock may be ahead. */
const SKEW_MS = 900_000;

const V4_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
] as const;
const V2_PARAMETERS = ['Signature', 'Expires', 'AWSAccessKeyId'] as const;

/**
 * Validates the signature parameters of a presigned URL of S3: both versions, with S3's limits. Presigned
 * URLs have the client's time, so they expire by real time, also if the cloud's clock is faster.
 *
 * @throws ServiceError with S3's error
 */
export function checkPresigned(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
  wallNow: number,
): void {
  const isV4 = query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature');
  const isV2 = query.has('Signature') || query.has('AWSAccessKeyId');
  if (!isV4 && !isV2) return;
  if ((isV4 && isV2) || headers.authorization !== undefined) throw new TwoAuthMechanisms();
  const [from, until] = isV4 ? spanOfV4(query) : spanOfV2(query);
  if (from > wallNow + SKEW_MS) throw new AccessDenied('Request is not valid yet');
  if (wallNow > until) throw new RequestExpired(new Date(until), new Date(wallNow));
}

type Span = readonly [from: number, until: number];

function spanOfV4(query: URLSearchParams): Span {
  if (V4_PARAMETERS.some((name) => !query.has(name))) {
    throw new AuthorizationQueryParametersError(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  const from = instantOf(query.get('X-Amz-Date') ?? '');
  return [from, from + secondsOf(query.get('X-Amz-Expires') ?? '') * 1_000];
}

function instantOf(text: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const instant = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(instant)) {
    throw new AuthorizationQueryParametersError(
      "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
    );
  }
  return instant;
}

function secondsOf(text: string): number {
  if (!/^-?\d+$/.test(text)) {
    throw new AuthorizationQueryParametersError('X-Amz-Expires should be a number');
  }
  const seconds = Number(text);
  if (seconds < 0)
    throw new AuthorizationQueryParametersError('X-Amz-Expires must be non-negative');
  if (seconds > LONGEST_SECONDS) {
    throw new AuthorizationQueryParametersError(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${LONGEST_SECONDS} seconds`,
    );
  }
  return seconds;
}

function spanOfV2(query: URLSearchParams): Span {
  if (V2_PARAMETERS.some((name) => !query.has(name))) {
    throw new AccessDenied(
      'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    );
  }
  const expires = query.get('Expires') ?? '';
  if (!/^\d{1,12}$/.test(expires)) {
    throw new AccessDenied(`Invalid date (should be seconds since epoch): ${expires.slice(0, 64)}`);
  }
  return [0, Number(expires) * 1_000];
}
