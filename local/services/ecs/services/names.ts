import type { Cloud } from '../../../cloud/cloud.ts';
import type { Permission } from '../../../cloud/service.ts';
import { clusterArn } from '../arns.ts';

export function serviceArn(cloud: Cloud, cluster: string, name: string): string {
  return cloud.arn('ecs', `service/${cluster}/${name}`);
}

export function serviceDeploymentArn(
  cloud: Cloud,
  cluster: string,
  service: string,
  id: string,
): string {
  return cloud.arn('ecs', `service-deployment/${cluster}/${service}/${id}`);
}

export function serviceRevisionArn(
  cloud: Cloud,
  cluster: string,
  service: string,
  id: string,
): string {
  return cloud.arn('ecs', `service-revision/${cluster}/${service}/${id}`);
}

/** The name of a service that is given by its name or its ARN. */
export function serviceName(given = ''): string {
  return given.slice(given.lastIndexOf('/') + 1);
}

/** A part of a service, by its ARN. */
export interface PartName {
  readonly cluster: string;
  readonly service: string;
  readonly id: string;
}

/** Reads the ARN of a service deployment or a service revision. */
export function readPartArn(arn: string): PartName {
  const [, cluster = '', service = '', id = ''] = arn.split(':').slice(5).join(':').split('/');
  return { cluster, service, id };
}

/** What tasks of a revision are started by, and events name. */
export function deploymentName(revision: string): string {
  return `ecs-svc/${revision}`;
}

export function groupOf(service: string): string {
  return `service:${service}`;
}

export function onService(cloud: Cloud, action: string, cluster: string, name: string): Permission {
  return {
    action: `ecs:${action}`,
    resource: serviceArn(cloud, cluster, name),
    context: { 'ecs:cluster': clusterArn(cloud, cluster) },
  };
}

/**
 * On a part of a service, its deployment or its revision: both it and the service are required resources.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function onPart(cloud: Cloud, action: string, arn: string): Permission[] {
  const { cluster, service } = readPartArn(arn);
  const owner = onService(cloud, action, cluster, service);
  const context = { ...owner.context, 'ecs:service': owner.resource };
  return [owner, { action: owner.action, resource: arn, context }];
}

const ID_DIGITS = 19;

/** Digits that grow with time, as AWS's do: the id of a later one is behind that of an earlier one. */
export function newPartId({ clock, random }: Cloud): string {
  const time = String(clock.now()).padStart(13, '0');
  const rest = Array.from({ length: ID_DIGITS - 13 }, () => Math.floor(random.next() * 10));
  return `${time}${rest.join('')}`;
}
