import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createIamAuthorizer } from '../authorization/index.ts';
import type { ServiceFactory } from '../cloud/cloud.ts';
import { Cloud, type CloudOptions } from '../cloud/cloud.ts';
import { Clouds } from '../cloud/clouds.ts';
import { type Clock, createVirtualClock } from '../host/clock.ts';
import { silentLogger } from '../host/logger.ts';
import { createSeededRandom } from '../host/random.ts';
import { type Runtime, type RuntimeOptions, startRuntime } from '../runtime.ts';
import { createIamService } from '../services/iam/index.ts';
import { createStsService } from '../services/sts/index.ts';
import { MemoryStore, type Owner, type Store } from '../store/index.ts';

/** The configuration of AWS SDK clients for the runtime under test. */
export interface TestClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** One attempt, so that a test sees the first answer. */
  readonly maxAttempts: number;
  readonly disableHostPrefix: boolean;
}

export interface TestRuntime extends Runtime {
  /** Pass this to a client: `new SQSClient(runtime.clientConfig)`. */
  readonly clientConfig: TestClientConfig;
  /** Pass this to a client of another account. */
  configOf(accountId: string): TestClientConfig;
}

/**
 * Starts a runtime in this process with the given services, IAM and STS, on a free port, without stored state unless a
 * folder is given. Stop it after the test.
 *
 * @example
 * const runtime = await startTestRuntime([createSqsService]);
 * const sqs = new SQSClient(runtime.clientConfig);
 */
export async function startTestRuntime(
  factories: readonly ServiceFactory[],
  options: Pick<
    RuntimeOptions,
    | 'accounts'
    | 'assembly'
    | 'clock'
    | 'containers'
    | 'pythonFolder'
    | 'signIn'
    | 'stateFolder'
    | 'throttle'
  > = {},
): Promise<TestRuntime> {
  const runtime = await startRuntime({
    ephemeral: options.stateFolder === undefined,
    port: 0,
    logger: silentLogger,
    factories: [...new Set([createIamService, createStsService, ...factories])],
    ...options,
  });
  const configOf = (accessKeyId: string): TestClientConfig => ({
    endpoint: runtime.endpoint,
    region: runtime.cloud.region,
    credentials: { accessKeyId, secretAccessKey: 'test' },
    maxAttempts: 1,
    disableHostPrefix: true,
  });
  return { ...runtime, clientConfig: configOf('test'), configOf };
}

export interface TestCloudOptions {
  /** @default a virtual clock */
  readonly clock?: Clock;
  /** @default a store in memory */
  readonly store?: Store;
  /** The seed of all random values. @default 1 */
  readonly seed?: number;
  /** For services that keep files. @default a folder that does not exist */
  readonly stateFolder?: string;
  /** Managed login asks users to sign in. @default false */
  readonly signIn?: boolean;
  /** @default none start */
  readonly containers?: CloudOptions['containers'];
}

/** A cloud with only these services, not started and without a port, for tests without HTTP. */
export function createTestCloud(
  factories: readonly ServiceFactory[],
  {
    clock = createVirtualClock(),
    store = new MemoryStore(),
    seed = 1,
    stateFolder = '/nowhere',
    signIn = false,
    containers,
  }: TestCloudOptions = {},
): Cloud {
  const random = createSeededRandom(seed);
  return new Cloud(
    {
      ...HOME,
      clock,
      random,
      store,
      authorizer: createIamAuthorizer(),
      logger: silentLogger,
      stateFolder,
      signIn,
      ...(containers === undefined ? {} : { containers }),
    },
    factories,
  );
}

const HOME: Owner = { accountId: '000000000000', region: 'us-east-1' };

/**
 * The clouds of several accounts in one store, with these services, IAM and STS; not started and without a port. The
 * first account is the home of callers that name none.
 */
export function createTestClouds(
  factories: readonly ServiceFactory[],
  [first = HOME.accountId, ...others]: readonly string[],
  {
    clock = createVirtualClock(),
    store = new MemoryStore(),
    seed = 1,
    stateFolder = '/nowhere',
  }: TestCloudOptions = {},
): Clouds {
  const random = createSeededRandom(seed);
  const authorizer = createIamAuthorizer();
  const services = [...new Set([createIamService, createStsService, ...factories])];
  const { region } = HOME;
  const clouds = new Clouds({ accountId: first, region }, store, (owner, directory) => {
    const folder = join(stateFolder, owner.accountId);
    const shared = { clock, random, store, authorizer, logger: silentLogger };
    return new Cloud({ ...owner, ...shared, stateFolder: folder, directory }, services);
  });
  clouds.reopen();
  for (const accountId of others) clouds.open({ accountId, region });
  return clouds;
}

/** The store of a cloud, for a second cloud of the same account and region. */
export function storeBehind({ store }: Cloud): Store {
  return {
    ...store,
    table: (name, shape) => store.table(withoutOwner(name), shape),
    log: (name) => store.log(withoutOwner(name)),
  };
}

/** `sqs.queues` of `000000000000/us-east-1/sqs.queues`. */
function withoutOwner(name: string): string {
  return name.split('/').slice(2).join('/');
}

/** Runs all work of the runtime that waits for no timer, as between two requests. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await nextTurn();
}
