import type {
  CreateTrainingJobRequest,
  CreateTrainingJobResponse,
  DescribeTrainingJobRequest,
  DescribeTrainingJobResponse,
  ListTrainingJobsRequest,
  ListTrainingJobsResponse,
  SecondaryStatus,
  StopTrainingJobRequest,
} from '@aws-sdk/client-sagemaker';
import { operation, passRole } from '../../../cloud/operation.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { ResourceInUse, ValidationException } from '../errors.ts';
import { page } from '../paging.ts';
import { takeProcessRole } from '../process-role.ts';
import type { SageMaker, SageMakerPart } from '../sagemaker.ts';
import { sageMakerFor } from '../source-arn.ts';
import { type TrainingJobRecord, type TrainingMetric, trainingTable } from './records.ts';
import { createRunningJobs } from './running-jobs.ts';
import { hasObjects, type JobS3, noObjects, readS3Url } from './s3-objects.ts';
import { modelArtifacts } from './training-artifacts.ts';
import { publishTrainingState } from './training-events.ts';
import { validateTrainingRequest } from './training-request.ts';
import {
  type Phase,
  runTrainingJob,
  type TrainingResult,
  type TrainingRunOptions,
} from './training-run.ts';

/** What AWS says of each secondary status. They may change, it says; people read them. */
const MESSAGES = {
  Starting: 'Starting the training job',
  Downloading: 'Downloading input data',
  Training: 'Training image download completed. Training in progress.',
  Uploading: 'Uploading generated training model',
  Stopping: 'Stopping the training job',
} as const;

