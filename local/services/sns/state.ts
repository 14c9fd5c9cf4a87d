import type { Cloud } from '../../cloud/cloud.ts';
import type { SnsStore } from './store.ts';

/** What the operations of SNS share. */
export interface SnsState {
  readonly cloud: Cloud;
  readonly store: SnsStore;
}
