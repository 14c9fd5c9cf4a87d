import { availableParallelism } from 'node:os';
import type { Cloud } from '../../cloud/cloud.ts';
import { Slots } from '../../jobs/index.ts';
import { MAX_SERVICE_TASKS, STOPPED_RETENTION_MS, TOKEN_LIFETIME_MS } from './limits.ts';
import type { DefinitionRecord, EcsStore, StopCode, TaskRecord } from './store.ts';
import type { TaskEndpoint } from './task-endpoint.ts';
import { publishTaskState } from './task-events.ts';
import { type RunContext, TaskRun } from './task-run.ts';

/** The maximum number of concurrent tasks; further ones wait in PROVISIONING. */
const MAX_TASKS = Math.max(2, availableParallelism()) * 2;

/** AWS's words for a Spot task that is interrupted: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html */
export const INTERRUPTED = 'Your Spot Task was interrupted.';

/** Runs tasks in the background, each once. */
export class TaskRuns {
  readonly #cloud: Cloud;
  readonly #store: EcsStore;
  readonly #endpoint: TaskEndpoint;
  readonly #runs = new Map<string, TaskRun>();
  readonly #ends = new Set<Promise<void>>();
  readonly #slots = new Slots(MAX_TASKS);
  /** Tasks of services that have not ended. */
  #serviceTasks = 0;
  /** Called after each change of a service's task. */
  onServiceTask: (task: TaskRecord) => void = () => {};
  #isHalted = false;

  constructor(cloud: Cloud, store: EcsStore, endpoint: TaskEndpoint) {
    this.#cloud = cloud;
    this.#store = store;
    this.#endpoint = endpoint;
  }

  /** How many further tasks of services this machine runs now. */
  get freeServiceTasks(): number {
    return Math.max(0, MAX_SERVICE_TASKS - this.#serviceTasks);
  }

  /** Stores a new task and runs it. */
  begin(task: TaskRecord, definition: DefinitionRecord): void {
    this.#store.putTask(task);
    publishTaskState(this.#cloud, task, definition);
    const run = new TaskRun(this.#contextOf(task), task, definition);
    this.#runs.set(task.id, run);
    if (task.service !== undefined) this.#serviceTasks += 1;
    const end = this.#inTurn(run, task)
      .catch((error: unknown) => {
        this.#cloud.logger.error({ task: task.id, error: String(error) }, 'A task failed to run');
      })
      .finally(() => {
        this.#runs.delete(task.id);
        if (task.service !== undefined) this.#serviceTasks -= 1;
        this.#ends.delete(end);
        if (!this.#isHalted) this.#forgetLater(task);
      });
    this.#ends.add(end);
  }

  /**
   * Asks a task to stop. A task of Fargate Spot with the reason of an interruption is interrupted, which lets people
   * rehearse one.
   *
   * @returns the task as it is then
   */
  stop(task: TaskRecord, reason: string): TaskRecord {
    const run = this.#runs.get(task.id);
    if (run === undefined) return task;
    const isSpot = task.capacityProviderName === 'FARGATE_SPOT' && reason === INTERRUPTED;
    run.stop(isSpot ? 'SpotInterruption' : 'UserInitiated', reason);
    return this.#current(task);
  }

  /** Asks a task to stop on behalf of its service. */
  endTask(task: TaskRecord, stopCode: StopCode, reason: string): void {
    this.#runs.get(task.id)?.stop(stopCode, reason);
  }

  /** The first processes of a task's containers. */
  pidsOf(id: string): readonly number[] {
    return this.#runs.get(id)?.pids ?? [];
  }

  /** Stores a change of a task, and sends an event unless the change is internal. */
  change(task: TaskRecord, change: Partial<TaskRecord>, isEvent = true): void {
    this.#change(task, change, isEvent);
  }

  /** Ends the tasks of a former runtime, whose containers ended with it, and forgets old ones. */
  resume(): void {
    for (const task of this.#store.tasks()) {
      if (task.lastStatus !== 'STOPPED') this.#lose(task);
      this.#forgetLater(task);
    }
    const now = this.#cloud.clock.now();
    for (const token of this.#store.tokens()) {
      if (token.usedAt + TOKEN_LIFETIME_MS <= now) this.#store.deleteToken(token);
    }
  }

  /** Starts no task any more, and changes no record. */
  halt(): void {
    this.#isHalted = true;
  }

  /** Kills the containers of all tasks. */
  async end(): Promise<void> {
    for (const run of this.#runs.values()) run.abandon();
    await Promise.all(this.#ends);
  }

  async #inTurn(run: TaskRun, { service }: TaskRecord): Promise<void> {
    // A task that is stopped while it waits needs no place: it only ends. A service starts no task without one.
    const hasSlot = service === undefined && (await this.#slots.take(run.stopping));
    // Containers take real time, so a faster clock must wait for them: for those of a service until they run.
    const release = this.#cloud.clock.hold();
    if (service !== undefined) void run.running.then(release);
    try {
      if (!this.#isHalted) await run.run();
    } finally {
      release();
      if (hasSlot) this.#slots.release();
    }
  }

  #contextOf(task: TaskRecord): RunContext {
    return {
      cloud: this.#cloud,
      endpoint: this.#endpoint,
      current: () => this.#current(task),
      change: (change, isEvent = true) => this.#change(task, change, isEvent),
    };
  }

  #current(task: TaskRecord): TaskRecord {
    return this.#store.task(task.cluster, task.id) ?? task;
  }

  #change(task: TaskRecord, change: Partial<TaskRecord>, isEvent: boolean): void {
    if (this.#isHalted) return;
    const current = this.#current(task);
    const version = current.version + (isEvent ? 1 : 0);
    const changed = { ...current, ...change, version };
    this.#store.putTask(changed);
    const definition = this.#store.definition(task.family, task.revision);
    if (isEvent) publishTaskState(this.#cloud, changed, definition);
    if (changed.service !== undefined) this.onServiceTask(changed);
  }

  #lose(task: TaskRecord): void {
    const now = this.#cloud.clock.now();
    const {
      stopCode = 'InfrastructureHealth' satisfies StopCode,
      stoppedReason = 'The runtime of this AWS ended, and the containers of the task with it.',
    } = task;
    this.#change(
      task,
      {
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stopCode,
        stoppedReason,
        times: { ...task.times, stoppingAt: now, executionStoppedAt: now, stoppedAt: now },
        containers: task.containers.map((container) => ({ ...container, lastStatus: 'STOPPED' })),
      },
      true,
    );
  }

  /** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html: stopped tasks are kept for an hour. */
  #forgetLater(task: TaskRecord): void {
    const { stoppedAt = this.#cloud.clock.now() } = this.#current(task).times;
    const delay = Math.max(0, stoppedAt + STOPPED_RETENTION_MS - this.#cloud.clock.now());
    this.#cloud.clock.setTimer(delay, () => {
      if (!this.#isHalted) this.#store.deleteTask(task);
    });
  }
}
