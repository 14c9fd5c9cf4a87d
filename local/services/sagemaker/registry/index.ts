import { bindOperations } from '../../../cloud/operation.ts';
import type { SageMakerPart, SageMakerState } from '../state.ts';
import { groupPolicyOperations, registryPolicy } from './group-policies.ts';
import { groupOperations } from './model-package-groups.ts';
import { packageOperations } from './model-packages.ts';
import { openRegistry } from './records.ts';

/** The model registry. */
export function createRegistry(sagemaker: SageMakerState): SageMakerPart {
  const registry = openRegistry(sagemaker);
  return {
    operations: bindOperations(registry, groupOperations, groupPolicyOperations, packageOperations),
    resourcePolicy: (arn) => registryPolicy(registry, arn),
  };
}
