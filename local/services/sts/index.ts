import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Service } from '../../cloud/service.ts';
import { assumeRole } from './assume-role.ts';
import { AccessDenied, ValidationError } from './errors.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { SessionTokens } from './session-tokens.ts';

/**
 * AWS Security Token Service.
 *
 * Missing, and answered as missing: web identities, SAML, federation and session tokens of users,
 * session policies and session tags.
 * Differs by design: whoever comes without a token of this STS is the account; signatures are not
 * verified, the sealed token is what counts.
 * Taken from the STS API reference.
 */
export function createStsService(cloud: Cloud): Service {
  const tokens = new SessionTokens(cloud);
  return {
    name: 'sts',
    operations: {
      AssumeRole: assumeRole(cloud, tokens),
      GetCallerIdentity: getCallerIdentity(cloud),
    },
    accessDenied: (message) => new AccessDenied(message),
    // Roles and sessions must be named before anything can be said of who may assume them.
    judgesFirst: true,
    invalidInput: (violations) => new ValidationError(describeViolations(violations)),
    session: (credentials) => tokens.session(credentials),
  };
}
