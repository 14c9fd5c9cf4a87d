import type {
  CreateTransformJobRequest,
  CreateTransformJobResponse,
  DescribeTransformJobRequest,
  DescribeTransformJobResponse,
  ListTransformJobsRequest,
  ListTransformJobsResponse,
  SageMaker,
  StopTransformJobRequest,
} from '@aws-sdk/client-sagemaker';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Checked } from '../../../cloud/operation.ts';
import { bindOperations, type OperationTable } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import type { ProcessStarter } from '../../../jobs/serving/index.ts';
import type { Table } from '../../../store/index.ts';
import { ValidationException } from '../errors.ts';
import { modelTable } from '../hosting/models.ts';
import type { ModelRecord } from '../hosting/records.ts';
import { SocketFolder } from '../hosting/socket-folder.ts';
import { type JobKind, JobRunner } from '../jobs/job-runner.ts';
import { listJobs } from '../jobs/list-jobs.ts';
import type { SageMakerPart, SageMakerState } from '../state.ts';
import { describeTransformJob, summarizeTransformJob } from './describe-transform-job.ts';
import { type TransformJobRecord, transformTable } from './records.ts';
import { publishTransformState } from './transform-events.ts';
import { refuseUnsupportedModel, validateTransformRequest } from './transform-request.ts';
import { runTransformJob, type TransformContext, type TransformResult } from './transform-run.ts';

/** What the operations on transform jobs share. */
interface TransformJobs extends TransformContext {
  /** By name. */
  readonly jobs: Table<TransformJobRecord>;
  /** By name. */
  readonly models: Table<ModelRecord>;
  readonly runner: JobRunner<TransformJobRecord, TransformResult>;
}

/** Transform jobs: a model predicts every record below an S3 prefix, once. */
export function createTransformJobs(
  sagemaker: SageMakerState,
  python: ProcessStarter = sagemaker.python,
): SageMakerPart {
  const jobs = transformTable(sagemaker);
  const sockets = new SocketFolder();
  const context = { sagemaker, python, sockets };
  const runner = new JobRunner(sagemaker, transformJobKind(context, jobs));
  const models = modelTable(sagemaker.cloud.store);
  return {
    operations: bindOperations({ ...context, jobs, models, runner }, transformJobOperations),
    start: () => runner.resume(),
    halt: () => runner.abandon(),
    async ended() {
      await runner.ended();
      await sockets.close();
    },
  };
}

const transformJobOperations: OperationTable<SageMaker, TransformJobs> = {
  CreateTransformJob: {
    permissions: (input: CreateTransformJobRequest, { sagemaker: { cloud } }) => [
      onJob(cloud, 'CreateTransformJob', input.TransformJobName),
      ...(input.Tags === undefined ? [] : [onJob(cloud, 'AddTags', input.TransformJobName)]),
    ],
    run: (input: Checked<CreateTransformJobRequest>, state) => createJob(state, input),
  },
  DescribeTransformJob: {
    readOnly: true,
    permissions: (input: DescribeTransformJobRequest, { sagemaker }) =>
      onJob(sagemaker.cloud, 'DescribeTransformJob', input.TransformJobName),
    run: (input: DescribeTransformJobRequest, { runner }): DescribeTransformJobResponse =>
      describeTransformJob(runner.find(input.TransformJobName)),
  },
  ListTransformJobs: {
    readOnly: true,
    permissions: () => ({ action: 'sagemaker:ListTransformJobs', resource: '*' }),
    run(input: ListTransformJobsRequest, { jobs }): ListTransformJobsResponse {
      const { items, NextToken } = listJobs(jobs, input);
      return { TransformJobSummaries: items.map(summarizeTransformJob), NextToken };
    },
  },
  StopTransformJob: {
    permissions: (input: StopTransformJobRequest, { sagemaker }) =>
      onJob(sagemaker.cloud, 'StopTransformJob', input.TransformJobName),
    run(input: StopTransformJobRequest, { runner }): object {
      runner.stop(input.TransformJobName);
      return {};
    },
  },
};

function onJob(cloud: Cloud, action: string, name: string | undefined): Permission {
  return { action: `sagemaker:${action}`, resource: arnOf(cloud, name) };
}

function arnOf(cloud: Cloud, name: string | undefined): string {
  return cloud.arn('sagemaker', `transform-job/${name}`);
}

function createJob(
  state: TransformJobs,
  input: Checked<CreateTransformJobRequest>,
): CreateTransformJobResponse {
  const { sagemaker, runner, jobs } = state;
  const { clock } = sagemaker.cloud;
  validateTransformRequest(input);
  const name = input.TransformJobName;
  const arn = arnOf(sagemaker.cloud, name);
  runner.checkUnused(name);
  const model = findModel(state, input.ModelName);
  refuseUnsupportedModel(sagemaker.cloud, model);
  const { Tags, ...request } = input;
  sagemaker.tags.add(arn, Tags);
  record(sagemaker, jobs, {
    name,
    arn,
    input: request,
    status: 'InProgress',
    model: { name: model.name, roleArn: model.executionRoleArn, containers: model.resolved },
    creationTime: clock.now(),
    lastModifiedTime: clock.now(),
  });
  runner.start(name);
  return { TransformJobArn: arn };
}

function findModel({ models, sagemaker }: TransformJobs, name: string): ModelRecord {
  const model = models.get(name);
  if (model !== undefined) return model;
  const arn = sagemaker.cloud.arn('sagemaker', `model/${name}`);
  throw new ValidationException(`Could not find model "${arn}".`);
}

function record(
  sagemaker: SageMakerState,
  jobs: Table<TransformJobRecord>,
  job: TransformJobRecord,
): void {
  jobs.put(job.name, job);
  publishTransformState(sagemaker, job);
}

function transformJobKind(
  context: TransformContext,
  jobs: Table<TransformJobRecord>,
): JobKind<TransformJobRecord, TransformResult> {
  const { sagemaker } = context;
  const { clock } = sagemaker.cloud;
  return {
    label: 'transform job',
    jobs,
    missing: (name) => `Could not find requested job with name: ${name}`,
    taken: ({ arn }) =>
      `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`,
    run: (job, control) =>
      runTransformJob(context, job, {
        ...control,
        onStart: () => recordStart(jobs, job.name, clock.now()),
      }),
    failed: (failureReason) => ({ status: 'Failed', failureReason }),
    stopped: () => ({ status: 'Stopped' }),
    recordStop: (job) =>
      record(sagemaker, jobs, { ...job, status: 'Stopping', lastModifiedTime: clock.now() }),
    recordEnd(job, result) {
      const now = clock.now();
      record(sagemaker, jobs, { ...job, ...result, endTime: now, lastModifiedTime: now });
    },
  };
}

/** The job may be stopping already. */
function recordStart(jobs: Table<TransformJobRecord>, name: string, startTime: number): void {
  const job = jobs.get(name);
  if (job !== undefined) jobs.put(name, { ...job, startTime });
}
