import type {
  CreateServiceRequest,
  DeleteServiceRequest,
  DeleteServiceResponse,
  DescribeServicesRequest,
  DescribeServicesResponse,
  ECS,
  ListServicesRequest,
  ListServicesResponse,
  LoadBalancer,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { Checked } from '../../../cloud/operation.ts';
import { type OperationTable, passRole } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import { clusterArn, clusterName } from '../arns.ts';
import { findCluster } from '../clusters.ts';
import { InvalidParameterException } from '../errors.ts';
import { MAX_DESCRIBED_SERVICES } from '../limits.ts';
import { pageOf } from '../pages.ts';
import type { EcsState } from '../state.ts';
import { taggedAtCreation } from '../tag-lists.ts';
import { createService, updateService } from './create-service.ts';
import { describeService } from './describe-service.ts';
import { findService } from './find-service.ts';
import { onService, serviceArn, serviceName } from './names.ts';

/** Services, which keep a number of tasks running. */
export const serviceOperations: OperationTable<ECS, EcsState> = {
  CreateService: {
    permissions: (
      { cluster, loadBalancers, serviceName: name = '', tags }: CreateServiceRequest,
      { cloud },
    ) => {
      const own = onService(cloud, 'CreateService', clusterName(cluster), name);
      return [
        own,
        ...taggedAtCreation('CreateService', tags, own.resource),
        ...passedRoles(loadBalancers),
      ];
    },
    run: (input: Checked<CreateServiceRequest>, state, call) => createService(state, input, call),
  },
  UpdateService: {
    permissions: ({ cluster, loadBalancers, service }: UpdateServiceRequest, { cloud }) => [
      onService(cloud, 'UpdateService', clusterName(cluster), serviceName(service)),
      ...passedRoles(loadBalancers),
    ],
    run: (input: UpdateServiceRequest, state) => updateService(state, input),
  },
  DeleteService: {
    permissions: ({ cluster, service }: DeleteServiceRequest, { cloud }) =>
      onService(cloud, 'DeleteService', clusterName(cluster), serviceName(service)),
    run: (input: DeleteServiceRequest, state) => deleteService(state, input),
  },
  DescribeServices: {
    readOnly: true,
    permissions: ({ cluster, services = [] }: DescribeServicesRequest, { cloud }) =>
      services.map((service) =>
        onService(cloud, 'DescribeServices', clusterName(cluster), serviceName(service)),
      ),
    run: (input: DescribeServicesRequest, state) => describeServices(state, input),
  },
  ListServices: {
    readOnly: true,
    permissions: ({ cluster }: ListServicesRequest, { cloud }) => ({
      action: 'ecs:ListServices',
      resource: '*',
      context: { 'ecs:cluster': clusterArn(cloud, clusterName(cluster)) },
    }),
    run: (input: ListServicesRequest, state) => listServices(state, input),
  },
};

/** The roles with which Amazon ECS changes load balancers. */
function passedRoles(balancers: readonly LoadBalancer[] = []): readonly Permission[] {
  const roles = balancers.flatMap(
    ({ advancedConfiguration }) => advancedConfiguration?.roleArn ?? [],
  );
  return [...new Set(roles)].map((role) => passRole(role, 'ecs.amazonaws.com'));
}

function deleteService(state: EcsState, input: DeleteServiceRequest): DeleteServiceResponse {
  const { services: context } = state;
  const { name: cluster } = findCluster(state.store, input.cluster);
  const record = findService(context, cluster, serviceName(input.service));
  if (record.status === 'ACTIVE' && record.desiredCount > 0 && input.force !== true) {
    throw new InvalidParameterException(
      'The service cannot be stopped while it is scaled above 0.',
    );
  }
  if (record.status === 'ACTIVE') {
    context.services.put({ ...record, status: 'DRAINING', isSteady: false });
    state.controllers.wake(cluster, record.name);
  }
  const deleted = findService(context, cluster, record.name);
  return { service: describeService(context, deleted, true) };
}

function describeServices(
  { cloud, services: context, store }: EcsState,
  { cluster: given, include = [], services = [] }: DescribeServicesRequest,
): DescribeServicesResponse {
  const { name: cluster } = findCluster(store, given);
  if (services.length === 0) throw new InvalidParameterException('Services cannot be empty.');
  if (services.length > MAX_DESCRIBED_SERVICES) {
    throw new InvalidParameterException(
      `At most ${MAX_DESCRIBED_SERVICES} services can be described.`,
    );
  }
  const found: NonNullable<DescribeServicesResponse['services']> = [];
  const failures: NonNullable<DescribeServicesResponse['failures']> = [];
  for (const service of services) {
    const name = serviceName(service);
    const record = context.services.get(cluster, name);
    if (record === undefined)
      failures.push({ arn: serviceArn(cloud, cluster, name), reason: 'MISSING' });
    else found.push(describeService(context, record, include.includes('TAGS')));
  }
  return { services: found, failures };
}

const SERVICES_OF_PAGE = 10;

function listServices(
  { cloud, services: context, store }: EcsState,
  input: ListServicesRequest,
): ListServicesResponse {
  const { name: cluster } = findCluster(store, input.cluster);
  const { launchType, schedulingStrategy = 'REPLICA' } = input;
  const active = context.services.all(cluster).filter(({ name, revision, status }) => {
    const place = context.services.revisions.get(cluster, name, revision)?.launchType;
    return (
      status === 'ACTIVE' &&
      schedulingStrategy === 'REPLICA' &&
      (launchType === undefined || launchType === place)
    );
  });
  const { items, ...rest } = pageOf(
    active.map(({ name }) => serviceArn(cloud, cluster, name)),
    { maxResults: SERVICES_OF_PAGE, ...input },
  );
  return { serviceArns: items, ...rest };
}
