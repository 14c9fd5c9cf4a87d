import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { ServiceError } from '../../../cloud/service-error.ts';
import {
  type ContainerFolder,
  createContainerFolder,
  PythonEnvironmentError,
} from '../../../jobs/index.ts';
import {
  frameworkOfImage,
  ModelArchiveError,
  unpackModelArchive,
} from '../../../jobs/serving/index.ts';
import { describeScriptMode, findUserScript } from '../../../jobs/training-toolkit.ts';
import { pullForJob } from '../images/pull-for-job.ts';
import { type ProcessRole, takeProcessRole } from '../process-role.ts';
import { sageMakerFor } from '../source-arn.ts';
import type { SageMakerState } from '../state.ts';
import { readContainerMessage } from './container-message.ts';
import { errorOf, JobFailure, withLastLines } from './failure.ts';
import { recordJobMetrics } from './job-metrics.ts';
import { createJobOutput, type JobOutput } from './job-output.ts';
import { DEFAULT_RUNTIME_SECONDS, DEFAULT_VOLUME_GIGABYTES } from './limits.ts';
import { createMetricFinder } from './metric-definitions.ts';
import type { TrainingJobRecord, TrainingMetric } from './records.ts';
import {
  type ContainerEnd,
  type ContainerRun,
  runContainer,
  unlessFailed,
} from './run-container.ts';
import {
  bodyOf,
  downloadManifest,
  downloadPrefix,
  hasObjects,
  type JobS3,
  readS3Url,
  uploadFile,
} from './s3-objects.ts';
import { outputPrefix, packFolder } from './training-artifacts.ts';
import { describeTraining, prepareTrainingFolder, type TrainingConfig } from './training-config.ts';
import { createUploads, type Uploads } from './uploads.ts';

/** How a training job ended. */
export interface TrainingResult {
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  readonly secondaryStatus: 'Completed' | 'Failed' | 'Stopped' | 'MaxRuntimeExceeded';
  readonly message: string;
  readonly failureReason?: string;
  readonly hasModel: boolean;
}

/** The phases of a run, as in `SecondaryStatus`. */
export type Phase = 'Downloading' | 'Training' | 'Uploading';

export interface TrainingRunOptions {
  readonly stop: AbortSignal;
  onPhase(phase: Phase): void;
  onMetric(metric: TrainingMetric): void;
}

/** Runs a training job: downloads its channels and code, runs its container and uploads its artifacts. */
export async function runTrainingJob(
  sagemaker: SageMakerState,
  job: TrainingJobRecord,
  options: TrainingRunOptions,
): Promise<TrainingResult> {
  const { cloud } = sagemaker;
  const path = join(cloud.stateFolder, 'jobs', 'training', job.name);
  const folder = createContainerFolder(path, sagemaker.discarded);
  const metrics = createMetricFinder(job.input.AlgorithmSpecification?.MetricDefinitions);
  const output = createJobOutput(cloud, {
    logGroup: '/aws/sagemaker/TrainingJobs',
    logStream: `${job.name}/algo-1-${Math.floor(cloud.clock.now() / 1_000)}`,
    onLine(line) {
      for (const metric of metrics.find(line)) {
        options.onMetric({ ...metric, timestamp: cloud.clock.now() });
      }
    },
  });
  try {
    return await runInFolder({ ...options, sagemaker, job, folder, output });
  } catch (error) {
    return failed(reasonOf(error));
  } finally {
    await folder.remove();
  }
}

function failed(failureReason: string, hasModel = false): TrainingResult {
  return {
    status: 'Failed',
    secondaryStatus: 'Failed',
    message: 'Training job failed',
    failureReason,
    hasModel,
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof JobFailure) return error.message;
  if (error instanceof PythonEnvironmentError) return withLastLines('ClientError: ', error.message);
  throw error;
}

interface Instance extends TrainingRunOptions {
  readonly sagemaker: SageMakerState;
  readonly job: TrainingJobRecord;
  readonly folder: ContainerFolder;
  readonly output: JobOutput;
}

async function runInFolder(instance: Instance): Promise<TrainingResult> {
  const { sagemaker, job, folder } = instance;
  await folder.remove();
  const role = await takeProcessRole(
    sagemaker.cloud,
    job.input.RoleArn ?? '',
    sageMakerFor(job.arn),
  );
  const s3: JobS3 = { cloud: sagemaker.cloud, role: role.principal };
  instance.onPhase('Downloading');
  const config = describeTraining(job);
  prepareTrainingFolder(job, config, folder);
  await downloadChannels(job, folder, s3);
  const container = await describeContainer(instance, role, config, s3);
  const checkpoints = await startCheckpoints(instance, s3);
  try {
    return await runScript(instance, container, s3, checkpoints);
  } finally {
    checkpoints.cancel();
  }
}

