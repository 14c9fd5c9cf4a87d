import type {
  CreateServiceRequest,
  CreateServiceResponse,
  UpdateServiceRequest,
  UpdateServiceResponse,
} from '@aws-sdk/client-ecs';
import type { Checked } from '../../../cloud/operation.ts';
import type { Call } from '../../../cloud/service.ts';
import { clusterName } from '../arns.ts';
import { findCluster } from '../clusters.ts';
import {
  ClientException,
  InvalidParameterException,
  ServiceNotActiveException,
  UnsupportedFeature,
} from '../errors.ts';
import { readLaunch } from '../launch.ts';
import type { EcsState } from '../state.ts';
import type { ClusterRecord, DefinitionRecord } from '../store.ts';
import { tagRecord } from '../tag-lists.ts';
import { lookUpDefinition } from '../task-definitions.ts';
import { checkAlarms, checkCounts, checkLoadBalancers, refuseMissing } from './check-service.ts';
import { beginDeployment } from './deployment.ts';
import { describeService } from './describe-service.ts';
import { findService } from './find-service.ts';
import { serviceName } from './names.ts';
import type { RevisionRecord, ServiceRecord, ServiceSettings } from './records.ts';
import { readConfiguration } from './strategy.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html */
const NAME = /^[A-Za-z0-9_-]{1,255}$/;
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MAX_SERVICES_OF_CLUSTER = 5_000;

export async function createService(
  state: EcsState,
  input: Checked<CreateServiceRequest>,
  { principal }: Call,
): Promise<CreateServiceResponse> {
  const { cloud, services: context } = state;
  const cluster = findCluster(state.store, input.cluster);
  const { schedulingStrategy = 'REPLICA', serviceName: name } = input;
  if (!NAME.test(name))
    throw new InvalidParameterException('serviceName contains invalid characters.');
  const former = context.services.get(cluster.name, name);
  if (former !== undefined && former.status !== 'INACTIVE') return sameAs(state, former, input);
  if (context.services.all(cluster.name).length >= MAX_SERVICES_OF_CLUSTER) {
    throw new ClientException(`A cluster has at most ${MAX_SERVICES_OF_CLUSTER} services.`);
  }
  refuseMissing(input);
  if (schedulingStrategy !== 'REPLICA')
    throw new UnsupportedFeature('services with the scheduling strategy DAEMON');
  checkCounts(input);
  const settings = settingsOf(input);
  const definition = findDefinition(state, input.taskDefinition);
  const content = await readContent(state, cluster, definition, input, settings);
  await checkAlarms(context, settings);
  context.services.deleteHistory(cluster.name, name);
  const record = beginDeployment(
    context,
    {
      cluster: cluster.name,
      name,
      status: 'ACTIVE',
      desiredCount: input.desiredCount ?? 1,
      settings,
      isSteady: false,
      events: [],
      createdAt: cloud.clock.now(),
      createdBy: 'arn' in principal ? principal.arn : principal.service,
      tags: tagRecord(input.tags),
      ...(input.clientToken !== undefined && { clientToken: input.clientToken }),
    },
    content,
  );
  state.controllers.wake(cluster.name, name);
  return { service: describeService(context, record, true) };
}

/** A request with the same token is the same request. @throws InvalidParameterException */
function sameAs(
  state: EcsState,
  former: ServiceRecord,
  { clientToken }: CreateServiceRequest,
): CreateServiceResponse {
  if (former.status === 'DRAINING') {
    throw new InvalidParameterException('Unable to Start a service that is still Draining.');
  }
  if (clientToken === undefined || clientToken !== former.clientToken) {
    throw new InvalidParameterException('Creation of service was not idempotent.');
  }
  return { service: describeService(state.services, former, true) };
}

function settingsOf(
  input: CreateServiceRequest | UpdateServiceRequest,
  former?: ServiceSettings,
): ServiceSettings {
  return {
    healthCheckGracePeriodSeconds:
      input.healthCheckGracePeriodSeconds ?? former?.healthCheckGracePeriodSeconds ?? 0,
    propagateTags: input.propagateTags ?? former?.propagateTags ?? 'NONE',
    enableECSManagedTags: input.enableECSManagedTags ?? former?.enableECSManagedTags ?? false,
    enableExecuteCommand: input.enableExecuteCommand ?? former?.enableExecuteCommand ?? false,
    deploymentConfiguration:
      input.deploymentConfiguration === undefined && former !== undefined
        ? former.deploymentConfiguration
        : readConfiguration(input.deploymentConfiguration, withoutStrategy(former, input)),
  };
}

