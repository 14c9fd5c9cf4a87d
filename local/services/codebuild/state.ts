import type { Cloud } from '../../cloud/cloud.ts';
import type { BuildRuns } from './run/build-runs.ts';
import type { CodeBuildStore } from './store.ts';

/** What the operations of AWS CodeBuild share. */
export interface CodeBuildState {
  readonly cloud: Cloud;
  readonly store: CodeBuildStore;
  readonly runs: BuildRuns;
}
