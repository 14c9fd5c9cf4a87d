import type {
  Cluster,
  CreateClusterRequest,
  CreateClusterResponse,
  DeleteClusterRequest,
  DeleteClusterResponse,
  DescribeClustersRequest,
  DescribeClustersResponse,
  ECS,
  ListClustersRequest,
  ListClustersResponse,
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse,
} from '@aws-sdk/client-ecs';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { clusterArn, clusterName, DEFAULT_CLUSTER } from './arns.ts';
import {
  ClientException,
  ClusterContainsServicesException,
  ClusterContainsTasksException,
  ClusterNotFoundException,
  InvalidParameterException,
} from './errors.ts';
import { MAX_CLUSTERS } from './limits.ts';
import { pageOf } from './pages.ts';
import type { EcsState } from './state.ts';
import type { ClusterRecord, EcsStore } from './store.ts';
import { taggedAtCreation, tagList, tagRecord } from './tag-lists.ts';

/** Clusters, which here only name a group of tasks. */
export const clusterOperations: OperationTable<ECS, EcsState> = {
  CreateCluster: {
    permissions: (
      { clusterName: name = DEFAULT_CLUSTER, tags }: CreateClusterRequest,
      { cloud },
    ) => [
      { action: 'ecs:CreateCluster', resource: '*' },
      ...taggedAtCreation('CreateCluster', tags, clusterArn(cloud, name)),
    ],
    run: (input: CreateClusterRequest, state) => createCluster(state, input),
  },
  DescribeClusters: {
    readOnly: true,
    permissions: ({ clusters = [DEFAULT_CLUSTER] }: DescribeClustersRequest, { cloud }) =>
      clusters.map((given) => on(cloud, 'DescribeClusters', given)),
    run: (input: DescribeClustersRequest, state) => describeClusters(state, input),
  },
  ListClusters: {
    readOnly: true,
    permissions: () => ({ action: 'ecs:ListClusters', resource: '*' }),
    run(input: ListClustersRequest, { cloud, store }): ListClustersResponse {
      const active = store.allClusters().filter(({ status }) => status === 'ACTIVE');
      const { items, ...rest } = pageOf(
        active.map(({ name }) => clusterArn(cloud, name)),
        input,
      );
      return { clusterArns: items, ...rest };
    },
  },
  DeleteCluster: {
    permissions: ({ cluster }: DeleteClusterRequest, { cloud }) =>
      on(cloud, 'DeleteCluster', cluster),
    run: (input: DeleteClusterRequest, state) => deleteCluster(state, input),
  },
  PutClusterCapacityProviders: {
    permissions: ({ cluster }: PutClusterCapacityProvidersRequest, { cloud }) =>
      on(cloud, 'PutClusterCapacityProviders', cluster),
    run: (input: Checked<PutClusterCapacityProvidersRequest>, state) => putProviders(state, input),
  },
};

function on(cloud: Cloud, action: string, given: string | undefined) {
  return { action: `ecs:${action}`, resource: clusterArn(cloud, clusterName(given)) };
}

/** @throws ClusterNotFoundException */
export function findCluster(store: EcsStore, given: string | undefined): ClusterRecord {
  const cluster = store.clusters.get(clusterName(given));
  if (cluster?.status !== 'ACTIVE') throw new ClusterNotFoundException();
  return cluster;
}

/** The providers of Fargate; those of EC2 instances do not exist here. */
const PROVIDERS: readonly string[] = ['FARGATE', 'FARGATE_SPOT'];

