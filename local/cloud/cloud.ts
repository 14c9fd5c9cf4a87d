import { join } from 'node:path';
import type { Clock } from '../host/clock.ts';
import type { Logger } from '../host/logger.ts';
import type { Random } from '../host/random.ts';
import type { SharedTime } from '../host/shared-time.ts';
import { isDoneWithin } from '../processes/index.ts';
import { accountStore, type Store } from '../store/index.ts';
import { judgeInput } from './api-model/index.ts';
import type { Authorizer } from './authorizer.ts';
import { type ContainerImages, NO_CONTAINERS } from './container-images.ts';
import { Downloads } from './downloads.ts';
import { explainPlaceholder } from './placeholder.ts';
import type { Principal } from './principal.ts';
import { RequestThrottle } from './request-throttle.ts';
import { ResponseAddress } from './response-address.ts';
import type {
  Account,
  AnyOperation,
  Call,
  LogLine,
  MetricDatum,
  Permission,
  Service,
  ServiceEvent,
} from './service.ts';
import { ServiceError } from './service-error.ts';
import type { ServiceName } from './service-name.ts';
import type { Sites } from './sites.ts';
import { systemTagOf } from './system-tags.ts';
import type { WebRequest, WebResponse } from './web.ts';

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
  /** Throttle requests that exceed AWS's request quotas, where a service has them. @default false */
  readonly throttle?: boolean;
  /** Whether managed login of user pools asks users to sign in. @default false: it takes the person at the machine */
  readonly signIn?: boolean;
  /** Creates what starts containers. @default none start */
  readonly containers?: (cloud: Cloud) => ContainerImages;
}

/** Optional details of a call. */
export interface CallOptions extends Partial<Omit<Call, 'principal'>> {
  /** Shared with other clients before the operation runs. @default it runs in the same turn */
  readonly time?: SharedTime;
}

/** Creates a service. The service can call other services once all are created, not before. */
export type ServiceFactory = (cloud: Cloud) => Service;

