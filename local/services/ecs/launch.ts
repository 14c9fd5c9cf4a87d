import type { CapacityProviderStrategyItem, RunTaskRequest } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from './errors.ts';
import type { ClusterRecord, DefinitionRecord, TaskRecord } from './store.ts';

export type Place = Pick<TaskRecord, 'capacityProviderName' | 'launchType' | 'subnet'>;

/** Where a task runs: Fargate, as a launch type or through a capacity provider. @throws InvalidParameterException */
export function readLaunch(
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
