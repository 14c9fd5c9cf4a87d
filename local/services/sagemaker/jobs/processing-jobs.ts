import type {
  CreateProcessingJobRequest,
  CreateProcessingJobResponse,
  DescribeProcessingJobRequest,
  DescribeProcessingJobResponse,
  ListProcessingJobsRequest,
  ListProcessingJobsResponse,
  SageMaker,
  StopProcessingJobRequest,
} from '@aws-sdk/client-sagemaker';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Checked } from '../../../cloud/operation.ts';
import { bindOperations, type OperationTable, passRole } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import type { Table } from '../../../store/index.ts';
import { takeProcessRole } from '../process-role.ts';
import { sageMakerFor } from '../source-arn.ts';
import type { SageMakerPart, SageMakerState } from '../state.ts';
import { describeProcessingJob, summarizeProcessingJob } from './describe-processing-job.ts';
import { type JobKind, JobRunner } from './job-runner.ts';
import { DEFAULT_RUNTIME_SECONDS } from './limits.ts';
import { listJobs } from './list-jobs.ts';
import { publishProcessingState } from './processing-events.ts';
import { validateProcessingRequest } from './processing-request.ts';
import { type ProcessingResult, runProcessingJob } from './processing-run.ts';
import { type ProcessingJobRecord, processingTable } from './records.ts';

/** What the operations on processing jobs share. */
interface ProcessingJobs extends SageMakerState {
  /** By name. */
  readonly jobs: Table<ProcessingJobRecord>;
  readonly runner: JobRunner<ProcessingJobRecord, ProcessingResult>;
}

/** Processing jobs: a container that reads from S3 and writes to S3, once. */
export function createProcessingJobs(sagemaker: SageMakerState): SageMakerPart {
  const jobs = processingTable(sagemaker);
  const runner = new JobRunner(sagemaker, processingJobKind(sagemaker, jobs));
  return {
    operations: bindOperations({ ...sagemaker, jobs, runner }, processingJobOperations),
    start: () => runner.resume(),
    halt: () => runner.abandon(),
    ended: () => runner.ended(),
  };
}

const processingJobOperations: OperationTable<SageMaker, ProcessingJobs> = {
  CreateProcessingJob: {
    permissions: (input: CreateProcessingJobRequest, { cloud }) => [
      onJob(cloud, 'CreateProcessingJob', input.ProcessingJobName),
      passRole(input.RoleArn ?? '*', 'sagemaker.amazonaws.com'),
      ...(input.Tags === undefined ? [] : [onJob(cloud, 'AddTags', input.ProcessingJobName)]),
    ],
    run: (input: Checked<CreateProcessingJobRequest>, state) => createJob(state, input),
  },
  DescribeProcessingJob: {
    readOnly: true,
    permissions: (input: DescribeProcessingJobRequest, { cloud }) =>
      onJob(cloud, 'DescribeProcessingJob', input.ProcessingJobName),
    run: (input: DescribeProcessingJobRequest, { runner }): DescribeProcessingJobResponse =>
      describeProcessingJob(runner.find(input.ProcessingJobName)),
  },
  ListProcessingJobs: {
    readOnly: true,
    permissions: () => ({ action: 'sagemaker:ListProcessingJobs', resource: '*' }),
    run(input: ListProcessingJobsRequest, { jobs }): ListProcessingJobsResponse {
      const { items, NextToken } = listJobs(jobs, input);
      return { ProcessingJobSummaries: items.map(summarizeProcessingJob), NextToken };
    },
  },
  StopProcessingJob: {
    permissions: (input: StopProcessingJobRequest, { cloud }) =>
      onJob(cloud, 'StopProcessingJob', input.ProcessingJobName),
    run(input: StopProcessingJobRequest, { runner }): object {
      runner.stop(input.ProcessingJobName);
      return {};
    },
  },
};

function onJob(cloud: Cloud, action: string, name: string | undefined): Permission {
  return { action: `sagemaker:${action}`, resource: arnOf(cloud, name) };
}

function arnOf(cloud: Cloud, name: string | undefined): string {
  return cloud.arn('sagemaker', `processing-job/${name}`);
}

async function createJob(
  state: ProcessingJobs,
  input: Checked<CreateProcessingJobRequest>,
): Promise<CreateProcessingJobResponse> {
  const { cloud, runner, jobs, tags } = state;
  validateProcessingRequest(cloud, input);
  const name = input.ProcessingJobName;
  const arn = arnOf(cloud, name);
  runner.checkUnused(name);
  await takeProcessRole(cloud, input.RoleArn, sageMakerFor(arn));
  runner.checkUnused(name);
  const now = cloud.clock.now();
  const { Tags, ...request } = input;
  tags.add(arn, Tags);
  record(state, jobs, {
    name,
    arn,
    input: { StoppingCondition: { MaxRuntimeInSeconds: DEFAULT_RUNTIME_SECONDS }, ...request },
    status: 'InProgress',
    creationTime: now,
    lastModifiedTime: now,
  });
  runner.start(name);
  return { ProcessingJobArn: arn };
}

function record(
  sagemaker: SageMakerState,
  jobs: Table<ProcessingJobRecord>,
  job: ProcessingJobRecord,
): void {
  jobs.put(job.name, job);
  publishProcessingState(sagemaker, job);
}

function processingJobKind(
  sagemaker: SageMakerState,
  jobs: Table<ProcessingJobRecord>,
): JobKind<ProcessingJobRecord, ProcessingResult> {
  const { clock } = sagemaker.cloud;
  return {
    label: 'processing job',
    jobs,
    missing: (name) => `Could not find requested job with name: ${name}`,
    taken: ({ arn }) =>
      `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`,
    run: (job, { stop }) =>
      runProcessingJob(sagemaker, job, {
        stop,
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
function recordStart(jobs: Table<ProcessingJobRecord>, name: string, startTime: number): void {
  const job = jobs.get(name);
  if (job !== undefined) jobs.put(name, { ...job, startTime });
}
