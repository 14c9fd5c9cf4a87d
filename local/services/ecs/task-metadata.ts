import type { Container } from '@aws-sdk/client-ecs';
import type { Cloud } from '../../cloud/cloud.ts';
import { clusterArn, taskArn } from './arns.ts';
import { LOCAL_ADDRESS } from './describe-task.ts';
import { EPHEMERAL_GIB } from './limits.ts';
import type { DefinitionRecord, TaskRecord } from './store.ts';

export interface TaskPlace {
  readonly cloud: Cloud;
  readonly task: TaskRecord;
  readonly definition: DefinitionRecord | undefined;
}

const CPU_UNITS = 1_024;
const MIB_PER_GIB = 1_024;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-response.html */
export function taskMetadata(place: TaskPlace): object {
  const { cloud, definition, task } = place;
  const { content } = definition ?? {};
  const cpu = Number(task.overrides.cpu ?? content?.cpu ?? 0);
  const memory = Number(task.overrides.memory ?? content?.memory ?? 0);
  const { sizeInGiB = EPHEMERAL_GIB } =
    task.overrides.ephemeralStorage ?? content?.ephemeralStorage ?? {};
  return {
    Cluster: clusterArn(cloud, task.cluster),
    ...(task.service !== undefined && { ServiceName: task.service }),
    TaskARN: taskArn(cloud, task.cluster, task.id),
    Family: task.family,
    Revision: String(task.revision),
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.lastStatus,
    Limits: { CPU: cpu / CPU_UNITS, Memory: memory },
    ...instant('PullStartedAt', task.times.pullStartedAt),
    ...instant('PullStoppedAt', task.times.pullStoppedAt),
    AvailabilityZone: `${cloud.region}a`,
    LaunchType: 'FARGATE',
    Containers: task.containers.map((container) => describe(place, container)),
    EphemeralStorageMetrics: { Utilized: 0, Reserved: sizeInGiB * MIB_PER_GIB },
  };
}

/** What a container can ask about itself. */
export function containerMetadata(place: TaskPlace, name: string): object | null {
  const container = place.task.containers.find((one) => one.name === name);
  return container === undefined ? null : describe(place, container);
}

function describe({ cloud, definition, task }: TaskPlace, container: Container): object {
  const settings = definition?.content.containerDefinitions?.find(
    ({ name }) => name === container.name,
  );
  const { logConfiguration } = settings ?? {};
  return {
    DockerId: container.runtimeId ?? '',
    Name: container.name,
    DockerName: container.name,
    Image: container.image,
    ImageID: container.imageDigest ?? '',
    Labels: {
      'com.amazonaws.ecs.cluster': clusterArn(cloud, task.cluster),
      'com.amazonaws.ecs.container-name': container.name,
      'com.amazonaws.ecs.task-arn': taskArn(cloud, task.cluster, task.id),
      'com.amazonaws.ecs.task-definition-family': task.family,
      'com.amazonaws.ecs.task-definition-version': String(task.revision),
      ...settings?.dockerLabels,
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: container.lastStatus,
    ...(container.exitCode !== undefined && { ExitCode: container.exitCode }),
    Limits: { CPU: settings?.cpu ?? 0, ...(settings?.memory && { Memory: settings.memory }) },
    ...instant('CreatedAt', task.times.createdAt),
    ...instant('StartedAt', task.times.startedAt),
    Type: 'NORMAL',
    ...(container.healthStatus !== 'UNKNOWN' && { Health: { status: container.healthStatus } }),
    ...(logConfiguration !== undefined && {
      LogDriver: logConfiguration.logDriver,
      LogOptions: logConfiguration.options,
    }),
    ContainerARN: container.containerArn,
    Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [LOCAL_ADDRESS] }],
  };
}

function instant(name: string, time: number | undefined): object {
  return time === undefined ? {} : { [name]: new Date(time).toISOString() };
}
