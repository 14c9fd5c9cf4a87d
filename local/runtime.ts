import { join, resolve } from 'node:path';
import { DEFAULT_OWNER, homeOf, openAccountsOf } from './accounts.ts';
import { createIamAuthorizer } from './authorization/index.ts';
import type { ServiceFactory } from './cloud/cloud.ts';
import { Cloud } from './cloud/cloud.ts';
import { type CloudFactory, Clouds } from './cloud/clouds.ts';
import { type ContainerMode, LocalImages } from './containers/index.ts';
import {
  createSites,
  findFreePort,
  type Gateway,
  type OpenSites,
  refuseUsedPort,
  startGateway,
} from './gateway/index.ts';
import { type Clock, createScaledClock } from './host/clock.ts';
import type { Logger } from './host/logger.ts';
import { createLogger } from './host/logger.ts';
import { keepFilesPrivate } from './host/private-files.ts';
import type { Random } from './host/random.ts';
import { createSystemRandom } from './host/random.ts';
import { releaseMemorySoon } from './host/release-memory.ts';
import { makeTemporaryFolder, sweepTemporaryFolders } from './processes/index.ts';
import {
  type Assembly,
  type DigestSwap,
  type ProvisionOptions,
  type ProvisionReport,
  provision,
  readAssembly,
  type SwappedResources,
  swapDigests,
} from './provision/index.ts';
import { listServedSites, type ServedSite } from './served-sites.ts';
import { serviceFactories } from './services/index.ts';
import {
  DiskFullError,
  LmdbStore,
  MemoryStore,
  type Owner,
  type Store,
  type StoreListener,
} from './store/index.ts';
import { filledWhileStarting, makeStateFolder } from './store/state-folder.ts';
import { lockStateFolder, refuseIfInUse, type StateLock } from './store/state-lock.ts';

export interface RuntimeOptions {
  /** The folder of the state that is kept between runs. @default `.stepmill` */
  readonly stateFolder?: string;
  /** The folder of the Python environments; runtimes can share it. @default `python` in the state folder */
  readonly pythonFolder?: string;
  /** 0 for any free port. @default 4566 */
  readonly port?: number;
  /** The port of the first distribution; others follow. @default the next after `port`, or any free ones with 0 */
  readonly consolePort?: number;
  /** A loopback address to listen on. @default 127.0.0.1 */
  readonly host?: string;
  /** How much faster than the wall clock time passes. @default 1 */
  readonly speed?: number;
  /** Throttle requests that exceed AWS's quotas for Step Functions, with `ThrottlingException`. @default false */
  readonly throttle?: boolean;
  /** Managed login of user pools asks users to sign in, as on AWS, in place of taking the person at the machine. @default false */
  readonly signIn?: boolean;
  /** How containers of images run. @default auto: as processes, and with an engine where only one can */
  readonly containers?: ContainerMode;
  /** Keep the store in memory and files in a temporary folder. @default false */
  readonly ephemeral?: boolean;
  /** Of stacks and callers that name none. @default the app's if it has one only, else us-east-1 */
  readonly region?: string;
  /** Of stacks and callers that name none. @default the app's if it has one only, else 000000000000 */
  readonly accountId?: string;
  /** Further accounts. Those of the assembly, and those of earlier runs on this state, are opened anyway. @default none */
  readonly accounts?: readonly (Pick<Owner, 'accountId'> & Partial<Owner>)[];
  /** @default the scaled clock of `speed` */
  readonly clock?: Clock;
  /** @default the operating system's */
  readonly random?: Random;
  /** @default JSON lines on standard error */
  readonly logger?: Logger;
  /** The services to run. @default all */
  readonly factories?: readonly ServiceFactory[];
  /** The `cdk.out` folder to provision. @default none */
  readonly assembly?: string;
  /** Values of the templates' parameters by name, in place of their defaults. @default none */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Cancels the start when it is aborted: `startRuntime` rejects with its reason once everything has ended. */
  readonly signal?: AbortSignal;
  /** Called before each resource that is created or changed. */
  readonly onResource?: ProvisionOptions['onResource'];
}

