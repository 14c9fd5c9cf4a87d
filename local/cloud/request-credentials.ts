import type { IncomingHttpHeaders } from 'node:http';

/** The credentials of a request, and the service that it is signed for. */
export interface Credentials {
  /** The service in the credential scope. */
  readonly service: string | undefined;
  /** The region in the credential scope; signature version 2 has none. */
  readonly region?: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly sessionToken: string | undefined;
}

const AUTHORIZATION_V4 = /^AWS4-(?:HMAC-SHA256|ECDSA-P256-SHA256)\s.*?Credential=([^,\s]+)/;
const AUTHORIZATION_V2 = /^AWS\s+([^:\s]+):/;

/** Version 2 signs it as `x-amz-security-token`, version 4 as `X-Amz-Security-Token`. */
const TOKEN_PARAMETER = 'x-amz-security-token';

/**
 * Reads `Authorization` or the query of a presigned URL, of both signature versions. Signatures are not
 * verified: every client on the loopback address can use the account; with a session token of this
 * STS, the caller is that session.
 */
export function readCredentials(headers: IncomingHttpHeaders, query: URLSearchParams): Credentials {
  const authorization = headers.authorization ?? '';
  const credential =
    AUTHORIZATION_V4.exec(authorization)?.[1] ?? query.get('X-Amz-Credential') ?? undefined;
  const sessionToken = tokenOf(headers, query);
  if (credential !== undefined) {
    // An access key could contain slashes; date, region, service and `aws4_request` end the scope.
    const parts = credential.split('/');
    return { accessKeyId: parts[0], region: parts.at(-3), service: parts.at(-2), sessionToken };
  }
  const legacy = AUTHORIZATION_V2.exec(authorization)?.[1] ?? query.get('AWSAccessKeyId');
  return {
    accessKeyId: legacy ?? undefined,
    service: legacy === null || legacy === undefined ? undefined : 's3',
    sessionToken,
  };
}

function tokenOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const header = headers[TOKEN_PARAMETER];
  if (header !== undefined) return String(header);
  if (query.size === 0) return undefined;
  for (const [name, value] of query) if (name.toLowerCase() === TOKEN_PARAMETER) return value;
  return undefined;
}
