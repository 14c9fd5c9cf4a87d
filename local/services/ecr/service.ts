import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { ownerInArn } from '../../cloud/named-owner.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { authorizationOperations } from './authorization.ts';
import { AccessDeniedException, InvalidParameterException } from './errors.ts';
import { imageOperations } from './images.ts';
import { LayerFiles } from './layer-files.ts';
import { layerOperations } from './layers.ts';
import { policyOperations, repositoryPolicy } from './policies.ts';
import { repositoryOperations } from './repositories.ts';
import type { EcrState } from './state.ts';
import { EcrStore } from './store.ts';
import { tagOperations } from './tags.ts';

/** Amazon ECR: repositories, images and layers. */
export function createEcrService(cloud: Cloud): Service {
  const state: EcrState = { cloud, store: new EcrStore(cloud), layers: new LayerFiles(cloud) };
  return {
    name: 'ecr',
    operations: bindOperations(
      state,
      repositoryOperations,
      imageOperations,
      layerOperations,
      policyOperations,
      tagOperations,
      authorizationOperations,
    ),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new InvalidParameterException(describeViolations(violations)),
    judgesOwners: true,
    ownerOf: (
      _operation,
      {
        registryId,
        resourceArn = '',
      }: { readonly registryId?: string; readonly resourceArn?: string },
    ) => (registryId === undefined ? ownerInArn(resourceArn) : { accountId: registryId }),
    resourcePolicy: (arn) => repositoryPolicy(state, arn),
    systemTagRefused: () => new InvalidParameterException(SYSTEM_TAG_REFUSED),
  };
}
