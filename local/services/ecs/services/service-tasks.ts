import type { RunTaskRequest } from '@aws-sdk/client-ecs';
import { capacityProviderArn } from '../arns.ts';
import { LOCAL_ADDRESS, taskHealth } from '../describe-task.ts';
import { MAX_SERVICE_TASKS, MAX_STARTING_TASKS } from '../limits.ts';
import { makeTask } from '../make-task.ts';
import type { StopCode, TaskRecord, TaskTarget } from '../store.ts';
import type { ServicesContext } from './context.ts';
import { publishAction, tell } from './history.ts';
import { deploymentName, groupOf } from './names.ts';
import type { RevisionRecord } from './records.ts';

/** Whether a task counts as running: AWS waits for its checks. */
export type TaskHealthState = 'healthy' | 'pending' | 'unhealthy';

/** A task without any check is healthy once it has run for so long. */
const HEALTHY_AFTER_MS = 40_000;

/** A task that its service replaces. */
export interface FailedTask {
  readonly revision: string;
  /** It ended by itself, and was not stopped because it failed its health checks. */
  readonly ended: boolean;
}

/** How a task is judged. */
interface Judgement {
  readonly state: TaskHealthState;
  /** Why it is unhealthy, as AWS says it. */
  readonly reason?: string;
}

/** The tasks of one service: starts and stops them, brings them to their load balancers, and judges them. */
export class ServiceTasks {
  readonly #context: ServicesContext;
  readonly #cluster: string;
  readonly #service: string;
  readonly #states = new Map<string, TaskHealthState>();
  /** Tasks whose end is accounted for. */
  readonly #ended = new Set<string>();
  /** Drained tasks that are being stopped. */
  readonly #ending = new Set<string>();
  readonly #refusedTargets = new Set<string>();
  /** This machine runs no more tasks of services now, and the service's events say so. */
  #isShort = false;

  constructor(context: ServicesContext, cluster: string, service: string) {
    this.#context = context;
    this.#cluster = cluster;
    this.#service = service;
    for (const task of this.#all()) if (task.lastStatus === 'STOPPED') this.#ended.add(task.id);
  }

  /** The tasks of a revision, or all, that are to run. */
  live(revision?: string): readonly TaskRecord[] {
    return this.present(revision).filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
  }

  /** Those that have not stopped yet. */
  present(revision?: string): readonly TaskRecord[] {
    return this.#all().filter(
      ({ lastStatus, startedBy }) =>
        lastStatus !== 'STOPPED' &&
        (revision === undefined || startedBy === deploymentName(revision)),
    );
  }

  isHealthy({ id }: TaskRecord): boolean {
    return this.#states.get(id) === 'healthy';
  }

