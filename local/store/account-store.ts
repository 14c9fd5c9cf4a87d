import type { RecordCheck, Shape } from './shape.ts';
import type { Log, Store, Stored, Table } from './store.ts';

/** The owner of what services store: an account in a region. */
export interface Owner {
  /** Twelve digits. */
  readonly accountId: string;
  /** For example `us-east-1`. */
  readonly region: string;
}

/**
 * The part of a store that belongs to one account in one region. The names of its tables and logs begin with
 * `<account>/<region>/`, so that several accounts and regions can share a store.
 *
 * @example
 * accountStore(store, { accountId: '000000000000', region: 'us-east-1' }).table('sqs.queues')
 * // is the store's table `000000000000/us-east-1/sqs.queues`
 */
export function accountStore(store: Store, { accountId, region }: Owner): Store {
  const nameOf = (name: string) => `${accountId}/${region}/${name}`;
  return {
    table: <Value extends Stored>(name: string, shape?: Shape<Value> | RecordCheck): Table<Value> =>
      store.table<Value>(nameOf(name), shape),
    log: <Entry extends Stored>(name: string): Log<Entry> => store.log<Entry>(nameOf(name)),
    committed: () => store.committed(),
    eventuallyCommitted: () => store.eventuallyCommitted(),
    freeze: () => store.freeze(),
    close: () => store.close(),
  };
}
