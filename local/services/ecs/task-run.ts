import { join } from 'node:path';
import type {
  Container,
  ContainerDefinition,
  ContainerDependency,
  KeyValuePair,
} from '@aws-sdk/client-ecs';
import type { Cloud } from '../../cloud/cloud.ts';
import {
  type ContainerEnd,
  NothingToStart,
  type PulledImage,
  type StartedContainer,
} from '../../cloud/container-images.ts';
import type { Principal } from '../../cloud/principal.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { givePortBack, takePort } from '../../host/ports.ts';
import { removeTree } from '../../processes/index.ts';
import { LOCAL_ADDRESS } from './describe-task.ts';
import { watchHealth } from './health-check.ts';
import { DEFAULT_STOP_SECONDS } from './limits.ts';
import type { DefinitionRecord, StopCode, TaskRecord, TaskStatus, TaskTimes } from './store.ts';
import { assumeTaskRole, type TaskEndpoint } from './task-endpoint.ts';
import { type ContainerLog, openLog } from './task-log.ts';
import { ContainerNotStarted, TaskNotStarted } from './task-not-started.ts';
import {
  assumeExecutionRole,
  mountsOf,
  pullImage,
  readSecrets,
  roleNotAssumed,
} from './task-setup.ts';

/** What a run needs of its service. */
export interface RunContext {
  readonly cloud: Cloud;
  readonly endpoint: TaskEndpoint;
  /** The task as it is stored. */
  current(): TaskRecord;
  /** Stores a change of the task, with an event unless it concerns a container only. */
  change(change: Partial<TaskRecord>, isEvent?: boolean): void;
}

/** A container with all that it needs to start. */
interface Prepared {
  readonly definition: ContainerDefinition;
  readonly image: PulledImage;
  readonly log: ContainerLog;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Resolved when a container has got that far; rejected when it cannot any more. */
class Milestone {
  readonly reached: Promise<void>;
  reach!: () => void;
  miss!: (reason: string) => void;

  constructor() {
    this.reached = new Promise((resolve, reject) => {
      this.reach = resolve;
      this.miss = (reason) => reject(new TaskNotStarted(reason));
    });
    this.reached.catch(() => {});
  }
}

class ContainerRun {
  readonly milestones = {
    START: new Milestone(),
    HEALTHY: new Milestone(),
    COMPLETE: new Milestone(),
    SUCCESS: new Milestone(),
  };
  readonly name: string;
  readonly prepared: Prepared;
  pid: number | undefined;
  /** Undefined until it is about to start. */
  starting: Promise<StartedContainer> | undefined;

  constructor(prepared: Prepared) {
    this.prepared = prepared;
    this.name = prepared.definition.name ?? '';
  }

  /** What waited for this container cannot start any more. */
  end({ code }: Pick<ContainerEnd, 'code'>): void {
    const ended = `container ${this.name} ended with exit code ${code}`;
    this.milestones.START.miss(`${ended} before it had started`);
    this.milestones.HEALTHY.miss(`${ended} before it was healthy`);
    this.milestones.COMPLETE.reach();
    if (code === 0) this.milestones.SUCCESS.reach();
    else this.milestones.SUCCESS.miss(ended);
  }
}

const RUNTIME_ID_DIGITS = 10;
const BYTES_PER_MIB = 1_048_576;

/** The life of one task, from PENDING to STOPPED. */
export class TaskRun {
  readonly #context: RunContext;
  readonly #task: TaskRecord;
  readonly #content: DefinitionRecord['content'];
  readonly #stop = new AbortController();
  readonly #volumes: string;
  readonly #running = new Milestone();
  readonly #ports: number[] = [];
  #containers: readonly ContainerRun[] = [];
  #isAbandoned = false;

  constructor(context: RunContext, task: TaskRecord, definition: DefinitionRecord) {
    this.#context = context;
    this.#task = task;
    this.#content = definition.content;
    this.#volumes = join(context.cloud.stateFolder, 'ecs', task.id);
  }