/**
 * AWS on one machine. Every operation is called through `call`: by requests of the HTTP gateway, tasks of
 * state machines, provisioning, and services that call each other. Permissions and the constraints of the
 * API models are checked in `call` and nowhere else.
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
  /** Whether managed login of user pools asks users to sign in. */
  readonly signIn: boolean;
  /** Files that anyone who has the link can download. */
  readonly downloads: Downloads;
  /** Where custom resources answer. */
  readonly responses: ResponseAddress;
  /** Makes images ready, of which services start containers. */
  readonly containers: ContainerImages;
  /** The URL of the gateway, for functions and jobs; the runtime sets it once the gateway listens. */
  endpoint: string | undefined;
  /** The ports of sites; the runtime sets it once the gateway listens. */
  sites: Sites | undefined;
  readonly #authorizer: Authorizer;
  readonly #throttle: RequestThrottle | undefined;
  readonly #services = new Map<ServiceName, Service>();

  constructor(options: CloudOptions, factories: readonly ServiceFactory[]) {
    this.accountId = options.accountId;
    this.region = options.region;
    this.clock = options.clock;
    this.random = options.random;
    this.downloads = new Downloads(options.clock, options.random);
    this.responses = new ResponseAddress(options.random);
    const { accountId, region } = options;
    this.store = accountStore(options.store, { accountId, region });
    this.globalStore = accountStore(options.store, { accountId, region: GLOBAL_REGION });
    this.logger = options.logger;
    this.stateFolder = options.stateFolder;
    this.pythonFolder = options.pythonFolder ?? join(options.stateFolder, 'python');
    this.signIn = options.signIn ?? false;
    this.containers = options.containers?.(this) ?? NO_CONTAINERS;
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
   * Calls one operation as `principal`. Resolves once its writes survive a kill of the process.
   *
   * @throws ServiceError the error that AWS returns; `UnsupportedOperation` (501) for an operation that is not implemented
   * @throws DiskFullError when the disk is full; the writes stay in memory until there is space
   */
  async call<Output = unknown>(
    principal: Principal,
    serviceName: ServiceName,
    operationName: string,
    input: object,
    options: CallOptions = {},
  ): Promise<Output> {
    const output = await this.handOn<Output>(principal, serviceName, operationName, input, options);
    const { operation } = this.#find(serviceName, operationName);
    if (operation.durable !== false) {
      await this.store.committed().catch((error: unknown) => {
        // Reads work on a full disk.
        if (operation.readOnly !== true) throw error;
      });
    }
    return output;
  }

  /**
   * Calls one operation as `call` does, for deliveries that a service makes by itself, such as an event to
   * its target. Resolves once the writes are in memory: they reach the disk before any later write of the
   * caller, so a full disk is not an error of the target.
   *
   * @throws ServiceError the error of the other service
   */
  async handOn<Output = unknown>(
    principal: Principal,
    serviceName: ServiceName,
    operationName: string,
    input: object,
    options: CallOptions = {},
  ): Promise<Output> {
    const target = this.#find(serviceName, operationName);
    try {
      return (await this.#perform(target, principal, operationName, input, options)) as Output;
    } catch (error) {
      throw explainPlaceholder(error, input);
    }
  }

  /**
   * Checks the permissions of a request that is for no operation, such as one to a route of an HTTP API.
   *
   * @throws ServiceError the AccessDenied error of the service
   */
  authorize(
    principal: Principal,
    serviceName: ServiceName,
    permissions: readonly Permission[],
  ): void {
    const service = this.#services.get(serviceName);
    if (service === undefined) throw new UnsupportedOperation(serviceName, 'authorize');
    this.#authorizer.authorize({ cloud: this, principal, service, permissions });
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
    // Most services report missing permissions before an invalid input.
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

  /** The service's error for an input that violates its API model. @throws SerializationException */
  #invalid(service: Service, operationName: string, input: object): ServiceError | undefined {
    const violations = judgeInput(service.name, operationName, input);
    return violations.length === 0 ? undefined : service.invalidInput?.(violations, operationName);
  }

  /** The response of the service that serves the address of this request; undefined if none does. */
  web(request: WebRequest): Promise<WebResponse> | undefined {
    for (const service of this.#services.values()) {
      const response = service.web?.(request);
      if (response !== undefined) return response;
    }
    return undefined;
  }

  /** The hosts of the sites that services serve. */
  sitesOfServices(): readonly string[] {
    return [...this.#services.values()].flatMap((service) => service.sites?.() ?? []);
  }

  /** Publishes an event of a service to every service, and so to the default event bus. */
  publish(event: ServiceEvent): void {
    for (const service of this.#services.values()) service.onEvent?.(event);
  }

  /** Records a metric that a service emits. */
  recordMetric(datum: MetricDatum): void {
    for (const service of this.#services.values()) service.onMetric?.(datum);
  }

  /** Writes a line to CloudWatch Logs on behalf of a service. */
  writeLogLine(line: LogLine): void {
    for (const service of this.#services.values()) service.onLogLine?.(line);
  }

  /** Tells services that the contents of the app's assets are about to change. */
  expectChange(): void {
    for (const service of this.#services.values()) service.expectChange?.();
  }

  /** `arn:aws:<service>:<region>:<account>:<resource>` */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  async start(): Promise<void> {
    for (const service of this.#services.values()) await service.start?.();
  }

  /**
   * Stops all services within a few seconds. The store then holds the state of one single moment, as after a
   * kill: the end of a process is not recorded as the result of its job.
   *
   * @throws DiskFullError when earlier writes are lost
   */
  async stop(): Promise<void> {
    const services = [...this.#services.values()].reverse();
    for (const service of services) service.halt?.();
    await this.#within(FLUSH_PATIENCE_MS, services, async (service) => service.flush?.());
    try {
      await this.store.freeze();
    } finally {
      await this.#within(STOP_PATIENCE_MS, services, async (service) => service.stop?.());
      await this.responses.stop();
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
        this.logger.warn({ service: service.name, message }, 'A service failed to stop');
      }),
    );
    if (await isDoneWithin(patienceMs, Promise.all(all))) return;
    this.logger.warn(
      { patienceMs },
      'Services did not stop in time; the runtime ends without them',
    );
  }
}

/** How long services have to write what is in memory, in real time. */
const FLUSH_PATIENCE_MS = 1_000;

/** How long services have to end their processes; the whole runtime must end in less than five seconds. */
const STOP_PATIENCE_MS = 2_500;

/** AWS's pseudo region of global services: https://docs.aws.amazon.com/general/latest/gr/iam-service.html */
const GLOBAL_REGION = 'aws-global';

/** The operation that a call names. */
interface Target {
  readonly service: Service;
  readonly operation: AnyOperation;
}

/** An operation of AWS that this runtime does not implement. */
export class UnsupportedOperation extends ServiceError {
  constructor(service: string, operation: string) {
    super(
      'NotImplemented',
      `stepmill does not implement ${service}:${operation}. Nothing was done. docs/local.md lists what each service has.`,
      { status: 501, fault: 'client' },
    );
  }
}
