import type { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import type { ServicesContext } from './context.ts';
import { alarmNamesOf } from './deployment-alarms.ts';
import { publishDeployment, tell } from './history.ts';
import { deploymentName, newPartId } from './names.ts';
import type { DeploymentRecord, RevisionRecord, ServiceRecord } from './records.ts';
import { isShifting } from './strategy.ts';

const RUNNING: readonly ServiceDeploymentStatus[] = [
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
];

export function isRunning({ status }: DeploymentRecord): boolean {
  return RUNNING.includes(status);
}

/** One service with its newest deployment, as they are stored. */
export class ServiceView {
  readonly context: ServicesContext;
  readonly #cluster: string;
  readonly #name: string;

  constructor(context: ServicesContext, cluster: string, name: string) {
    this.context = context;
    this.#cluster = cluster;
    this.#name = name;
  }

  get service(): ServiceRecord {
    const found = this.context.services.get(this.#cluster, this.#name);
    if (found === undefined) throw new Error(`The service ${this.#name} has no record.`);
    return found;
  }

  get deployment(): DeploymentRecord | undefined {
    const { deployments } = this.context.services;
    return deployments.get(this.#cluster, this.#name, this.service.deployment);
  }

  revision(id: string): RevisionRecord | undefined {
    return this.context.services.revisions.get(this.#cluster, this.#name, id);
  }

  /** All revisions that are known. */
  get revisions(): readonly RevisionRecord[] {
    return this.context.services.revisions.of(this.#cluster, this.#name);
  }

  changeService(change: Partial<ServiceRecord>): void {
    this.context.services.put({ ...this.service, ...change });
  }

  changeRevision(id: string, change: Partial<RevisionRecord>): void {
    const revision = this.revision(id);
    if (revision === undefined) return;
    this.context.services.revisions.put({ ...revision, ...change, updatedAt: this.#now() });
  }

  changeDeployment(change: Partial<DeploymentRecord>): void {
    const { deployment } = this;
    if (deployment === undefined) return;
    this.context.services.deployments.put({ ...deployment, ...change, updatedAt: this.#now() });
  }

  enter(
    stage: NonNullable<DeploymentRecord['stage']>,
    change: Partial<DeploymentRecord> = {},
  ): void {
    this.changeDeployment({ ...change, stage, stageAt: this.#now() });
  }

  tell(text: string): void {
    const place = { cluster: this.#cluster, name: this.#name };
    tell(this.context.cloud, this.context.services, place, text);
  }

  /** Ends the deployment well. */
  succeed(): void {
    const { deployment, service } = this;
    if (deployment === undefined) return;
    const isBack = deployment.status === 'ROLLBACK_IN_PROGRESS';
    const { revision } = service;
    this.changeDeployment({
      status: isBack ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL',
      finishedAt: this.#now(),
      breaker: { status: ended(deployment.breaker.status) },
      alarms: { ...deployment.alarms, status: ended(deployment.alarms.status) },
    });
    const reason = `ECS deployment ${deploymentName(revision)} completed.`;
    this.changeRevision(revision, { rolloutState: 'COMPLETED', rolloutStateReason: reason });
    this.changeService({ completed: revision });
    this.tell(`(deployment ${deploymentName(revision)}) deployment completed.`);
    const eventName = 'SERVICE_DEPLOYMENT_COMPLETED';
    this.#publish({ eventType: 'INFO', eventName, revision, reason });
  }

  /**
   * Ends the deployment, and goes back to its source where that is wanted and there is one.
   *
   * @param by what noticed it, as AWS names it
   */
  fail(by: string, reason: string, goesBack: boolean): void {
    const { deployment } = this;
    if (deployment === undefined) return;
    const { source, target } = deployment;
    const text = `${by}: ${reason}`;
    this.changeRevision(target, { rolloutState: 'FAILED', rolloutStateReason: text });
    this.tell(`(deployment ${deploymentName(target)}) deployment failed: ${reason}`);
    this.#publish({
      eventType: 'ERROR',
      eventName: 'SERVICE_DEPLOYMENT_FAILED',
      revision: target,
      reason: text,
    });
    if (!goesBack || source === undefined) {
      const now = this.#now();
      this.changeDeployment({
        status: 'STOPPED',
        statusReason: text,
        stoppedAt: now,
        finishedAt: now,
      });
      return;
    }
    this.changeDeployment({
      status: 'ROLLBACK_IN_PROGRESS',
      statusReason: text,
      rollback: { reason: text, startedAt: this.#now() },
    });
    const back = `${by}: rolling back to deploymentId ${deploymentName(source)}.`;
    this.changeService({ revision: source });
    this.changeRevision(source, {
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: back,
      failedTasks: 0,
    });
    this.tell(`rolling back to deployment ${deploymentName(source)}.`);
    this.#publish({
      eventType: 'INFO',
      eventName: 'SERVICE_DEPLOYMENT_IN_PROGRESS',
      revision: source,
      reason: back,
    });
  }

  #publish(change: Parameters<typeof publishDeployment>[2]): void {
    publishDeployment(this.context.cloud, this.service, change);
  }

  #now(): number {
    return this.context.cloud.clock.now();
  }
}

function ended(
  status: DeploymentRecord['breaker']['status'],
): DeploymentRecord['breaker']['status'] {
  return status === 'MONITORING' ? 'MONITORING_COMPLETE' : status;
}

/** Stores a new revision and its deployment; a former one that still runs ends with it. */
export function beginDeployment(
  context: ServicesContext,
  service: Omit<ServiceRecord, 'deployment' | 'revision'>,
  content: Pick<
    RevisionRecord,
    | 'capacityProviderStrategy'
    | 'family'
    | 'launchType'
    | 'loadBalancers'
    | 'networkConfiguration'
    | 'revision'
  >,
): ServiceRecord {
  const { cloud, services } = context;
  const { cluster, name } = service;
  const now = cloud.clock.now();
  const id = newPartId(cloud);
  const source =
    service.completed === undefined
      ? undefined
      : services.revisions.get(cluster, name, service.completed);
  const configuration = service.settings.deploymentConfiguration;
  supersede(context, service);
  services.revisions.put({
    ...content,
    cluster,
    service: name,
    id,
    isAlternate: isShifting(configuration) && source !== undefined && !source.isAlternate,
    createdAt: now,
    updatedAt: now,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${deploymentName(id)} in progress.`,
    failedTasks: 0,
    hasBeenHealthy: false,
  });
  const deployment: DeploymentRecord = {
    cluster,
    service: name,
    id,
    ...(source !== undefined && { source: source.id }),
    target: id,
    status: 'PENDING',
    stageAt: now,
    step: 0,
    weight: 0,
    testWeight: 0,
    configuration,
    breaker: {
      status: configuration.deploymentCircuitBreaker?.enable === true ? 'MONITORING' : 'DISABLED',
    },
    alarms: {
      status: alarmNamesOf(configuration).length > 0 ? 'MONITORING' : 'DISABLED',
      triggered: [],
    },
    createdAt: now,
    startedAt: now,
    updatedAt: now,
  };
  services.deployments.put(deployment);
  const begun: ServiceRecord = { ...service, revision: id, deployment: id, isSteady: false };
  services.put(begun);
  return begun;
}

function supersede(
  { cloud, services }: ServicesContext,
  service: Pick<ServiceRecord, 'cluster' | 'name'>,
): void {
  const former = services.get(service.cluster, service.name);
  if (former === undefined) return;
  const running = services.deployments.get(service.cluster, service.name, former.deployment);
  if (running === undefined || !isRunning(running)) return;
  const now = cloud.clock.now();
  services.deployments.put({
    ...running,
    status: 'STOPPED',
    statusReason: 'A newer deployment of the service has replaced this one.',
    updatedAt: now,
    stoppedAt: now,
    finishedAt: now,
  });
}
