import type { Cloud, CloudDirectory } from '../cloud/cloud.ts';
import { accountOf, type Principal } from '../cloud/principal.ts';
import type { Credentials } from '../cloud/request-credentials.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { refusedSession } from './refused-session.ts';
import type { WireService } from './wire-services.ts';

/** The prefix of temporary access keys, which are valid only with their token. */
const TEMPORARY_KEY = /^ASIA/;
/** The access keys of this STS; AWS's contain no 0, 1, 8 and 9. */
const OWN_KEY = /^ASIA[0-9A-F]{16}$/;
/** An access key that names its account. AWS's have twenty letters and digits. */
const ACCOUNT_KEY = /^\d{12}$/;

/** Who sends a request, and the cloud that answers it. */
export interface Caller {
  readonly principal: Principal;
  /** Of the caller's account, in the region that the request is signed for if the account has a cloud there. */
  readonly cloud: Cloud;
}

/**
 * The caller of the credentials: a session of this STS, or an account itself. An access key of twelve digits is that
 * account; any other is the home account. The access key of a session never stands for an account, with any token.
 * (Tokens of AWS's own STS, which developers have in their environment, mean the home account here.)
 *
 * @throws ServiceError with the service's error for an unknown session, or an account that this runtime does not have
 */
export function callerOf(
  credentials: Credentials,
  clouds: CloudDirectory,
  wire: WireService,
): Caller {
  const session = sessionOf(credentials, clouds, wire);
  const { accessKeyId = '', region } = credentials;
  const named = ACCOUNT_KEY.test(accessKeyId) ? accessKeyId : undefined;
  const accountId = accountIn(session) ?? named ?? clouds.home.accountId;
  const cloud =
    (region === undefined ? undefined : clouds.find(accountId, region)) ?? clouds.find(accountId);
  if (cloud === undefined) throw unknownAccount(accountId, clouds, wire);
  const principal = session ?? { kind: 'account', arn: `arn:aws:iam::${accountId}:root` };
  return { principal, cloud };
}

function accountIn(session: Principal | undefined): string | undefined {
  return session === undefined ? undefined : accountOf(session);
}

/** The session of this STS that the credentials stand for; undefined for those of an account. */
function sessionOf(
  credentials: Credentials,
  clouds: CloudDirectory,
  wire: WireService,
): Principal | undefined {
  const { accessKeyId = '', sessionToken = '' } = credentials;
  try {
    const session = clouds.home.service('sts')?.session?.(credentials);
    if (session !== undefined) return session;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw refusedSession(wire, error.code === 'ExpiredToken' ? 'expired' : 'invalid-token', error);
  }
  if (TEMPORARY_KEY.test(accessKeyId) && sessionToken === '') {
    throw refusedSession(wire, 'unknown-key');
  }
  if (OWN_KEY.test(accessKeyId)) throw refusedSession(wire, 'invalid-token');
  return undefined;
}

/** AWS's error for an access key that it does not know, with what this runtime knows. */
function unknownAccount(
  accountId: string,
  clouds: CloudDirectory,
  wire: WireService,
): ServiceError {
  const { code, message, status } = refusedSession(wire, 'unknown-key');
  const known = [...new Set(clouds.all().map((cloud) => cloud.accountId))].join(', ');
  const hint = `This runtime has no account ${accountId}. It has ${known}; "stepmill start --account ${accountId}" adds it.`;
  return new ServiceError(code, `${message} ${hint}`, { status });
}
