import { join } from 'node:path';
import type { Clock } from '../host/clock.ts';
import type { Logger } from '../host/logger.ts';
import type { Random } from '../host/random.ts';
import type { SharedTime } from '../host/shared-time.ts';
import { isDoneWithin } from '../processes/index.ts';
import { accountStore, type Store } from '../store/index.ts';
import { judgeInput } from './api-model/index.ts';
import { serviceOfArn } from './arn-services.ts';
import type { Authorizer } from './authorizer.ts';
import { type ContainerImages, NO_CONTAINERS } from './container-images.ts';
import { Downloads } from './downloads.ts';
import { listedArns, type NamedOwner, namedOwner, ownerInArn } from './named-owner.ts';
import { explainPlaceholder } from './placeholder.ts';
import { accountOf, type Principal, seenFromAnotherAccount } from './principal.ts';
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
  /** The clouds of the runtime. @default this one only */
  readonly directory?: CloudDirectory;
}

/** The clouds of one runtime: one for each account and region. */
export interface CloudDirectory {
  /** The cloud of callers whose credentials name no account. */
  readonly home: Cloud;
  /** In the order in which they were opened. */
  all(): readonly Cloud[];
  /**
   * The cloud of an account.
   *
   * @param region any region of the account by default, the first that was opened
   * @returns undefined if the runtime has none
   */
  find(accountId: string, region?: string): Cloud | undefined;
}

/** Optional details of a call. */
export interface CallOptions extends Partial<Omit<Call, 'principal'>> {
  /** Shared with other clients before the operation runs. @default it runs in the same turn */
  readonly time?: SharedTime;
}

/** Creates a service. The service can call other services once all are created, not before. */
export type ServiceFactory = (cloud: Cloud) => Service;

