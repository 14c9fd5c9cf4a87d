import type { IncomingHttpHeaders } from 'node:http';
import type { Cloud } from '../cloud.ts';
import type { Principal } from '../principal.ts';
import { ServiceError } from '../service-error.ts';

/** What a request says about who signed it and for which service. */
export interface Credentials {
  /** The service in the credential scope. */
  readonly service: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly sessionToken: string | undefined;
}

/** A presigned URL after its time. */
class RequestExpired extends ServiceError {
  constructor(expiresAt: Date, now: Date) {
    super('AccessDenied', 'Request has expired', {
      status: 403,
      members: { Expires: expiresAt.toISOString(), ServerTime: now.toISOString() },
    });
  }
}

const AUTHORIZATION_V4 = /^AWS4-(?:HMAC-SHA256|ECDSA-P256-SHA256)\s.*?Credential=([^,\s]+)/;
const AUTHORIZATION_V2 = /^AWS\s+([^:\s]+):/;

/**
 * Reads `Authorization` or the query of a presigned URL. Signatures are not verified: whoever reaches
 * the loopback address may use the account; a session token, which only this STS gives out, makes the
 * caller that session.
 */
export function readCredentials(headers: IncomingHttpHeaders, query: URLSearchParams): Credentials {
  const authorization = headers.authorization ?? '';
  const credential =
    AUTHORIZATION_V4.exec(authorization)?.[1] ?? query.get('X-Amz-Credential') ?? undefined;
  const token = headers['x-amz-security-token'] ?? query.get('X-Amz-Security-Token') ?? undefined;
  const sessionToken = token === undefined ? undefined : String(token);
  if (credential !== undefined) {
    // The access key may hold slashes in theory; date, region, service and `aws4_request` end the scope.
    const parts = credential.split('/');
    return { accessKeyId: parts[0], service: parts.at(-2), sessionToken };
  }
  const legacy = AUTHORIZATION_V2.exec(authorization)?.[1] ?? query.get('AWSAccessKeyId');
  return {
    accessKeyId: legacy ?? undefined,
    service: legacy === null || legacy === undefined ? undefined : 's3',
    sessionToken,
  };
}

/** Who the credentials stand for: a session this STS gave out, or the account itself. */
export function principalOf(credentials: Credentials, cloud: Cloud): Principal {
  const session = cloud.service('sts')?.session?.(credentials);
  return session ?? { kind: 'account', arn: `arn:aws:iam::${cloud.accountId}:root` };
}

/**
 * Presigned URLs carry the client's own time, so it is the wall's time that they expire by, also when
 * the cloud's clock goes faster.
 *
 * @throws RequestExpired
 */
export function checkExpiry(query: URLSearchParams, wallNow: number): void {
  const expiresAt = expiryOf(query);
  if (expiresAt !== undefined && wallNow > expiresAt) {
    throw new RequestExpired(new Date(expiresAt), new Date(wallNow));
  }
}

function expiryOf(query: URLSearchParams): number | undefined {
  if (query.has('X-Amz-Signature')) {
    const signedAt = query
      .get('X-Amz-Date')
      ?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
    const seconds = Number(query.get('X-Amz-Expires'));
    return Date.parse(signedAt ?? '') + seconds * 1000;
  }
  if (query.has('Signature') && query.has('Expires')) return Number(query.get('Expires')) * 1000;
  return undefined;
}
