import { DEFAULT_RUNTIME_SECONDS } from './limits.ts';
import type { ProcessingJobRecord } from './records.ts';

/**
 * The content of `/opt/ml/config/processingjobconfig.json` as AWS writes it: absent members are null.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html
 */
export function processingJobConfig({ arn, name, input }: ProcessingJobRecord): object {
  const { AppSpecification, ProcessingResources, ProcessingOutputConfig } = input;
  const cluster = ProcessingResources?.ClusterConfig;
  return {
    ProcessingJobArn: arn,
    ProcessingJobName: name,
    AppSpecification: {
      ImageUri: AppSpecification?.ImageUri,
      ContainerEntrypoint: AppSpecification?.ContainerEntrypoint ?? null,
      ContainerArguments: AppSpecification?.ContainerArguments ?? null,
    },
    Environment: input.Environment ?? {},
    ProcessingInputs: (input.ProcessingInputs ?? []).map(({ InputName, S3Input }) => ({
      InputName,
      S3Input: {
        LocalPath: S3Input?.LocalPath,
        S3Uri: S3Input?.S3Uri,
        S3DataDistributionType: S3Input?.S3DataDistributionType ?? 'FullyReplicated',
        S3DataType: S3Input?.S3DataType,
        S3InputMode: S3Input?.S3InputMode ?? 'File',
        S3CompressionType: S3Input?.S3CompressionType ?? 'None',
        S3DownloadMode: 'StartOfJob',
      },
    })),
    ProcessingOutputConfig: {
      Outputs: (ProcessingOutputConfig?.Outputs ?? []).map(({ OutputName, S3Output }) => ({
        OutputName,
        S3Output,
      })),
      KmsKeyId: ProcessingOutputConfig?.KmsKeyId ?? null,
    },
    ProcessingResources: {
      ClusterConfig: {
        InstanceCount: cluster?.InstanceCount,
        InstanceType: cluster?.InstanceType,
        VolumeSizeInGB: cluster?.VolumeSizeInGB,
        VolumeKmsKeyId: cluster?.VolumeKmsKeyId ?? null,
      },
    },
    RoleArn: input.RoleArn,
    StoppingCondition: {
      MaxRuntimeInSeconds: input.StoppingCondition?.MaxRuntimeInSeconds ?? DEFAULT_RUNTIME_SECONDS,
    },
  };
}
