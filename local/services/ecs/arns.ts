import type { Cloud } from '../../cloud/cloud.ts';

export const DEFAULT_CLUSTER = 'default';

export function clusterArn(cloud: Cloud, name: string): string {
  return cloud.arn('ecs', `cluster/${name}`);
}

/** The name of a cluster that is given by its name or its ARN. */
export function clusterName(given: string = DEFAULT_CLUSTER): string {
  return given.startsWith('arn:') ? given.slice(given.lastIndexOf('/') + 1) : given;
}

export function definitionArn(cloud: Cloud, family: string, revision: number | string): string {
  return cloud.arn('ecs', `task-definition/${family}:${revision}`);
}

/** A revision of a family; without a number, the newest active one. */
export interface DefinitionName {
  readonly family: string;
  readonly revision: number | undefined;
}

/** Reads `family`, `family:revision` or an ARN. */
export function readDefinitionName(given: string): DefinitionName {
  const name = given.startsWith('arn:') ? given.slice(given.indexOf('/') + 1) : given;
  const [, family = name, revision] = /^(.*):(\d+)$/.exec(name) ?? [];
  return { family, revision: revision === undefined ? undefined : Number(revision) };
}

export function taskArn(cloud: Cloud, cluster: string, id: string): string {
  return cloud.arn('ecs', `task/${cluster}/${id}`);
}

/** The id of a task that is given by its id or its ARN. */
export function taskId(given: string): string {
  return given.slice(given.lastIndexOf('/') + 1);
}

export function containerArn(cloud: Cloud, cluster: string, task: string, id: string): string {
  return cloud.arn('ecs', `container/${cluster}/${task}/${id}`);
}

export function capacityProviderArn(cloud: Cloud, name: string): string {
  return cloud.arn('ecs', `capacity-provider/${name}`);
}
