import { join } from 'node:path';
import type { Clock } from '../host/clock.ts';
import type { Logger } from '../host/logger.ts';
import type { Random } from '../host/random.ts';
import type { SharedTime } from '../host/shared-time.ts';
import { isDoneWithin } from '../processes/index.ts';
import { accountStore, type Store } from '../store/index.ts';
import { judgeInput } from './api-model/index.ts';
import type { Authorizer } from './authorizer.ts';
import { Downloads } from './downloads.ts';
import type { Principal } from './principal.ts';
import { RequestThrottle } from './request-throttle.ts';
import type {
  Account,
  AnyOperation,
  Call,
  LogLine,
  MetricDatum,
  Service,
  ServiceEvent,
} from './service.ts';
import { ServiceError } from './service-error.ts';
import type { ServiceName } from './service-name.ts';
import { systemTagOf } from './system-tags.ts';

export interface CloudOptions {
  readonly accountId: string;
  readonly region: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly authorizer: Authorizer;
  readonly logger: Logger;
  /** The folder for object contents, job directories and function code. */
  readonly stateFolder: string;
  /** Where Python environments are kept; runtimes may share it. @default `python` in the state folder */
  readonly pythonFolder?: string;
  /** Refuse requests beyond AWS's quotas, where a service has them. @default false */
  readonly throttle?: boolean;
}

/** What the door needs beside the call itself. */
export interface CallOptions extends Partial<Omit<Call, 'principal'>> {
  /** Shared with other clients before the operation runs. @default it runs in the same turn */
  readonly time?: SharedTime;
}

/** Builds a service; it may call others through the cloud once all are there, not while being built. */
export type ServiceFactory = (cloud: Cloud) => Service;

/**
 * AWS on one machine. Everything goes through `call`: requests of the HTTP gateway, tasks of state
 * machines, provisioning, services among themselves. Permissions and the constraints of the API models
 * are checked there and only there.
 */
export class Cloud implements Account {
  readonly accountId: string;
  readonly region: string;
  readonly partition = 'aws';
  readonly clock: Clock;
  readonly random: Random;
  /** What the services of this account and region store. */
  readonly store: Store;
  /** What the services of this account store that have no region, such as IAM. */
  readonly globalStore: Store;
  readonly logger: Logger;
  readonly stateFolder: string;
  readonly pythonFolder: string;
  /** Files of the services that anyone with their link can download. */
  readonly downloads: Downloads;
  /** Where the gateway answers, for functions and jobs to call; the runtime sets it when it listens. */
  endpoint: string | undefined;
  readonly #authorizer: Authorizer;
  readonly #throttle: RequestThrottle | undefined;
  readonly #services = new Map<ServiceName, Service>();

  constructor(options: CloudOptions, factories: readonly ServiceFactory[]) {
    this.accountId = options.accountId;
    this.region = options.region;
    this.clock = options.clock;
    this.random = options.random;
    this.downloads = new Downloads(options.clock, options.random);
    const { accountId, region } = options;
    this.store = accountStore(options.store, { accountId, region });
    this.globalStore = accountStore(options.store, { accountId, region: GLOBAL_REGION });
    this.logger = options.logger;
    this.stateFolder = options.stateFolder;
    this.pythonFolder = options.pythonFolder ?? join(options.stateFolder, 'python');
    this.#authorizer = options.authorizer;
    this.#throttle = options.throttle === true ? new RequestThrottle(options.clock) : undefined;
    for (const factory of factories) {
      const service = factory(this);
      this.#services.set(service.name, service);
    }
  }

  /** The service of that name, or undefined where this runtime has none. */
  service(name: ServiceName): Service | undefined {
    return this.#services.get(name);
  }

  /**
   * Calls one operation as `principal`. The answer is given when its writes survive a kill.
   *
   * @throws ServiceError as AWS would refuse it; `UnsupportedOperation` (501) names what this runtime lacks
   * @throws DiskFullError where its writes wait in memory until the disk has room
   */
  async call<Output = unknown>(
    principal: Principal,
    serviceName: ServiceName,
    operationName: string,
    input: object,
    options: CallOptions = {},
  ): Promise<Output> {
    const target = this.#find(serviceName, operationName);
    const output = await this.#perform(target, principal, operationName, input, options);
    if (target.operation.durable !== false) {
      await this.store.committed().catch((error: unknown) => {
        // However full the disk is, one can look.
        if (!(target.operation.readOnly ?? isReading.test(operationName))) throw error;
      });
    }
    return output as Output;
  }

