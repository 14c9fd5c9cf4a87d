import type {
  CreateTrainingJobRequest,
  CreateTrainingJobResponse,
  DescribeTrainingJobRequest,
  DescribeTrainingJobResponse,
  ListTrainingJobsRequest,
  ListTrainingJobsResponse,
  SageMaker,
  StopTrainingJobRequest,
} from '@aws-sdk/client-sagemaker';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Checked } from '../../../cloud/operation.ts';
import { bindOperations, type OperationTable, passRole } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import type { Table } from '../../../store/index.ts';
import { ValidationException } from '../errors.ts';
import { takeProcessRole } from '../process-role.ts';
import { sageMakerFor } from '../source-arn.ts';
import type { SageMakerPart, SageMakerState } from '../state.ts';
import { describeTrainingJob, summarizeTrainingJob } from './describe-training-job.ts';
import { type JobKind, JobRunner } from './job-runner.ts';
import { listJobs } from './list-jobs.ts';
import { type TrainingJobRecord, trainingTable } from './records.ts';
import { hasObjects, type JobS3, noObjects, readS3Url } from './s3-objects.ts';
import { TrainingProgress } from './training-progress.ts';
import { validateTrainingRequest } from './training-request.ts';
import { runTrainingJob, type TrainingResult } from './training-run.ts';

/** What the operations on training jobs share. */
interface TrainingJobs extends SageMakerState {
  /** By name. */
  readonly jobs: Table<TrainingJobRecord>;
  readonly progress: TrainingProgress;
  readonly runner: JobRunner<TrainingJobRecord, TrainingResult>;
}

/** Training jobs: channels from S3, a script, a model to S3. */
export function createTrainingJobs(sagemaker: SageMakerState): SageMakerPart {
  const jobs = trainingTable(sagemaker);
  const progress = new TrainingProgress(sagemaker, jobs);
  const runner = new JobRunner(sagemaker, trainingJobKind(sagemaker, jobs, progress));
  return {
    operations: bindOperations({ ...sagemaker, jobs, progress, runner }, trainingJobOperations),
    start: () => runner.resume(),
    halt: () => runner.abandon(),
    ended: () => runner.ended(),
  };
}

const trainingJobOperations: OperationTable<SageMaker, TrainingJobs> = {
  CreateTrainingJob: {
    permissions: (input: CreateTrainingJobRequest, { cloud }) => [
      onJob(cloud, 'CreateTrainingJob', input.TrainingJobName),
      passRole(input.RoleArn ?? '*', 'sagemaker.amazonaws.com'),
      ...(input.Tags === undefined ? [] : [onJob(cloud, 'AddTags', input.TrainingJobName)]),
    ],
    run: (input: Checked<CreateTrainingJobRequest>, state) => createJob(state, input),
  },
  DescribeTrainingJob: {
    readOnly: true,
    permissions: (input: DescribeTrainingJobRequest, { cloud }) =>
      onJob(cloud, 'DescribeTrainingJob', input.TrainingJobName),
    run: (input: DescribeTrainingJobRequest, { runner }): DescribeTrainingJobResponse =>
      describeTrainingJob(runner.find(input.TrainingJobName)),
  },
  ListTrainingJobs: {
    readOnly: true,
    permissions: () => ({ action: 'sagemaker:ListTrainingJobs', resource: '*' }),
    run(input: ListTrainingJobsRequest, { jobs }): ListTrainingJobsResponse {
      const { items, NextToken } = listJobs(jobs, input);
      return { TrainingJobSummaries: items.map(summarizeTrainingJob), NextToken };
    },
  },
  StopTrainingJob: {
    permissions: (input: StopTrainingJobRequest, { cloud }) =>
      onJob(cloud, 'StopTrainingJob', input.TrainingJobName),
    run(input: StopTrainingJobRequest, { runner }): object {
      runner.stop(input.TrainingJobName);
      return {};
    },
  },
};

function onJob(cloud: Cloud, action: string, name: string | undefined): Permission {
  return { action: `sagemaker:${action}`, resource: arnOf(cloud, name) };
}

function arnOf(cloud: Cloud, name: string | undefined): string {
  return cloud.arn('sagemaker', `training-job/${name}`);
}

async function createJob(
  { cloud, tags, progress, runner }: TrainingJobs,
  input: Checked<CreateTrainingJobRequest>,
): Promise<CreateTrainingJobResponse> {
  validateTrainingRequest(cloud, input);
  const name = input.TrainingJobName;
  const arn = arnOf(cloud, name);
  runner.checkUnused(name);
  const role = await takeProcessRole(cloud, input.RoleArn, sageMakerFor(arn));
  await checkChannelData({ cloud, role: role.principal }, input);
  runner.checkUnused(name);
  const { Tags, ...request } = input;
  tags.add(arn, Tags);
  progress.begin(name, arn, request);
  runner.start(name);
  return { TrainingJobArn: arn };
}

function trainingJobKind(
  sagemaker: SageMakerState,
  jobs: Table<TrainingJobRecord>,
  progress: TrainingProgress,
): JobKind<TrainingJobRecord, TrainingResult> {
  return {
    label: 'training job',
    jobs,
    missing: () => 'Requested resource not found.',
    taken: ({ arn }) =>
      `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arn})`,
    run: (job, { stop, isAbandoned }) =>
      runTrainingJob(sagemaker, job, {
        stop,
        onPhase(phase) {
          if (!isAbandoned()) progress.enter(job.name, phase);
        },
        onMetric: (metric) => progress.recordMetric(job.name, metric),
      }),
    failed: (failureReason) => ({
      status: 'Failed',
      secondaryStatus: 'Failed',
      message: 'Training job failed',
      failureReason,
      hasModel: false,
    }),
    stopped: ({ hasModel }) => ({
      status: 'Stopped',
      secondaryStatus: 'Stopped',
      message: 'Training job stopped',
      hasModel,
    }),
    recordStop: (job) => progress.stop(job),
    recordEnd: (job, result) => progress.end(job, result),
  };
}

/** AWS checks that the data of every channel exists before it accepts the job. */
async function checkChannelData(s3: JobS3, input: CreateTrainingJobRequest): Promise<void> {
  for (const { DataSource } of input.InputDataConfig ?? []) {
    const url = DataSource?.S3DataSource?.S3Uri;
    if (url === undefined) continue;
    if (await exists(s3, url)) continue;
    throw new ValidationException(noObjects(s3, url));
  }
}

/** AWS gives the same answer for a bucket that does not exist or that the role may not read. */
async function exists(s3: JobS3, url: string): Promise<boolean> {
  try {
    return await hasObjects(s3, readS3Url(url));
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}