/** What only the former strategy had does not stay with another one. */
function withoutStrategy(
  former: ServiceSettings | undefined,
  input: Pick<UpdateServiceRequest, 'deploymentConfiguration'>,
) {
  const configuration = former?.deploymentConfiguration;
  const strategy = input.deploymentConfiguration?.strategy;
  if (
    configuration === undefined ||
    strategy === undefined ||
    strategy === configuration.strategy
  ) {
    return configuration;
  }
  const { canaryConfiguration: _canary, linearConfiguration: _linear, ...rest } = configuration;
  return rest;
}

/** @throws ClientException, InvalidParameterException */
function findDefinition({ store }: EcsState, name: string | undefined): DefinitionRecord {
  if (name === undefined) throw new InvalidParameterException('TaskDefinition can not be blank.');
  const definition = lookUpDefinition(store, name);
  if (definition === undefined) throw new ClientException('Unable to describe task definition.');
  if (definition.status === 'INACTIVE') throw new ClientException('TaskDefinition is inactive');
  return definition;
}

type Content = Pick<
  RevisionRecord,
  | 'capacityProviderStrategy'
  | 'family'
  | 'launchType'
  | 'loadBalancers'
  | 'networkConfiguration'
  | 'revision'
>;

/** What a new revision of the service is. @throws InvalidParameterException */
async function readContent(
  state: EcsState,
  cluster: ClusterRecord,
  definition: DefinitionRecord,
  input: Omit<CreateServiceRequest, 'serviceName'>,
  settings: ServiceSettings,
): Promise<Content> {
  const place = readLaunch(cluster, definition, { ...input, taskDefinition: '' });
  const { capacityProviderStrategy: given, loadBalancers = [], networkConfiguration = {} } = input;
  await checkLoadBalancers(state.services, loadBalancers, definition, settings);
  const { capacityProviderName } = place;
  const strategy = given ?? (capacityProviderName === undefined ? undefined : cluster.strategy);
  return {
    family: definition.family,
    revision: definition.revision,
    loadBalancers,
    networkConfiguration,
    ...(capacityProviderName === undefined
      ? { launchType: 'FARGATE' }
      : {
          capacityProviderStrategy: (strategy ?? []).toSorted((one) =>
            one.capacityProvider === capacityProviderName ? -1 : 1,
          ),
        }),
  };
}

export async function updateService(
  state: EcsState,
  input: UpdateServiceRequest,
): Promise<UpdateServiceResponse> {
  const { services: context } = state;
  const cluster = findCluster(state.store, clusterName(input.cluster));
  const record = findService(context, cluster.name, serviceName(input.service));
  if (record.status !== 'ACTIVE') throw new ServiceNotActiveException();
  refuseMissing(input);
  checkCounts(input);
  const settings = settingsOf(input, record.settings);
  if (input.deploymentConfiguration !== undefined) await checkAlarms(context, settings);
  const desiredCount = input.desiredCount ?? record.desiredCount;
  const former = context.services.revisions.get(cluster.name, record.name, record.revision);
  if (former === undefined) throw new ClientException('The service has no revision.');
  const definition =
    input.taskDefinition === undefined
      ? state.store.definition(former.family, former.revision)
      : findDefinition(state, input.taskDefinition);
  if (definition === undefined) throw new ClientException('Unable to describe task definition.');
  const content = await readContent(
    state,
    cluster,
    definition,
    { ...placeOf(former), ...withoutUndefined(input) },
    settings,
  );
  // The record may have changed while its parts were checked.
  const current = findService(context, cluster.name, record.name);
  const changed: ServiceRecord = { ...current, desiredCount, settings };
  const begun = needsDeployment(former, content, input)
    ? beginDeployment(context, changed, content)
    : changed;
  if (begun === changed)
    context.services.put({
      ...changed,
      isSteady: changed.isSteady && desiredCount === current.desiredCount,
    });
  state.controllers.wake(cluster.name, record.name);
  return { service: describeService(context, begun, true) };
}

function placeOf({
  capacityProviderStrategy,
  launchType,
  loadBalancers,
  networkConfiguration,
}: RevisionRecord) {
  return {
    loadBalancers: [...loadBalancers],
    networkConfiguration,
    ...(capacityProviderStrategy === undefined
      ? { launchType }
      : { capacityProviderStrategy: [...capacityProviderStrategy] }),
  };
}

function withoutUndefined(input: UpdateServiceRequest): UpdateServiceRequest {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as UpdateServiceRequest;
}

function needsDeployment(
  former: RevisionRecord,
  content: Content,
  { forceNewDeployment }: UpdateServiceRequest,
): boolean {
  const parts = ({
    capacityProviderStrategy,
    family,
    launchType,
    loadBalancers,
    networkConfiguration,
    revision,
  }: Content) =>
    JSON.stringify([
      capacityProviderStrategy,
      family,
      launchType,
      loadBalancers,
      networkConfiguration,
      revision,
    ]);
  return forceNewDeployment === true || parts(former) !== parts(content);
}
