import type { Cloud } from '../../../cloud/cloud.ts';
import type { Integrations } from '../integrations/index.ts';
import type { ExecutionStore } from '../stores/execution-store.ts';
import type { ExpressStore } from '../stores/express-store.ts';
import type { MachineStore } from '../stores/machine-store.ts';
import type { MapRunStore } from '../stores/map-run-store.ts';
import type { TaskTokens } from './task-tokens.ts';

/** What executions of every kind are run with. */
export interface RunnerServices {
  readonly cloud: Cloud;
  readonly executions: ExecutionStore;
  readonly express: ExpressStore;
  readonly machines: MachineStore;
  readonly mapRuns: MapRunStore;
  readonly tokens: TaskTokens;
  readonly integrations: Integrations;
}
