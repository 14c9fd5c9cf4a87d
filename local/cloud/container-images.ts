import type { AwsAccess } from '../processes/index.ts';
import type { Principal } from './principal.ts';

/** How a container was confined and started: as a process of this machine, or by a container engine. */
export type ContainerKind = 'process' | 'engine';

/** Asks the image whether a container is well, as its `HEALTHCHECK` says. Times are in seconds. */
export interface ImageHealthCheck {
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly startPeriodSeconds: number;
  readonly retries: number;
}

/** What the image says about its containers. An image that a container engine built says it to the engine only. */
export interface ImageSettings {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  readonly exposedPorts: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly healthCheck: ImageHealthCheck | undefined;
}

/** An image that is ready to start. */
export interface PulledImage {
  /** As it was asked for. */
  readonly uri: string;
  /** The digest of the manifest in ECR, or of the built content for an image of another registry. */
  readonly digest: string;
  readonly kind: ContainerKind;
  /** Undefined for an image of a container engine. */
  readonly settings: ImageSettings | undefined;
  /** What differs from the image in a container engine, for the user. */
  readonly notices: readonly string[];
  /** @throws NothingToStart */
  start(options: ContainerStart): Promise<StartedContainer>;
}

/** A folder or file of this machine that a container sees. */
export interface VisibleFolder {
  readonly source: string;
  /** An absolute path of the container. */
  readonly target: string;
  readonly readOnly?: boolean;
}

export interface ContainerStart {
  /** Replaces ENTRYPOINT. @default that of the image */
  readonly entrypoint?: readonly string[];
  /** Replaces CMD. @default that of the image, unless the entrypoint is replaced */
  readonly command?: readonly string[];
  /** Added to the image's variables. Those that decide about credentials and endpoints are ignored. */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default that of the image */
  readonly workingFolder?: string;
  readonly mounts?: readonly VisibleFolder[];
  /** @default none: the container can call no AWS */
  readonly aws?: AwsAccess;
  /** The container is killed above it. @default no limit */
  readonly memoryBytes?: number;
  readonly onOutput: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
}

/** How a container ended. */
export interface ContainerEnd {
  /** As a container engine reports it: 128 and the number of the signal for a process that was killed. */
  readonly code: number;
  readonly signal: NodeJS.Signals | undefined;
  /** It was killed because it used more memory than it may. */
  readonly isOutOfMemory?: boolean;
}

export interface StartedContainer {
  /** The id of its first process, or of the engine's client. */
  readonly pid: number | undefined;
  /**
   * Resolves when its command has started, or with the words of a container engine for why it cannot. With a container
   * engine it resolves at once. Never rejects.
   */
  readonly started: Promise<string | undefined>;
  /** Resolves when it has ended and its files are removed. Never rejects. */
  readonly exited: Promise<ContainerEnd>;
  /** Sends a signal to its first process. */
  kill(signal: NodeJS.Signals): void;
  /** Sends the image's stop signal, and SIGKILL to all its processes after the timeout. */
  stop(timeoutSeconds?: number): Promise<ContainerEnd>;
  /** Runs another command in it, such as a health check; it is killed after the timeout. */
  execute(command: readonly string[], timeoutMs: number): Promise<ContainerEnd>;
}

export interface PullOptions {
  /** Must be allowed to read the image in ECR. */
  readonly principal: Principal;
  readonly signal?: AbortSignal;
  /** What happens, for the user. */
  readonly onProgress?: (message: string) => void;
}

/** Makes images ready to start. `cloud.containers` is the only way from a service to a container. */
export interface ContainerImages {
  /**
   * Finds an image in this account's ECR, or a base image of another registry that this machine can stand for,
   * and builds it unless it is built.
   *
   * @param uri with a tag or a digest; `latest` by default
   * @throws ImageNotPulled
   */
  pull(uri: string, options: PullOptions): Promise<PulledImage>;
}

/**
 * Why an image is not ready. `Missing`: ECR has no such repository, tag or digest. `AccessDenied`: the principal may not
 * read it. `NotBuilt`: it is there, but it cannot run on this machine, or building it failed.
 */
export type PullProblem = 'Missing' | 'AccessDenied' | 'NotBuilt';

/** An image that is not ready to start; the message is the reason. */
export class ImageNotPulled extends Error {
  override readonly name = 'ImageNotPulled';
  readonly problem: PullProblem;
  readonly uri: string;

  constructor(
    { problem, uri }: { readonly problem: PullProblem; readonly uri: string },
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.problem = problem;
    this.uri = uri;
  }
}

/** The image has neither ENTRYPOINT nor CMD, and none was given. */
export class NothingToStart extends Error {
  override readonly name = 'NothingToStart';
}

/** For clouds that start no containers. */
export const NO_CONTAINERS: ContainerImages = {
  pull(uri) {
    const message = `This runtime was created without containers, so ${uri} cannot run.`;
    return Promise.reject(new ImageNotPulled({ problem: 'NotBuilt', uri }, message));
  },
};
