import type { Cloud } from '../../cloud/cloud.ts';
import type { AsynchronousQueue } from './asynchronous/asynchronous-queue.ts';
import type { CodeStore } from './code-store.ts';
import type { Mappings } from './mappings/mappings.ts';
import type { FunctionPool } from './sandbox/sandbox-pool.ts';
import type { LambdaStore } from './store.ts';

/** What the operations of Lambda share. */
export interface LambdaState {
  readonly cloud: Cloud;
  readonly store: LambdaStore;
  readonly code: CodeStore;
  readonly pool: FunctionPool;
  readonly asynchronous: AsynchronousQueue;
  readonly mappings: Mappings;
}
