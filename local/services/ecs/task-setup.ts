import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { GetParameterResult } from '@aws-sdk/client-ssm';
import type { Cloud } from '../../cloud/cloud.ts';
import {
  ImageNotPulled,
  type PulledImage,
  type VisibleFolder,
} from '../../cloud/container-images.ts';
import { assumeRole, type Principal } from '../../cloud/principal.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { taskArn } from './arns.ts';
import type { TaskRecord } from './store.ts';
import { TaskNotStarted } from './task-not-started.ts';
import { TASKS_PRINCIPAL } from './tasks-principal.ts';

/** Bounds what a builder said in the reason of a task. */
const MAX_REASON_CHARACTERS = 4_000;

/** The principal of a role that the task uses before it runs. @throws TaskNotStarted */
export async function assumeExecutionRole(
  cloud: Cloud,
  { cluster, id }: TaskRecord,
  roleArn: string | undefined,
): Promise<Principal> {
  const service = TASKS_PRINCIPAL;
  if (roleArn === undefined) return { kind: 'service', service };
  try {
    const sourceArn = taskArn(cloud, cluster, id);
    return await assumeRole(cloud, { kind: 'service', service, sourceArn }, roleArn, id);
  } catch (error) {
    throw error instanceof ServiceError ? roleNotAssumed(roleArn, error) : error;
  }
}

/** https://repost.aws/knowledge-center/ecs-unable-to-assume-role */
export function roleNotAssumed(roleArn: string, cause: unknown): TaskNotStarted {
  return new TaskNotStarted(
    `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
    { cause },
  );
}

/** @throws TaskNotStarted with the words of AWS's agent */
export async function pullImage(
  cloud: Cloud,
  uri: string,
  options: { readonly principal: Principal; readonly signal: AbortSignal },
): Promise<PulledImage> {
  try {
    return await cloud.containers.pull(uri, options);
  } catch (error) {
    if (!(error instanceof ImageNotPulled)) throw error;
    throw new TaskNotStarted(pullReason(error), { cause: error });
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html */
function pullReason({ message, problem, uri }: ImageNotPulled): string {
  switch (problem) {
    case 'Missing':
      return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${uri}: ${uri}: not found`;
    case 'AccessDenied':
      return message.includes('ecr:GetAuthorizationToken')
        ? `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: ${message}`
        : `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${uri}: pulling from host ${uri.split('/')[0]} failed with status code [manifests]: 403 Forbidden: ${message}`;
    case 'NotBuilt':
      return `CannotPullContainerError: ${message}`.slice(0, MAX_REASON_CHARACTERS);
  }
}

/** The values of parameters that are a container's secrets. @throws TaskNotStarted */
export async function readSecrets(
  cloud: Cloud,
  { secrets = [] }: ContainerDefinition,
  principal: Principal,
): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {};
  for (const { name = '', valueFrom = '' } of secrets) {
    const Name = valueFrom.startsWith('arn:') ? valueFrom.split(':parameter')[1] : valueFrom;
    try {
      const input = { Name, WithDecryption: true };
      const found = await cloud.call<GetParameterResult>(principal, 'ssm', 'GetParameter', input);
      values[name] = found.Parameter?.Value ?? '';
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new TaskNotStarted(
        `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): ${error.code}: ${error.message || valueFrom}`,
        { cause: error },
      );
    }
  }
  return values;
}

/** The volumes that a container mounts; containers of a task share them. */
export function mountsOf(
  folder: string,
  { mountPoints = [] }: ContainerDefinition,
): readonly VisibleFolder[] {
  return mountPoints.map(({ containerPath = '/', readOnly = false, sourceVolume = '' }) => {
    const source = join(folder, sourceVolume);
    mkdirSync(source, { recursive: true, mode: 0o700 });
    return { source, target: containerPath, readOnly };
  });
}