/**
 * AWS on one machine, for one account in one region. Every operation is called through `call`: by requests of the HTTP gateway, tasks of
 * state machines, provisioning, and services that call each other. Permissions and the constraints of the
 * API models are checked in `call` and nowhere else. A call for a resource of another account is run by the cloud of
 * that account, with the caller's principal.
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
  /** This cloud, and those of other accounts and regions. */
  readonly directory: CloudDirectory;
  /** The URL of the gateway, for functions and jobs; the runtime sets it once the gateway listens. */
  endpoint: string | undefined;
  /** The ports of sites; the runtime sets it once the gateway listens. */
  sites: Sites | undefined;
  readonly #authorizer: Authorizer;
  readonly #throttle: RequestThrottle | undefined;
  readonly #services = new Map<ServiceName, Service>();
  /** Without those that another region of the account has as well. */
  readonly #own: Service[] = [];
  /** The services that collect metrics. */
  readonly #metricSinks: readonly Service[];

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
    this.directory = options.directory ?? this.#alone();
    this.#authorizer = options.authorizer;
    this.#throttle = options.throttle === true ? new RequestThrottle(options.clock) : undefined;
    const elder = this.directory.find(this.accountId);
    for (const factory of factories) {
      const service = factory(this);
      const shared = GLOBAL_SERVICES.has(service.name) ? elder?.service(service.name) : undefined;
      this.#services.set(service.name, shared ?? service);
      if (shared === undefined) this.#own.push(service);
    }
    this.#metricSinks = [...this.#services.values()].filter((service) => 'onMetric' in service);
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
    const home = this.#homeOf(principal);
    const owner = home.#ownerFor(principal, serviceName, operationName, input);
    const caller = owner === this ? principal : seenFromAnotherAccount(principal, this.accountId);
    try {
      return (await owner.#perform(caller, serviceName, operationName, input, options)) as Output;
    } catch (error) {
      throw explainPlaceholder(error, input);
    }
  }

  /** A call is made in its caller's account: the session of a role of another one, which a service has assumed, calls there. */
  #homeOf(principal: Principal): Cloud {
    const accountId = principal.kind === 'role' ? accountOf(principal) : undefined;
    return (accountId && this.#cloudOf({ accountId })) || this;
  }

  /** The cloud that owns the resource which a call names: this one, unless another cloud of the runtime does. */
  ownerOf(serviceName: ServiceName, operationName: string, input: object): Cloud {
    if (this.directory.all().length === 1) return this;
    const owner = this.#named(serviceName, operationName, input);
    return (owner && this.#cloudOf(owner)) ?? this;
  }

  #named(serviceName: ServiceName, operationName: string, input: object): NamedOwner | undefined {
    const service = this.#services.get(serviceName);
    return service?.ownerOf === undefined
      ? namedOwner(serviceName, input)
      : service.ownerOf(operationName, input);
  }

  /**
   * The cloud that owns everything which a call names. A name of an account or region that is not here never stands for
   * the caller's own resource of that name.
   *
   * @throws ServiceError AccessDenied, as AWS answers for resources of accounts without a policy for the caller
   */
  #ownerFor(
    principal: Principal,
    serviceName: ServiceName,
    operationName: string,
    input: object,
  ): Cloud {
    const { operation, service } = this.#find(serviceName, operationName);
    if (service.judgesOwners === true) return this.ownerOf(serviceName, operationName, input);
    const named = this.#named(serviceName, operationName, input);
    const listed = service.ownerOf === undefined ? listedArns(serviceName, input) : [];
    const owners = [named, ...listed.map(ownerInArn)].filter((owner) => owner !== undefined);
    const [first, ...others] = owners;
    if (first === undefined) return this;
    const cloud = this.#cloudOf(first);
    const odd =
      cloud === undefined ? first : others.find((other) => this.#cloudOf(other) !== cloud);
    if (cloud !== undefined && odd === undefined) return cloud;
    const invalid = this.#invalid(service, operationName, input);
    if (invalid !== undefined) throw invalid;
    const [{ action } = { action: operationName }] = operation.permissions(input, this);
    throw service.accessDenied(elsewhere(principal, action, odd ?? first));
  }

  /** The cloud that owns a resource: this one, unless another cloud of the runtime does. */
  ownerOfResource(arn: string, action?: string): Cloud {
    if (this.directory.all().length === 1) return this;
    const name = serviceOfArn(arn);
    const service = name === undefined ? undefined : this.#services.get(name);
    const owner = service?.ownerOfResource?.(arn, action) ?? ownerInArn(arn);
    return (owner && this.#cloudOf(owner)) ?? this;
  }

  /** Undefined for an account or region that the runtime does not have. */
  #cloudOf(owner: NamedOwner): Cloud | undefined {
    const { accountId, region = this.region } = owner;
    const exact = this.directory.find(accountId, region);
    return exact ?? (owner.region === undefined ? this.directory.find(accountId) : undefined);
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
    principal: Principal,
    serviceName: ServiceName,
    operationName: string,
    input: object,
    options: CallOptions,
  ): Promise<unknown> {
    const { service, operation } = this.#find(serviceName, operationName);
    this.#throttle?.take(service, operationName);
    const invalid = this.#invalid(service, operationName, input);
    if (invalid !== undefined && service.judgesFirst === true) throw invalid;
    const needed = operation.permissions(input, this);
    const permissions =
      options.viaService === undefined ? needed : this.#via(options.viaService, needed);
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

  /** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service */
  #via(service: string, permissions: readonly Permission[]): readonly Permission[] {
    const added = {
      'aws:ViaAWSService': 'true',
      'kms:ViaService': `${service}.${this.region}.amazonaws.com`,
    };
    return permissions.map((each) => ({ ...each, context: { ...each.context, ...added } }));
  }

  /** The service's error for an input that violates its API model. @throws SerializationException */
  #invalid(service: Service, operationName: string, input: object): ServiceError | undefined {
    const violations = judgeInput(service.name, operationName, input);
    return violations.length === 0 ? undefined : service.invalidInput?.(violations, operationName);
  }

  /** The response of the service that serves the address of this request; undefined if none does. */
  web(request: WebRequest): Promise<WebResponse> | undefined {
    for (const service of this.#own) {
      const response = service.web?.(request);
      if (response !== undefined) return response;
    }
    return undefined;
  }

  /** The hosts of the sites that services serve. */
  sitesOfServices(): readonly string[] {
    return this.#own.flatMap((service) => service.sites?.() ?? []);
  }

  /** Publishes an event of a service to every service, and so to the default event bus. */
  publish(event: ServiceEvent): void {
    for (const service of this.#services.values()) service.onEvent?.(event);
  }

  /** Records a metric that a service emits. */
  recordMetric(datum: MetricDatum): void {
    for (const service of this.#metricSinks) service.onMetric?.(datum);
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
    for (const service of this.#own) await service.start?.();
  }

  /**
   * Stops all services within a few seconds. The store then holds the state of one single moment, as after a
   * kill: the end of a process is not recorded as the result of its job.
   *
   * @throws DiskFullError when earlier writes are lost
   */
  async stop(): Promise<void> {
    await stopClouds([this]);
  }

  /** The runtime is about to end: nothing new starts. */
  halt(): void {
    for (const service of this.#fromLast()) service.halt?.();
  }

  /** Writes what is only in memory. Called after `halt`. */
  async flush(): Promise<void> {
    await this.#within(FLUSH_PATIENCE_MS, async (service) => service.flush?.());
  }

  /** Ends processes and timers. Called when the store is frozen. */
  async end(): Promise<void> {
    await this.#within(STOP_PATIENCE_MS, async (service) => service.stop?.());
    await this.responses.stop();
  }

  #fromLast(): readonly Service[] {
    return [...this.#own].reverse();
  }

  #alone(): CloudDirectory {
    const isThis = (accountId: string, region = this.region) =>
      accountId === this.accountId && region === this.region;
    return {
      home: this,
      all: () => [this],
      find: (accountId, region) => (isThis(accountId, region) ? this : undefined),
    };
  }

  async #within(patienceMs: number, work: (service: Service) => Promise<void>): Promise<void> {
    const all = this.#fromLast().map((service) =>
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

/**
 * Stops the clouds of one store together, so that it holds the state of one single moment.
 *
 * @throws DiskFullError when earlier writes are lost
 */
export async function stopClouds(clouds: readonly Cloud[]): Promise<void> {
  for (const cloud of clouds) cloud.halt();
  await Promise.all(clouds.map((cloud) => cloud.flush()));
  try {
    await clouds[0]?.store.freeze();
  } finally {
    await Promise.all(clouds.map((cloud) => cloud.end()));
  }
}

/** How long services have to write what is in memory, in real time. */
const FLUSH_PATIENCE_MS = 1_000;

/** How long services have to end their processes; the whole runtime must end in less than five seconds. */
const STOP_PATIENCE_MS = 2_500;

/** The regions of an account share these: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html */
const GLOBAL_SERVICES: ReadonlySet<ServiceName> = new Set(['cloudfront', 'iam', 'sts']);

/** AWS's pseudo region of global services: https://docs.aws.amazon.com/general/latest/gr/iam-service.html */
const GLOBAL_REGION = 'aws-global';

/** The operation that a call names. */
interface Target {
  readonly service: Service;
  readonly operation: AnyOperation;
}

/** AWS's refusal of a call for a resource of another account that has no policy for the caller. */
function elsewhere(
  principal: Principal,
  action: string,
  { accountId, region = '' }: NamedOwner,
): string {
  const caller = principal.kind === 'service' ? principal.service : principal.arn;
  const place = region === '' ? accountId : `${accountId} in ${region}`;
  return `User: ${caller} is not authorized to perform: ${action} because no resource-based policy allows the ${action} action. The call names a resource of account ${place}, which this runtime does not have, or which is not the account of the other resources of the call. Nothing was done.`;
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
