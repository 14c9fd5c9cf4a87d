import type {
  DescribeServiceDeploymentsRequest,
  DescribeServiceDeploymentsResponse,
  DescribeServiceRevisionsRequest,
  DescribeServiceRevisionsResponse,
  ECS,
  ListServiceDeploymentsRequest,
  ListServiceDeploymentsResponse,
  StopServiceDeploymentRequest,
  StopServiceDeploymentResponse,
} from '@aws-sdk/client-ecs';
import type { OperationTable } from '../../../cloud/operation.ts';
import { clusterName } from '../arns.ts';
import { InvalidParameterException, UnsupportedFeature } from '../errors.ts';
import { MAX_DESCRIBED_DEPLOYMENTS } from '../limits.ts';
import { pageOf } from '../pages.ts';
import type { EcsState } from '../state.ts';
import { isRunning } from './deployment.ts';
import { briefDeployment, describeDeployment, describeRevision } from './describe-service.ts';
import { findDeployment, findService } from './find-service.ts';
import { onPart, onService, readPartArn, serviceName } from './names.ts';

/** The deployments of services, and what they deployed. */
export const deploymentOperations: OperationTable<ECS, EcsState> = {
  DescribeServiceDeployments: {
    readOnly: true,
    permissions: ({ serviceDeploymentArns = [] }: DescribeServiceDeploymentsRequest, { cloud }) =>
      serviceDeploymentArns.flatMap((arn) => onPart(cloud, 'DescribeServiceDeployments', arn)),
    run: (input: DescribeServiceDeploymentsRequest, state) => describeAll(state, input),
  },
  ListServiceDeployments: {
    readOnly: true,
    permissions: ({ cluster, service }: ListServiceDeploymentsRequest, { cloud }) =>
      onService(cloud, 'ListServiceDeployments', clusterOf(cluster, service), serviceName(service)),
    run: (input: ListServiceDeploymentsRequest, state) => list(state, input),
  },
  DescribeServiceRevisions: {
    readOnly: true,
    permissions: ({ serviceRevisionArns = [] }: DescribeServiceRevisionsRequest, { cloud }) =>
      serviceRevisionArns.flatMap((arn) => onPart(cloud, 'DescribeServiceRevisions', arn)),
    run: (input: DescribeServiceRevisionsRequest, state) => describeRevisions(state, input),
  },
  StopServiceDeployment: {
    permissions: ({ serviceDeploymentArn: arn = '' }: StopServiceDeploymentRequest, { cloud }) =>
      onPart(cloud, 'StopServiceDeployment', arn),
    run: (input: StopServiceDeploymentRequest, state) => stop(state, input),
  },
};

/** The cluster of a request that may name the service by its ARN alone. */
function clusterOf(cluster: string | undefined, service = ''): string {
  return cluster === undefined && service.startsWith('arn:')
    ? (service.split('/').at(-2) ?? '')
    : clusterName(cluster);
}

function checkCount(arns: readonly string[], what: string): void {
  if (arns.length > 0 && arns.length <= MAX_DESCRIBED_DEPLOYMENTS) return;
  throw new InvalidParameterException(
    `Between 1 and ${MAX_DESCRIBED_DEPLOYMENTS} ${what} can be described.`,
  );
}

function describeAll(
  { services: context }: EcsState,
  { serviceDeploymentArns: arns = [] }: DescribeServiceDeploymentsRequest,
): DescribeServiceDeploymentsResponse {
  checkCount(arns, 'service deployments');
  const found = arns.map((arn) => {
    const { cluster, id, service } = readPartArn(arn);
    return { arn, deployment: context.services.deployments.get(cluster, service, id) };
  });
  return {
    serviceDeployments: found.flatMap(({ deployment }) =>
      deployment === undefined ? [] : [describeDeployment(context, deployment)],
    ),
    failures: found.flatMap(({ arn, deployment }) =>
      deployment === undefined ? [{ arn, reason: 'MISSING' }] : [],
    ),
  };
}

function list(
  { services: context }: EcsState,
  input: ListServiceDeploymentsRequest,
): ListServiceDeploymentsResponse {
  const { createdAt, status: states = [] } = input;
  const { cluster, name } = findService(
    context,
    clusterOf(input.cluster, input.service),
    serviceName(input.service),
  );
  const after = createdAt?.after?.getTime() ?? Number.NEGATIVE_INFINITY;
  const before = createdAt?.before?.getTime() ?? Number.POSITIVE_INFINITY;
  const found = context.services.deployments
    .of(cluster, name)
    .filter(
      (deployment) =>
        deployment.createdAt > after &&
        deployment.createdAt < before &&
        (states.length === 0 || states.includes(deployment.status)),
    )
    .toReversed();
  const { items, ...rest } = pageOf(
    found.map(({ id }) => id),
    input,
    true,
  );
  return {
    serviceDeployments: found
      .filter(({ id }) => items.includes(id))
      .map((deployment) => briefDeployment(context, deployment)),
    ...rest,
  };
}

function describeRevisions(
  { services: context }: EcsState,
  { serviceRevisionArns: arns = [] }: DescribeServiceRevisionsRequest,
): DescribeServiceRevisionsResponse {
  checkCount(arns, 'service revisions');
  const found = arns.map((arn) => {
    const { cluster, id, service } = readPartArn(arn);
    return { arn, revision: context.services.revisions.get(cluster, service, id) };
  });
  return {
    serviceRevisions: found.flatMap(({ revision }) =>
      revision === undefined ? [] : [describeRevision(context, revision)],
    ),
    failures: found.flatMap(({ arn, revision }) =>
      revision === undefined ? [{ arn, reason: 'MISSING' }] : [],
    ),
  };
}

function stop(state: EcsState, input: StopServiceDeploymentRequest): StopServiceDeploymentResponse {
  const { cloud, services: context } = state;
  const { serviceDeploymentArn, stopType = 'ROLLBACK' } = input;
  const deployment = findDeployment(context, serviceDeploymentArn);
  if (stopType !== 'ROLLBACK')
    throw new UnsupportedFeature(`the stop type ${stopType} of service deployments`);
  if (!isRunning(deployment)) {
    throw new InvalidParameterException(
      'Unable to stop a service deployment that is not in progress.',
    );
  }
  if (deployment.source === undefined) {
    throw new InvalidParameterException(
      'Unable to roll back a service deployment without a source service revision.',
    );
  }
  if (deployment.status === 'IN_PROGRESS' || deployment.status === 'PENDING') {
    context.services.deployments.put({
      ...deployment,
      status: 'ROLLBACK_REQUESTED',
      updatedAt: cloud.clock.now(),
    });
    state.controllers.wake(deployment.cluster, deployment.service);
  }
  return { serviceDeploymentArn };
}
