import type { AwsAccess } from '../processes/index.ts';

/** The process of a container: the arguments that `docker run` would have. */
export interface PythonProcessRequest {
  /**
   * Program and arguments. `python3`, `python` and the environment's own interpreter are forked from
   * the warm parent; any other program is executed.
   */
  readonly command: readonly [string, ...string[]];
  /** As the process shall see it; `/opt/ml/…` is allowed. @default `/opt/ml` */
  readonly workingFolder?: string;
  /** What the app and the service set for the process; `local/processes` builds its environment around them. */
  readonly environment: Readonly<Record<string, string>>;
  /** The session of the role it acts as. @default none: it can call no AWS */
  readonly aws?: AwsAccess;
  /** The folder of this machine that the process sees as `/opt/ml`. */
  readonly folder: string;
  /** Standard output and error, as they come; lines are for the caller to find. */
  onOutput(chunk: Buffer): void;
  /** The largest file the process may write. @default no limit */
  readonly maxFileBytes?: number;
  /** Never fork from the warm parent: a fresh interpreter. @default false */
  readonly fresh?: boolean;
}

/** How a process ended: exactly one of code and signal is there. */
export interface PythonExit {
  readonly code: number | undefined;
  /** For example `SIGKILL`. */
  readonly signal: string | undefined;
  /** Of the process and what it waited for. @default unknown */
  readonly cpuSeconds?: number;
  readonly maxMemoryBytes?: number;
}

/** A running process, the leader of its own process group. */
export interface PythonProcess {
  readonly pid: number;
  /** Resolves after the last output was handed on. Never rejects. */
  readonly exited: Promise<PythonExit>;
  /** Signals the whole process group; nothing happens when it has ended. */
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT'): void;
}
