import type {
  CapacityProviderStrategyItem,
  Container,
  ContainerDefinition,
  RunTaskRequest,
  RunTaskResponse,
  TaskOverride,
} from '@aws-sdk/client-ecs';
import { containerArn, taskArn } from './arns.ts';
import { findCluster } from './clusters.ts';
import { describeWithTags } from './describe-task.ts';
import {
  ClientException,
  ConflictException,
  InvalidParameterException,
  UnsupportedFeature,
} from './errors.ts';
import { isFargateSize, readCpu, readMemory } from './fargate-sizes.ts';
import { MAX_OVERRIDES_CHARACTERS, MAX_TASKS_OF_REQUEST, TOKEN_LIFETIME_MS } from './limits.ts';
import type { EcsState } from './state.ts';
import type { ClusterRecord, DefinitionRecord, TaskRecord } from './store.ts';
import { tagRecord } from './tag-lists.ts';
import { lookUpDefinition } from './task-definitions.ts';

/** Starts tasks, once for each client token. */
export function runTask(state: EcsState, input: RunTaskRequest): RunTaskResponse {
  const { cloud, store } = state;
  const cluster = findCluster(store, input.cluster);
  const before = startedBefore(state, cluster, input);
  if (before !== undefined) return before;
  const definition = findDefinition(state, input.taskDefinition ?? '');
  const place = readLaunch(cluster, definition, input);
  checkOverrides(definition, input.overrides);
  const { count = 1 } = input;
  if (count < 1 || count > MAX_TASKS_OF_REQUEST) {
    throw new InvalidParameterException(`count must be between 1 and ${MAX_TASKS_OF_REQUEST}.`);
  }
  const tasks = Array.from({ length: count }, () =>
    makeTask(state, { cluster, definition, input, place }),
  );
  for (const task of tasks) state.runs.begin(task, definition);
  if (input.clientToken !== undefined) {
    store.putToken({
      cluster: cluster.name,
      token: input.clientToken,
      request: withoutToken(input),
      tasks: tasks.map(({ id }) => id),
      usedAt: cloud.clock.now(),
    });
  }
  return { tasks: tasks.map((task) => describeWithTags(cloud, task, definition)), failures: [] };
}

function withoutToken(input: RunTaskRequest): string {
  return JSON.stringify({ ...input, clientToken: undefined }, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}

/** The tasks of a former request with the same token. @throws ConflictException for one with other parameters */
function startedBefore(
  { cloud, store }: EcsState,
  { name }: ClusterRecord,
  input: RunTaskRequest,
): RunTaskResponse | undefined {
  const record = input.clientToken === undefined ? undefined : store.token(name, input.clientToken);
  if (record === undefined || record.usedAt + TOKEN_LIFETIME_MS <= cloud.clock.now())
    return undefined;
  const arns = record.tasks.map((id) => taskArn(cloud, name, id));
  if (record.request !== withoutToken(input)) throw new ConflictException(arns);
  const tasks = record.tasks.flatMap((id) => store.task(name, id) ?? []);
  // The token ends with its tasks, which are kept for an hour after their end.
  if (tasks.length === 0) return undefined;
  return {
    tasks: tasks.map((task) =>
      task.lastStatus === 'STOPPED'
        ? {
            taskArn: taskArn(cloud, name, task.id),
            lastStatus: task.lastStatus,
            desiredStatus: task.desiredStatus,
          }
        : describeWithTags(cloud, task, store.definition(task.family, task.revision)),
    ),
    failures: [],
  };
}

function findDefinition({ store }: EcsState, name: string): DefinitionRecord {
  const definition = lookUpDefinition(store, name);
  if (definition === undefined) throw new ClientException('TaskDefinition not found.');
  if (definition.status === 'INACTIVE') {
    throw new InvalidParameterException('TaskDefinition is inactive');
  }
  return definition;
}

type Place = Pick<TaskRecord, 'capacityProviderName' | 'launchType' | 'subnet'>;

/** Where a task runs: Fargate, as a launch type or through a capacity provider. */
function readLaunch(
  cluster: ClusterRecord,
  { content }: DefinitionRecord,
  input: RunTaskRequest,
): Place {
  const { capacityProviderStrategy: given, launchType, networkConfiguration } = input;
  if (launchType !== undefined && given !== undefined && given.length > 0) {
    throw new InvalidParameterException(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  const strategy = given ?? (launchType === undefined ? cluster.strategy : []);
  const capacityProviderName =
    strategy.length === 0 ? undefined : chosenProvider(cluster, strategy);
  if (capacityProviderName === undefined && launchType !== 'FARGATE') {
    throw new InvalidParameterException('No Container Instances were found in your cluster.');
  }
  if (content.requiresCompatibilities?.includes('FARGATE') !== true) {
    throw new InvalidParameterException('Task definition does not support launch_type FARGATE.');
  }
  const vpc = networkConfiguration?.awsvpcConfiguration;
  if (vpc === undefined) {
    throw new InvalidParameterException(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  }
  const [subnet] = vpc.subnets ?? [];
  if (subnet === undefined) {
    throw new InvalidParameterException('subnets can not be null or have null elements');
  }
  return {
    subnet,
    ...(capacityProviderName === undefined ? { launchType: 'FARGATE' } : { capacityProviderName }),
  };
}

/** The provider with the highest base, else the highest weight: here each task is alone. */
function chosenProvider(
  cluster: ClusterRecord,
  strategy: readonly CapacityProviderStrategyItem[],
): string {
  for (const { capacityProvider = '' } of strategy) {
    if (cluster.capacityProviders.includes(capacityProvider)) continue;
    throw new InvalidParameterException(
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.',
    );
  }
  const useful = strategy.filter(({ base = 0, weight = 0 }) => base > 0 || weight > 0);
  const [first] = useful.toSorted(
    (one, other) => (other.base ?? 0) - (one.base ?? 0) || (other.weight ?? 0) - (one.weight ?? 0),
  );
  if (first?.capacityProvider === undefined) {
    throw new InvalidParameterException(
      'The specified capacity provider strategy must contain at least one capacity provider with a weight greater than 0.',
    );
  }
  return first.capacityProvider;
}

function checkOverrides({ content }: DefinitionRecord, overrides: TaskOverride | undefined): void {
  if (overrides === undefined) return;
  if (JSON.stringify(overrides).length > MAX_OVERRIDES_CHARACTERS) {
    throw new InvalidParameterException(
      `Container Overrides length must be at most ${MAX_OVERRIDES_CHARACTERS}`,
    );
  }
  const names = content.containerDefinitions?.map(({ name }) => name) ?? [];
  for (const { environmentFiles = [], memory = 1, name } of overrides.containerOverrides ?? []) {
    if (!names.includes(name)) {
      throw new InvalidParameterException(
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
    }
    if (memory < 1) {
      throw new InvalidParameterException(`Invalid 'memory' setting for container '${name}'.`);
    }
    if (environmentFiles.length > 0) throw new UnsupportedFeature(`environmentFiles of ${name}`);
  }
  const cpu = readCpu(overrides.cpu ?? content.cpu ?? '');
  const memory = readMemory(overrides.memory ?? content.memory ?? '');
  if (!isFargateSize(cpu ?? 0, memory ?? 0)) {
    throw new InvalidParameterException(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  }
}

interface NewTask {
  readonly cluster: ClusterRecord;
  readonly definition: DefinitionRecord;
  readonly input: RunTaskRequest;
  readonly place: Place;
}

const TASK_ID_DIGITS = 32;

function makeTask(state: EcsState, { cluster, definition, input, place }: NewTask): TaskRecord {
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
  { cloud }: EcsState,
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
