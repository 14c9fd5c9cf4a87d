import type { Cloud } from '../../cloud/cloud.ts';
import type { Timer } from '../../host/clock.ts';
import { segmentRange } from './key-order.ts';
import { EXPIRY_AGE_MS, EXPIRY_SWEEP_MS, TOKEN_MS } from './limits.ts';
import type { DynamoStore } from './store.ts';
import type { TableRecord } from './table-record.ts';
import type { Item } from './values/attribute-value.ts';

/** Periodically deletes expired items and old client request tokens. */
export class Expiry {
  readonly #cloud: Cloud;
  readonly #store: DynamoStore;
  #timer: Timer | undefined;

  constructor(cloud: Cloud, store: DynamoStore) {
    this.#cloud = cloud;
    this.#store = store;
  }

  start(): void {
    this.#timer = this.#cloud.clock.setTimer(EXPIRY_SWEEP_MS, () => {
      this.#sweep();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #sweep(): void {
    const now = this.#cloud.clock.now();
    for (const [, table] of this.#store.tables.entries()) this.#expire(table, now);
    for (const [token, { doneAt }] of [...this.#store.tokens.entries()]) {
      if (doneAt + TOKEN_MS < now) this.#store.tokens.delete(token);
    }
  }

  #expire(table: TableRecord, now: number): void {
    const { timeToLive } = table;
    if (timeToLive?.enabled !== true) return;
    const items = this.#store.items(table);
    const all = [...items.walk(undefined, segmentRange(0, 1))];
    for (const item of all.filter((one) => isExpired(one, timeToLive.attribute, now))) {
      items.delete(item);
    }
  }
}

/** Whether a time to live has expired, less than five years ago. */
function isExpired(item: Item, attribute: string, now: number): boolean {
  const value = item.get(attribute);
  if (value?.type !== 'N') return false;
  const at = Number(value.value) * 1_000;
  return at < now && at > now - EXPIRY_AGE_MS;
}
