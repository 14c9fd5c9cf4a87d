import type { Task } from '@aws-sdk/client-ecs';
import type { Cloud } from '../../cloud/cloud.ts';
import { clusterArn, definitionArn, taskArn } from './arns.ts';
import { EPHEMERAL_GIB } from './limits.ts';
import type { DefinitionRecord, TaskRecord, TaskTimes } from './store.ts';
import { tagList } from './tag-lists.ts';

/** The version that `LATEST` stands for: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html */
export const PLATFORM_VERSION = '1.4.0';

/** A task as AWS describes it. Tags are included where a request asks for them. */
export function describeTask(
  cloud: Cloud,
  task: TaskRecord,
  definition: DefinitionRecord | undefined,
): Task {
  const { capacityProviderName, launchType, startedBy, stopCode, stoppedReason } = task;
  const content = definition?.content;
  const {
    cpu = content?.cpu,
    ephemeralStorage = content?.ephemeralStorage,
    memory = content?.memory,
  } = task.overrides;
  const storage = ephemeralStorage ?? { sizeInGiB: EPHEMERAL_GIB };
  const healthStatus = taskHealth(task, definition);
  return {
    attachments: [attachmentOf(cloud, task)],
    attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
    availabilityZone: `${cloud.region}a`,
    clusterArn: clusterArn(cloud, task.cluster),
    ...(task.times.connectivityAt !== undefined && { connectivity: 'CONNECTED' }),
    containers: [...task.containers],
    ...(capacityProviderName !== undefined && { capacityProviderName }),
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    ephemeralStorage: storage,
    fargateEphemeralStorage: { sizeInGiB: storage.sizeInGiB ?? EPHEMERAL_GIB },
    group: task.group,
    healthStatus,
    lastStatus: task.lastStatus,
    ...(launchType !== undefined && { launchType }),
    overrides: task.overrides,
    platformFamily: 'Linux',
    platformVersion: PLATFORM_VERSION,
    ...(startedBy !== undefined && { startedBy }),
    ...(stopCode !== undefined && { stopCode }),
    ...(stoppedReason !== undefined && { stoppedReason }),
    tags: [],
    taskArn: taskArn(cloud, task.cluster, task.id),
    taskDefinitionArn: definitionArn(cloud, task.family, task.revision),
    version: task.version,
    ...datesOf(task.times),
  };
}

export function describeWithTags(
  cloud: Cloud,
  task: TaskRecord,
  definition: DefinitionRecord | undefined,
): Task {
  return { ...describeTask(cloud, task, definition), tags: tagList(task.tags) };
}

function datesOf(times: TaskTimes): Partial<Record<keyof TaskTimes, Date>> {
  return Object.fromEntries(
    Object.entries(times).map(([name, time]: [string, number]) => [name, new Date(time)]),
  );
}

/** The network interface, whose name in the API changes when it is attached. */
function attachmentOf(cloud: Cloud, { attachmentId, lastStatus, subnet }: TaskRecord) {
  const status =
    lastStatus === 'PROVISIONING'
      ? 'PRECREATED'
      : lastStatus === 'STOPPED'
        ? 'DELETED'
        : 'ATTACHED';
  const type = status === 'PRECREATED' ? 'ElasticNetworkInterface' : 'eni';
  const details = [
    { name: 'subnetId', value: subnet },
    ...(status === 'PRECREATED'
      ? []
      : [
          {
            name: 'networkInterfaceId',
            value: `eni-${attachmentId.replaceAll('-', '').slice(0, 17)}`,
          },
          { name: 'privateDnsName', value: `ip-127-0-0-1.${cloud.region}.compute.internal` },
          { name: 'privateIPv4Address', value: LOCAL_ADDRESS },
        ]),
  ];
  return { id: attachmentId, type, status, details };
}

/** Containers share the network of the machine. */
export const LOCAL_ADDRESS = '127.0.0.1';

/** Over the essential containers that have a health check: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html */
export function taskHealth(
  task: TaskRecord,
  definition: DefinitionRecord | undefined,
): 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN' {
  const essential = (definition?.content.containerDefinitions ?? [])
    .filter(({ essential: isEssential, healthCheck }) => isEssential !== false && healthCheck)
    .map(({ name }) => task.containers.find((container) => container.name === name)?.healthStatus);
  if (essential.length === 0) return 'UNKNOWN';
  if (essential.includes('UNHEALTHY')) return 'UNHEALTHY';
  return essential.every((status) => status === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}
