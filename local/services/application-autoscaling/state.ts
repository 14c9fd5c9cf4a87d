import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';
import { type ActivityRecord, type PolicyRecord, type TargetRecord } from './records.ts';

/** What the operations of Application Auto Scaling share. */
export interface ApplicationAutoScalingState {
  readonly cloud: Cloud;
  readonly targets: Table<TargetRecord>;
  /** By `<resource id>|<policy name>`. */
  readonly policies: Table<PolicyRecord>;
  /** By `<resource id>|<start>|<id>`. */
  readonly activities: Table<ActivityRecord>;
  /** Starts the evaluation timer if there are scalable targets. */
  wake(): void;
}
