import { bindOperations } from '../../../cloud/operation.ts';
import type { SageMakerContext, SageMakerPart } from '../sagemaker.ts';
import { groupPolicyOperations, registryPolicy } from './group-policies.ts';
import { groupOperations } from './model-package-groups.ts';
import { packageOperations } from './model-packages.ts';
import { openRegistry } from './records.ts';

/** The model registry. */
export function createRegistry(sagemaker: SageMakerContext): SageMakerPart {
  const registry = openRegistry(sagemaker);
  return {
    operations: bindOperations(registry, groupOperations, groupPolicyOperations, packageOperations),
    resourcePolicy: (arn) => registryPolicy(registry, arn),
  };
}
