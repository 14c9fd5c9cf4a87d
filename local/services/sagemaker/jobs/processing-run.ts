import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessingOutput } from '@aws-sdk/client-sagemaker';
import {
  type ContainerFolder,
  containerFiles,
  createContainerFolder,
  PythonEnvironmentError,
} from '../../../jobs/index.ts';
import { pullForJob } from '../images/pull-for-job.ts';
import { takeProcessRole } from '../process-role.ts';
import { sageMakerFor } from '../source-arn.ts';
import type { SageMakerState } from '../state.ts';
import { readContainerMessage } from './container-message.ts';
import { errorOf, JobFailure, withLastLines } from './failure.ts';
import { recordJobMetrics } from './job-metrics.ts';
import { createJobOutput, type JobOutput } from './job-output.ts';
import { DEFAULT_RUNTIME_SECONDS, DEFAULT_VOLUME_GIGABYTES } from './limits.ts';
import { processingJobConfig } from './processing-config.ts';
import type { ProcessingJobRecord } from './records.ts';
import { type ContainerEnd, type OwnRun, runContainer, unlessFailed } from './run-container.ts';
import { downloadManifest, downloadPrefix, type JobS3 } from './s3-objects.ts';
import { createUploads, type Upload } from './uploads.ts';

/** How a processing job ended. */
export interface ProcessingResult {
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  readonly failureReason?: string;
  readonly exitMessage?: string;
}

export interface ProcessingRunOptions {
  readonly stop: AbortSignal;
  /** Called when the container runs: `ProcessingStartTime`. */
  readonly onStart: () => void;
}

/** Runs a processing job: downloads its inputs, runs its container and uploads its outputs. */
export async function runProcessingJob(
  sagemaker: SageMakerState,
  job: ProcessingJobRecord,
  options: ProcessingRunOptions,
): Promise<ProcessingResult> {
  const { cloud, discarded } = sagemaker;
  const path = join(cloud.stateFolder, 'jobs', 'processing', job.name);
  const folder = createContainerFolder(path, discarded);
  const output = createJobOutput(cloud, {
    logGroup: '/aws/sagemaker/ProcessingJobs',
    logStream: `${job.name}/algo-1-${Math.floor(cloud.clock.now() / 1_000)}`,
  });
  try {
    return await runInFolder(sagemaker, job, { ...options, folder, output });
  } catch (error) {
    if (error instanceof JobFailure) return { status: 'Failed', failureReason: error.message };
    if (error instanceof PythonEnvironmentError) {
      return { status: 'Failed', failureReason: withLastLines('ClientError: ', error.message) };
    }
    throw error;
  } finally {
    await folder.remove();
  }
}

interface Instance extends ProcessingRunOptions {
  readonly folder: ContainerFolder;
  readonly output: JobOutput;
}

async function runInFolder(
  sagemaker: SageMakerState,
  job: ProcessingJobRecord,
  instance: Instance,
): Promise<ProcessingResult> {
  const { folder, output } = instance;
  await folder.remove();
  const role = await takeProcessRole(
    sagemaker.cloud,
    job.input.RoleArn ?? '',
    sageMakerFor(job.arn),
  );
  const s3: JobS3 = { cloud: sagemaker.cloud, role: role.principal };
  await prepareFolder(job, folder, s3);
  const image = await pullForJob(sagemaker, {
    uri: job.input.AppSpecification?.ImageUri ?? '',
    principal: role.principal,
    stop: instance.stop,
    say: (line) => output.say(line),
  });
  if (instance.stop.aborted) return { status: 'Stopped' };
  const results = { keyId: job.input.ProcessingOutputConfig?.KmsKeyId };
  const uploads = createUploads({ ...s3, results }, outputsOf(job, folder), sagemaker.cloud.clock);
  const { Environment, StoppingCondition, ProcessingResources } = job.input;
  try {
    const end = await runContainer(sagemaker, {
      command: commandOf(job),
      ...(image !== undefined && { own: { image, ...ownCommandOf(job) } }),
      folder: folder.path,
      aws: role.aws,
      environment: { ...Environment },
      maxRuntimeSeconds: StoppingCondition?.MaxRuntimeInSeconds ?? DEFAULT_RUNTIME_SECONDS,
      volumeGigabytes:
        ProcessingResources?.ClusterConfig?.VolumeSizeInGB ?? DEFAULT_VOLUME_GIGABYTES,
      output,
      stop: instance.stop,
      onStart: instance.onStart,
    });
    recordJobMetrics(sagemaker.cloud, '/aws/sagemaker/ProcessingJobs', job.name, end);
    // AWS uploads the outputs even if the container failed.
    await unlessFailed(end, () => uploads.finish());
    return await resultOf(job, end, instance);
  } finally {
    uploads.cancel();
  }
}

