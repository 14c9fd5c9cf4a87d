import type { Cloud } from '../../cloud/cloud.ts';
import type { DynamoStore } from './store.ts';

/** What the operations of DynamoDB share. */
export interface DynamoDbState {
  readonly cloud: Cloud;
  readonly store: DynamoStore;
}
