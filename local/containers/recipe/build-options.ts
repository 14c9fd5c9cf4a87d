import { relative, resolve } from 'node:path';
import type { PlanOptions } from './plan-image.ts';
import { RecipeFailed } from './refusal.ts';

export interface BuildOptions extends PlanOptions {
  /** The build context. */
  readonly context: string;
  /** Relative to the context. @default Dockerfile */
  readonly dockerfile?: string;
  /** The folder of all images and environments, which several runtimes may share. */
  readonly folder: string;
  /** The folder of the runtime's own Python environments. */
  readonly pythonFolder: string;
  /** What happens, for the user. */
  onProgress?(message: string): void;
  readonly signal?: AbortSignal;
}

/**
 * The Dockerfile's path. It lies in its context, because whoever pushed the image names it.
 *
 * @throws RecipeFailed
 */
export function dockerfilePath({ context, dockerfile = 'Dockerfile' }: BuildOptions): string {
  const path = resolve(context, dockerfile);
  const [first] = relative(resolve(context), path).split('/');
  if (first === '..') {
    throw new RecipeFailed(
      1,
      `${dockerfile} is not in the build context, so there is no image to run`,
    );
  }
  return path;
}
