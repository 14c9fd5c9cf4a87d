import type { SageMaker, SageMakerPart } from '../sagemaker.ts';
import { createGroupPolicyOperations, registryPolicy } from './group-policies.ts';
import { createModelPackageGroupOperations } from './model-package-groups.ts';
import { createModelPackageOperations } from './model-packages.ts';

/** The model registry. */
export function createRegistry(sagemaker: SageMaker): SageMakerPart {
  return {
    operations: {
      ...createModelPackageGroupOperations(sagemaker),
      ...createGroupPolicyOperations(sagemaker),
      ...createModelPackageOperations(sagemaker),
    },
    resourcePolicy: (arn) => registryPolicy(sagemaker, arn),
  };
}