/** Training jobs: channels from S3, a script, a model to S3. */
export function createTrainingJobs(sagemaker: SageMaker): SageMakerPart {
  const { cloud } = sagemaker;
  const jobs = trainingTable(sagemaker);
  const running = createRunningJobs(sagemaker);
  const arnOf = (name: string | undefined) => cloud.arn('sagemaker', `training-job/${name}`);
  const permission = (action: string, name: string | undefined) => ({
    action: `sagemaker:${action}`,
    resource: arnOf(name),
  });

  async function create(input: CreateTrainingJobRequest): Promise<CreateTrainingJobResponse> {
    validateTrainingRequest(input);
    const name = input.TrainingJobName ?? '';
    const arn = arnOf(name);
    refuseUsedName(name);
    const role = await takeProcessRole(cloud, input.RoleArn ?? '', sageMakerFor(arn));
    await checkChannelData({ cloud, role: role.principal }, input);
    refuseUsedName(name);
    const now = cloud.clock.now();
    const { Tags, ...request } = input;
    sagemaker.tags.add(arn, Tags);
    change(
      {
        name,
        arn,
        input: request,
        status: 'InProgress',
        secondaryStatus: 'Starting',
        transitions: [],
        metrics: [],
        hasModel: false,
        creationTime: now,
        lastModifiedTime: now,
      },
      'Starting',
      MESSAGES.Starting,
    );
    run(name);
    return { TrainingJobArn: arn };
  }

  function refuseUsedName(name: string): void {
    if (!jobs.has(name)) return;
    throw new ResourceInUse(
      `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arnOf(name)})`,
    );
  }

  /** Ends the transition before, begins this one, and tells everybody. */
  function change(job: TrainingJobRecord, status: SecondaryStatus, message: string): void {
    const now = cloud.clock.now();
    const before = job.transitions.map((transition) =>
      transition.endTime === undefined ? { ...transition, endTime: now } : transition,
    );
    const ended = job.endTime === undefined ? {} : { endTime: now };
    const changed: TrainingJobRecord = {
      ...job,
      secondaryStatus: status,
      transitions: [...before, { status, startTime: now, message, ...ended }],
      lastModifiedTime: now,
    };
    jobs.put(job.name, changed);
    publishTrainingState(sagemaker, changed);
  }

  function run(name: string): void {
    running.run(name, async ({ stop, isAbandoned }) => {
      const options = {
        stop,
        onPhase: (phase: Phase) => {
          if (!isAbandoned()) enter(name, phase);
        },
        onMetric: (metric: TrainingMetric) => keepMetric(name, metric),
      };
      const result = await runSafely(find(name), options, isAbandoned);
      if (result !== undefined) finish(name, result);
    });
  }

  function enter(name: string, phase: Phase): void {
    const job = find(name);
    // A job that is being stopped stays so until it has stopped.
    if (job.status === 'Stopping' && phase !== 'Uploading') return;
    const startTime = job.startTime ?? cloud.clock.now();
    change({ ...job, startTime }, phase, MESSAGES[phase]);
  }

  function keepMetric(name: string, metric: TrainingMetric): void {
    const job = find(name);
    const others = job.metrics.filter((known) => known.name !== metric.name);
    jobs.put(name, { ...job, metrics: [...others, metric] });
    cloud.recordMetric({
      namespace: '/aws/sagemaker/TrainingJobs',
      name: metric.name,
      dimensions: { TrainingJobName: name },
      value: metric.value,
      unit: 'None',
    });
  }

  /** Whatever goes wrong inside the runtime ends the job as AWS ends it; a runtime that ends says nothing. */
  async function runSafely(
    job: TrainingJobRecord,
    options: TrainingRunOptions,
    isAbandoned: () => boolean,
  ): Promise<TrainingResult | undefined> {
    try {
      const result = await runTrainingJob(sagemaker, job, options);
      return isAbandoned() ? undefined : result;
    } catch (error) {
      if (isAbandoned()) return undefined;
      cloud.logger.error({ job: job.name, error: String(error) }, 'A training job could not run');
      const reason = `InternalServerError: We encountered an internal error. Please try again. (${String(error)})`;
      return {
        status: 'Failed',
        secondaryStatus: 'Failed',
        message: 'Training job failed',
        failureReason: reason.slice(0, 1_024),
        hasModel: false,
      };
    }
  }

  function finish(name: string, result: TrainingResult): void {
    const { secondaryStatus, message, ...rest } = result;
    change({ ...find(name), ...rest, endTime: cloud.clock.now() }, secondaryStatus, message);
  }

  function find(name: string | undefined): TrainingJobRecord {
    const job = jobs.get(name ?? '');
    if (job === undefined) throw new ValidationException('Requested resource not found.');
    return job;
  }

  function stop({ TrainingJobName }: StopTrainingJobRequest): object {
    const job = find(TrainingJobName);
    if (job.status === 'Stopping') return {};
    if (job.status !== 'InProgress') {
      throw new ValidationException(
        `The request was rejected because the training job is in status ${job.status}.`,
      );
    }
    change({ ...job, status: 'Stopping' }, 'Stopping', MESSAGES.Stopping);
    running.stop(job.name);
    return {};
  }

  function list(input: ListTrainingJobsRequest): ListTrainingJobsResponse {
    const { StatusEquals, LastModifiedTimeAfter, LastModifiedTimeBefore } = input;
    const wanted = [...jobs.entries()]
      .map(([, job]) => job)
      .filter(
        (job) =>
          (StatusEquals === undefined || job.status === StatusEquals) &&
          (LastModifiedTimeAfter === undefined ||
            job.lastModifiedTime > LastModifiedTimeAfter.getTime()) &&
          (LastModifiedTimeBefore === undefined ||
            job.lastModifiedTime < LastModifiedTimeBefore.getTime()),
      );
    const { items, NextToken } = page(wanted, input);
    return { TrainingJobSummaries: items.map(summarize), NextToken };
  }

  return {
    operations: {
      CreateTrainingJob: operation(
        (input: CreateTrainingJobRequest) => [
          permission('CreateTrainingJob', input.TrainingJobName),
          passRole(input.RoleArn ?? '*', 'sagemaker.amazonaws.com'),
          ...(input.Tags === undefined ? [] : [permission('AddTags', input.TrainingJobName)]),
        ],
        create,
      ),
      DescribeTrainingJob: operation(
        (input: DescribeTrainingJobRequest) =>
          permission('DescribeTrainingJob', input.TrainingJobName),
        (input) => describe(find(input.TrainingJobName)),
      ),
      ListTrainingJobs: operation(
        (_input: ListTrainingJobsRequest) => ({
          action: 'sagemaker:ListTrainingJobs',
          resource: '*',
        }),
        list,
      ),
      StopTrainingJob: operation(
        (input: StopTrainingJobRequest) => permission('StopTrainingJob', input.TrainingJobName),
        stop,
      ),
    },
    start() {
      for (const [name, job] of jobs.entries()) {
        if (job.status === 'InProgress') run(name);
        if (job.status === 'Stopping') {
          const { hasModel } = job;
          const message = 'Training job stopped';
          finish(name, { status: 'Stopped', secondaryStatus: 'Stopped', message, hasModel });
        }
      }
    },
    halt: () => running.abandon(),
  };
}