/** A running AWS. */
export interface Runtime {
  /** The cloud of callers whose credentials name no account. */
  readonly cloud: Cloud;
  /** The accounts and regions of this runtime. */
  accounts(): readonly Owner[];
  /** The value for `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** The distributions of all accounts, in the order of their ports. */
  sites(): readonly ServedSite[];
  /** The report of the provisioned assembly; undefined without one. */
  readonly provisioned: ProvisionReport | undefined;
  /**
   * Updates the stacks of an assembly in place, one update after the other. Running executions keep the
   * definition that they began with.
   *
   * @param assembly the `cdk.out` folder
   * @param stacks the names of those to update; all by default
   * @throws InvalidTemplate, UnreadableAssembly or ProvisioningFailed; a stack that fails is rolled back
   */
  update(assembly: string, stacks?: readonly string[]): Promise<ProvisionReport>;
  /**
   * Updates only the resources that use assets with new contents, before their stacks are updated, which takes longer.
   *
   * @returns undefined if that is not possible
   */
  swap(swap: DigestSwap): Promise<SwappedResources | undefined>;
  /** Prepares for a `swap` of functions while their code is still being bundled. */
  expectSwap(): void;
  /** Ends the runtime in less than five seconds. What was running resumes at the next start on the same state. */
  stop(): Promise<void>;
}

/**
 * Starts AWS on this machine and resolves once it accepts requests.
 *
 * @example
 * const runtime = await startRuntime({ stateFolder: '.stepmill' });
 * console.log(`export AWS_ENDPOINT_URL=${runtime.endpoint}`);
 */
export async function startRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const logger = options.logger ?? createLogger();
  const assembly = options.assembly === undefined ? undefined : readAssembly(options.assembly);
  const endPrivacy = keepFilesPrivate();
  let state: State;
  try {
    state = openState(options, logger);
  } catch (error) {
    endPrivacy();
    throw error;
  }
  const endSweeping = startSweeping(logger);
  const ownClock = createScaledClock(options.speed ?? 1, resumeTime(state.store));
  const clock = options.clock ?? ownClock;
  const clouds = createClouds(options, { state, clock, logger }, assembly);
  const keeper = keepTime(state.store, clock);
  let gateway: Gateway | undefined;
  let sites: OpenSites | undefined;
  let stopped: Promise<void> | undefined;
  async function end(): Promise<void> {
    endSweeping();
    const closed = Promise.all([gateway?.close(), sites?.closeAll()]);
    ownClock.stop();
    keeper.stop();
    try {
      await clouds.stop();
      await closed;
    } finally {
      await state.close().finally(endPrivacy);
    }
  }
  const stop = () => (stopped ??= end());
  const aborted = abortionOf(options.signal);
  try {
    openAccounts(clouds, options, assembly);
    await Promise.race([clouds.start(), aborted]);
    gateway = await startGateway({
      clouds,
      host: options.host ?? DEFAULT_HOST,
      port: options.port ?? DEFAULT_PORT,
      logger,
    });
    const { endpoint } = gateway;
    const opened = await sitesFor(clouds, options, { endpoint, logger });
    sites = opened;
    clouds.listen(endpoint, sites);
    await sites.openAll();
    const provisioned = await Promise.race([
      provisionAssembly(clouds.home, assembly, options),
      aborted,
    ]);
    return {
      cloud: clouds.home,
      accounts: () => clouds.all().map(ownerOf),
      endpoint,
      sites: () => listServedSites(clouds.all(), opened.addresses()),
      provisioned,
      ...updatesOf(clouds, options),
      stop,
    };
  } catch (error) {
    const problem = await stop().catch((reason: unknown) => reason);
    throw problem instanceof DiskFullError ? filledWhileStarting(state.folder, error) : error;
  }
}

/** What all clouds of a runtime share. */
interface Ground {
  readonly state: State;
  readonly clock: Clock;
  readonly logger: Logger;
}

function createClouds(
  options: RuntimeOptions,
  ground: Ground,
  assembly: Assembly | undefined,
): Clouds {
  const { accountId, region } = options;
  const home = homeOf({ ...(accountId && { accountId }), ...(region && { region }) }, assembly);
  return new Clouds(home, ground.state.store, cloudFactory(options, ground));
}

