import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { stackTable } from '../../provision/index.ts';
import { changeSetOperations } from './change-sets.ts';
import { AccessDenied, ValidationError } from './errors.ts';
import { CloudFormationStore } from './records.ts';
import { stackChangeOperations } from './stack-changes.ts';
import { StackOperations } from './stack-operations.ts';
import { stackResourceOperations } from './stack-resources.ts';
import { stackOperations } from './stacks.ts';
import type { CloudFormationState } from './state.ts';

/** AWS CloudFormation: stacks, which provisioning makes, and their change sets. */
export function createCloudFormationService(cloud: Cloud): Service {
  const store = new CloudFormationStore(cloud);
  const operations = new StackOperations(cloud, store);
  const state: CloudFormationState = { cloud, stacks: stackTable(cloud), store, operations };
  return {
    name: 'cloudformation',
    operations: bindOperations(
      state,
      stackOperations,
      stackResourceOperations,
      changeSetOperations,
      stackChangeOperations,
    ),
    accessDenied: (message) => new AccessDenied(message),
    stop: () => operations.end(),
    invalidInput: (violations) => new ValidationError(describeViolations(violations)),
  };
}
