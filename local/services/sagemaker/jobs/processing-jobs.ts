import type {
  CreateProcessingJobRequest,
  CreateProcessingJobResponse,
  DescribeProcessingJobRequest,
  DescribeProcessingJobResponse,
  ListProcessingJobsRequest,
  ListProcessingJobsResponse,
  StopProcessingJobRequest,
} from '@aws-sdk/client-sagemaker';
import { operation, passRole } from '../../../cloud/operation.ts';
import { ResourceInUse, ValidationException } from '../errors.ts';
import { page } from '../paging.ts';
import { takeProcessRole } from '../process-role.ts';
import type { SageMaker, SageMakerPart } from '../sagemaker.ts';
import { sageMakerFor } from '../source-arn.ts';
import { DEFAULT_RUNTIME_SECONDS } from './limits.ts';
import { publishProcessingState } from './processing-events.ts';
import { validateProcessingRequest } from './processing-request.ts';
import { type ProcessingResult, runProcessingJob } from './processing-run.ts';
import { type ProcessingJobRecord, processingTable } from './records.ts';
import { createRunningJobs } from './running-jobs.ts';

/** Processing jobs: a container that reads from S3 and writes to S3, once. */
export function createProcessingJobs(sagemaker: SageMaker): SageMakerPart {
  const { cloud } = sagemaker;
  const jobs = processingTable(sagemaker);
  const running = createRunningJobs(sagemaker);
  const arnOf = (name: string | undefined) => cloud.arn('sagemaker', `processing-job/${name}`);
  const permission = (action: string, name: string | undefined) => ({
    action: `sagemaker:${action}`,
    resource: arnOf(name),
  });

  async function create(input: CreateProcessingJobRequest): Promise<CreateProcessingJobResponse> {
    validateProcessingRequest(input);
    const name = input.ProcessingJobName ?? '';
    const arn = arnOf(name);
    refuseUsedName(name);
    await takeProcessRole(cloud, input.RoleArn ?? '', sageMakerFor(arn));
    refuseUsedName(name);
    const now = cloud.clock.now();
    const { Tags, ...request } = input;
    sagemaker.tags.add(arn, Tags);
    change({
      name,
      arn,
      input: { StoppingCondition: { MaxRuntimeInSeconds: DEFAULT_RUNTIME_SECONDS }, ...request },
      status: 'InProgress',
      creationTime: now,
      lastModifiedTime: now,
    });
    run(name);
    return { ProcessingJobArn: arn };
  }

  function refuseUsedName(name: string): void {
    if (!jobs.has(name)) return;
    throw new ResourceInUse(
      `Job name must be unique within an AWS account and region, and a job with this name already exists (${arnOf(name)})`,
    );
  }

  function change(job: ProcessingJobRecord): void {
    jobs.put(job.name, job);
    publishProcessingState(sagemaker, job);
  }

  function run(name: string): void {
    running.run(name, async ({ stop, isAbandoned }) => {
      const onStart = (): void => {
        jobs.put(name, { ...find(name), startTime: cloud.clock.now() });
      };
      const result = await runSafely(find(name), { stop, onStart }, isAbandoned);
      if (result !== undefined) finish(name, result);
    });
  }

  /** Whatever goes wrong inside the runtime ends the job as AWS ends it; a runtime that ends says nothing. */
  async function runSafely(
    job: ProcessingJobRecord,
    options: Parameters<typeof runProcessingJob>[2],
    isAbandoned: () => boolean,
  ): Promise<ProcessingResult | undefined> {
    try {
      const result = await runProcessingJob(sagemaker, job, options);
      return isAbandoned() ? undefined : result;
    } catch (error) {
      if (isAbandoned()) return undefined;
      cloud.logger.error({ job: job.name, error: String(error) }, 'A processing job could not run');
      const reason = `InternalServerError: We encountered an internal error. Please try again. (${String(error)})`;
      return { status: 'Failed', failureReason: reason.slice(0, 1_024) };
    }
  }

  function finish(name: string, result: ProcessingResult): void {
    const now = cloud.clock.now();
    change({ ...find(name), ...result, endTime: now, lastModifiedTime: now });
  }

  function find(name: string | undefined): ProcessingJobRecord {
    const job = jobs.get(name ?? '');
    if (job === undefined) {
      throw new ValidationException(`Could not find requested job with name: ${name}`);
    }
    return job;
  }

  function stop({ ProcessingJobName }: StopProcessingJobRequest): object {
    const job = find(ProcessingJobName);
    if (job.status === 'Stopping') return {};
    if (job.status !== 'InProgress') {
      throw new ValidationException(
        `The request was rejected because the processing job is in status ${job.status}.`,
      );
    }
    change({ ...job, status: 'Stopping', lastModifiedTime: cloud.clock.now() });
    running.stop(job.name);
    return {};
  }

  function list(input: ListProcessingJobsRequest): ListProcessingJobsResponse {
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
    return { ProcessingJobSummaries: items.map(summarize), NextToken };
  }

  return {
    operations: {
      CreateProcessingJob: operation(
        (input: CreateProcessingJobRequest) => [
          permission('CreateProcessingJob', input.ProcessingJobName),
          passRole(input.RoleArn ?? '*', 'sagemaker.amazonaws.com'),
          ...(input.Tags === undefined ? [] : [permission('AddTags', input.ProcessingJobName)]),
        ],
        create,
      ),
      DescribeProcessingJob: operation(
        (input: DescribeProcessingJobRequest) =>
          permission('DescribeProcessingJob', input.ProcessingJobName),
        (input) => describe(find(input.ProcessingJobName)),
      ),
      ListProcessingJobs: operation(
        (_input: ListProcessingJobsRequest) => ({
          action: 'sagemaker:ListProcessingJobs',
          resource: '*',
        }),
        list,
      ),
      StopProcessingJob: operation(
        (input: StopProcessingJobRequest) =>
          permission('StopProcessingJob', input.ProcessingJobName),
        stop,
      ),
    },
    start() {
      for (const [name, job] of jobs.entries()) {
        if (job.status === 'InProgress') run(name);
        if (job.status === 'Stopping') finish(name, { status: 'Stopped' });
      }
    },
    halt: () => running.abandon(),
  };
}