  /**
   * As `call`, for what a service takes from another or brings to it by itself, such as an event to its
   * target. It is done once memory holds it: the disk gets it before whatever its caller writes next, so
   * a full one is no refusal by the other.
   *
   * @throws ServiceError as the other service refuses it
   */
  async handOn<Output = unknown>(
    principal: Principal,
    serviceName: ServiceName,
    operationName: string,
    input: object,
    options: CallOptions = {},
  ): Promise<Output> {
    const target = this.#find(serviceName, operationName);
    return (await this.#perform(target, principal, operationName, input, options)) as Output;
  }

  #find(serviceName: ServiceName, operationName: string): Target {
    const service = this.#services.get(serviceName);
    const operation = service?.operations[operationName];
    if (service === undefined || operation === undefined) {
      throw new UnsupportedOperation(serviceName, operationName);
    }
    return { service, operation };
  }

  async #perform(
    { service, operation }: Target,
    principal: Principal,
    operationName: string,
    input: object,
    options: CallOptions,
  ): Promise<unknown> {
    this.#throttle?.take(service, operationName);
    const invalid = this.#invalid(service, operationName, input);
    if (invalid !== undefined && service.judgesFirst === true) throw invalid;
    const permissions = operation.permissions(input, this);
    this.#authorizer.authorize({ cloud: this, principal, service, permissions });
    // Most services answer who may not call before they tell what is wrong with the call.
    if (invalid !== undefined) throw invalid;
    const systemTag = options.setsSystemTags === true ? undefined : systemTagOf(input);
    if (systemTag !== undefined) {
      const refused = service.systemTagRefused?.(systemTag);
      if (refused !== undefined) throw refused;
    }
    const { time, ...facts } = options;
    const call: Call = { requestId: this.random.uuid(), ...facts, principal };
    if (time !== undefined) await time.share();
    return operation.run(input, call);
  }

  /** The service's error for an input that breaks its API model. @throws SerializationException */
  #invalid(service: Service, operationName: string, input: object): ServiceError | undefined {
    const violations = judgeInput(service.name, operationName, input);
    return violations.length === 0 ? undefined : service.invalidInput?.(violations, operationName);
  }

  /** Puts a service's own event on the default bus; every service hears of it. */
  publish(event: ServiceEvent): void {
    for (const service of this.#services.values()) service.onEvent?.(event);
  }

  /** Records a metric that a service emits by itself. */
  recordMetric(datum: MetricDatum): void {
    for (const service of this.#services.values()) service.onMetric?.(datum);
  }

  /** Writes a line to CloudWatch Logs on behalf of a service. */
  writeLogLine(line: LogLine): void {
    for (const service of this.#services.values()) service.onLogLine?.(line);
  }

  /** `arn:aws:<service>:<region>:<account>:<resource>` */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  async start(): Promise<void> {
    for (const service of this.#services.values()) await service.start?.();
  }

  /**
   * Ends within a few seconds whatever is under way, and leaves in the store what a kill at one single moment
   * would: nothing that comes of ending processes is recorded as their result.
   *
   * @throws DiskFullError where something of before is lost
   */
  async stop(): Promise<void> {
    const services = [...this.#services.values()].reverse();
    for (const service of services) service.halt?.();
    await this.#within(FLUSH_PATIENCE_MS, services, async (service) => service.flush?.());
    try {
      await this.store.freeze();
    } finally {
      await this.#within(STOP_PATIENCE_MS, services, async (service) => service.stop?.());
    }
  }

  async #within(
    patienceMs: number,
    services: readonly Service[],
    work: (service: Service) => Promise<void>,
  ): Promise<void> {
    const all = services.map((service) =>
      work(service).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        this.logger.warn({ service: service.name, message }, 'A service did not stop in order');
      }),
    );
    if (await isDoneWithin(patienceMs, Promise.all(all))) return;
    this.logger.warn({ patienceMs }, 'Services take too long to stop; they are left behind');
  }
}

/** How long services may take to write what is in memory, in real time. */
const FLUSH_PATIENCE_MS = 1_000;

/** How long services may take to end their processes; the runtime is to end in less than five seconds. */
const STOP_PATIENCE_MS = 2_500;

/** AWS's name for where services without regions are: https://docs.aws.amazon.com/general/latest/gr/iam-service.html */
const GLOBAL_REGION = 'aws-global';

/** What a call is for. */
interface Target {
  readonly service: Service;
  readonly operation: AnyOperation;
}

/** How AWS names operations that change nothing; who takes an activity's task changes something. */
const isReading = /^(Describe|Filter|Get(?!ActivityTask)|Head|List|Test|Validate)/;

/** An operation that AWS has and this runtime lacks, answered by name. */
export class UnsupportedOperation extends ServiceError {
  constructor(service: string, operation: string) {
    super(
      'NotImplemented',
      `stepmill does not implement ${service}:${operation}. Nothing was done. docs/local.md lists what each service has.`,
      { status: 501, fault: 'client' },
    );
  }
}
