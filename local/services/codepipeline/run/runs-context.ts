import type { Cloud } from '../../../cloud/cloud.ts';
import type { CodePipelineStore, ExecutionRecord } from '../store.ts';
import type { Waits } from './patience.ts';

/** What the runs of executions, stages and actions share. */
export interface RunsContext {
  readonly cloud: Cloud;
  readonly store: CodePipelineStore;
  readonly waits: Waits;
  /** Whether the runtime ends: no record changes any more. */
  readonly isHalted: () => boolean;
  /** A number that is larger than those before, also than those of a former runtime. */
  readonly nextOrder: () => number;
  /** Stores a change of an execution, and returns it. */
  readonly change: (
    execution: Pick<ExecutionRecord, 'id' | 'pipeline'>,
    change: (current: ExecutionRecord) => Partial<ExecutionRecord>,
  ) => ExecutionRecord;
}
