import { createHash } from 'node:crypto';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Permission } from '../../cloud/service.ts';
import { Unsupported, ValidationException } from './errors.ts';

/** Actions on targets are authorized by the target's ARN. */
export function permissionsFor(
  cloud: Cloud,
  action: string,
  resourceId: string | undefined,
): readonly Permission[] {
  return [
    {
      action: `application-autoscaling:${action}`,
      resource: targetArn(cloud, resourceId ?? ''),
      context: {
        'application-autoscaling:service-namespace': 'sagemaker',
        'application-autoscaling:scalable-dimension': 'sagemaker:variant:DesiredInstanceCount',
      },
    },
  ];
}

/** AWS's target ids are opaque; here the id is derived from the variant. */
export function targetArn(cloud: Cloud, resourceId: string): string {
  const id = createHash('sha256').update(resourceId).digest('hex').slice(0, 32);
  return cloud.arn('application-autoscaling', `scalable-target/${id}`);
}

export function checkNamespace(namespace: string | undefined): void {
  if (namespace === undefined) throw new ValidationException('ServiceNamespace is required.');
  if (namespace !== 'sagemaker') throw new Unsupported(`the service namespace ${namespace}`);
}

export function checkDimension(dimension: string | undefined): void {
  if (dimension === 'sagemaker:variant:DesiredInstanceCount') return;
  if (dimension === undefined) throw new ValidationException('ScalableDimension is required.');
  throw new Unsupported(`the scalable dimension ${dimension}`);
}
