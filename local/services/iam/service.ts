import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { AccessDenied, InvalidInput } from './errors.ts';
import { invalidInput } from './invalid-input.ts';
import { policyOperations } from './policies.ts';
import { roleOperations } from './roles.ts';
import { IamState } from './state.ts';

/** AWS Identity and Access Management. */
export function createIamService(cloud: Cloud): Service {
  const state = new IamState(cloud);
  return {
    name: 'iam',
    operations: bindOperations(state, roleOperations, policyOperations),
    accessDenied: (message) => new AccessDenied(message),
    invalidInput,
    // A request is for the caller's own account, whichever ARN of a policy it names.
    ownerOf: () => undefined,
    systemTagRefused: () => new InvalidInput(SYSTEM_TAG_REFUSED),
    /** A role's resource-based policy is its trust policy. */
    resourcePolicy: (resourceArn) => state.trustPolicy(resourceArn),
    identityPolicies: (roleArn) => state.identityPolicies(roleArn),
    permissionsBoundary: (roleArn) => state.permissionsBoundary(roleArn),
  };
}
