import type {
  CapacityProviderStrategyItem,
  CreateServiceRequest,
  DeploymentConfiguration,
  DeploymentRolloutState,
  LoadBalancer,
  NetworkConfiguration,
  ServiceDeploymentLifecycleStage,
  ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Table } from '../../../store/index.ts';
import type { Tags } from '../store.ts';

/** A line of a service's history. */
export interface EventRecord {
  readonly id: string;
  readonly at: number;
  readonly message: string;
}

/** What UpdateService changes without a deployment. */
export type ServiceSettings = Pick<
  CreateServiceRequest,
  | 'enableECSManagedTags'
  | 'enableExecuteCommand'
  | 'healthCheckGracePeriodSeconds'
  | 'propagateTags'
> & { readonly deploymentConfiguration: DeploymentConfiguration };

/** Times are in epoch milliseconds. */
export interface ServiceRecord {
  readonly cluster: string;
  readonly name: string;
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  readonly desiredCount: number;
  readonly settings: ServiceSettings;
  /** The revision that the service is to run. */
  readonly revision: string;
  /** The last one that was deployed completely: what a rollback goes back to. */
  readonly completed?: string;
  /** The newest deployment. */
  readonly deployment: string;
  readonly isSteady: boolean;
  /** From the newest to the oldest. */
  readonly events: readonly EventRecord[];
  readonly createdAt: number;
  readonly createdBy: string;
  readonly tags: Tags;
  readonly clientToken?: string;
}

/** What a deployment brings: a task definition with its network and load balancers. Never changes, but for its rollout. */
export interface RevisionRecord {
  readonly cluster: string;
  readonly service: string;
  readonly id: string;
  readonly family: string;
  readonly revision: number;
  readonly launchType?: 'FARGATE';
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  readonly networkConfiguration: NetworkConfiguration;
  readonly loadBalancers: readonly LoadBalancer[];
  /** Whether its tasks are in the alternate target groups. */
  readonly isAlternate: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly rolloutState: DeploymentRolloutState;
  readonly rolloutStateReason: string;
  /** Failed tasks in a row. */
  readonly failedTasks: number;
  /** Whether a task was healthy. */
  readonly hasBeenHealthy: boolean;
}

/** A change from one revision to another. */
export interface DeploymentRecord {
  readonly cluster: string;
  readonly service: string;
  readonly id: string;
  readonly source?: string;
  readonly target: string;
  readonly status: ServiceDeploymentStatus;
  readonly statusReason?: string;
  readonly stage?: ServiceDeploymentLifecycleStage;
  readonly stageAt: number;
  /** The index of the traffic step that is in effect. */
  readonly step: number;
  /** The percentage of the traffic that the target has. */
  readonly weight: number;
  readonly testWeight: number;
  readonly configuration: DeploymentConfiguration;
  readonly breaker: Monitor;
  readonly alarms: Monitor & { readonly triggered: readonly string[] };
  readonly rollback?: { readonly reason: string; readonly startedAt: number };
  readonly createdAt: number;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly finishedAt?: number;
  readonly stoppedAt?: number;
}

export interface Monitor {
  readonly status: 'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED';
}

/** A part of a service: its key has the service and its id. */
interface Part {
  readonly cluster: string;
  readonly service: string;
  readonly id: string;
}

class Parts<Record extends Part> {
  readonly #table: Table<Record>;

  constructor(table: Table<Record>) {
    this.#table = table;
  }

  get(cluster: string, service: string, id: string): Record | undefined {
    return this.#table.get(`${cluster}|${service}|${id}`);
  }

  /** From the oldest to the newest. */
  of(cluster: string, service: string): readonly Record[] {
    const prefix = `${cluster}|${service}|`;
    return Array.from(this.#table.entries({ prefix }), ([, part]) => part);
  }

  put(part: Record): void {
    this.#table.put(`${part.cluster}|${part.service}|${part.id}`, part);
  }

  delete({ cluster, id, service }: Part): void {
    this.#table.delete(`${cluster}|${service}|${id}`);
  }
}

/** The services, their revisions and deployments. */
export class ServiceStore {
  readonly #services: Table<ServiceRecord>;
  readonly revisions: Parts<RevisionRecord>;
  readonly deployments: Parts<DeploymentRecord>;

  constructor({ store }: Cloud) {
    this.#services = store.table('ecs.services', {
      cluster: 'string',
      name: 'string',
      status: 'string',
      desiredCount: 'number',
      settings: 'object',
      revision: 'string',
      deployment: 'string',
      isSteady: 'boolean',
      events: 'list',
      createdAt: 'number',
      createdBy: 'string',
      tags: 'object',
    });
    this.revisions = new Parts(
      store.table('ecs.service-revisions', {
        cluster: 'string',
        service: 'string',
        id: 'string',
        family: 'string',
        revision: 'number',
        networkConfiguration: 'object',
        loadBalancers: 'list',
        isAlternate: 'boolean',
        createdAt: 'number',
        updatedAt: 'number',
        rolloutState: 'string',
        rolloutStateReason: 'string',
        failedTasks: 'number',
        hasBeenHealthy: 'boolean',
      }),
    );
    this.deployments = new Parts(
      store.table('ecs.service-deployments', {
        cluster: 'string',
        service: 'string',
        id: 'string',
        target: 'string',
        status: 'string',
        stageAt: 'number',
        step: 'number',
        weight: 'number',
        testWeight: 'number',
        configuration: 'object',
        breaker: 'object',
        alarms: 'object',
        createdAt: 'number',
        startedAt: 'number',
        updatedAt: 'number',
      }),
    );
  }

  get(cluster: string, name: string): ServiceRecord | undefined {
    return this.#services.get(`${cluster}|${name}`);
  }

  /** The services of a cluster, or all. */
  all(cluster?: string): readonly ServiceRecord[] {
    const range = cluster === undefined ? {} : { prefix: `${cluster}|` };
    return Array.from(this.#services.entries(range), ([, service]) => service);
  }

  put(service: ServiceRecord): void {
    this.#services.put(`${service.cluster}|${service.name}`, service);
  }

  /** Forgets what a former service of that name left. */
  deleteHistory(cluster: string, name: string): void {
    for (const part of this.revisions.of(cluster, name)) this.revisions.delete(part);
    for (const part of this.deployments.of(cluster, name)) this.deployments.delete(part);
  }
}
