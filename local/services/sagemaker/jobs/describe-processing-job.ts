import type {
  DescribeProcessingJobResponse,
  ProcessingJobSummary,
} from '@aws-sdk/client-sagemaker';
import { asDate } from './list-jobs.ts';
import type { ProcessingJobRecord } from './records.ts';

/** A processing job as DescribeProcessingJob returns it. */
export function describeProcessingJob(job: ProcessingJobRecord): DescribeProcessingJobResponse {
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

/** A processing job as ListProcessingJobs returns it. */
export function summarizeProcessingJob(job: ProcessingJobRecord): ProcessingJobSummary {
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
