import type { DescribeEndpointOutput, ProductionVariantSummary } from '@aws-sdk/client-sagemaker';
import type { Cloud } from '../../cloud/cloud.ts';
import type { AccountPrincipal } from '../../cloud/principal.ts';
import { parseResourceId } from './records.ts';

/**
 * Stands for the service-linked role, which AWS creates, with exactly the permissions that are needed
 * here. https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html
 */
export function linkedRole(cloud: Cloud): AccountPrincipal {
  return { kind: 'account', arn: `arn:${cloud.partition}:iam::${cloud.accountId}:root` };
}

/** @param role its service and name */
export function linkedRoleArn(cloud: Cloud, role: string): string {
  return `arn:${cloud.partition}:iam::${cloud.accountId}:role/aws-service-role/${role}`;
}

/** The status of an endpoint and one of its variants; undefined if either does not exist. */
export async function describeVariant(
  cloud: Cloud,
  resourceId: string,
): Promise<{ readonly status: string; readonly variant: ProductionVariantSummary } | undefined> {
  const place = parseResourceId(resourceId);
  if (place === undefined) return undefined;
  try {
    const endpoint = await cloud.call<DescribeEndpointOutput>(
      linkedRole(cloud),
      'sagemaker',
      'DescribeEndpoint',
      { EndpointName: place.endpointName },
    );
    const variant = endpoint.ProductionVariants?.find(
      (candidate) => candidate.VariantName === place.variantName,
    );
    return variant === undefined ? undefined : { status: endpoint.EndpointStatus ?? '', variant };
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationException') return undefined;
    throw error;
  }
}