/** Opens the accounts of the options, of earlier runs and of the assembly. @throws TooManyAccounts */
function openAccounts(
  clouds: Clouds,
  { accounts = [] }: RuntimeOptions,
  assembly: Assembly | undefined,
): void {
  clouds.reopen();
  for (const account of accounts) clouds.open({ ...ownerOf(clouds.home), ...account });
  openAccountsOf(assembly, clouds);
}

function ownerOf({ accountId, region }: Cloud): Owner {
  return { accountId, region };
}

function cloudFactory(options: RuntimeOptions, { state, clock, logger }: Ground): CloudFactory {
  const { containers: mode = 'auto' } = options;
  const random = options.random ?? createSystemRandom();
  const authorizer = createIamAuthorizer();
  const pythonFolder = resolve(options.pythonFolder ?? join(state.folder, 'python'));
  return (owner, directory) =>
    new Cloud(
      {
        ...owner,
        clock,
        random,
        store: state.store,
        authorizer,
        logger,
        stateFolder: folderOf(state.folder, owner),
        throttle: options.throttle ?? false,
        signIn: options.signIn ?? false,
        containers: (created) => new LocalImages(created, { mode }),
        pythonFolder,
        directory,
      },
      options.factories ?? serviceFactories,
    );
}

/** Where an account keeps its files. Those of the default account lie where they lay before there were several. */
function folderOf(stateFolder: string, { accountId, region }: Owner): string {
  const isDefault = accountId === DEFAULT_OWNER.accountId && region === DEFAULT_OWNER.region;
  return isDefault ? stateFolder : join(stateFolder, 'accounts', accountId, region);
}

/**
 * Ports for distributions: after the one of the gateway, unless another was asked for. If the next one is in use, it is
 * any free one; it is chosen now, because resources are applied again when it is another than before.
 */
async function sitesFor(
  clouds: Clouds,
  { consolePort, host = DEFAULT_HOST, port }: RuntimeOptions,
  { endpoint, logger }: { readonly endpoint: string; readonly logger: Logger },
): Promise<OpenSites> {
  if (consolePort !== undefined && consolePort > 0) {
    return createSites({ clouds, host, logger, port: consolePort });
  }
  // With any port of the gateway, its address is another at each start as well.
  if (port === 0) return createSites({ clouds, host, logger, port: 0 });
  const next = Number(new URL(endpoint).port) + 1;
  const wanted = consolePort === 0 || next > HIGHEST_PORT ? 0 : next;
  return createSites({ clouds, host, logger, port: await findFreePort(host, wanted) });
}

