import type { Logger } from '../cloud.ts';
import type { PythonProcess, PythonProcessRequest } from './python-process.ts';

export interface PythonHostOptions {
  /** Where managed environments are kept, shared by whoever names the same folder. */
  readonly environmentFolder: string;
  readonly logger: Logger;
}

/** What `stepmill doctor` and the start-up report say about Python. */
export interface PythonHostStatus {
  readonly interpreter: string;
  /** How `/opt/ml` is given to a process: by a mount namespace, or by rewriting paths. */
  readonly containerPaths: 'namespace' | 'rewritten';
  readonly reason: string | undefined;
}

/**
 * Runs the processes of containers. A warm parent process that has imported the libraries forks one
 * per container; it is started at the first need, again when it died, and takes every process with it
 * when this runtime ends, however it ends.
 */
export class PythonHost {
  constructor(_options: PythonHostOptions) {
    throw new Error('Not there yet: the skeleton of the face only.');
  }

  /** Starts the warm parent ahead of the first process, where an environment is already built. */
  warmUp(): void {}

  /** Starts a process; resolves when it runs. */
  start(_request: PythonProcessRequest): Promise<PythonProcess> {
    return Promise.reject(new Error('Not there yet'));
  }

  /** Ends the warm parent and every process it started. */
  async stop(): Promise<void> {}
}
