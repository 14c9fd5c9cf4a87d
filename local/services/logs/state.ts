import type { Cloud } from '../../cloud/cloud.ts';
import type { LogsStore } from './store.ts';

/** What the operations of CloudWatch Logs share. */
export interface LogsState {
  readonly cloud: Cloud;
  readonly store: LogsStore;
}