/** Rejects with the reason of the signal when it is aborted; else never settles. */
function abortionOf(signal: AbortSignal | undefined): Promise<never> {
  const abortion = new Promise<never>((_resolve, reject) => {
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  // When nothing waits for it any more.
  abortion.catch(() => {});
  return abortion;
}

/**
 * Checks the assembly, the port and the state folder before slow preparations such as a synthesis. `startRuntime`
 * checks them again, because another process can take them in between.
 *
 * @throws UnreadableAssembly
 * @throws PortInUse
 * @throws StateFolderInUse
 * @throws StateFolderUnusable
 */
export async function checkStart(
  options: Pick<RuntimeOptions, 'stateFolder' | 'port' | 'host' | 'ephemeral' | 'assembly'>,
): Promise<void> {
  if (options.assembly !== undefined) readAssembly(options.assembly);
  await refuseUsedPort(options.host ?? DEFAULT_HOST, options.port ?? DEFAULT_PORT);
  if (options.ephemeral === true) return;
  const folder = stateFolderOf(options);
  refuseIfInUse(folder);
  makeStateFolder(folder);
}

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 4566;
const HIGHEST_PORT = 65_535;

function stateFolderOf({ stateFolder }: Pick<RuntimeOptions, 'stateFolder'>): string {
  return resolve(stateFolder ?? '.stepmill');
}

async function provisionAssembly(
  home: Cloud,
  assembly: Assembly | undefined,
  { onResource, parameters = {} }: RuntimeOptions,
): Promise<ProvisionReport | undefined> {
  if (assembly === undefined) return undefined;
  const report = await provision(home, assembly, {
    parameters,
    ...(onResource === undefined ? {} : { onResource }),
  });
  releaseMemorySoon();
  return report;
}

/** One after the other. */
function updatesOf(
  clouds: Clouds,
  { parameters = {} }: RuntimeOptions,
): Pick<Runtime, 'update' | 'swap' | 'expectSwap'> {
  let last: Promise<unknown> = Promise.resolve();
  const afterLast = <Result>(work: () => Promise<Result>) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  return {
    update: (folder, stacks) =>
      afterLast(async () => {
        const assembly = readAssembly(folder, stacks);
        openAccountsOf(assembly, clouds);
        await clouds.start();
        const report = await provision(clouds.home, assembly, { parameters });
        releaseMemorySoon();
        return report;
      }),
    swap: (swap) => afterLast(() => swapDigests(clouds.home, swap)),
    expectSwap: () => {
      for (const cloud of clouds.all()) cloud.expectChange();
    },
  };
}

interface State {
  readonly store: Store;
  readonly folder: string;
  close(): Promise<void>;
}

/** Removes leftovers of killed runtimes in the background. Returns a function that ends it. */
function startSweeping(logger: Logger): () => void {
  const end = new AbortController();
  void sweepTemporaryFolders(end.signal).then((swept) => {
    if (swept.length > 0) logger.info({ swept }, 'Removed temporary folders of killed runtimes');
  });
  return () => end.abort();
}

function openState(options: RuntimeOptions, logger: Logger): State {
  if (options.ephemeral === true) {
    const folder = makeTemporaryFolder('state');
    return { store: new MemoryStore(), folder: folder.path, close: () => folder.remove() };
  }
  const folder = stateFolderOf(options);
  makeStateFolder(folder);
  const lock = lockStateFolder(folder);
  const store = openStore(folder, logger, lock);
  return {
    store,
    folder,
    async close() {
      try {
        await store.close();
      } finally {
        lock.release();
      }
    },
  };
}

function openStore(folder: string, logger: Logger, lock: StateLock): LmdbStore {
  try {
    return new LmdbStore(join(folder, 'store'), listenTo(folder, logger));
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Logs the reports of the store. */
function listenTo(folder: string, logger: Logger): StoreListener {
  return {
    onFull: (error) =>
      logger.error(
        { folder, cause: error instanceof Error ? error.message : String(error) },
        'The disk is full: changes are kept in memory until there is space',
      ),
    onRoom: () =>
      logger.warn({ folder }, 'The disk has space again: all pending changes are on it'),
    onRefused: (error) => logger.error({ folder }, error.message),
    onBroken: ({ table, key, message }) => logger.error({ folder, table, key }, message),
  };
}

/** How often the time of the clock is stored while it is ahead of the wall clock. */
const TIME_KEEPING_MS = 1_000;

/** How often it is stored otherwise: the wall clock can be set back while no runtime runs. */
const REMINDER_MS = 60_000;

/** The time is stored twice, so that one damaged record does not set it back. */
const TIME_KEYS = ['now', 'now again'];

/** The last instant of Date: https://tc39.es/ecma262/#sec-time-values-and-time-range */
const LAST_INSTANT_MS = 8.64e15;

/** The wall clock's time, or the last time of the former run if that is later: time does not go back. */
function resumeTime(store: Store): number {
  const table = store.table<number>('runtime.clock', 'number');
  const known = TIME_KEYS.map((key) => table.get(key) ?? 0);
  return Math.max(Date.now(), ...known.filter((time) => time < LAST_INSTANT_MS));
}

function keepTime(store: Store, clock: Clock): { stop(): void } {
  const table = store.table<number>('runtime.clock', 'number');
  let keptAt = performance.now();
  const keep = () => {
    for (const key of TIME_KEYS) table.put(key, clock.now());
    keptAt = performance.now();
  };
  const interval = setInterval(() => {
    const isAhead = clock.now() > Date.now() + TIME_KEEPING_MS;
    if (isAhead || performance.now() > keptAt + REMINDER_MS) keep();
  }, TIME_KEEPING_MS);
  interval.unref();
  return {
    stop() {
      clearInterval(interval);
      keep();
    },
  };
}
