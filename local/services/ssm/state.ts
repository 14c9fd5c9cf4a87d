import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';
import type { ParameterRecord } from './store.ts';

/** What the operations of Parameter Store share. */
export interface SsmState {
  readonly cloud: Cloud;
  /** By name. */
  readonly parameters: Table<ParameterRecord>;
}
