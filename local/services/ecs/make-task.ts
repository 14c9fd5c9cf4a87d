import type {
  Container,
  ContainerDefinition,
  RunTaskRequest,
  TaskOverride,
} from '@aws-sdk/client-ecs';
import type { Cloud } from '../../cloud/cloud.ts';
import { containerArn, taskArn } from './arns.ts';
import type { Place } from './launch.ts';
import type { ClusterRecord, DefinitionRecord, TaskRecord } from './store.ts';
import { tagRecord } from './tag-lists.ts';

export interface NewTask {
  readonly cluster: ClusterRecord;
  readonly definition: DefinitionRecord;
  readonly input: RunTaskRequest;
  readonly place: Place;
}

const TASK_ID_DIGITS = 32;

/** A task that has not started. */
export function makeTask(
  state: { readonly cloud: Cloud },
  { cluster, definition, input, place }: NewTask,
): TaskRecord {
  const { cloud } = state;
  const id = cloud.random.hex(TASK_ID_DIGITS);
  const { containerDefinitions = [] } = definition.content;
  const { family, revision } = definition;
  const { group = `family:${family}`, overrides = {}, propagateTags, startedBy } = input;
  const inherited = propagateTags === 'TASK_DEFINITION' ? definition.tags : {};
  return {
    ...place,
    id,
    cluster: cluster.name,
    family,
    revision,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    version: 1,
    times: { createdAt: cloud.clock.now() },
    containers: containerDefinitions.map((container) =>
      makeContainer(state, { cluster, container, id, overrides }),
    ),
    overrides: withAllContainers(containerDefinitions, overrides),
    group,
    ...(startedBy !== undefined && { startedBy }),
    attachmentId: cloud.random.uuid(),
    tags: tagRecord(input.tags, inherited),
    enableExecuteCommand: input.enableExecuteCommand ?? false,
  };
}

/** AWS lists every container, also those without overrides. */
function withAllContainers(
  containers: readonly ContainerDefinition[],
  overrides: TaskOverride,
): TaskOverride {
  const given = overrides.containerOverrides ?? [];
  return {
    inferenceAcceleratorOverrides: [],
    ...overrides,
    containerOverrides: containers.map(({ name = '' }) => ({
      ...given.find((one) => one.name === name),
      name,
    })),
  };
}

function makeContainer(
  { cloud }: { readonly cloud: Cloud },
  task: {
    readonly cluster: ClusterRecord;
    readonly container: ContainerDefinition;
    readonly id: string;
    readonly overrides: TaskOverride;
  },
): Container {
  const { cluster, container, id, overrides } = task;
  const { image = '', name = '' } = container;
  const override = overrides.containerOverrides?.find((one) => one.name === name);
  const { cpu = container.cpu, memory = container.memory } = override ?? {};
  const { memoryReservation = container.memoryReservation } = override ?? {};
  return {
    containerArn: containerArn(cloud, cluster.name, id, cloud.random.uuid()),
    taskArn: taskArn(cloud, cluster.name, id),
    name,
    image,
    lastStatus: 'PENDING',
    networkInterfaces: [],
    cpu: String(cpu ?? 0),
    ...(memory !== undefined && { memory: String(memory) }),
    ...(memoryReservation !== undefined && { memoryReservation: String(memoryReservation) }),
  };
}
