import type { CreateProcessingJobRequest, ProcessingS3Input } from '@aws-sdk/client-sagemaker';
import type { SageMakerState } from '../state.ts';
import type { ProcessingJobRecord } from './records.ts';

/**
 * "SageMaker Processing Job State Change". The enumerations have another spelling than in the API.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 */
export function publishProcessingState(sagemaker: SageMakerState, job: ProcessingJobRecord): void {
  const { input } = job;
  sagemaker.cloud.publish({
    source: 'aws.sagemaker',
    'detail-type': 'SageMaker Processing Job State Change',
    resources: [job.arn],
    detail: {
      ProcessingInputs: (input.ProcessingInputs ?? []).map(({ InputName, S3Input }) => ({
        InputName,
        S3Input: inEventSpelling(S3Input),
      })),
      ProcessingOutputConfig: outputsInEventSpelling(input),
      ProcessingJobName: job.name,
      ProcessingResources: {
        ClusterConfig: { VolumeKmsKeyId: '', ...input.ProcessingResources?.ClusterConfig },
      },
      StoppingCondition: input.StoppingCondition,
      AppSpecification: input.AppSpecification,
      ...(input.Environment === undefined ? {} : { Environment: input.Environment }),
      RoleArn: input.RoleArn,
      ExperimentConfig: input.ExperimentConfig ?? {},
      ProcessingJobArn: job.arn,
      ProcessingJobStatus: job.status,
      ...(job.failureReason === undefined ? {} : { FailureReason: job.failureReason }),
      ...(job.startTime === undefined ? {} : { ProcessingStartTime: job.startTime }),
      ...(job.endTime === undefined ? {} : { ProcessingEndTime: job.endTime }),
      LastModifiedTime: job.lastModifiedTime,
      CreationTime: job.creationTime,
      Tags: sagemaker.tags.asMap(job.arn),
    },
  });
}

function outputsInEventSpelling({ ProcessingOutputConfig }: CreateProcessingJobRequest): object {
  return {
    Outputs: (ProcessingOutputConfig?.Outputs ?? []).map(({ OutputName, S3Output }) => ({
      OutputName,
      S3Output: { ...S3Output, S3UploadMode: upperSnake(S3Output?.S3UploadMode) },
    })),
    KmsKeyId: ProcessingOutputConfig?.KmsKeyId ?? '',
  };
}

function inEventSpelling(input: ProcessingS3Input | undefined): object {
  return {
    ...input,
    S3DataType: input?.S3DataType === 'ManifestFile' ? 'MANIFEST_FILE' : 'S3_PREFIX',
    S3InputMode: (input?.S3InputMode ?? 'File').toUpperCase(),
    S3DataDistributionType: (input?.S3DataDistributionType ?? 'FullyReplicated').toUpperCase(),
  };
}

function upperSnake(text: string | undefined): string | undefined {
  return text?.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}
