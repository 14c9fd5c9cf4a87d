import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Timer } from '../../../host/clock.ts';
import type { ServicesContext } from './context.ts';
import { isRunning, ServiceView } from './deployment.ts';
import { alarmNamesOf, alarmsInAlarm } from './deployment-alarms.ts';
import { publishAction, publishDeployment } from './history.ts';
import { deploymentName } from './names.ts';
import type { DeploymentRecord } from './records.ts';
import { finishRolling, isSteady, roll } from './rolling.ts';
import { type FailedTask, ServiceTasks } from './service-tasks.ts';
import { shift } from './shifting.ts';
import { breakerThreshold, isShifting, throttleMs } from './strategy.ts';

/** How often a service is looked after while something changes, and else. On the clock. */
const BUSY_MS = 1_000;
const IDLE_MS = 10_000;

const BREAKER = 'ECS deployment circuit breaker';
const ALARMS = 'ECS deployment alarms';

/** Looks after one service: one look after the other, at every change of a task and at intervals. */
export class ServiceController {
  readonly #context: ServicesContext;
  readonly #view: ServiceView;
  readonly #tasks: ServiceTasks;
  readonly #alarmed = new Set<string>();
  #timer: Timer | undefined;
  #release: (() => void) | undefined;
  #looking: Promise<void> | undefined;
  #isAwaited = false;
  #isHalted = false;
  #throttledUntil = 0;

  constructor(context: ServicesContext, cluster: string, name: string) {
    this.#context = context;
    this.#view = new ServiceView(context, cluster, name);
    this.#tasks = new ServiceTasks(context, cluster, name);
  }

  get tasks(): ServiceTasks {
    return this.#tasks;
  }

  /** Looks after the service now. */
  wake(): void {
    if (this.#isHalted) return;
    if (this.#looking !== undefined) {
      this.#isAwaited = true;
      return;
    }
    this.#looking = this.#lookRepeatedly();
  }

  /** An alarm went into ALARM. */
  onAlarm(name: string): void {
    this.#alarmed.add(name);
    const { deployment } = this.#view;
    if (deployment !== undefined && isRunning(deployment)) this.wake();
    else this.#alarmed.clear();
  }

  halt(): void {
    this.#isHalted = true;
    this.#timer?.cancel();
    this.#release?.();
  }

  async #lookRepeatedly(): Promise<void> {
    do {
      // Other work has its turn between two looks.
      await nextTurn();
      this.#isAwaited = false;
      try {
        await this.#look();
      } catch (error) {
        const { name } = this.#view.service;
        this.#context.cloud.logger.error(
          { service: name, error: String(error) },
          'A service failed',
        );
      }
    } while (this.#isAwaited && !this.#isHalted);
    this.#looking = undefined;
    this.#lookLater();
  }

  async #look(): Promise<void> {
    const view = this.#view;
    if (this.#isHalted || view.service.status === 'INACTIVE') return;
    const failed = await this.#tasks.settle();
    this.#count(failed);
    const { deployment } = view;
    if (view.service.status === 'DRAINING') await this.#drain();
    else if (deployment === undefined || !isRunning(deployment)) await this.#keep();
    else await this.#deploy(deployment);
    this.#reportSteady();
    this.#holdClock();
  }

