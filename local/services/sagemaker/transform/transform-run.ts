import { join } from 'node:path';
import { ServiceError } from '../../../cloud/service-error.ts';
import { PythonEnvironmentError } from '../../../jobs/index.ts';
import { JobFailure, withLastLines } from '../jobs/failure.ts';
import type { RunControl } from '../jobs/job-runner.ts';
import {
  type InputObject,
  type JobS3,
  objectsBelow,
  objectsOfManifest,
  readS3Url,
  uploadFile,
} from '../jobs/s3-objects.ts';
import { takeProcessRole } from '../process-role.ts';
import { sageMakerFor } from '../source-arn.ts';
import { writeCaptureManifests } from './capture-manifests.ts';
import { createDataLog } from './data-log.ts';
import { createDataProcessing } from './data-processing/data-processing.ts';
import { type ModelInstances, startModel, type TransformContext } from './model-instances.ts';
import { payloadRules } from './payload-rules.ts';
import type { TransformJobRecord } from './records.ts';
import { type FileResult, transformFiles } from './transform-files.ts';

export type { TransformContext } from './model-instances.ts';

/** How a transform job ended. */
export interface TransformResult {
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  readonly failureReason?: string;
}

export interface TransformControl extends RunControl {
  /** Called when the model starts: `TransformStartTime`. */
  readonly onStart: () => void;
}

interface TransformRun {
  readonly context: TransformContext;
  readonly job: TransformJobRecord;
  readonly control: TransformControl;
  readonly folder: string;
  readonly s3: JobS3;
}

/**
 * Runs a transform job: starts its model, sends it every record of the input, and uploads the answers. Nothing is
 * uploaded before the last file, because a stopped job stores no output.
 */
export async function runTransformJob(
  context: TransformContext,
  job: TransformJobRecord,
  control: TransformControl,
): Promise<TransformResult> {
  const { cloud, discarded } = context.sagemaker;
  const folder = join(cloud.stateFolder, 'jobs', 'transform', job.name);
  try {
    await discarded.discard(folder);
    const s3 = { cloud, role: await takeRole(context, job) };
    return await transform({ context, job, control, folder, s3 });
  } catch (error) {
    if (control.stop.aborted) return { status: 'Stopped' };
    if (error instanceof JobFailure) return { status: 'Failed', failureReason: error.message };
    if (error instanceof PythonEnvironmentError) {
      return { status: 'Failed', failureReason: withLastLines('ClientError: ', error.message) };
    }
    throw error;
  } finally {
    await discarded.discard(folder);
  }
}

async function takeRole({ sagemaker }: TransformContext, { model, arn }: TransformJobRecord) {
  try {
    return (await takeProcessRole(sagemaker.cloud, model.roleArn, sageMakerFor(arn))).principal;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new JobFailure(`ClientError: ${error.message}`);
  }
}

async function transform(run: TransformRun): Promise<TransformResult> {
  const { context, job, control, folder, s3 } = run;
  const objects = await inputObjects(s3, job);
  control.onStart();
  const startTime = context.sagemaker.cloud.clock.now();
  const model = await startModel(context, job, {
    folder: join(folder, 'model'),
    stop: control.stop,
    fileCount: objects.length,
  });
  const results = await predict(run, model, { objects, startTime });
  if (control.stop.aborted) return { status: 'Stopped' };
  const failed = results.find(({ failure }) => failure !== undefined);
  // The runtime stops: the job runs again at the next start.
  if (control.isAbandoned()) return { status: 'Failed' };
  await store(run, results, startTime);
  if (failed?.failure === undefined) return { status: 'Completed' };
  const { kind, message } = failed.failure;
  const reason = `${kind}: See job logs for more information (${failed.label}: `;
  return { status: 'Failed', failureReason: withLastLines(reason, message, ')') };
}

async function inputObjects(s3: JobS3, job: TransformJobRecord): Promise<readonly InputObject[]> {
  const { S3DataType, S3Uri = '' } = job.input.TransformInput?.DataSource?.S3DataSource ?? {};
  const list = S3DataType === 'ManifestFile' ? objectsOfManifest : objectsBelow;
  const objects = await list(s3, S3Uri);
  // The S3 console creates such empty objects as folders.
  return objects.filter(({ path }) => path !== '' && !path.endsWith('/'));
}

interface Input {
  readonly objects: readonly InputObject[];
  readonly startTime: number;
}

async function predict(
  { context, job, control, folder, s3 }: TransformRun,
  model: ModelInstances,
  { objects, startTime }: Input,
): Promise<readonly FileResult[]> {
  const { cloud } = context.sagemaker;
  try {
    const rules = await payloadRules(job.input, model.instances[0]);
    const log = createDataLog(cloud, model.dataLogStream);
    log.say(
      `MaxConcurrentTransforms=${rules.maxConcurrent}, MaxPayloadInMB=${rules.maxPayloadMb}, BatchStrategy=${rules.isSingleRecord ? 'SINGLE_RECORD' : 'MULTI_RECORD'}`,
    );
    const time = `${new Date(startTime).toISOString().slice(0, 19)}Z`;
    const ids = { next: () => cloud.random.uuid(), time };
    const isIdentified = job.input.DataCaptureConfig?.GenerateInferenceId === true;
    return await transformFiles(objects, {
      s3,
      input: job.input,
      instances: model.instances,
      rules,
      processing: createDataProcessing(job.input, isIdentified ? ids : undefined),
      folder: join(folder, 'output'),
      log,
      isEnded: () => control.stop.aborted || control.isAbandoned(),
    });
  } finally {
    await model.stop();
  }
}

/** Uploads the answers to every file that was predicted, also if another one failed. */
async function store(
  { s3, job }: TransformRun,
  results: readonly FileResult[],
  startTime: number,
): Promise<void> {
  const place = readS3Url(job.input.TransformOutput?.S3OutputPath ?? '');
  const folder = place.Key === '' || place.Key.endsWith('/') ? place.Key : `${place.Key}/`;
  const stored: InputObject[] = [];
  for (const { object, outputFile, failure } of results) {
    if (failure !== undefined) continue;
    const Key = `${folder}${object.path}.out`;
    const results = { keyId: job.input.TransformOutput?.KmsKeyId };
    await uploadFile({ ...s3, results }, outputFile, { Bucket: place.Bucket, Key });
    stored.push(object);
  }
  if (job.input.DataCaptureConfig !== undefined) {
    await writeCaptureManifests(s3, job.input, { objects: stored, startTime });
  }
}
