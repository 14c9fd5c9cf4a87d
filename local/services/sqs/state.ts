import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';
import type { MoveRecord, SqsStore } from './store.ts';

/** What the operations of SQS share. */
export interface SqsState {
  readonly cloud: Cloud;
  readonly store: SqsStore;
  /** By start and id. */
  readonly moves: Table<MoveRecord>;
  /** When queues were last purged, by name. */
  readonly purgedAt: Map<string, number>;
}