  async run(): Promise<void> {
    try {
      if (!this.#stop.signal.aborted) await this.#prepareAndRun();
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#fail(error);
    }
    await this.#endContainers();
    await removeTree(this.#volumes);
    for (const port of this.#ports) givePortBack(port);
    this.#running.reach();
    if (this.#isAbandoned) return;
    this.#context.endpoint.close(this.#task.id);
    this.#finish();
  }

  get pids(): readonly number[] {
    return this.#containers.flatMap(({ pid }) => pid ?? []);
  }

  /** Resolves when all containers have started, or when the task is over. */
  get running(): Promise<void> {
    return this.#running.reached.catch(() => {});
  }

  /** Aborted when the task is to end. */
  get stopping(): AbortSignal {
    return this.#stop.signal;
  }

  /** Stops the task; the first reason counts. */
  stop(stopCode: StopCode, stoppedReason: string): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    const times = this.#times('stoppingAt');
    // Where containers still run, the event says that they are about to end.
    const isAnnounced = ANNOUNCED.includes(stopCode);
    // A task that its service has taken from the load balancer has its reason already.
    const { stopCode: code = stopCode, stoppedReason: reason = stoppedReason } =
      this.#context.current();
    this.#context.change(
      { desiredStatus: 'STOPPED', stopCode: code, stoppedReason: reason, times },
      isAnnounced,
    );
  }

  /** Kills all containers, and leaves the record as it is. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#stop.abort();
    for (const { starting } of this.#containers) {
      void starting?.then(
        (started) => started.kill('SIGKILL'),
        () => {},
      );
    }
  }

  async #prepareAndRun(): Promise<void> {
    const { attachmentId } = this.#task;
    const networkInterfaces = [{ attachmentId, privateIpv4Address: LOCAL_ADDRESS }];
    this.#change('PENDING', 'connectivityAt', { networkInterfaces });
    this.#containers = (await this.#prepare()).map((prepared) => new ContainerRun(prepared));
    if (this.#stop.signal.aborted) return;
    await Promise.race([
      Promise.all(this.#containers.map((container) => this.#runContainer(container))),
      aborted(this.#stop.signal),
    ]);
  }

  async #prepare(): Promise<readonly Prepared[]> {
    const { cloud } = this.#context;
    const { signal } = this.#stop;
    const executionRole = this.#task.overrides.executionRoleArn ?? this.#content.executionRoleArn;
    const principal = await assumeExecutionRole(cloud, this.#task, executionRole);
    await this.#checkTaskRole();
    this.#context.change({ times: this.#times('pullStartedAt') }, false);
    const prepared: Prepared[] = [];
    for (const definition of this.#content.containerDefinitions ?? []) {
      const image = await pullImage(cloud, definition.image ?? '', { principal, signal });
      prepared.push(await this.#prepareContainer(definition, image, principal));
      if (this.#task.service !== undefined) await this.#takePorts(definition);
    }
    this.#context.change({ times: this.#times('pullStoppedAt') }, false);
    return prepared;
  }

  async #prepareContainer(
    definition: ContainerDefinition,
    image: PulledImage,
    principal: Principal,
  ): Promise<Prepared> {
    const { cloud } = this.#context;
    const { cluster: _, id } = this.#task;
    const runtimeId = `${id}-${cloud.random.hex(RUNTIME_ID_DIGITS)}`;
    this.#changeContainer(definition.name, { imageDigest: image.digest, runtimeId });
    return {
      definition,
      image,
      secrets: await readSecrets(cloud, definition, principal),
      log: await openLog(cloud, definition, { principal, task: id }),
    };
  }

  /** Containers share the network of the machine, so the variable PORT gives the container of a service its port. */
  async #takePorts({ name = '', portMappings = [] }: ContainerDefinition): Promise<void> {
    const own: Record<string, number> = {};
    for (const { containerPort = 0 } of portMappings) {
      const port = await takePort();
      this.#ports.push(port);
      own[String(containerPort)] = port;
    }
    if (portMappings.length === 0 || this.#isAbandoned) return;
    this.#context.change({ ports: { ...this.#context.current().ports, [name]: own } }, false);
  }

  get #taskRole(): string | undefined {
    return this.#task.overrides.taskRoleArn ?? this.#content.taskRoleArn;
  }

  /** @throws TaskNotStarted if tasks cannot assume the role */
  async #checkTaskRole(): Promise<void> {
    const role = this.#taskRole;
    if (role === undefined) return;
    const { cluster, id } = this.#task;
    try {
      await assumeTaskRole(this.#context.cloud, { cluster, task: id }, role);
    } catch (error) {
      throw error instanceof ServiceError ? roleNotAssumed(role, error) : error;
    }
  }

  async #runContainer(container: ContainerRun): Promise<void> {
    const { definition, log } = container.prepared;
    await Promise.all((definition.dependsOn ?? []).map((one) => this.#milestone(one)));
    if (this.#stop.signal.aborted) return;
    container.starting = this.#start(container);
    const started = await container.starting;
    container.pid = started.pid;
    const problem = await started.started;
    if (this.#stop.signal.aborted) return;
    if (problem !== undefined) throw new ContainerNotStarted(container.name, problem);
    container.milestones.START.reach();
    this.#changeContainer(container.name, { lastStatus: 'RUNNING' });
    this.#reportRunning();
    const endHealth = this.#watchHealth(container, started);
    const end = await started.exited;
    endHealth();
    log.end();
    container.end(end);
    if (this.#isAbandoned) return;
    this.#changeContainer(container.name, {
      lastStatus: 'STOPPED',
      exitCode: end.code,
      ...(end.isOutOfMemory === true && { reason: OUT_OF_MEMORY }),
    });
    if (definition.essential !== false) {
      this.stop('EssentialContainerExited', 'Essential container in task exited');
    }
  }

  #milestone({ condition = 'START', containerName }: ContainerDependency): Promise<void> {
    const other = this.#containers.find(({ name }) => name === containerName);
    return other?.milestones[condition].reached ?? Promise.resolve();
  }

  async #start({ name, prepared }: ContainerRun): Promise<StartedContainer> {
    const { cloud, endpoint } = this.#context;
    const { definition, image, log, secrets } = prepared;
    const { cluster, id, overrides } = this.#task;
    const override = overrides.containerOverrides?.find((one) => one.name === name);
    const role = this.#taskRole;
    const mib =
      override?.memory ?? definition.memory ?? Number(overrides.memory ?? this.#content.memory);
    const command = override?.command ?? definition.command;
    const { entryPoint, workingDirectory } = definition;
    try {
      return await image.start({
        ...(command !== undefined && { command }),
        ...(entryPoint !== undefined && { entrypoint: entryPoint }),
        ...(workingDirectory !== undefined && { workingFolder: workingDirectory }),
        environment: {
          ...variables(definition.environment),
          ...secrets,
          ...variables(override?.environment),
          ...portVariables(this.#context.current().ports?.[name]),
          AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
          ECS_CONTAINER_METADATA_URI_V4: endpoint.openMetadata(cluster, id, name),
        },
        mounts: mountsOf(this.#volumes, definition),
        aws: {
          region: cloud.region,
          endpoint: cloud.endpoint,
          ...(role !== undefined && { credentials: endpoint.openCredentials(cluster, id, role) }),
        },
        memoryBytes: mib * BYTES_PER_MIB,
        onOutput: (chunk) => log.push(chunk),
      });
    } catch (error) {
      if (!(error instanceof NothingToStart)) throw error;
      throw new TaskNotStarted(`CannotCreateContainerError: ${error.message}`, { cause: error });
    }
  }

  /** A task runs when all its containers have started. */
  #reportRunning(): void {
    const { containers, lastStatus } = this.#context.current();
    const isWaiting = containers.some((container) => container.lastStatus === 'PENDING');
    if (lastStatus !== 'PENDING' || isWaiting) return;
    this.#change('RUNNING', 'startedAt');
    this.#running.reach();
  }

  #watchHealth(container: ContainerRun, started: StartedContainer): () => void {
    const { healthCheck } = container.prepared.definition;
    if (healthCheck === undefined) return () => {};
    this.#changeContainer(container.name, { healthStatus: 'UNKNOWN' });
    return watchHealth({
      clock: this.#context.cloud.clock,
      check: healthCheck,
      container: started,
      onChange: (healthStatus) => {
        this.#changeContainer(container.name, { healthStatus }, true);
        if (healthStatus === 'HEALTHY') container.milestones.HEALTHY.reach();
        else container.milestones.HEALTHY.miss(`container ${container.name} is unhealthy`);
      },
    });
  }

  #fail(error: unknown): void {
    if (error instanceof ContainerNotStarted) {
      this.#changeContainer(error.container, { reason: error.reason });
    }
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof TaskNotStarted)) {
      this.#context.cloud.logger.error({ task: this.#task.id, error: message }, 'A task failed');
    }
    this.stop('TaskFailedToStart', message);
  }

