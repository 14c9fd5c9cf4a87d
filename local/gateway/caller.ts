import type { Cloud } from '../cloud/cloud.ts';
import type { Principal } from '../cloud/principal.ts';
import type { Credentials } from '../cloud/request-credentials.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { refusedSession } from './refused-session.ts';
import type { WireService } from './wire-services.ts';

/** The prefix of temporary access keys, which are valid only with their token. */
const TEMPORARY_KEY = /^ASIA/;
/** The access keys of this STS; AWS's contain no 0, 1, 8 and 9. */
const OWN_KEY = /^ASIA[0-9A-F]{16}$/;

/**
 * The principal of the credentials: a session of this STS, or the account itself. The access key of a
 * session never stands for the account, with any token. (Tokens of AWS's own STS, which
 * developers have in their environment, mean the account here.)
 *
 * @throws ServiceError with the service's error for an unknown session
 */
export function principalOf(credentials: Credentials, cloud: Cloud, wire: WireService): Principal {
  const { accessKeyId = '', sessionToken = '' } = credentials;
  try {
    const session = cloud.service('sts')?.session?.(credentials);
    if (session !== undefined) return session;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw refusedSession(wire, error.code === 'ExpiredToken' ? 'expired' : 'invalid-token', error);
  }
  if (TEMPORARY_KEY.test(accessKeyId) && sessionToken === '') {
    throw refusedSession(wire, 'unknown-key');
  }
  if (OWN_KEY.test(accessKeyId)) throw refusedSession(wire, 'invalid-token');
  return { kind: 'account', arn: `arn:aws:iam::${cloud.accountId}:root` };
}
