import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DiscardedFolders } from './discarded-folders.ts';

/** The folder of this machine that a container sees as `/opt/ml`. */
export interface ContainerFolder {
  /** The path of the folder. */
  readonly path: string;
  /** The place on this machine of a container's path such as `/opt/ml/model`. */
  host(containerPath: string): string;
  /** Frees its path at once; much content is removed in the background. */
  remove(): Promise<void>;
}

/** The root of all paths in the documented contract of SageMaker's containers. */
export const CONTAINER_ROOT = '/opt/ml';

/** Creates the folder that a container sees as `/opt/ml`, or uses an existing one. */
export function createContainerFolder(path: string, discarded: DiscardedFolders): ContainerFolder {
  mkdirSync(path, { recursive: true });
  return {
    path,
    host: (containerPath) => join(path, relativeToRoot(containerPath)),
    remove: () => discarded.discard(path),
  };
}

function relativeToRoot(containerPath: string): string {
  const normal = join('/', containerPath);
  if (normal !== CONTAINER_ROOT && !normal.startsWith(`${CONTAINER_ROOT}/`)) {
    throw new RangeError(`${containerPath} is not below ${CONTAINER_ROOT}`);
  }
  return normal.slice(CONTAINER_ROOT.length);
}
