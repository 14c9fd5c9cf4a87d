import type { BuildContext, BuildFolders } from './build-context.ts';
import type { BuildLog } from './build-log.ts';
import type { BuildRole } from './build-role.ts';

/** Everything that later phases need of earlier ones. */
export interface PreparedBuild {
  readonly context: BuildContext;
  readonly folders: BuildFolders;
  readonly role: BuildRole;
  readonly log: BuildLog;
  /** The address for commands that only wait: `build-waits.ts`. */
  readonly waits: string;
  /** Aborted when the build is to end. */
  readonly stopping: AbortSignal;
}
