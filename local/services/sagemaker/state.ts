import type { Cloud } from '../../cloud/cloud.ts';
import type { Service } from '../../cloud/service.ts';
import type { DiscardedFolders, PythonHost } from '../../jobs/index.ts';
import type { Tags } from './tags.ts';

/** What the parts of SageMaker share. */
export interface SageMakerState {
  readonly cloud: Cloud;
  /** Runs the processes of jobs and endpoints. */
  readonly python: PythonHost;
  /** Folders of jobs that have ended. */
  readonly discarded: DiscardedFolders;
  readonly tags: Tags;
}

/** One part of SageMaker: jobs, registry or hosting. */
export interface SageMakerPart
  extends Pick<
    Service,
    'operations' | 'start' | 'halt' | 'flush' | 'stop' | 'onEvent' | 'onMetric' | 'resourcePolicy'
  > {
  /** Resolves once nothing of it uses the state folder, after all processes were ended. */
  ended?(): Promise<void>;
}
