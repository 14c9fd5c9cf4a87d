import { availableParallelism } from 'node:os';
import type { ContainerStart, PulledImage } from '../../../cloud/container-images.ts';
import { type PythonExit, type PythonProcess, Slots } from '../../../jobs/index.ts';
import { withImageLibraries } from '../../../jobs/serving/index.ts';
import type { AwsAccess } from '../../../processes/index.ts';
import { startOwnContainer } from '../images/start-container.ts';
import type { SageMakerState } from '../state.ts';
import type { JobOutput } from './job-output.ts';

export interface ContainerRun {
  /** An image that the app brings, which gets ENTRYPOINT and CMD instead of `command`. @default this machine's Python */
  readonly own?: OwnRun;
  readonly command: readonly [string, ...string[]];
  /** The folder that the container sees as `/opt/ml`. */
  readonly folder: string;
  readonly workingFolder?: string;
  /** The session of the job's role. */
  readonly aws: AwsAccess;
  readonly environment: Readonly<Record<string, string>>;
  readonly fresh?: boolean;
  readonly maxRuntimeSeconds: number;
  readonly volumeGigabytes: number;
  readonly output: JobOutput;
  /** Aborted when the job is stopped. */
  readonly stop: AbortSignal;
  readonly onStart: () => void;
}

/** A container of an image of this account's ECR. */
export interface OwnRun extends Pick<ContainerStart, 'command' | 'entrypoint'> {
  readonly image: PulledImage;
}

/** How a container ended, and what it used. */
export interface ContainerEnd {
  readonly reason: 'exited' | 'stopped' | 'timed out';
  /** The exit code as in Docker: 128 plus the number of the signal that ended it. */
  readonly code: number;
  readonly exit: PythonExit;
  readonly seconds: number;
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html: 120 seconds after SIGTERM. */
const STOP_GRACE_MS = 120_000;

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGILL: 4,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
  SIGXCPU: 24,
  SIGXFSZ: 25,
};

/** Runs the container of a job until it ends, is stopped or exceeds its time limit. */
export async function runContainer(
  sagemaker: SageMakerState,
  run: ContainerRun,
): Promise<ContainerEnd> {
  const { clock } = sagemaker.cloud;
  const process = await startProcess(sagemaker, run);
  const startedAt = clock.now();
  run.onStart();
  let reason: ContainerEnd['reason'] = 'exited';
  const end = (why: 'stopped' | 'timed out') => {
    if (reason !== 'exited') return;
    reason = why;
    stopInOrder(sagemaker, process);
  };
  const timer = clock.setTimer(run.maxRuntimeSeconds * 1_000, () => end('timed out'));
  const stopped = () => end('stopped');
  run.stop.addEventListener('abort', stopped);
  if (run.stop.aborted) stopped();
  const exit = await process.exited;
  run.stop.removeEventListener('abort', stopped);
  timer.cancel();
  run.output.end();
  return { reason, code: codeOf(exit), exit, seconds: (clock.now() - startedAt) / 1_000 };
}

function startProcess(sagemaker: SageMakerState, run: ContainerRun): Promise<PythonProcess> {
  const { aws, environment, folder, own } = run;
  const onOutput = (chunk: Buffer) => run.output.push(chunk);
  if (own !== undefined) {
    const { image, ...start } = own;
    return startOwnContainer(image, { ...start, folder, environment, role: { aws } }, onOutput);
  }
  return sagemaker.python.start({
    command: run.command,
    folder,
    aws,
    environment: withImageLibraries(environment),
    onOutput,
    maxFileBytes: run.volumeGigabytes * 1024 ** 3,
    ...(run.workingFolder === undefined ? {} : { workingFolder: run.workingFolder }),
    ...(run.fresh === undefined ? {} : { fresh: run.fresh }),
  });
}

/**
 * Uploads the results of a container. If the script failed, errors of the upload are ignored, so that the job
 * has the error of the script.
 */
export async function unlessFailed<Result>(
  { reason, code }: ContainerEnd,
  upload: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await upload();
  } catch (error) {
    if (reason === 'exited' && code === 0) throw error;
    return undefined;
  }
}

function stopInOrder(sagemaker: SageMakerState, process: PythonProcess): void {
  process.kill('SIGTERM');
  const timer = sagemaker.cloud.clock.setTimer(STOP_GRACE_MS, () => process.kill('SIGKILL'));
  void process.exited.then(() => timer.cancel());
}

function codeOf(exit: PythonExit): number {
  return exit.code ?? 128 + (SIGNAL_NUMBERS[exit.signal ?? ''] ?? 0);
}

/** The maximum number of concurrent containers; further jobs wait. */
const MAX_CONTAINERS = Math.max(2, availableParallelism()) * 2;

/** Limits the concurrent containers; further ones wait in order. */
export class Gate {
  readonly #slots = new Slots(MAX_CONTAINERS);

  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#slots.take();
    try {
      return await work();
    } finally {
      this.#slots.release();
    }
  }
}