  async #drain(): Promise<void> {
    await roll(this.#view, this.#tasks, false);
    for (const task of this.#tasks.live()) {
      await this.#tasks.stop(task, `Scaling activity initiated by (deployment ${task.startedBy})`);
    }
    if (this.#tasks.present().length > 0) return;
    const { deployment } = this.#view;
    const now = this.#context.cloud.clock.now();
    if (deployment !== undefined && isRunning(deployment)) {
      this.#view.changeDeployment({ status: 'STOPPED', stoppedAt: now, finishedAt: now });
    }
    this.#view.changeService({ status: 'INACTIVE' });
  }

  async #keep(): Promise<void> {
    await roll(this.#view, this.#tasks, this.#mayStart);
  }

  async #deploy(deployment: DeploymentRecord): Promise<void> {
    const view = this.#view;
    if (deployment.status === 'PENDING') await this.#begin(deployment);
    if (deployment.status === 'ROLLBACK_REQUESTED') {
      view.fail('ECS deployment', 'a rollback was requested.', true);
    } else await this.#monitor();
    const { deployment: now } = view;
    if (now === undefined || !isRunning(now)) return;
    if (isShifting(now.configuration)) await shift(view, this.#tasks, this.#mayStart);
    else {
      await roll(view, this.#tasks, this.#mayStart);
      await finishRolling(view, this.#tasks);
    }
  }

  /**
   * Alarms that are in ALARM before the deployment begins are not watched: they would stop any. Its tasks start without the
   * throttling that the tasks of the former one caused: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
   */
  async #begin({ alarms, configuration, target }: DeploymentRecord): Promise<void> {
    const { cloud } = this.#context;
    const view = this.#view;
    this.#alarmed.clear();
    this.#throttledUntil = 0;
    const early =
      alarms.status === 'MONITORING' ? await alarmsInAlarm(cloud, alarmNamesOf(configuration)) : [];
    view.changeDeployment({
      status: 'IN_PROGRESS',
      startedAt: cloud.clock.now(),
      ...(early.length > 0 && {
        alarms: { status: 'DISABLED', triggered: [] },
        statusReason: `Alarms are not watched in this deployment, because ${early.join(', ')} was in ALARM when it started.`,
      }),
    });
    if (early.length > 0) {
      view.tell(
        `(deployment ${deploymentName(target)}) alarms are not monitored: ${early.join(', ')} was in ALARM when the deployment started.`,
      );
    }
    publishDeployment(cloud, view.service, {
      eventType: 'INFO',
      eventName: 'SERVICE_DEPLOYMENT_IN_PROGRESS',
      revision: target,
      reason: `ECS deployment ${deploymentName(target)} in progress.`,
    });
  }

  /** Notices alarms and failed tasks that end the deployment. */
  async #monitor(): Promise<void> {
    const view = this.#view;
    const { deployment, service } = view;
    if (deployment?.status !== 'IN_PROGRESS') return;
    const { alarms, breaker, configuration, target } = deployment;
    const names = alarms.status === 'MONITORING' ? alarmNamesOf(configuration) : [];
    const rung = new Set([
      ...names.filter((name) => this.#alarmed.has(name)),
      ...(await alarmsInAlarm(this.#context.cloud, names)),
    ]);
    if (rung.size > 0) {
      view.changeDeployment({ alarms: { status: 'TRIGGERED', triggered: [...rung] } });
      return view.fail(
        ALARMS,
        `alarm detected: ${[...rung].join(', ')}.`,
        configuration.alarms?.rollback === true,
      );
    }
    const failures = view.revision(target)?.failedTasks ?? 0;
    if (
      breaker.status === 'MONITORING' &&
      failures >= breakerThreshold(configuration, service.desiredCount)
    ) {
      view.changeDeployment({ breaker: { status: 'TRIGGERED' } });
      const reason =
        view.revision(target)?.hasBeenHealthy === true
          ? 'tasks failed health checks.'
          : 'tasks failed to start.';
      view.fail(BREAKER, reason, configuration.deploymentCircuitBreaker?.rollback === true);
    }
  }

  /** Counts failed tasks in a row, and waits longer before it starts the next ones. */
  #count(failed: readonly FailedTask[]): void {
    const view = this.#view;
    for (const revision of view.revisions) {
      const own = failed.filter((task) => task.revision === revision.id);
      const isHealthy = this.#tasks.live(revision.id).some((task) => this.#tasks.isHealthy(task));
      const resets =
        view.deployment?.configuration.deploymentCircuitBreaker?.resetOnHealthyTask !== false;
      const base = isHealthy && resets ? 0 : revision.failedTasks;
      const failedTasks = base + own.length;
      const hasBeenHealthy = revision.hasBeenHealthy || isHealthy;
      if (failedTasks === revision.failedTasks && hasBeenHealthy === revision.hasBeenHealthy)
        continue;
      view.changeRevision(revision.id, { failedTasks, hasBeenHealthy });
      // As on AWS, tasks that fail their health checks do not throttle. Those that run and exit do, which AWS does not: it needs longer to start one.
      if (own.some(({ ended }) => ended)) this.#throttle(failedTasks);
    }
  }

  #throttle(failures: number): void {
    const delay = throttleMs(failures);
    if (delay === 0) return;
    const { cloud } = this.#context;
    this.#throttledUntil = cloud.clock.now() + delay;
    this.#view.tell(
      'is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
    );
    publishAction(cloud, this.#view.service, 'WARN', 'SERVICE_TASK_START_IMPAIRED');
  }

  get #mayStart(): boolean {
    return this.#context.cloud.clock.now() >= this.#throttledUntil;
  }

  #reportSteady(): void {
    const view = this.#view;
    const { service } = view;
    const isNow = service.status === 'ACTIVE' && isSteady(view, this.#tasks);
    if (isNow === service.isSteady) return;
    view.changeService({ isSteady: isNow });
    if (!isNow) return;
    view.tell('has reached a steady state.');
    publishAction(this.#context.cloud, service, 'INFO', 'SERVICE_STEADY_STATE');
  }

  /** Processes start in real time, so a faster clock waits until they are judged. */
  #holdClock(): void {
    if (this.#tasks.hasUnjudged && !this.#isHalted)
      this.#release ??= this.#context.cloud.clock.hold();
    else {
      this.#release?.();
      this.#release = undefined;
    }
  }

  #lookLater(): void {
    const { deployment, service } = this.#view;
    this.#timer?.cancel();
    if (this.#isHalted || service.status === 'INACTIVE') return;
    const isBusy =
      (deployment !== undefined && isRunning(deployment)) ||
      !service.isSteady ||
      this.#tasks.hasDraining;
    this.#timer = this.#context.cloud.clock.setTimer(isBusy ? BUSY_MS : IDLE_MS, () => this.wake());
  }
}
