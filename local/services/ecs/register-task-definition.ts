import type {
  ContainerDefinition,
  PortMapping,
  RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import type { Checked } from '../../cloud/operation.ts';
import { checkNames } from './check-names.ts';
import { ClientException, UnsupportedFeature } from './errors.ts';
import { isFargateSize, readCpu, readMemory } from './fargate-sizes.ts';
import { checkHealthCheck } from './health-check.ts';
import { MAX_CONTAINERS, MAX_STOP_SECONDS } from './limits.ts';
import type { DefinitionRecord } from './store.ts';

type Content = DefinitionRecord['content'];

/**
 * Judges a task definition, and fills in the defaults with which AWS describes it.
 *
 * @throws ClientException with AWS's words where they are known
 * @throws UnsupportedFeature for what tasks of this runtime cannot do
 */
export function readTaskDefinition(input: Checked<RegisterTaskDefinitionRequest>): Content {
  const { tags: _, ...given } = input;
  const { containerDefinitions, networkMode, requiresCompatibilities = [] } = input;
  checkContainers(containerDefinitions);
  checkNames(input);
  const isFargate = requiresCompatibilities.includes('FARGATE');
  const size = readTaskSize(input);
  if (isFargate) checkFargate(input, size);
  refuseUnsupported(input);
  const isOwnNetwork = networkMode === 'awsvpc' || networkMode === 'host';
  return {
    ...given,
    ...(size.cpu !== undefined && { cpu: String(size.cpu) }),
    ...(size.memory !== undefined && { memory: String(size.memory) }),
    volumes: input.volumes ?? [],
    placementConstraints: input.placementConstraints ?? [],
    containerDefinitions: containerDefinitions.map((container) =>
      withDefaults(container, isOwnNetwork),
    ),
  };
}

interface TaskSize {
  /** In CPU units. */
  readonly cpu: number | undefined;
  /** In MiB. */
  readonly memory: number | undefined;
}

function readTaskSize({ cpu, memory }: RegisterTaskDefinitionRequest): TaskSize {
  const size = {
    cpu: cpu === undefined ? undefined : readCpu(cpu),
    memory: memory === undefined ? undefined : readMemory(memory),
  };
  if (cpu !== undefined && size.cpu === undefined) {
    throw new ClientException("Invalid 'cpu' setting for task.");
  }
  if (memory !== undefined && size.memory === undefined) {
    throw new ClientException("Invalid 'memory' setting for task.");
  }
  return size;
}

function checkContainers(containers: readonly ContainerDefinition[]): void {
  if (containers.length === 0) throw new ClientException('Container list cannot be empty.');
  if (containers.length > MAX_CONTAINERS) {
    throw new ClientException(`A task definition can have at most ${MAX_CONTAINERS} containers.`);
  }
  for (const { image, name } of containers) {
    if (!name) throw new ClientException('Container.name should not be null or empty.');
    if (!image) throw new ClientException('Container.image should not be null or empty.');
  }
  const names = containers.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new ClientException('Container names must be unique in a task definition.');
  }
  if (!containers.some(({ essential }) => essential !== false)) {
    throw new ClientException('A task definition must have at least one essential container.');
  }
  for (const container of containers) checkContainer(container, containers);
}

function checkContainer(
  { dependsOn = [], healthCheck, memory, name, stopTimeout = 0 }: ContainerDefinition,
  containers: readonly ContainerDefinition[],
): void {
  if (stopTimeout > MAX_STOP_SECONDS) {
    throw new ClientException(
      `The stopTimeout of container '${name}' is ${stopTimeout} seconds; at most ${MAX_STOP_SECONDS} are possible.`,
    );
  }
  if (memory !== undefined && memory < 1) {
    throw new ClientException(`Invalid 'memory' setting for container '${name}'.`);
  }
  if (healthCheck !== undefined) checkHealthCheck(name ?? '', healthCheck);
  for (const { condition, containerName } of dependsOn) {
    const other = containers.find((container) => container.name === containerName);
    if (other === undefined) {
      throw new ClientException(
        `Container '${name}' depends on container '${containerName}', which the task definition does not have.`,
      );
    }
    if (condition === 'HEALTHY' && other.healthCheck === undefined) {
      throw new ClientException(
        `Container '${name}' waits until container '${containerName}' is healthy, but that has no healthCheck.`,
      );
    }
    const mustEnd = condition === 'COMPLETE' || condition === 'SUCCESS';
    if (mustEnd && other.essential !== false) {
      throw new ClientException(
        `Container '${name}' waits for the end of container '${containerName}', which is essential, so the task would end with it.`,
      );
    }
  }
  if (isInCircle(name ?? '', containers)) {
    throw new ClientException(`The dependencies of container '${name}' lead back to it.`);
  }
}

