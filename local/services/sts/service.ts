import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { ownerInArn } from '../../cloud/named-owner.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { assumeRoleOperations } from './assume-role.ts';
import { AccessDenied, ValidationError } from './errors.ts';
import { callerIdentityOperations } from './get-caller-identity.ts';
import { SessionTokens } from './session-tokens.ts';
import type { StsState } from './state.ts';

/** AWS Security Token Service. */
export function createStsService(cloud: Cloud): Service {
  const state: StsState = { cloud, tokens: new SessionTokens(cloud) };
  return {
    name: 'sts',
    operations: bindOperations(state, assumeRoleOperations, callerIdentityOperations),
    accessDenied: (message) => new AccessDenied(message),
    ownerOf: (operation, { RoleArn }: { readonly RoleArn?: string }) =>
      operation === 'AssumeRole' ? ownerInArn(RoleArn ?? '') : undefined,
    // Permissions depend on the names of the role and the session, so these are validated first.
    judgesFirst: true,
    invalidInput: (violations) => new ValidationError(describeViolations(violations)),
    session: (credentials) => state.tokens.session(credentials),
    sessionSecret: (accessKeyId) => state.tokens.secretOf(accessKeyId),
  };
}
