import type { Cloud } from '../../cloud/cloud.ts';
import type { ServicePrincipal } from '../../cloud/principal.ts';

/**
 * SageMaker, acting for a job: trust policies compare the job's ARN with `aws:SourceArn`.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
 */
export function sageMakerFor(sourceArn: string): ServicePrincipal {
  return { kind: 'service', service: 'sagemaker.amazonaws.com', sourceArn };
}

/** Models and endpoints have one source for all of an account and region; its asterisk is sent as it is. */
export function sageMakerInference(cloud: Cloud): ServicePrincipal {
  return sageMakerFor(cloud.arn('sagemaker', '*'));
}
