import type { DescribeTransformJobResponse, TransformJobSummary } from '@aws-sdk/client-sagemaker';
import { asDate } from '../jobs/list-jobs.ts';
import type { TransformJobRecord } from './records.ts';

/** A transform job as DescribeTransformJob returns it, with AWS's defaults. */
export function describeTransformJob(job: TransformJobRecord): DescribeTransformJobResponse {
  const { input } = job;
  return {
    TransformJobName: job.name,
    TransformJobArn: job.arn,
    TransformJobStatus: job.status,
    FailureReason: job.failureReason,
    ModelName: input.ModelName,
    MaxConcurrentTransforms: input.MaxConcurrentTransforms,
    ModelClientConfig: input.ModelClientConfig,
    MaxPayloadInMB: input.MaxPayloadInMB,
    BatchStrategy: input.BatchStrategy,
    Environment: input.Environment,
    TransformInput: transformInput(job),
    TransformOutput: transformOutput(job),
    DataCaptureConfig: input.DataCaptureConfig,
    TransformResources: input.TransformResources,
    CreationTime: new Date(job.creationTime),
    TransformStartTime: asDate(job.startTime),
    TransformEndTime: asDate(job.endTime),
    DataProcessing: {
      InputFilter: '$',
      OutputFilter: '$',
      JoinSource: 'None',
      ...input.DataProcessing,
    },
    ExperimentConfig: input.ExperimentConfig,
  };
}

export function transformInput({ input }: TransformJobRecord) {
  return {
    CompressionType: 'None' as const,
    SplitType: 'None' as const,
    ...input.TransformInput,
    DataSource: input.TransformInput?.DataSource,
  };
}

export function transformOutput({ input }: TransformJobRecord) {
  return {
    AssembleWith: 'None' as const,
    KmsKeyId: '',
    ...input.TransformOutput,
    S3OutputPath: input.TransformOutput?.S3OutputPath,
  };
}

/** A transform job as ListTransformJobs returns it. */
export function summarizeTransformJob(job: TransformJobRecord): TransformJobSummary {
  return {
    TransformJobName: job.name,
    TransformJobArn: job.arn,
    CreationTime: new Date(job.creationTime),
    TransformEndTime: asDate(job.endTime),
    LastModifiedTime: new Date(job.lastModifiedTime),
    TransformJobStatus: job.status,
    ...(job.failureReason === undefined ? {} : { FailureReason: job.failureReason }),
  };
}
