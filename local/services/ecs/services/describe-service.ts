import type {
  Deployment,
  Service,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevision,
  ServiceRevisionSummary,
} from '@aws-sdk/client-ecs';
import { clusterArn, definitionArn } from '../arns.ts';
import { PLATFORM_VERSION } from '../describe-task.ts';
import type { TaskRecord } from '../store.ts';
import { tagList } from '../tag-lists.ts';
import type { ServicesContext } from './context.ts';
import { isRunning } from './deployment.ts';
import { alarmNamesOf } from './deployment-alarms.ts';
import { deploymentName, serviceArn, serviceDeploymentArn, serviceRevisionArn } from './names.ts';
import type { DeploymentRecord, RevisionRecord, ServiceRecord } from './records.ts';
import { breakerThreshold, isShifting } from './strategy.ts';

/** How many tasks there are, as AWS counts them. */
function countsOf(tasks: readonly TaskRecord[]) {
  return {
    runningCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingCount: tasks.filter(({ lastStatus }) => /^(?:PENDING|PROVISIONING)$/.test(lastStatus))
      .length,
  };
}

function tasksOf(
  { store }: ServicesContext,
  { cluster, name }: ServiceRecord,
  revision?: string,
): readonly TaskRecord[] {
  return store
    .tasks(cluster)
    .filter(
      ({ desiredStatus, service, startedBy }) =>
        service === name &&
        desiredStatus === 'RUNNING' &&
        (revision === undefined || startedBy === deploymentName(revision)),
    );
}

/** The date of a member; none where it has not happened. */
function at<Name extends string>(
  name: Name,
  time: number | undefined,
): { readonly [Key in Name]?: Date } {
  return (time === undefined ? {} : { [name]: new Date(time) }) as {
    readonly [Key in Name]?: Date;
  };
}

