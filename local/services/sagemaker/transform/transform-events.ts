import type { SageMakerState } from '../state.ts';
import { transformInput, transformOutput } from './describe-transform-job.ts';
import type { TransformJobRecord } from './records.ts';

/**
 * "SageMaker Transform Job State Change".
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 */
export function publishTransformState(sagemaker: SageMakerState, job: TransformJobRecord): void {
  const { input } = job;
  sagemaker.cloud.publish({
    source: 'aws.sagemaker',
    'detail-type': 'SageMaker Transform Job State Change',
    resources: [job.arn],
    detail: {
      TransformJobName: job.name,
      TransformJobArn: job.arn,
      TransformJobStatus: job.status,
      ...(job.failureReason === undefined ? {} : { FailureReason: job.failureReason }),
      ModelName: input.ModelName,
      MaxConcurrentTransforms: input.MaxConcurrentTransforms,
      MaxPayloadInMB: input.MaxPayloadInMB,
      BatchStrategy: input.BatchStrategy,
      Environment: input.Environment ?? {},
      TransformInput: transformInput(job),
      TransformOutput: transformOutput(job),
      TransformResources: input.TransformResources,
      CreationTime: job.creationTime,
      ...(job.startTime === undefined ? {} : { TransformStartTime: job.startTime }),
      ...(job.endTime === undefined ? {} : { TransformEndTime: job.endTime }),
      Tags: sagemaker.tags.asMap(job.arn),
    },
  });
}
