import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { stackTable } from '../../provision/index.ts';
import { AccessDenied, ValidationError } from './errors.ts';
import { stackResourceOperations } from './stack-resources.ts';
import { stackOperations } from './stacks.ts';
import type { CloudFormationState } from './state.ts';

/** AWS CloudFormation, for reading the provisioned stacks. */
export function createCloudFormationService(cloud: Cloud): Service {
  const state: CloudFormationState = { cloud, stacks: stackTable(cloud) };
  return {
    name: 'cloudformation',
    operations: bindOperations(state, stackOperations, stackResourceOperations),
    accessDenied: (message) => new AccessDenied(message),
    invalidInput: (violations) => new ValidationError(describeViolations(violations)),
  };
}
