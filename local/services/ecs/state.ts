import type { Cloud } from '../../cloud/cloud.ts';
import type { ServicesContext } from './services/context.ts';
import type { ServiceControllers } from './services/service-controllers.ts';
import type { EcsStore } from './store.ts';
import type { TaskRuns } from './task-runs.ts';

/** What the operations of Amazon ECS share. */
export interface EcsState {
  readonly cloud: Cloud;
  readonly store: EcsStore;
  readonly runs: TaskRuns;
  readonly services: ServicesContext;
  readonly controllers: ServiceControllers;
}
