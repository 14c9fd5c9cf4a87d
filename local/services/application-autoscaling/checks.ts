import { createHash } from 'node:crypto';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Permission } from '../../cloud/service.ts';
import { Unsupported, ValidationException } from './errors.ts';
import { resourceOf, resourceOfId } from './scalable-resources.ts';

/** Actions on targets are authorized by the target's ARN. */
export function permissionsFor(
  cloud: Cloud,
  action: string,
  resourceId: string | undefined,
): readonly Permission[] {
  const { dimension, namespace } = resourceOfId(resourceId ?? '');
  return [
    {
      action: `application-autoscaling:${action}`,
      resource: targetArn(cloud, resourceId ?? ''),
      context: {
        'application-autoscaling:service-namespace': namespace,
        'application-autoscaling:scalable-dimension': dimension,
      },
    },
  ];
}

/** AWS's target ids are opaque; here the id is derived from the resource. */
export function targetArn(cloud: Cloud, resourceId: string): string {
  const id = createHash('sha256').update(resourceId).digest('hex').slice(0, 32);
  return cloud.arn('application-autoscaling', `scalable-target/${id}`);
}

export function checkNamespace(namespace: string | undefined): void {
  if (namespace === undefined) throw new ValidationException('ServiceNamespace is required.');
  if (resourceOf(namespace) === undefined) {
    throw new Unsupported(`the service namespace ${namespace}`);
  }
}

export function checkDimension(namespace: string | undefined, dimension: string | undefined): void {
  if (dimension === resourceOf(namespace)?.dimension) return;
  if (dimension === undefined) throw new ValidationException('ScalableDimension is required.');
  throw new Unsupported(`the scalable dimension ${dimension}`);
}
