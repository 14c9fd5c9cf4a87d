import {
  call,
  ignoreMissing,
  nameOf,
  type Properties,
  type ResourceRequest,
  type ResourceType,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html */
const MAX_NAME_LENGTH = 255;

const cluster: ResourceType = {
  properties: [
    'CapacityProviders',
    'ClusterName',
    'ClusterSettings',
    'DefaultCapacityProviderStrategy',
    'Tags',
  ],
  async apply(request) {
    const { cloud, properties } = request;
    const clusterName = nameOf(request, 'ClusterName', MAX_NAME_LENGTH);
    const settings = inApiNames(properties['ClusterSettings']);
    const tags = inApiNames(properties['Tags']);
    const providers = providersOf(properties);
    await call(request, 'ecs', 'CreateCluster', { clusterName, settings, tags, ...providers });
    // CreateCluster returns an existing cluster as it is.
    await call(request, 'ecs', 'PutClusterCapacityProviders', {
      cluster: clusterName,
      ...providers,
    });
    const Arn = cloud.arn('ecs', `cluster/${clusterName}`);
    await putTags(request, Arn, tags);
    return { physicalId: clusterName, attributes: { Arn } };
  },
  remove: (request) =>
    ignoreMissing(() =>
      call(request, 'ecs', 'DeleteCluster', { cluster: request.previous?.physicalId }),
    ),
};

function providersOf(properties: Properties): object {
  return {
    capacityProviders: properties['CapacityProviders'] ?? [],
    defaultCapacityProviderStrategy:
      inApiNames(properties['DefaultCapacityProviderStrategy']) ?? [],
  };
}

/** What CDK's `ecs.Cluster` adds beside a cluster with Fargate's capacity providers. */
const clusterProviders: ResourceType = {
  properties: ['CapacityProviders', 'Cluster', 'DefaultCapacityProviderStrategy'],
  async apply(request) {
    const { properties } = request;
    const name = String(properties['Cluster']);
    const input = { cluster: name, ...providersOf(properties) };
    await call(request, 'ecs', 'PutClusterCapacityProviders', input);
    return { physicalId: name, attributes: {} };
  },
  remove: (request) =>
    ignoreMissing(() =>
      call(request, 'ecs', 'PutClusterCapacityProviders', {
        cluster: request.previous?.physicalId,
        capacityProviders: [],
        defaultCapacityProviderStrategy: [],
      }),
    ),
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-taskdefinition.html */
const taskDefinition: ResourceType = {
  properties: [
    'ContainerDefinitions',
    'Cpu',
    'EphemeralStorage',
    'ExecutionRoleArn',
    'Family',
    'Memory',
    'NetworkMode',
    'RequiresCompatibilities',
    'RuntimePlatform',
    'Tags',
    'TaskRoleArn',
    'Volumes',
  ],
  // Every change is a new revision, and CloudFormation removes the former one afterwards.
  async apply(request) {
    const { properties } = request;
    const family = nameOf(request, 'Family', MAX_NAME_LENGTH);
    const input = { ...(inApiNames(properties) as object), family };
    const answer = await call<{ readonly taskDefinition: { readonly taskDefinitionArn: string } }>(
      request,
      'ecs',
      'RegisterTaskDefinition',
      input,
    );
    const { taskDefinitionArn } = answer.taskDefinition;
    return { physicalId: taskDefinitionArn, attributes: { TaskDefinitionArn: taskDefinitionArn } };
  },
  remove: (request) =>
    ignoreMissing(() =>
      call(request, 'ecs', 'DeregisterTaskDefinition', {
        taskDefinition: request.previous?.physicalId,
      }),
    ),
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html */
const service: ResourceType = {
  properties: [
    'AvailabilityZoneRebalancing',
    'CapacityProviderStrategy',
    'Cluster',
    'DeploymentConfiguration',
    'DeploymentController',
    'DesiredCount',
    'EnableECSManagedTags',
    'EnableExecuteCommand',
    'HealthCheckGracePeriodSeconds',
    'LaunchType',
    'LoadBalancers',
    'NetworkConfiguration',
    'PlatformVersion',
    'PropagateTags',
    'SchedulingStrategy',
    'ServiceName',
    'Tags',
    'TaskDefinition',
  ],
  async apply(request) {
    const { cloud, properties } = request;
    const Name = nameOf(request, 'ServiceName', MAX_NAME_LENGTH);
    const { serviceName: _, ...input } = inApiNames(properties) as Readonly<
      Record<string, unknown>
    >;
    const { launchType, schedulingStrategy, tags, ...changes } = input;
    const place = { launchType, schedulingStrategy };
    const isKnown = request.previous !== undefined && (await isActive(request, Name));
    if (isKnown) await call(request, 'ecs', 'UpdateService', { service: Name, ...changes });
    else
      await call(request, 'ecs', 'CreateService', {
        serviceName: Name,
        ...changes,
        ...place,
        tags,
      });
    const { Cluster = 'default' } = properties as { readonly Cluster?: string };
    const cluster = Cluster.slice(Cluster.lastIndexOf('/') + 1);
    const ServiceArn = cloud.arn('ecs', `service/${cluster}/${Name}`);
    if (isKnown) await putTags(request, ServiceArn, tags);
    return { physicalId: ServiceArn, attributes: { ServiceArn, Name } };
  },
  remove: (request) =>
    ignoreMissing(() =>
      call(request, 'ecs', 'DeleteService', {
        cluster: request.previous?.physicalId.split('/').at(-2),
        service: request.previous?.physicalId,
        force: true,
      }),
    ),
};

async function isActive(request: ResourceRequest, name: string): Promise<boolean> {
  const { services } = await call<{ readonly services: readonly { readonly status: string }[] }>(
    request,
    'ecs',
    'DescribeServices',
    { cluster: request.properties['Cluster'], services: [name] },
  );
  return services[0]?.status === 'ACTIVE';
}

/** Maps of names that the user chooses, which keep their letters. */
const FREE_NAMES: ReadonlySet<string> = new Set(['DockerLabels', 'Options']);
/** Numbers that a template may write as text. */
const NUMBERS: ReadonlySet<string> = new Set([
  'BakeTimeInMinutes',
  'Base',
  'CanaryBakeTimeInMinutes',
  'CanaryPercent',
  'ContainerPort',
  'DesiredCount',
  'HealthCheckGracePeriodSeconds',
  'HostPort',
  'Interval',
  'MaximumPercent',
  'MemoryReservation',
  'MinimumHealthyPercent',
  'Retries',
  'SizeInGiB',
  'StartPeriod',
  'StartTimeout',
  'StepBakeTimeInMinutes',
  'StepPercent',
  'StopTimeout',
  'Timeout',
  'Weight',
]);
const BOOLEANS: ReadonlySet<string> = new Set([
  'Enable',
  'EnableECSManagedTags',
  'EnableExecuteCommand',
  'Essential',
  'Privileged',
  'ReadOnly',
  'ReadonlyRootFilesystem',
  'ResetOnHealthyTask',
  'Rollback',
]);

/** CloudFormation writes the members of the API with a capital letter, and reads numbers and booleans as text too. */
function inApiNames(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((item) => inApiNames(item, depth + 1));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name.slice(0, 1).toLowerCase() + name.slice(1),
      readMember(name, member, depth),
    ]),
  );
}