/** AWS looks for the data of every channel before it accepts the job. */
async function checkChannelData(s3: JobS3, input: CreateTrainingJobRequest): Promise<void> {
  for (const { DataSource } of input.InputDataConfig ?? []) {
    const url = DataSource?.S3DataSource?.S3Uri;
    if (url === undefined) continue;
    if (await isThere(s3, url)) continue;
    throw new ValidationException(noObjects(s3, url));
  }
}

/** A bucket that is missing or closed to the role has no objects either, for all AWS says. */
async function isThere(s3: JobS3, url: string): Promise<boolean> {
  try {
    return await hasObjects(s3, readS3Url(url));
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}

function describe(job: TrainingJobRecord): DescribeTrainingJobResponse {
  const { input } = job;
  const artifacts = modelArtifacts(job);
  const seconds =
    job.endTime === undefined
      ? undefined
      : Math.round((job.endTime - (job.startTime ?? job.endTime)) / 1_000);
  return {
    TrainingJobName: job.name,
    TrainingJobArn: job.arn,
    ModelArtifacts: artifacts === undefined ? undefined : { S3ModelArtifacts: artifacts },
    TrainingJobStatus: job.status,
    SecondaryStatus: job.secondaryStatus,
    FailureReason: job.failureReason,
    HyperParameters: input.HyperParameters,
    AlgorithmSpecification: input.AlgorithmSpecification,
    RoleArn: input.RoleArn,
    InputDataConfig: input.InputDataConfig,
    OutputDataConfig: input.OutputDataConfig,
    ResourceConfig: input.ResourceConfig,
    VpcConfig: input.VpcConfig,
    StoppingCondition: input.StoppingCondition,
    CreationTime: new Date(job.creationTime),
    TrainingStartTime: asDate(job.startTime),
    TrainingEndTime: asDate(job.endTime),
    LastModifiedTime: new Date(job.lastModifiedTime),
    SecondaryStatusTransitions: job.transitions.map((transition) => ({
      Status: transition.status,
      StartTime: new Date(transition.startTime),
      EndTime: asDate(transition.endTime),
      StatusMessage: transition.message,
    })),
    FinalMetricDataList:
      job.metrics.length === 0
        ? undefined
        : job.metrics.map(({ name, value, timestamp }) => ({
            MetricName: name,
            Value: value,
            Timestamp: new Date(timestamp),
          })),
    EnableNetworkIsolation: input.EnableNetworkIsolation ?? false,
    EnableInterContainerTrafficEncryption: input.EnableInterContainerTrafficEncryption ?? false,
    EnableManagedSpotTraining: input.EnableManagedSpotTraining ?? false,
    CheckpointConfig: input.CheckpointConfig,
    TrainingTimeInSeconds: seconds,
    BillableTimeInSeconds: seconds,
    Environment: input.Environment,
    RetryStrategy: input.RetryStrategy,
    ExperimentConfig: input.ExperimentConfig,
    ProfilingStatus: 'Disabled',
  };
}

function summarize(job: TrainingJobRecord) {
  return {
    TrainingJobName: job.name,
    TrainingJobArn: job.arn,
    CreationTime: new Date(job.creationTime),
    TrainingEndTime: asDate(job.endTime),
    LastModifiedTime: new Date(job.lastModifiedTime),
    TrainingJobStatus: job.status,
    SecondaryStatus: job.secondaryStatus,
  };
}

function asDate(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}
