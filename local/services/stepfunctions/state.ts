import type { Cloud } from '../../cloud/cloud.ts';
import type { ActivityTasks } from './execution/activity-tasks.ts';
import type { Runner } from './execution/runner.ts';
import type { TaskTokens } from './execution/task-tokens.ts';
import type { Integrations } from './integrations/index.ts';
import type { ActivityStore } from './stores/activity-store.ts';
import type { ExecutionStore } from './stores/execution-store.ts';
import type { MachineStore } from './stores/machine-store.ts';
import type { MapRunStore } from './stores/map-run-store.ts';
import type { TagStore } from './stores/tag-store.ts';

/** Everything Step Functions has. */
export interface StepFunctionsState {
  readonly cloud: Cloud;
  readonly machines: MachineStore;
  readonly executions: ExecutionStore;
  readonly activities: ActivityStore;
  readonly mapRuns: MapRunStore;
  readonly tags: TagStore;
  readonly runner: Runner;
  readonly tokens: TaskTokens;
  readonly activityTasks: ActivityTasks;
  readonly integrations: Integrations;
}
