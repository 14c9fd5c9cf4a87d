import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What a container sees as `/opt/ml`, in a folder of this machine. */
export interface ContainerFolder {
  /** The folder that stands for `/opt/ml`. */
  readonly path: string;
  /** The place on this machine of a container's path such as `/opt/ml/model`. */
  host(containerPath: string): string;
  remove(): void;
}

/** Where the documented contract of SageMaker's containers keeps everything. */
export const CONTAINER_ROOT = '/opt/ml';

/** Makes (or takes over) the folder that a container sees as `/opt/ml`. */
export function createContainerFolder(path: string): ContainerFolder {
  mkdirSync(path, { recursive: true });
  return {
    path,
    host: (containerPath) => join(path, relativeToRoot(containerPath)),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function relativeToRoot(containerPath: string): string {
  const normal = join('/', containerPath);
  if (normal !== CONTAINER_ROOT && !normal.startsWith(`${CONTAINER_ROOT}/`)) {
    throw new RangeError(`${containerPath} is not below ${CONTAINER_ROOT}`);
  }
  return normal.slice(CONTAINER_ROOT.length);
}