export function describeService(
  context: ServicesContext,
  record: ServiceRecord,
  withTags: boolean,
): Service {
  const { cloud, services } = context;
  const { cluster, name, settings } = record;
  const revision = services.revisions.get(cluster, name, record.revision);
  const deployment = services.deployments.get(cluster, name, record.deployment);
  const isDeploying = deployment !== undefined && isRunning(deployment);
  return {
    serviceArn: serviceArn(cloud, cluster, name),
    serviceName: name,
    clusterArn: clusterArn(cloud, cluster),
    loadBalancers: [...(revision?.loadBalancers ?? [])],
    serviceRegistries: [],
    status: record.status,
    desiredCount: record.desiredCount,
    ...countsOf(tasksOf(context, record)),
    ...placeOf(revision),
    platformVersion: 'LATEST',
    platformFamily: 'Linux',
    ...(revision !== undefined && {
      taskDefinition: definitionArn(cloud, revision.family, revision.revision),
    }),
    deploymentConfiguration: settings.deploymentConfiguration,
    deployments: describeDeployments(context, record),
    roleArn: `arn:${cloud.partition}:iam::${cloud.accountId}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    events: record.events.map(({ id, message, at: time }) => ({
      id,
      createdAt: new Date(time),
      message,
    })),
    createdAt: new Date(record.createdAt),
    ...(isDeploying && {
      currentServiceDeployment: serviceDeploymentArn(cloud, cluster, name, record.deployment),
    }),
    currentServiceRevisions: currentRevisions(context, record).map((one) =>
      summaryOf(context, record, one),
    ),
    placementConstraints: [],
    placementStrategy: [],
    ...(revision !== undefined && { networkConfiguration: revision.networkConfiguration }),
    healthCheckGracePeriodSeconds: settings.healthCheckGracePeriodSeconds,
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    ...(withTags && { tags: tagList(record.tags) }),
    createdBy: record.createdBy,
    enableECSManagedTags: settings.enableECSManagedTags ?? false,
    propagateTags: settings.propagateTags ?? 'NONE',
    enableExecuteCommand: settings.enableExecuteCommand ?? false,
    availabilityZoneRebalancing: 'DISABLED',
  };
}

function placeOf(revision: RevisionRecord | undefined) {
  const { capacityProviderStrategy, launchType } = revision ?? {};
  return {
    ...(launchType !== undefined && { launchType }),
    ...(capacityProviderStrategy !== undefined && {
      capacityProviderStrategy: [...capacityProviderStrategy],
    }),
  };
}

/** The revision that the service is to run, and those that still have tasks; the newest first. */
function currentRevisions(
  context: ServicesContext,
  record: ServiceRecord,
): readonly RevisionRecord[] {
  const { cluster, name } = record;
  return context.services.revisions
    .of(cluster, name)
    .filter(({ id }) => id === record.revision || tasksOf(context, record, id).length > 0)
    .toReversed();
}

function describeDeployments(context: ServicesContext, record: ServiceRecord): Deployment[] {
  const { cloud } = context;
  if (record.status === 'INACTIVE') return [];
  const all = currentRevisions(context, record).map((revision): Deployment => {
    const isPrimary = revision.id === record.revision;
    const tasks = tasksOf(context, record, revision.id);
    return {
      id: deploymentName(revision.id),
      status: isPrimary ? 'PRIMARY' : 'ACTIVE',
      taskDefinition: definitionArn(cloud, revision.family, revision.revision),
      desiredCount: isPrimary ? record.desiredCount : tasks.length,
      ...countsOf(tasks),
      failedTasks: revision.failedTasks,
      createdAt: new Date(revision.createdAt),
      updatedAt: new Date(revision.updatedAt),
      ...placeOf(revision),
      platformVersion: PLATFORM_VERSION,
      platformFamily: 'Linux',
      networkConfiguration: revision.networkConfiguration,
      rolloutState: revision.rolloutState,
      rolloutStateReason: revision.rolloutStateReason,
    };
  });
  return all.toSorted((one) => (one.status === 'PRIMARY' ? -1 : 1));
}

function summaryOf(
  context: ServicesContext,
  record: ServiceRecord,
  { id }: RevisionRecord,
  weights: Pick<
    ServiceRevisionSummary,
    'requestedProductionTrafficWeight' | 'requestedTestTrafficWeight'
  > = {},
): ServiceRevisionSummary {
  const counts = countsOf(tasksOf(context, record, id));
  return {
    arn: serviceRevisionArn(context.cloud, record.cluster, record.name, id),
    requestedTaskCount: record.desiredCount,
    runningTaskCount: counts.runningCount,
    pendingTaskCount: counts.pendingCount,
    ...weights,
  };
}

export function describeDeployment(
  context: ServicesContext,
  deployment: DeploymentRecord,
): ServiceDeployment {
  const { cloud, services } = context;
  const {
    alarms,
    breaker,
    cluster,
    configuration,
    rollback,
    service: name,
    source,
    target,
  } = deployment;
  const record = services.get(cluster, name);
  const summary = (id: string, production: number, test: number) => {
    const revision = services.revisions.get(cluster, name, id);
    if (record === undefined || revision === undefined) return [];
    const weights = isShifting(configuration)
      ? { requestedProductionTrafficWeight: production, requestedTestTrafficWeight: test }
      : {};
    return [summaryOf(context, record, revision, weights)];
  };
  const [targetServiceRevision] = summary(target, deployment.weight, deployment.testWeight);
  return {
    ...briefDeployment(context, deployment),
    ...at('stoppedAt', deployment.stoppedAt),
    updatedAt: new Date(deployment.updatedAt),
    sourceServiceRevisions:
      source === undefined
        ? []
        : summary(source, 100 - deployment.weight, 100 - deployment.testWeight),
    ...(targetServiceRevision !== undefined && { targetServiceRevision }),
    ...(isShifting(configuration) &&
      deployment.stage !== undefined && { lifecycleStage: deployment.stage }),
    deploymentConfiguration: configuration,
    ...(rollback !== undefined &&
      source !== undefined && {
        rollback: {
          reason: rollback.reason,
          startedAt: new Date(rollback.startedAt),
          serviceRevisionArn: serviceRevisionArn(cloud, cluster, name, source),
        },
      }),
    deploymentCircuitBreaker: {
      status: breaker.status,
      failureCount: services.revisions.get(cluster, name, target)?.failedTasks ?? 0,
      threshold: breakerThreshold(configuration, record?.desiredCount ?? 0),
    },
    alarms: {
      status: alarms.status,
      alarmNames: [...alarmNamesOf(configuration)],
      triggeredAlarmNames: [...alarms.triggered],
    },
  };
}

export function briefDeployment(
  { cloud }: ServicesContext,
  deployment: DeploymentRecord,
): ServiceDeploymentBrief {
  const { cluster, id, service, status, statusReason, target } = deployment;
  return {
    serviceDeploymentArn: serviceDeploymentArn(cloud, cluster, service, id),
    serviceArn: serviceArn(cloud, cluster, service),
    clusterArn: clusterArn(cloud, cluster),
    createdAt: new Date(deployment.createdAt),
    startedAt: new Date(deployment.startedAt),
    ...at('finishedAt', deployment.finishedAt),
    targetServiceRevisionArn: serviceRevisionArn(cloud, cluster, service, target),
    status,
    ...(statusReason !== undefined && { statusReason }),
  };
}

export function describeRevision(
  context: ServicesContext,
  revision: RevisionRecord,
): ServiceRevision {
  const { balancers, cloud, store } = context;
  const { cluster, id, loadBalancers, service } = revision;
  const definition = store.definition(revision.family, revision.revision);
  const tasks = store.tasks(cluster).filter(({ startedBy }) => startedBy === deploymentName(id));
  return {
    serviceRevisionArn: serviceRevisionArn(cloud, cluster, service, id),
    serviceArn: serviceArn(cloud, cluster, service),
    clusterArn: clusterArn(cloud, cluster),
    taskDefinition: definitionArn(cloud, revision.family, revision.revision),
    ...placeOf(revision),
    platformVersion: PLATFORM_VERSION,
    platformFamily: 'Linux',
    loadBalancers: [...loadBalancers],
    networkConfiguration: revision.networkConfiguration,
    containerImages: (definition?.content.containerDefinitions ?? []).map(
      ({ image = '', name = '' }) => {
        const digest = tasks
          .flatMap(({ containers }) => containers)
          .find((container) => container.name === name)?.imageDigest;
        return { containerName: name, image, ...(digest !== undefined && { imageDigest: digest }) };
      },
    ),
    guardDutyEnabled: false,
    createdAt: new Date(revision.createdAt),
    resolvedConfiguration: {
      loadBalancers: loadBalancers.map((balancer) => {
        const rule = balancer.advancedConfiguration?.productionListenerRule;
        return {
          targetGroupArn: balancers.groupOf(revision, balancer),
          ...(rule !== undefined && { productionListenerRule: rule }),
        };
      }),
    },
  };
}