  /** Stops each container after those that depend on it. */
  async #endContainers(): Promise<void> {
    const ends = new Map<ContainerRun, Promise<void>>();
    const end = (container: ContainerRun): Promise<void> => {
      const known = ends.get(container);
      if (known !== undefined) return known;
      const dependents = this.#containers.filter(({ prepared }) =>
        prepared.definition.dependsOn?.some((one) => one.containerName === container.name),
      );
      const { stopTimeout = DEFAULT_STOP_SECONDS } = container.prepared.definition;
      const ended = Promise.all(dependents.map(end)).then(async () => {
        const started = await container.starting?.catch(() => undefined);
        const exit = await started?.stop(this.#isAbandoned ? 0 : stopTimeout);
        const hasRun = exit !== undefined && (await started?.started) === undefined;
        if (hasRun && !this.#isAbandoned) {
          this.#changeContainer(container.name, { lastStatus: 'STOPPED', exitCode: exit.code });
        }
      });
      ends.set(container, ended);
      return ended;
    };
    await Promise.all(this.#containers.map(end));
  }

  #finish(): void {
    const stopped = { lastStatus: 'STOPPED' } as const;
    this.#change('DEPROVISIONING', 'executionStoppedAt', stopped);
    this.#change('STOPPED', 'stoppedAt');
  }

  /** @param containers a change of all of them */
  #change(lastStatus: TaskStatus, time: keyof TaskTimes, containers: Container = {}): void {
    if (this.#isAbandoned) return;
    const current = this.#context.current();
    this.#context.change({
      lastStatus,
      times: this.#times(time),
      containers: current.containers.map((container) => ({ ...container, ...containers })),
    });
  }

  #changeContainer(name: string | undefined, change: Container, isEvent = false): void {
    if (this.#isAbandoned) return;
    const containers = this.#context
      .current()
      .containers.map((container) =>
        container.name === name ? { ...container, ...change } : container,
      );
    this.#context.change({ containers }, isEvent);
  }

  #times(name: keyof TaskTimes): TaskTimes {
    return { ...this.#context.current().times, [name]: this.#context.cloud.clock.now() };
  }
}

const ANNOUNCED: readonly StopCode[] = [
  'ServiceSchedulerInitiated',
  'SpotInterruption',
  'UserInitiated',
];

/** https://github.com/aws/amazon-ecs-agent/blob/master/agent/engine/errors.go */
const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

/** `PORT` is that of the first mapping; each has one with the container port in its name. */
function portVariables(
  ports: Readonly<Record<string, number>> = {},
): Readonly<Record<string, string>> {
  const all = Object.entries(ports).map(([port, own]) => [`PORT_${port}`, String(own)]);
  const [first] = Object.values(ports);
  return { ...Object.fromEntries(all), ...(first !== undefined && { PORT: String(first) }) };
}

function variables(list: readonly KeyValuePair[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(list.map(({ name = '', value = '' }) => [name, value]));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
