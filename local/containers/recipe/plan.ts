import type { Heredoc } from '../dockerfile/index.ts';
import type { BaseImage } from './base-images.ts';
import type { PipInstall } from './pip-arguments.ts';

/** Where a step takes files from: the build context, or an earlier stage by its number. */
export type FileOrigin = 'context' | { readonly stage: number };

/** A file or folder that a RUN sees for its own time: `--mount=type=bind`. */
export interface BindMount {
  readonly from: FileOrigin;
  readonly source: string;
  /** An absolute path. */
  readonly target: string;
}

interface Common {
  readonly line: number;
}

export interface CopyStep extends Common {
  readonly kind: 'copy';
  readonly from: FileOrigin;
  readonly sources: readonly string[];
  readonly inline: readonly Pick<Heredoc, 'name' | 'content'>[];
  /** An absolute path; with a slash at its end it is a folder. */
  readonly destination: string;
  /** Octal digits, or symbolic, as for `chmod`. */
  readonly mode: string | undefined;
  readonly exclude: readonly string[];
  readonly parents: boolean;
  /** Archives of the context are unpacked: ADD. */
  readonly unpack: boolean;
}

export interface FolderStep extends Common {
  readonly kind: 'folder';
  readonly path: string;
}

export interface RemoveStep extends Common {
  readonly kind: 'remove';
  /** Absolute paths, which may contain wildcards. */
  readonly paths: readonly string[];
}

export interface ModeStep extends Common {
  readonly kind: 'mode';
  readonly mode: string;
  readonly recursive: boolean;
  readonly paths: readonly string[];
}

export interface LinkStep extends Common {
  readonly kind: 'link';
  readonly target: string;
  readonly path: string;
}

export interface TouchStep extends Common {
  readonly kind: 'touch';
  readonly path: string;
}

export interface InstallStep extends Common {
  readonly kind: 'install';
  /** The folder of the Python that gets the packages: `/usr/local`, or a virtual environment. */
  readonly location: string;
  readonly pip: PipInstall;
  /** The working folder, from which relative paths lead. */
  readonly folder: string;
  readonly mounts: readonly BindMount[];
  readonly variables: Readonly<Record<string, string>>;
}

/** A virtual environment, which stands for a folder of the image. */
export interface EnvironmentStep extends Common {
  readonly kind: 'environment';
  readonly location: string;
}

export type Step =
  | CopyStep
  | EnvironmentStep
  | FolderStep
  | InstallStep
  | LinkStep
  | ModeStep
  | RemoveStep
  | TouchStep;

/** How a container is asked whether it is well. Times are in seconds, with Docker's defaults filled in. */
export interface HealthCheck {
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly startPeriodSeconds: number;
  readonly startIntervalSeconds: number;
  readonly retries: number;
}

/** How a container of an image is started. */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  readonly user: string;
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly healthCheck: HealthCheck | undefined;
  /** For example `SIGTERM`. */
  readonly stopSignal: string;
}

export interface StagePlan {
  readonly base: BaseImage;
  /** The number of the stage that this one continues. */
  readonly parent: number | undefined;
  readonly steps: readonly Step[];
  readonly config: ImageConfig;
}

/** What has to be done for an image, in order, without a shell. */
export interface ImagePlan {
  /** All stages by number; those that the target does not need are undefined. */
  readonly stages: readonly (StagePlan | undefined)[];
  readonly target: number;
}