function readMember(name: string, member: unknown, depth: number): unknown {
  if (FREE_NAMES.has(name)) return member;
  // The size of a task is text in the API; that of a container is a number.
  const isSize = (name === 'Cpu' || name === 'Memory') && depth > 0;
  if (isSize || NUMBERS.has(name)) return Number(member);
  if (BOOLEANS.has(name)) return String(member) === 'true';
  return inApiNames(member, depth + 1);
}

async function putTags(request: ResourceRequest, resourceArn: string, tags: unknown) {
  const wanted = (tags ?? []) as readonly { readonly key: string }[];
  const former = (request.previous?.properties?.['Tags'] ?? []) as readonly {
    readonly Key: string;
  }[];
  const tagKeys = former
    .map(({ Key }) => Key)
    .filter((key) => !wanted.some((tag) => tag.key === key));
  if (tagKeys.length > 0) await call(request, 'ecs', 'UntagResource', { resourceArn, tagKeys });
  if (wanted.length > 0) await call(request, 'ecs', 'TagResource', { resourceArn, tags: wanted });
}

export const ecsResourceTypes = {
  'AWS::ECS::Cluster': cluster,
  'AWS::ECS::ClusterCapacityProviderAssociations': clusterProviders,
  'AWS::ECS::Service': service,
  'AWS::ECS::TaskDefinition': taskDefinition,
};