function isInCircle(name: string, containers: readonly ContainerDefinition[]): boolean {
  const seen = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const container = containers.find((one) => one.name === next);
    for (const { containerName = '' } of container?.dependsOn ?? []) {
      if (containerName === name) return true;
      if (!seen.has(containerName)) open.push(containerName);
      seen.add(containerName);
    }
  }
  return false;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
function checkFargate(
  input: Checked<RegisterTaskDefinitionRequest>,
  { cpu, memory }: TaskSize,
): void {
  const { containerDefinitions: containers, ephemeralStorage, executionRoleArn } = input;
  if (input.networkMode !== 'awsvpc') {
    throw new ClientException('Fargate only supports network mode ‘awsvpc’.');
  }
  for (const [name, value] of Object.entries({ cpu, memory })) {
    if (value === undefined) {
      throw new ClientException(`Fargate requires that '${name}' be defined at the task level.`);
    }
  }
  if (!isFargateSize(cpu ?? 0, memory ?? 0)) {
    // https://github.com/towardsthecloud/aws-cdk-examples/issues/1
    throw new ClientException(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  }
  const greedy = containers.find((container) => (container.memory ?? 0) > (memory ?? 0));
  if (greedy !== undefined) {
    // https://github.com/pulumi/pulumi-awsx/issues/1220
    throw new ClientException(
      `The 'memory' setting for container '${greedy.name}' is greater than for the task.`,
    );
  }
  if (containers.some(({ privileged }) => privileged === true)) {
    throw new ClientException('Privileged containers are not supported on Fargate.');
  }
  if (input.volumes?.some(({ host }) => host?.sourcePath !== undefined) === true) {
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
    throw new ClientException('host.sourcePath should not be set for volumes in Fargate.');
  }
  const gib = ephemeralStorage?.sizeInGiB;
  if (gib !== undefined && (gib < 21 || gib > 200)) {
    throw new ClientException('The ephemeral storage of a task is 21 to 200 GiB.');
  }
  if (executionRoleArn === undefined) refuseWithoutExecutionRole(containers);
}

const ECR_IMAGE = /^\d{12}\.dkr\.ecr\./;

function refuseWithoutExecutionRole(containers: readonly ContainerDefinition[]): void {
  if (containers.some(({ image = '' }) => ECR_IMAGE.test(image))) {
    throw new ClientException(
      'Fargate requires task definition to have execution role ARN to support ECR images.',
    );
  }
  if (containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs')) {
    throw new ClientException(
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    );
  }
}

/** What is accepted on AWS and would be silently different here. */
function refuseUnsupported(input: Checked<RegisterTaskDefinitionRequest>): void {
  for (const container of input.containerDefinitions) {
    const {
      environmentFiles = [],
      logConfiguration,
      name,
      restartPolicy,
      secrets = [],
    } = container;
    if (environmentFiles.length > 0) throw new UnsupportedFeature(`environmentFiles of ${name}`);
    if (restartPolicy?.enabled === true) throw new UnsupportedFeature(`restartPolicy of ${name}`);
    const driver = logConfiguration?.logDriver;
    if (driver !== undefined && driver !== 'awslogs') {
      throw new UnsupportedFeature(`the log driver ${driver} of ${name}`);
    }
    const foreign = secrets.find(({ valueFrom = '' }) => valueFrom.includes(':secretsmanager:'));
    if (foreign !== undefined) throw new UnsupportedFeature('secrets of AWS Secrets Manager');
  }
  const shared = input.volumes?.find(
    ({ efsVolumeConfiguration, fsxWindowsFileServerVolumeConfiguration }) =>
      efsVolumeConfiguration !== undefined || fsxWindowsFileServerVolumeConfiguration !== undefined,
  );
  if (shared !== undefined)
    throw new UnsupportedFeature(`the file system of volume ${shared.name}`);
}

function withDefaults(container: ContainerDefinition, isOwnNetwork: boolean): ContainerDefinition {
  const { healthCheck } = container;
  return {
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    portMappings: (container.portMappings ?? []).map((mapping) =>
      withPortDefaults(mapping, isOwnNetwork),
    ),
    ...(healthCheck !== undefined && {
      healthCheck: { interval: 30, timeout: 5, retries: 3, ...healthCheck },
    }),
  };
}

function withPortDefaults(mapping: PortMapping, isOwnNetwork: boolean): PortMapping {
  const { containerPort = 0, hostPort, protocol = 'tcp' } = mapping;
  return { ...mapping, hostPort: isOwnNetwork ? containerPort : (hostPort ?? 0), protocol };
}