function describe(job: ProcessingJobRecord): DescribeProcessingJobResponse {
  const { input } = job;
  return {
    ProcessingInputs: input.ProcessingInputs,
    ProcessingOutputConfig: input.ProcessingOutputConfig,
    ProcessingJobName: job.name,
    ProcessingResources: input.ProcessingResources,
    StoppingCondition: input.StoppingCondition,
    AppSpecification: input.AppSpecification,
    Environment: input.Environment,
    NetworkConfig: input.NetworkConfig,
    RoleArn: input.RoleArn,
    ExperimentConfig: input.ExperimentConfig,
    ProcessingJobArn: job.arn,
    ProcessingJobStatus: job.status,
    ExitMessage: job.exitMessage,
    FailureReason: job.failureReason,
    ProcessingStartTime: asDate(job.startTime),
    ProcessingEndTime: asDate(job.endTime),
    LastModifiedTime: new Date(job.lastModifiedTime),
    CreationTime: new Date(job.creationTime),
  };
}

function summarize(job: ProcessingJobRecord) {
  return {
    ProcessingJobName: job.name,
    ProcessingJobArn: job.arn,
    CreationTime: new Date(job.creationTime),
    ProcessingEndTime: asDate(job.endTime),
    LastModifiedTime: new Date(job.lastModifiedTime),
    ProcessingJobStatus: job.status,
    ...(job.failureReason === undefined ? {} : { FailureReason: job.failureReason }),
    ...(job.exitMessage === undefined ? {} : { ExitMessage: job.exitMessage }),
  };
}

function asDate(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}
