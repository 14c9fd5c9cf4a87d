import type { Cloud } from '../../cloud/cloud.ts';
import type { StackRecord } from '../../provision/index.ts';
import type { Table } from '../../store/index.ts';
import type { CloudFormationStore } from './records.ts';
import type { StackOperations } from './stack-operations.ts';

/** What the operations of CloudFormation share. */
export interface CloudFormationState {
  readonly cloud: Cloud;
  /** By name. */
  readonly stacks: Table<StackRecord>;
  readonly store: CloudFormationStore;
  readonly operations: StackOperations;
}
