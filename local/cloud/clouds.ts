import type { Owner, Store, Table } from '../store/index.ts';
import type { Cloud, CloudDirectory } from './cloud.ts';
import { stopClouds } from './cloud.ts';
import type { Sites } from './sites.ts';

/** Creates the cloud of an account in a region. */
export type CloudFactory = (owner: Owner, directory: CloudDirectory) => Cloud;

/** An account needs memory for its services; AWS's own examples of organizations have fewer. */
export const MOST_CLOUDS = 12;

/** The runtime would need clouds for more accounts and regions than it has room for. */
export class TooManyAccounts extends Error {
  override readonly name = 'TooManyAccounts';

  constructor({ accountId, region }: Owner) {
    super(
      `A runtime has room for ${MOST_CLOUDS} accounts and regions, and ${accountId} in ${region} would be one more. Nothing was opened for it. It keeps those that it has had; use fewer, or another state folder.`,
    );
  }
}

/** The clouds of one runtime, in one store and behind one port. */
export class Clouds implements CloudDirectory {
  readonly home: Cloud;
  readonly #create: CloudFactory;
  readonly #clouds = new Map<string, Cloud>();
  readonly #known: Table<Owner>;
  readonly #started = new Set<Cloud>();
  #all: readonly Cloud[] = [];
  #listening: { readonly endpoint: string; readonly sites: Sites } | undefined;

  /** @param home the owner of the first cloud */
  constructor(home: Owner, store: Store, create: CloudFactory) {
    this.#create = create;
    this.#known = store.table<Owner>('runtime.accounts', {
      accountId: 'string',
      region: 'string',
    });
    this.home = this.open(home);
  }

  /** Opens the clouds that the store has had before. @throws TooManyAccounts */
  reopen(): void {
    for (const [, owner] of [...this.#known.entries()]) this.open(owner);
  }

  all(): readonly Cloud[] {
    return this.#all;
  }

  find(accountId: string, region?: string): Cloud | undefined {
    if (region !== undefined) return this.#clouds.get(keyOf({ accountId, region }));
    return this.#all.find((cloud) => cloud.accountId === accountId);
  }

  /** The cloud of this owner, which is created if there is none; `start` starts it. @throws TooManyAccounts */
  open(owner: Owner): Cloud {
    const known = this.#clouds.get(keyOf(owner));
    if (known !== undefined) return known;
    if (this.#all.length >= MOST_CLOUDS) throw new TooManyAccounts(owner);
    const cloud = this.#create(owner, this);
    this.#clouds.set(keyOf(owner), cloud);
    this.#all = [...this.#all, cloud];
    this.#connect(cloud);
    return cloud;
  }

  /** Starts the clouds that are not started yet. Only these are opened again: too many would never start again. */
  async start(): Promise<void> {
    for (const cloud of this.#all) {
      if (this.#started.has(cloud)) continue;
      this.#started.add(cloud);
      const { accountId, region } = cloud;
      const key = keyOf(cloud);
      if (!this.#known.has(key)) this.#known.put(key, { accountId, region });
      await cloud.start();
    }
  }

  /** Tells all clouds, also those to come, where the runtime listens. */
  listen(endpoint: string, sites: Sites): void {
    this.#listening = { endpoint, sites };
    for (const cloud of this.#all) this.#connect(cloud);
  }

  #connect(cloud: Cloud): void {
    if (this.#listening === undefined) return;
    cloud.endpoint = this.#listening.endpoint;
    cloud.sites = this.#listening.sites;
  }

  /** @throws DiskFullError when earlier writes are lost */
  stop(): Promise<void> {
    return stopClouds(this.#all);
  }
}

function keyOf({ accountId, region }: Owner): string {
  return `${accountId}/${region}`;
}
