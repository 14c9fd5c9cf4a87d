import { PassThrough } from 'node:stream';
import type { Cloud } from '../../../cloud/cloud.ts';
import {
  type ContainerStart,
  ImageNotPulled,
  NothingToStart,
  type PulledImage,
} from '../../../cloud/container-images.ts';
import { type AwsAccess, memoryOfTree } from '../../../processes/index.ts';
import { CodeArtifactUserPendingException, ImageUnusable } from '../errors.ts';
import { exitReason, type SandboxProcess } from '../sandbox/sandbox-process.ts';
import { type FunctionRecord, LATEST } from '../store.ts';

export interface FunctionStart {
  /** AWS's variables and those of the function. */
  readonly environment: Readonly<Record<string, string>>;
  readonly aws: AwsAccess;
}

/** What became of the image of a function since it was created or updated. */
export interface ImageProgress {
  readonly since: 'created' | 'updated';
  /** Why the image cannot run. @default it is still being built */
  readonly failure?: string;
}

interface Preparation extends ImageProgress {
  /** The record whose image is prepared; a version that is published meanwhile has its time. */
  readonly record: FunctionRecord;
  /** What serves `$LATEST` instead. @default nothing: the function was never ready */
  readonly former?: FunctionRecord | undefined;
}

/** What the names of images of functions became: images that are ready to start, or why there is none. */
export class FunctionContainers {
  readonly #cloud: Cloud;
  /** By the name of the function; one whose image is ready has none. */
  readonly #progress = new Map<string, Preparation>();
  readonly #images = new Map<string, Promise<PulledImage>>();
  readonly #end = new AbortController();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /**
   * Builds the image of a function in the background; its state and its invocations say what goes wrong.
   *
   * @param former what `$LATEST` was before an update
   */
  prepare(record: FunctionRecord, since: ImageProgress['since'], former?: FunctionRecord): void {
    const { name } = record;
    const before = this.#progress.get(name);
    const preparation: Preparation = {
      since,
      record,
      former: before === undefined ? former : before.former,
    };
    this.#progress.set(name, preparation);
    const isCurrent = () => this.#progress.get(name) === preparation;
    this.#image(record).then(
      () => isCurrent() && this.#progress.delete(name),
      (error: unknown) => {
        if (this.#end.signal.aborted) {
          this.#progress.delete(name);
          return;
        }
        const failure = causeOf(error);
        if (isCurrent()) this.#progress.set(name, { ...preparation, failure });
        this.#cloud.logger.warn({ function: name, cause: failure }, 'Image cannot run');
      },
    );
  }

  /** Undefined where the image of the function is ready, or was made by a former runtime. */
  progressOf(record: FunctionRecord): ImageProgress | undefined {
    return this.#preparationOf(record);
  }

  /**
   * What an invocation of a version runs: while an update is under way, or after one that failed, what `$LATEST` was before.
   *
   * @throws CodeArtifactUserPendingException
   * @see https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
   */
  servedBy(record: FunctionRecord): FunctionRecord {
    const preparation = this.#preparationOf(record);
    if (preparation === undefined) return record;
    const { failure, former } = preparation;
    if (former !== undefined && record.version === LATEST) return former;
    if (failure === undefined) throw new CodeArtifactUserPendingException();
    return record;
  }

  #preparationOf({ image, modifiedAt, name }: FunctionRecord): Preparation | undefined {
    const found = this.#progress.get(name);
    const isOf =
      found?.record.modifiedAt === modifiedAt &&
      found.record.image?.resolvedUri === image?.resolvedUri;
    return isOf ? found : undefined;
  }

  /** Waits until the image is built. @throws ImageUnusable */
  async ready(record: FunctionRecord): Promise<void> {
    await this.#image(record);
  }

  /**
   * Starts a container of the function's image. The first start waits until the image is built.
   *
   * @throws ImageUnusable
   */
  async start(record: FunctionRecord, start: FunctionStart): Promise<SandboxProcess> {
    const image = await this.#image(record);
    const { Command, EntryPoint, WorkingDirectory } = record.imageConfig ?? {};
    // AWS replaces each setting alone; Docker resets CMD with ENTRYPOINT.
    const command = Command ?? (EntryPoint === undefined ? undefined : image.settings?.command);
    try {
      return await startProcess(image, {
        ...start,
        ...(EntryPoint !== undefined && { entrypoint: EntryPoint }),
        ...(command !== undefined && { command }),
        ...(WorkingDirectory !== undefined && { workingFolder: WorkingDirectory }),
      });
    } catch (error) {
      if (!(error instanceof NothingToStart)) throw error;
      throw new ImageUnusable(record.name, image.uri, error);
    }
  }

  halt(): void {
    this.#end.abort();
  }

  /** A failure is not kept: what is missing may come. */
  async #image({ image, name }: FunctionRecord): Promise<PulledImage> {
    const uri = image?.resolvedUri ?? '';
    const pulled = this.#images.get(uri) ?? this.#pull(uri);
    this.#images.set(uri, pulled);
    try {
      return await pulled;
    } catch (error) {
      this.#images.delete(uri);
      if (error instanceof ImageNotPulled) throw new ImageUnusable(name, uri, error);
      throw error;
    }
  }

  /** The image was checked as the caller when the function was made; from then on AWS has a copy of its own. */
  #pull(uri: string): Promise<PulledImage> {
    const { accountId, partition } = this.#cloud;
    return this.#cloud.containers.pull(uri, {
      principal: { kind: 'account', arn: `arn:${partition}:iam::${accountId}:root` },
      signal: this.#end.signal,
      onProgress: (message) => this.#cloud.logger.info({ image: uri }, message),
    });
  }
}

function causeOf(error: unknown): string {
  const { cause = error } = error as { readonly cause?: unknown };
  return cause instanceof Error ? cause.message : String(cause);
}

async function startProcess(
  image: PulledImage,
  start: Omit<ContainerStart, 'onOutput'>,
): Promise<SandboxProcess> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const container = await image.start({
    ...start,
    onOutput: (chunk, stream) => (stream === 'stdout' ? stdout : stderr).write(chunk),
  });
  const exited = container.exited.then(({ code, signal }) => {
    stdout.end();
    stderr.end();
    return exitReason(code, signal);
  });
  return {
    pid: container.pid,
    stdout,
    stderr,
    marksEnds: false,
    memoryMb: () => (container.pid === undefined ? undefined : memoryOfTree(container.pid)),
    exited,
    kill: () => void container.stop(0),
  };
}
