import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { AccessDeniedException, ValidationException } from './errors.ts';
import { parameterOperations } from './parameters.ts';
import type { SsmState } from './state.ts';
import type { ParameterRecord } from './store.ts';
import { tagOperations } from './tags.ts';

/** AWS Systems Manager: the Parameter Store. */
export function createSsmService(cloud: Cloud): Service {
  const parameters = cloud.store.table<ParameterRecord>('ssm.parameters', {
    name: 'string',
    versions: 'list',
    tags: 'object',
  });
  const state: SsmState = { cloud, parameters };
  return {
    name: 'ssm',
    operations: bindOperations(state, parameterOperations, tagOperations),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new ValidationException(describeViolations(violations)),
    systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
  };
}
