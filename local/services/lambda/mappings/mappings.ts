import type { Cloud } from '../../../cloud/cloud.ts';
import type { FunctionPool } from '../sandbox/sandbox-pool.ts';
import type { LambdaStore, MappingRecord } from '../store.ts';
import { QueuePoller } from './queue-poller.ts';

/** Runs one poller for every enabled mapping. */
export class Mappings {
  readonly #cloud: Cloud;
  readonly #store: LambdaStore;
  readonly #pool: FunctionPool;
  readonly #pollers = new Map<string, QueuePoller>();

  constructor(cloud: Cloud, store: LambdaStore, pool: FunctionPool) {
    this.#cloud = cloud;
    this.#store = store;
    this.#pool = pool;
  }

  start(): void {
    for (const [, record] of this.#store.mappings.entries()) this.follow(record);
  }

  /** Starts, restarts or ends the poller of a mapping that was created or changed. */
  follow(record: MappingRecord): void {
    this.end(record.uuid);
    if (record.configuration.State !== 'Enabled') return;
    const poller = new QueuePoller(this.#cloud, this.#store, this.#pool, record);
    this.#pollers.set(record.uuid, poller);
    poller.start();
  }

  end(uuid: string): void {
    this.#pollers.get(uuid)?.stop();
    this.#pollers.delete(uuid);
  }

  stop(): void {
    for (const poller of this.#pollers.values()) poller.stop();
    this.#pollers.clear();
  }
}
