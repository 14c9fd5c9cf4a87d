import type { PlanOptions } from './plan-image.ts';

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
