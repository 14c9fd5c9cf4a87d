import type { SageMakerState } from '../state.ts';
import type { TrainingJobRecord } from './records.ts';
import { modelArtifacts } from './training-artifacts.ts';

/**
 * "SageMaker Training Job State Change", for each change of status or secondary status.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 */
export function publishTrainingState(sagemaker: SageMakerState, job: TrainingJobRecord): void {
  const { input } = job;
  const artifacts = modelArtifacts(job);
  sagemaker.cloud.publish({
    source: 'aws.sagemaker',
    'detail-type': 'SageMaker Training Job State Change',
    resources: [job.arn],
    detail: {
      TrainingJobName: job.name,
      TrainingJobArn: job.arn,
      ...(artifacts === undefined ? {} : { ModelArtifacts: { S3ModelArtifacts: artifacts } }),
      TrainingJobStatus: job.status,
      SecondaryStatus: job.secondaryStatus,
      ...(job.failureReason === undefined ? {} : { FailureReason: job.failureReason }),
      HyperParameters: input.HyperParameters ?? {},
      AlgorithmSpecification: input.AlgorithmSpecification,
      RoleArn: input.RoleArn,
      InputDataConfig: (input.InputDataConfig ?? []).map((channel) => ({
        CompressionType: 'None',
        RecordWrapperType: 'None',
        ...channel,
      })),
      OutputDataConfig: { KmsKeyId: '', ...input.OutputDataConfig },
      ResourceConfig: input.ResourceConfig,
      VpcConfig: input.VpcConfig ?? {},
      StoppingCondition: input.StoppingCondition,
      CreationTime: job.creationTime,
      ...(job.startTime === undefined ? {} : { TrainingStartTime: job.startTime }),
      ...(job.endTime === undefined ? {} : { TrainingEndTime: job.endTime }),
      LastModifiedTime: job.lastModifiedTime,
      SecondaryStatusTransitions: job.transitions.map((transition) => ({
        Status: transition.status,
        StartTime: transition.startTime,
        ...(transition.endTime === undefined ? {} : { EndTime: transition.endTime }),
        StatusMessage: transition.message,
      })),
      Tags: sagemaker.tags.asMap(job.arn),
    },
  });
}