async function prepareFolder(
  job: ProcessingJobRecord,
  folder: ContainerFolder,
  s3: JobS3,
): Promise<void> {
  writeConfig(job, folder);
  for (const { S3Input } of job.input.ProcessingInputs ?? []) {
    const { S3Uri = '', LocalPath = '/opt/ml/processing/input' } = S3Input ?? {};
    const place = folder.host(LocalPath);
    if (S3Input?.S3DataType === 'ManifestFile') await downloadManifest(s3, S3Uri, place);
    else await downloadPrefix(s3, S3Uri, place);
  }
  for (const { LocalPath } of outputsOf(job, folder)) mkdirSync(LocalPath, { recursive: true });
}

function writeConfig(job: ProcessingJobRecord, folder: ContainerFolder): void {
  mkdirSync(folder.host('/opt/ml/config'), { recursive: true });
  mkdirSync(folder.host('/opt/ml/output'), { recursive: true });
  mkdirSync(folder.host('/opt/ml/processing'), { recursive: true });
  const write = (name: string, content: object) =>
    writeFileSync(folder.host(`/opt/ml/config/${name}`), JSON.stringify(content));
  write('processingjobconfig.json', processingJobConfig(job));
  write('resourceconfig.json', { current_host: 'algo-1', hosts: ['algo-1'] });
}

function outputsOf(job: ProcessingJobRecord, folder: ContainerFolder): readonly Upload[] {
  const outputs = job.input.ProcessingOutputConfig?.Outputs ?? [];
  return outputs.map(({ OutputName, S3Output }: ProcessingOutput) => ({
    name: OutputName ?? '',
    root: folder.path,
    LocalPath: folder.host(S3Output?.LocalPath ?? '/opt/ml/processing/output'),
    S3Uri: S3Output?.S3Uri ?? '',
    continuous: S3Output?.S3UploadMode === 'Continuous',
  }));
}

function commandOf({ input }: ProcessingJobRecord): readonly [string, ...string[]] {
  const { ContainerEntrypoint = [], ContainerArguments = [] } = input.AppSpecification ?? {};
  const [program = 'python3', ...rest] = ContainerEntrypoint;
  return [program, ...rest, ...ContainerArguments];
}

/** ContainerArguments replace CMD, with or without another ENTRYPOINT. */
function ownCommandOf({ input }: ProcessingJobRecord): Omit<OwnRun, 'image'> {
  const { ContainerEntrypoint, ContainerArguments } = input.AppSpecification ?? {};
  return {
    ...(ContainerEntrypoint !== undefined && { entrypoint: ContainerEntrypoint }),
    ...(ContainerArguments !== undefined && { command: ContainerArguments }),
  };
}

async function resultOf(
  job: ProcessingJobRecord,
  end: ContainerEnd,
  instance: Instance,
): Promise<ProcessingResult> {
  const { folder, output } = instance;
  const message = readContainerMessage(folder, '/opt/ml/output/message');
  const exitMessage = message === undefined ? {} : { exitMessage: message };
  if (end.reason === 'stopped') return { status: 'Stopped', ...exitMessage };
  if (end.reason === 'timed out') {
    const seconds = job.input.StoppingCondition?.MaxRuntimeInSeconds ?? DEFAULT_RUNTIME_SECONDS;
    // AWS gives no reason. If the script wrote no message, its last lines are the message.
    const why = `Stopped after MaxRuntimeInSeconds (${seconds} s). The last lines of the script:\n`;
    return {
      status: 'Stopped',
      exitMessage: message ?? withLastLines(why, output.lastLines),
    };
  }
  if (end.code !== 0) {
    const reason = `AlgorithmError: See job logs for more information. Exit code ${end.code}:\n`;
    return {
      status: 'Failed',
      failureReason: withLastLines(reason, errorOf(output.lastLines)),
      ...exitMessage,
    };
  }
  const empty = await emptyOutputs(job, folder);
  if (empty === '' || message !== undefined) return { status: 'Completed', ...exitMessage };
  // AWS completes such a job without a message; this one explains why the files are missing.
  const why = `No file was written to ${empty}. The last lines of the script:\n`;
  output.say(why);
  return { status: 'Completed', exitMessage: withLastLines(why, output.lastLines) };
}

async function emptyOutputs(job: ProcessingJobRecord, folder: ContainerFolder): Promise<string> {
  const empty: string[] = [];
  for (const { name, root, LocalPath } of outputsOf(job, folder)) {
    if ((await containerFiles(root, LocalPath)).length === 0) empty.push(`the output ${name}`);
  }
  return empty.join(', ');
}
