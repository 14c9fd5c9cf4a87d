import type { Cloud } from '../../cloud/cloud.ts';
import type { ServicePrincipal } from '../../cloud/principal.ts';

/**
 * SageMaker as a service principal that acts for a job: its ARN is `aws:SourceArn` in trust policies.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
 */
export function sageMakerFor(sourceArn: string): ServicePrincipal {
  return { kind: 'service', service: 'sagemaker.amazonaws.com', sourceArn };
}

/** Models and endpoints share one source ARN per account and region, with a literal asterisk. */
export function sageMakerInference(cloud: Cloud): ServicePrincipal {
  return sageMakerFor(cloud.arn('sagemaker', '*'));
}
