import type { Cloud } from '../../../cloud/cloud.ts';
import type { EcsStore } from '../store.ts';
import type { TaskRuns } from '../task-runs.ts';
import type { ServiceBalancers } from './balancers.ts';
import type { ServiceStore } from './records.ts';

/** What the controllers of services share. */
export interface ServicesContext {
  readonly cloud: Cloud;
  readonly store: EcsStore;
  readonly services: ServiceStore;
  readonly runs: TaskRuns;
  readonly balancers: ServiceBalancers;
}
