import type { SageMaker, SageMakerPart } from '../sagemaker.ts';

/** Models, endpoint configs, endpoints and InvokeEndpoint. */
export function createHosting(_sagemaker: SageMaker): SageMakerPart {
  return { operations: {} };
}