function createCluster(state: EcsState, input: CreateClusterRequest): CreateClusterResponse {
  const { store } = state;
  const {
    capacityProviders = [],
    defaultCapacityProviderStrategy: strategy = [],
    settings,
  } = input;
  const name = input.clusterName ?? DEFAULT_CLUSTER;
  const former = store.clusters.get(name);
  // AWS returns the existing one, unchanged.
  if (former?.status === 'ACTIVE') return { cluster: describeCluster(state, former) };
  if (store.clusters.size >= MAX_CLUSTERS) {
    throw new ClientException(`You have reached the limit of ${MAX_CLUSTERS} clusters.`);
  }
  checkProviders(capacityProviders, strategy);
  const cluster: ClusterRecord = {
    name,
    status: 'ACTIVE',
    capacityProviders,
    strategy,
    settings: settings ?? [{ name: 'containerInsights', value: 'disabled' }],
    tags: tagRecord(input.tags),
  };
  store.clusters.put(name, cluster);
  return { cluster: describeCluster(state, cluster, ['TAGS']) };
}

function checkProviders(
  providers: readonly string[],
  strategy: NonNullable<CreateClusterRequest['defaultCapacityProviderStrategy']>,
): void {
  const unknown = providers.find((provider) => !PROVIDERS.includes(provider));
  if (unknown !== undefined) {
    throw new InvalidParameterException(
      `The specified capacity provider '${unknown}' was not found. Specify a valid name and try again.`,
    );
  }
  if (strategy.some(({ capacityProvider = '' }) => !providers.includes(capacityProvider))) {
    throw new InvalidParameterException(
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.',
    );
  }
}

function putProviders(
  state: EcsState,
  input: Checked<PutClusterCapacityProvidersRequest>,
): PutClusterCapacityProvidersResponse {
  const cluster = findCluster(state.store, input.cluster);
  const { capacityProviders, defaultCapacityProviderStrategy: strategy } = input;
  checkProviders(capacityProviders, strategy);
  const changed = { ...cluster, capacityProviders, strategy };
  state.store.clusters.put(cluster.name, changed);
  return { cluster: describeCluster(state, changed) };
}

function describeClusters(
  state: EcsState,
  { clusters = [DEFAULT_CLUSTER], include = [] }: DescribeClustersRequest,
): DescribeClustersResponse {
  const found: Cluster[] = [];
  const failures: DescribeClustersResponse['failures'] = [];
  for (const given of clusters) {
    const name = clusterName(given);
    const cluster = state.store.clusters.get(name);
    if (cluster !== undefined) found.push(describeCluster(state, cluster, include));
    else failures.push({ arn: clusterArn(state.cloud, name), reason: 'MISSING' });
  }
  return { clusters: found, failures };
}

function describeCluster(
  { cloud, services, store }: EcsState,
  cluster: ClusterRecord,
  include: readonly string[] = [],
): Cluster {
  const tasks = store.tasks(cluster.name);
  const waiting = tasks.filter(({ lastStatus }) => /^(?:PENDING|PROVISIONING)$/.test(lastStatus));
  return {
    clusterArn: clusterArn(cloud, cluster.name),
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: waiting.length,
    activeServicesCount: activeServices(services, cluster.name).length,
    statistics: [],
    tags: include.includes('TAGS') ? tagList(cluster.tags) : [],
    settings: [...cluster.settings],
    capacityProviders: [...cluster.capacityProviders],
    defaultCapacityProviderStrategy: [...cluster.strategy],
  };
}

function activeServices({ services }: EcsState['services'], cluster: string) {
  return services.all(cluster).filter(({ status }) => status !== 'INACTIVE');
}

function deleteCluster(state: EcsState, input: DeleteClusterRequest): DeleteClusterResponse {
  const { store } = state;
  const cluster = findCluster(store, input.cluster);
  if (activeServices(state.services, cluster.name).length > 0) {
    throw new ClusterContainsServicesException();
  }
  const isBusy = store.tasks(cluster.name).some(({ lastStatus }) => lastStatus !== 'STOPPED');
  if (isBusy) throw new ClusterContainsTasksException();
  // A deleted cluster can be described for a while, as on AWS.
  const inactive: ClusterRecord = { ...cluster, status: 'INACTIVE' };
  store.clusters.put(cluster.name, inactive);
  return { cluster: describeCluster(state, inactive) };
}