async function runScript(
  instance: Instance,
  container: Container,
  s3: JobS3,
  checkpoints: Uploads,
): Promise<TrainingResult> {
  const { sagemaker, job, folder } = instance;
  if (instance.stop.aborted) return stopped(false);
  const end = await runContainer(sagemaker, {
    ...container,
    folder: folder.path,
    maxRuntimeSeconds: job.input.StoppingCondition?.MaxRuntimeInSeconds ?? DEFAULT_RUNTIME_SECONDS,
    volumeGigabytes: job.input.ResourceConfig?.VolumeSizeInGB ?? DEFAULT_VOLUME_GIGABYTES,
    output: instance.output,
    stop: instance.stop,
    onStart: () => instance.onPhase('Training'),
  });
  recordJobMetrics(sagemaker.cloud, '/aws/sagemaker/TrainingJobs', job.name, end);
  instance.onPhase('Uploading');
  const hasModel = await unlessFailed(end, async () => {
    await checkpoints.finish();
    // AWS uploads the outputs even if the container failed.
    const results = { keyId: job.input.OutputDataConfig?.KmsKeyId };
    return uploadArtifacts(job, folder, { ...s3, results });
  });
  return resultOf(instance, container, end, hasModel ?? false);
}

async function downloadChannels(
  job: TrainingJobRecord,
  folder: ContainerFolder,
  s3: JobS3,
): Promise<void> {
  for (const { ChannelName = '', DataSource } of job.input.InputDataConfig ?? []) {
    const { S3Uri = '', S3DataType } = DataSource?.S3DataSource ?? {};
    const place = folder.host(`/opt/ml/input/data/${ChannelName}`);
    if (S3DataType === 'ManifestFile') await downloadManifest(s3, S3Uri, place);
    else await downloadPrefix(s3, S3Uri, place);
  }
}

/** Downloads the checkpoints of an interrupted run, and uploads new ones. */
async function startCheckpoints(instance: Instance, s3: JobS3): Promise<Uploads> {
  const { S3Uri, LocalPath = '/opt/ml/checkpoints' } = instance.job.input.CheckpointConfig ?? {};
  const { clock } = instance.sagemaker.cloud;
  if (S3Uri === undefined) return createUploads(s3, [], clock);
  const place = instance.folder.host(LocalPath);
  if (await hasObjects(s3, readS3Url(S3Uri))) await downloadPrefix(s3, S3Uri, place);
  const root = instance.folder.path;
  const upload = { name: 'checkpoints', root, LocalPath: place, S3Uri, continuous: true };
  return createUploads(s3, [upload], clock);
}

type Container = Pick<
  ContainerRun,
  'aws' | 'command' | 'environment' | 'workingFolder' | 'fresh' | 'own'
> & {
  readonly shown: string;
};

async function describeContainer(
  instance: Instance,
  role: ProcessRole,
  config: TrainingConfig,
  s3: JobS3,
): Promise<Container> {
  const { job, folder } = instance;
  const { input } = job;
  const environment = {
    TRAINING_JOB_NAME: job.name,
    TRAINING_JOB_ARN: job.arn,
  };
  const own = await describeOwnContainer(instance, role);
  if (own !== undefined) return { ...own, environment: { ...environment, ...input.Environment } };
  const { ContainerEntrypoint, ContainerArguments = [] } = input.AlgorithmSpecification ?? {};
  if (ContainerEntrypoint !== undefined) {
    const [program = 'python3', ...rest] = ContainerEntrypoint;
    const command: Container['command'] = [program, ...rest, ...ContainerArguments];
    return {
      aws: role.aws,
      command,
      environment: { ...environment, ...input.Environment },
      shown: command.join(' '),
    };
  }
  await fetchCode(job, folder, s3);
  makeExecutable(folder.host('/opt/ml/code'), input.HyperParameters ?? {});
  const script = describeScriptMode({
    hyperparameters: input.HyperParameters ?? {},
    channels: Object.keys(config.inputDataConfig),
    instanceType: input.ResourceConfig?.InstanceType ?? '',
    processors: availableParallelism(),
    framework: frameworkOfImage(input.AlgorithmSpecification?.TrainingImage ?? '') ?? 'sklearn',
    inputDataConfig: config.inputDataConfig,
    resourceConfig: config.resourceConfig,
    jobName: job.name,
    hasSetup: existsSync(folder.host('/opt/ml/code/setup.py')),
    hasRequirements: existsSync(folder.host('/opt/ml/code/requirements.txt')),
  });
  return {
    ...script,
    aws: role.aws,
    environment: { ...environment, ...script.environment, ...input.Environment },
    workingFolder: '/opt/ml/code',
  };
}

/** A container of an image that the app brings: SageMaker starts it with `train`, unless the job has its own command. */
async function describeOwnContainer(
  { job, output, sagemaker, stop }: Instance,
  { aws, principal }: ProcessRole,
): Promise<Omit<Container, 'environment'> | undefined> {
  const {
    ContainerArguments,
    ContainerEntrypoint,
    TrainingImage: uri = '',
  } = job.input.AlgorithmSpecification ?? {};
  const say = (line: string) => output.say(line);
  const image = await pullForJob(sagemaker, { uri, principal, stop, say });
  if (image === undefined) return undefined;
  const arguments_ = ContainerArguments ?? (ContainerEntrypoint === undefined ? ['train'] : []);
  const entrypoint = ContainerEntrypoint === undefined ? {} : { entrypoint: ContainerEntrypoint };
  const shown = [...(ContainerEntrypoint ?? []), ...arguments_];
  const [program = 'train', ...rest] = shown;
  return {
    aws,
    own: { image, ...entrypoint, command: arguments_ },
    command: [program, ...rest],
    shown: shown.join(' '),
  };
}