  /** Whether a task is not judged yet, so that a clock must wait for its process. */
  get hasUnjudged(): boolean {
    return this.live().some(
      (task) => task.lastStatus !== 'RUNNING' || (!this.isHealthy(task) && this.#hasChecks(task)),
    );
  }

  get hasDraining(): boolean {
    return this.present().length > this.live().length;
  }

  /** Starts tasks of a revision, as many as wanted at most. */
  start(revision: RevisionRecord, wanted: number): void {
    const { cloud, runs, store } = this.#context;
    const starting = this.live().filter(({ lastStatus }) => lastStatus !== 'RUNNING').length;
    const room = runs.freeServiceTasks;
    const count = Math.min(wanted, MAX_STARTING_TASKS - starting, room);
    this.#reportShortage(revision, wanted > room);
    const cluster = store.clusters.get(this.#cluster);
    const definition = store.definition(revision.family, revision.revision);
    const service = this.#record;
    if (cluster === undefined || definition === undefined || service === undefined || count < 1)
      return;
    const tags = service.settings.propagateTags === 'SERVICE' ? service.tags : {};
    const input: RunTaskRequest = {
      taskDefinition: '',
      group: groupOf(this.#service),
      startedBy: deploymentName(revision.id),
      ...(service.settings.propagateTags === 'TASK_DEFINITION' && {
        propagateTags: 'TASK_DEFINITION',
      }),
      enableExecuteCommand: service.settings.enableExecuteCommand,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    };
    const [provider] = revision.capacityProviderStrategy ?? [];
    const place = {
      subnet: revision.networkConfiguration.awsvpcConfiguration?.subnets?.[0] ?? '',
      ...(provider?.capacityProvider === undefined
        ? { launchType: 'FARGATE' as const }
        : { capacityProviderName: provider.capacityProvider }),
    };
    const started = Array.from({ length: count }, () => {
      const task = {
        ...makeTask(this.#context, { cluster, definition, input, place }),
        service: this.#service,
      };
      runs.begin(task, definition);
      return `(task ${task.id})`;
    });
    this.#tell(`has started ${count} tasks: ${started.join(' ')}.`);
    cloud.logger.debug({ service: this.#service, count }, 'A service starts tasks');
  }

  /**
   * As AWS reports the quota of an account; once for each shortage.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
   */
  #reportShortage({ capacityProviderStrategy = [] }: RevisionRecord, isShort: boolean): void {
    const isNew = isShort && !this.#isShort;
    this.#isShort = isShort;
    if (!isNew) return;
    const { cloud } = this.#context;
    this.#tell(
      `was unable to place a task. Reason: You've reached the limit on the number of tasks you can run concurrently. This machine runs ${MAX_SERVICE_TASKS} tasks of services at a time; the others start when tasks end.`,
    );
    const providers = capacityProviderStrategy.flatMap(
      ({ capacityProvider = [] }) => capacityProvider,
    );
    publishAction(
      cloud,
      { cluster: this.#cluster, name: this.#service },
      'ERROR',
      'SERVICE_TASK_PLACEMENT_FAILURE',
      {
        ...(providers.length > 0 && {
          capacityProviderArns: providers.map((name) => capacityProviderArn(cloud, name)),
        }),
        reason: 'RESOURCE:FARGATE',
      },
    );
    cloud.logger.warn(
      { service: this.#service, limit: MAX_SERVICE_TASKS },
      'A service waits to start tasks: this machine runs no more tasks of services at a time',
    );
  }

  /** Takes a task from its load balancers, and stops it when it has answered its requests. */
  async stop(
    task: TaskRecord,
    stoppedReason: string,
    stopCode: StopCode = 'ServiceSchedulerInitiated',
  ): Promise<void> {
    const { runs } = this.#context;
    const targets = task.targets ?? [];
    this.#ended.add(task.id);
    if (targets.length === 0) {
      runs.endTask(task, stopCode, stoppedReason);
    } else {
      runs.change(task, {
        desiredStatus: 'STOPPED',
        lastStatus: 'DEACTIVATING',
        stopCode,
        stoppedReason,
      });
      await this.#deregister(task, targets);
    }
    this.#tell(`has stopped 1 running tasks: (task ${task.id}).`);
  }

  /** Notices what has become of the tasks since. @returns those that failed */
  async settle(): Promise<readonly FailedTask[]> {
    const failed: FailedTask[] = [];
    for (const task of this.#all()) {
      if (task.lastStatus === 'STOPPED') {
        if (await this.#noticeEnd(task)) failed.push({ revision: revisionOf(task), ended: true });
      } else if (task.desiredStatus === 'STOPPED') await this.#finishDraining(task);
      else if (task.lastStatus === 'RUNNING' && (await this.#judge(task)) === 'unhealthy') {
        failed.push({ revision: revisionOf(task), ended: false });
      }
    }
    return failed;
  }

  get #record() {
    return this.#context.services.get(this.#cluster, this.#service);
  }

  #all(): readonly TaskRecord[] {
    return this.#context.store
      .tasks(this.#cluster)
      .filter(({ service }) => service === this.#service);
  }

  #revision(task: TaskRecord): RevisionRecord | undefined {
    return this.#context.services.revisions.get(this.#cluster, this.#service, revisionOf(task));
  }

  #hasChecks(task: TaskRecord): boolean {
    const definition = this.#context.store.definition(task.family, task.revision);
    const isChecked = definition?.content.containerDefinitions?.some(
      ({ healthCheck }) => healthCheck,
    );
    return isChecked === true || (this.#revision(task)?.loadBalancers.length ?? 0) > 0;
  }

  #tell(text: string): void {
    const { cloud, services } = this.#context;
    tell(cloud, services, { cluster: this.#cluster, name: this.#service }, text);
  }

  /** @returns whether it failed by itself */
  async #noticeEnd(task: TaskRecord): Promise<boolean> {
    this.#states.delete(task.id);
    this.#ending.delete(task.id);
    this.#refusedTargets.delete(task.id);
    const targets = task.targets ?? [];
    if (targets.length > 0) {
      await this.#deregister(task, targets);
      this.#context.runs.change(task, { targets: [] }, false);
    }
    if (this.#ended.has(task.id)) return false;
    this.#ended.add(task.id);
    if (task.stopCode === 'UserInitiated') return false;
    this.#tell(`(task ${task.id}) stopped: ${task.stoppedReason ?? 'it ended'}.`);
    return true;
  }

  async #finishDraining(task: TaskRecord): Promise<void> {
    if (task.lastStatus !== 'DEACTIVATING' || this.#ending.has(task.id)) return;
    for (const target of task.targets ?? []) {
      const health = await this.#context.balancers.healthOf(target);
      if (health?.State === 'draining') return;
    }
    this.#ending.add(task.id);
    this.#context.runs.change(task, { targets: [] }, false);
    const { stopCode = 'ServiceSchedulerInitiated', stoppedReason = '' } = task;
    this.#context.runs.endTask(task, stopCode, stoppedReason);
  }

  async #judge(task: TaskRecord): Promise<TaskHealthState> {
    const targets = task.targets ?? (await this.#register(task));
    const { reason = '', state } = await this.#healthOf(task, targets);
    this.#states.set(task.id, state);
    if (state === 'unhealthy') await this.stop(task, reason);
    return state;
  }

  async #healthOf(
    task: TaskRecord,
    targets: readonly TaskTarget[] | undefined,
  ): Promise<Judgement> {
    const { cloud, store } = this.#context;
    const { startedAt = cloud.clock.now() } = task.times;
    const ranMs = cloud.clock.now() - startedAt;
    const definition = store.definition(task.family, task.revision);
    const container = taskHealth(task, definition);
    if (container === 'UNHEALTHY') {
      this.#tell(`(task ${task.id}) failed container health checks.`);
      return { state: 'unhealthy', reason: 'Task failed container health checks' };
    }
    if (!this.#hasChecks(task)) return { state: ranMs >= HEALTHY_AFTER_MS ? 'healthy' : 'pending' };
    if (targets === undefined) return { state: 'pending' };
    const isChecked = definition?.content.containerDefinitions?.some(
      ({ healthCheck }) => healthCheck,
    );
    if (isChecked === true && container !== 'HEALTHY') return { state: 'pending' };
    return this.#targetsHealth(targets, ranMs);
  }

  async #targetsHealth(targets: readonly TaskTarget[], ranMs: number): Promise<Judgement> {
    const graceMs = (this.#record?.settings.healthCheckGracePeriodSeconds ?? 0) * 1_000;
    let state: TaskHealthState = 'healthy';
    for (const target of targets) {
      const health = await this.#context.balancers.healthOf(target);
      if (health?.State === 'unhealthy' && ranMs >= graceMs) {
        const why = `${health.Description ?? health.Reason}. The container must listen on port ${target.port}, which the variable PORT gives it`;
        this.#tell(
          `(port ${target.port}) is unhealthy in (target-group ${target.group}) due to (reason ${why}).`,
        );
        return {
          state: 'unhealthy',
          reason: `Task failed ELB health checks in (target-group ${target.group})`,
        };
      }
      if (health?.State !== 'healthy') state = 'pending';
    }
    return { state };
  }

  /** @returns undefined if the load balancer refused it */
  async #register(task: TaskRecord): Promise<readonly TaskTarget[] | undefined> {
    const { balancers } = this.#context;
    const revision = this.#revision(task);
    if (revision === undefined) return undefined;
    const targets: TaskTarget[] = [];
    for (const balancer of revision.loadBalancers) {
      const { containerName = '', containerPort = 0 } = balancer;
      const port = task.ports?.[containerName]?.[String(containerPort)];
      if (port === undefined) continue;
      const target = { group: balancers.groupOf(revision, balancer), id: LOCAL_ADDRESS, port };
      try {
        await balancers.register(balancer, target);
      } catch (error) {
        this.#refuse(task, target, error);
        return undefined;
      }
      targets.push(target);
      this.#tell(`registered 1 targets in (target-group ${target.group})`);
    }
    this.#context.runs.change(task, { targets }, false);
    return targets;
  }

  #refuse(task: TaskRecord, { group }: TaskTarget, error: unknown): void {
    if (this.#refusedTargets.has(task.id)) return;
    this.#refusedTargets.add(task.id);
    const message = error instanceof Error ? error.message : String(error);
    this.#tell(`failed to register targets in (target-group ${group}) with (error ${message})`);
  }

  async #deregister(task: TaskRecord, targets: readonly TaskTarget[]): Promise<void> {
    const { balancers } = this.#context;
    const revision = this.#revision(task);
    for (const target of targets) {
      const balancer = revision?.loadBalancers.find((one) =>
        [one.targetGroupArn, one.advancedConfiguration?.alternateTargetGroupArn].includes(
          target.group,
        ),
      );
      try {
        await balancers.deregister(balancer, target);
        this.#tell(`deregistered 1 targets in (target-group ${target.group})`);
      } catch (error) {
        this.#refuse(task, target, error);
      }
    }
  }
}

/** The id of the revision that started a task. */
function revisionOf({ startedBy = '' }: TaskRecord): string {
  return startedBy.slice(deploymentName('').length);
}
