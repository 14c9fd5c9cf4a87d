import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { assumeRoleOperations } from './assume-role.ts';
import { AccessDenied, ValidationError } from './errors.ts';
import { callerIdentityOperations } from './get-caller-identity.ts';
import { SessionTokens, type StsState } from './session-tokens.ts';

/**
 * AWS Security Token Service.
 *
 * Missing, and answered as missing: web identities, SAML, federation and session tokens of users,
 * session policies and session tags.
 * Differs by design: a caller without a token of this STS is the account; signatures are not
 * verified, only the sealed token is.
 * Taken from the STS API reference.
 */
export function createStsService(cloud: Cloud): Service {
  const state: StsState = { cloud, tokens: new SessionTokens(cloud) };
  return {
    name: 'sts',
    operations: bindOperations(state, assumeRoleOperations, callerIdentityOperations),
    accessDenied: (message) => new AccessDenied(message),
    // Permissions depend on the names of the role and the session, so these are validated first.
    judgesFirst: true,
    invalidInput: (violations) => new ValidationError(describeViolations(violations)),
    session: (credentials) => state.tokens.session(credentials),
  };
}