/** Copies the code to `/opt/ml/code` from an archive in S3 or a folder of the container, such as a channel. */
async function fetchCode(
  job: TrainingJobRecord,
  folder: ContainerFolder,
  s3: JobS3,
): Promise<void> {
  const directory = findUserScript(job.input.HyperParameters ?? {})?.submitDirectory;
  if (directory === undefined) return;
  const code = folder.host('/opt/ml/code');
  if (!directory.startsWith('s3://')) {
    const source = directory.startsWith('/opt/ml/') ? folder.host(directory) : '';
    if (!existsSync(source)) throw new JobFailure(`ClientError: ${directory} is not there.`);
    if (source !== code) cpSync(source, code, { recursive: true });
    return;
  }
  try {
    const object = await s3.cloud.call<GetObjectCommandOutput>(
      s3.role,
      's3',
      'GetObject',
      readS3Url(directory),
    );
    await unpackModelArchive(bodyOf(object.Body), code);
  } catch (error) {
    throw codeFailure(directory, error);
  }
}

/** As in the toolkit, makes the program executable: objects in S3 have no file mode. */
function makeExecutable(code: string, hyperparameters: Readonly<Record<string, string>>): void {
  const program = join(code, findUserScript(hyperparameters)?.program ?? '');
  if (program.startsWith(code) && existsSync(program)) chmodSync(program, 0o777);
}

function codeFailure(directory: string, error: unknown): unknown {
  if (error instanceof ModelArchiveError) {
    return new JobFailure(
      `ClientError: sagemaker_submit_directory ${directory} is not an archive that can be unpacked: ${error.message}.`,
    );
  }
  if (error instanceof ServiceError) {
    return new JobFailure(
      `ClientError: Failed to download data. GetObject failed for ${directory}: ${error.code}: ${error.message}`,
    );
  }
  return error;
}

async function uploadArtifacts(
  job: TrainingJobRecord,
  folder: ContainerFolder,
  s3: JobS3,
): Promise<boolean> {
  const upload = async (source: string, name: string): Promise<boolean> => {
    const archive = join(dirname(folder.path), `${job.name}.${name}`);
    const packed = await packFolder(folder, source, archive);
    if (!packed) return false;
    try {
      await uploadFile(s3, archive, readS3Url(`${outputPrefix(job)}/${name}`));
    } finally {
      rmSync(archive, { force: true });
    }
    return true;
  };
  await upload('/opt/ml/output/data', 'output.tar.gz');
  return upload('/opt/ml/model', 'model.tar.gz');
}

function stopped(hasModel: boolean): TrainingResult {
  return {
    status: 'Stopped',
    secondaryStatus: 'Stopped',
    message: 'Training job stopped',
    hasModel,
  };
}

function resultOf(
  instance: Instance,
  container: Container,
  end: ContainerEnd,
  hasModel: boolean,
): TrainingResult {
  const { job, output } = instance;
  if (end.reason === 'stopped') return stopped(hasModel);
  if (end.reason === 'timed out') {
    const seconds = job.input.StoppingCondition?.MaxRuntimeInSeconds ?? DEFAULT_RUNTIME_SECONDS;
    const why = `Training job runtime exceeded MaxRuntimeInSeconds provided (${seconds} s). The last lines of the script:\n`;
    return {
      status: 'Stopped',
      secondaryStatus: 'MaxRuntimeExceeded',
      message: withLastLines(why, output.lastLines),
      hasModel,
    };
  }
  if (end.code !== 0) return failed(algorithmError(instance, container, end.code), hasModel);
  if (!hasModel) {
    // AWS completes such a job without a message; this line explains why the model is missing.
    output.say(`No file was written to /opt/ml/model: there is no model.tar.gz.`);
  }
  return {
    status: 'Completed',
    secondaryStatus: 'Completed',
    message: hasModel
      ? 'Training job completed'
      : withLastLines(
          'Training job completed without a model: no file was written to /opt/ml/model. The last lines of the script:\n',
          output.lastLines,
        ),
    hasModel,
  };
}

/** The content of the failure file: the script's own, or what the toolkit would write. */
function algorithmError({ folder, output }: Instance, container: Container, code: number): string {
  const ending = `, exit code: ${code}`;
  const own = readContainerMessage(folder, '/opt/ml/output/failure');
  if (own !== undefined) return withLastLines('AlgorithmError: ', own, ending);
  if (container.own !== undefined) {
    return withLastLines('AlgorithmError: ', errorOf(output.lastLines), ending);
  }
  const command = `"\nCommand "${container.shown.slice(0, 300)}"`;
  return withLastLines(
    `AlgorithmError: ExecuteUserScriptError:\nExitCode ${code}\nErrorMessage "`,
    errorOf(output.lastLines),
    `${command}${ending}`,
  );
}
