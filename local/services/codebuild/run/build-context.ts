import type { Cloud } from '../../../cloud/cloud.ts';
import type { BuildRecord, CodeBuildStore } from '../store.ts';

/** What a run needs of its service. */
export interface BuildContext {
  readonly cloud: Cloud;
  readonly store: CodeBuildStore;
  /** The build as it is stored. */
  current(): BuildRecord;
  change(change: Partial<BuildRecord>): void;
}

/** The folders of a build. */
export interface BuildFolders {
  readonly root: string;
  readonly source: string;
  readonly home: string;
  readonly temporary: string;
  readonly driver: string;
}
