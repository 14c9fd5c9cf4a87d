import type {
  CapacityProviderStrategyItem,
  ClusterSetting,
  Container,
  RegisterTaskDefinitionRequest,
  TaskOverride,
} from '@aws-sdk/client-ecs';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';

export type Tags = Readonly<Record<string, string>>;

export interface ClusterRecord {
  readonly name: string;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly capacityProviders: readonly string[];
  readonly strategy: readonly CapacityProviderStrategyItem[];
  readonly settings: readonly ClusterSetting[];
  readonly tags: Tags;
}

/** A revision of a task definition. Times are in epoch milliseconds. */
export interface DefinitionRecord {
  readonly family: string;
  readonly revision: number;
  readonly status: 'ACTIVE' | 'INACTIVE';
  /** With all defaults, without tags. */
  readonly content: Omit<RegisterTaskDefinitionRequest, 'tags'>;
  readonly registeredAt: number;
  readonly registeredBy: string;
  readonly deregisteredAt?: number;
  readonly tags: Tags;
}

export type TaskStatus =
  | 'DEACTIVATING'
  | 'DEPROVISIONING'
  | 'PENDING'
  | 'PROVISIONING'
  | 'RUNNING'
  | 'STOPPED'
  | 'STOPPING';

/** When a task reached what, in epoch milliseconds. */
export interface TaskTimes {
  readonly createdAt: number;
  readonly connectivityAt?: number;
  readonly pullStartedAt?: number;
  readonly pullStoppedAt?: number;
  readonly startedAt?: number;
  readonly stoppingAt?: number;
  readonly executionStoppedAt?: number;
  readonly stoppedAt?: number;
}

export type StopCode =
  | 'EssentialContainerExited'
  | 'InfrastructureHealth'
  | 'ServiceSchedulerInitiated'
  | 'SpotInterruption'
  | 'TaskFailedToStart'
  | 'UserInitiated';

/** A task in a target group. */
export interface TaskTarget {
  readonly group: string;
  readonly id: string;
  readonly port: number;
}

export interface TaskRecord {
  readonly id: string;
  readonly cluster: string;
  readonly family: string;
  readonly revision: number;
  readonly lastStatus: TaskStatus;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  /** Counts the changes, as events do. */
  readonly version: number;
  readonly times: TaskTimes;
  readonly containers: readonly Container[];
  readonly overrides: TaskOverride;
  readonly launchType?: 'FARGATE';
  readonly capacityProviderName?: string;
  readonly group: string;
  readonly startedBy?: string;
  readonly subnet: string;
  readonly attachmentId: string;
  readonly tags: Tags;
  readonly enableExecuteCommand: boolean;
  /** The service that started it. */
  readonly service?: string;
  /** The ports of this machine that its containers listen on, by container and container port. */
  readonly ports?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Where it gets requests. */
  readonly targets?: readonly TaskTarget[];
  readonly stopCode?: StopCode;
  readonly stoppedReason?: string;
}

/** The tasks that a request with a client token started. */
export interface TokenRecord {
  readonly cluster: string;
  readonly token: string;
  readonly request: string;
  readonly tasks: readonly string[];
  readonly usedAt: number;
}

/** Longer than any number of revisions. */
const REVISION_DIGITS = 10;

/** The tables of Amazon ECS. */
export class EcsStore {
  readonly clusters: Table<ClusterRecord>;
  readonly #definitions: Table<DefinitionRecord>;
  readonly #tasks: Table<TaskRecord>;
  readonly #tokens: Table<TokenRecord>;

  constructor({ store }: Cloud) {
    this.clusters = store.table('ecs.clusters', {
      name: 'string',
      status: 'string',
      capacityProviders: 'list',
      strategy: 'list',
      settings: 'list',
      tags: 'object',
    });
    this.#definitions = store.table('ecs.definitions', {
      family: 'string',
      revision: 'number',
      status: 'string',
      content: 'object',
      registeredAt: 'number',
      registeredBy: 'string',
      tags: 'object',
    });
    this.#tasks = store.table('ecs.tasks', {
      id: 'string',
      cluster: 'string',
      family: 'string',
      revision: 'number',
      lastStatus: 'string',
      desiredStatus: 'string',
      version: 'number',
      times: 'object',
      containers: 'list',
      overrides: 'object',
      group: 'string',
      subnet: 'string',
      attachmentId: 'string',
      tags: 'object',
      enableExecuteCommand: 'boolean',
    });
    this.#tokens = store.table('ecs.tokens', {
      cluster: 'string',
      token: 'string',
      request: 'string',
      tasks: 'list',
      usedAt: 'number',
    });
  }

  /** All clusters, sorted by name. */
  allClusters(): readonly ClusterRecord[] {
    return [...this.clusters.entries()].map(([, cluster]) => cluster);
  }

  definition(family: string, revision: number): DefinitionRecord | undefined {
    return this.#definitions.get(definitionKey(family, revision));
  }

  /** The revisions of a family, or all, from the oldest to the newest of each. */
  definitions(family?: string): readonly DefinitionRecord[] {
    const range = family === undefined ? {} : { prefix: `${family}|` };
    return [...this.#definitions.entries(range)].map(([, definition]) => definition);
  }

  putDefinition(definition: DefinitionRecord): void {
    this.#definitions.put(definitionKey(definition.family, definition.revision), definition);
  }

  task(cluster: string, id: string): TaskRecord | undefined {
    return this.#tasks.get(`${cluster}|${id}`);
  }

  /** The tasks of a cluster, or all. */
  tasks(cluster?: string): readonly TaskRecord[] {
    const range = cluster === undefined ? {} : { prefix: `${cluster}|` };
    return [...this.#tasks.entries(range)].map(([, task]) => task);
  }

  putTask(task: TaskRecord): void {
    this.#tasks.put(`${task.cluster}|${task.id}`, task);
  }

  deleteTask({ cluster, id }: Pick<TaskRecord, 'cluster' | 'id'>): void {
    this.#tasks.delete(`${cluster}|${id}`);
  }

  token(cluster: string, token: string): TokenRecord | undefined {
    return this.#tokens.get(`${cluster}|${token}`);
  }

  tokens(): readonly TokenRecord[] {
    return [...this.#tokens.entries()].map(([, token]) => token);
  }

  putToken(record: TokenRecord): void {
    this.#tokens.put(`${record.cluster}|${record.token}`, record);
  }

  deleteToken({ cluster, token }: Pick<TokenRecord, 'cluster' | 'token'>): void {
    this.#tokens.delete(`${cluster}|${token}`);
  }
}

/** Families and clusters have no vertical line in their names. */
function definitionKey(family: string, revision: number): string {
  return `${family}|${String(revision).padStart(REVISION_DIGITS, '0')}`;
}
