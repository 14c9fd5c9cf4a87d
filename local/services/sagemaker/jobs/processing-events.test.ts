import { describe, expect, it } from 'vitest';
import { publishProcessingState } from './processing-events.ts';
import type { ProcessingJobRecord } from './records.ts';

const arn = 'arn:aws:sagemaker:us-west-2:000000000000:processing-job/job';

/** The job of the sample on AWS's page, with a second input and output. */
const input = {
  ProcessingJobName: 'job',
  ProcessingInputs: [
    {
      InputName: 'first',
      S3Input: {
        S3Uri: 's3://input/manifest',
        LocalPath: '/opt/ml/processing/input/first',
        S3DataType: 'ManifestFile',
        S3InputMode: 'Pipe',
        S3DataDistributionType: 'ShardedByS3Key',
      },
    },
    { InputName: 'second', S3Input: { S3Uri: 's3://input/prefix', S3DataType: 'S3Prefix' } },
  ],
  ProcessingOutputConfig: {
    Outputs: [
      {
        OutputName: 'first',
        S3Output: {
          S3Uri: 's3://output/first',
          LocalPath: '/opt/ml/processing/output',
          S3UploadMode: 'Continuous',
        },
      },
      { OutputName: 'second', S3Output: { S3Uri: 's3://output/second', S3UploadMode: 'EndOfJob' } },
    ],
    KmsKeyId: 'key',
  },
  ProcessingResources: {
    ClusterConfig: {
      InstanceCount: 3,
      InstanceType: 'ml.c5.xlarge',
      VolumeSizeInGB: 5,
      VolumeKmsKeyId: 'volume-key',
    },
  },
  StoppingCondition: { MaxRuntimeInSeconds: 2_000 },
  AppSpecification: { ImageUri: 'image' },
  RoleArn: 'arn:aws:iam::000000000000:role/SageMakerPowerUser',
};

function published(job: object): object {
  const events: object[] = [];
  const sagemaker = {
    cloud: { publish: (event: object) => events.push(event) },
    tags: { asMap: (of: string) => ({ of }) },
  };
  publishProcessingState(
    sagemaker as never,
    {
      arn,
      name: 'job',
      status: 'InProgress',
      creationTime: 1_589_879_735_000,
      lastModifiedTime: 1_589_879_736_000,
      ...job,
    } as unknown as ProcessingJobRecord,
  );
  expect(events).toHaveLength(1);
  return events[0] ?? {};
}

// https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
describe('the event of a processing job', () => {
  it('has the members and the spelling of AWS', () => {
    const event = published({
      input: { ...input, Environment: { A: 'b' }, ExperimentConfig: { TrialName: 't' } },
      status: 'Failed',
      failureReason: 'Exit code 1',
      startTime: 1,
      endTime: 2,
    });
    expect(event).toEqual({
      source: 'aws.sagemaker',
      'detail-type': 'SageMaker Processing Job State Change',
      resources: [arn],
      detail: {
        ProcessingInputs: [
          {
            InputName: 'first',
            S3Input: {
              S3Uri: 's3://input/manifest',
              LocalPath: '/opt/ml/processing/input/first',
              S3DataType: 'MANIFEST_FILE',
              S3InputMode: 'PIPE',
              S3DataDistributionType: 'SHARDEDBYS3KEY',
            },
          },
          {
            InputName: 'second',
            S3Input: {
              S3Uri: 's3://input/prefix',
              S3DataType: 'S3_PREFIX',
              S3InputMode: 'FILE',
              S3DataDistributionType: 'FULLYREPLICATED',
            },
          },
        ],
        ProcessingOutputConfig: {
          Outputs: [
            {
              OutputName: 'first',
              S3Output: {
                S3Uri: 's3://output/first',
                LocalPath: '/opt/ml/processing/output',
                S3UploadMode: 'CONTINUOUS',
              },
            },
            {
              OutputName: 'second',
              S3Output: { S3Uri: 's3://output/second', S3UploadMode: 'END_OF_JOB' },
            },
          ],
          KmsKeyId: 'key',
        },
        ProcessingJobName: 'job',
        ProcessingResources: { ClusterConfig: input.ProcessingResources.ClusterConfig },
        StoppingCondition: input.StoppingCondition,
        AppSpecification: input.AppSpecification,
        Environment: { A: 'b' },
        RoleArn: input.RoleArn,
        ExperimentConfig: { TrialName: 't' },
        ProcessingJobArn: arn,
        ProcessingJobStatus: 'Failed',
        FailureReason: 'Exit code 1',
        ProcessingStartTime: 1,
        ProcessingEndTime: 2,
        LastModifiedTime: 1_589_879_736_000,
        CreationTime: 1_589_879_735_000,
        Tags: { of: arn },
      },
    });
  });

  it('of a job without inputs, outputs and times lacks what it does not have', () => {
    const { detail } = published({
      input: { RoleArn: 'r', ProcessingResources: { ClusterConfig: { InstanceCount: 1 } } },
    }) as { readonly detail: object };
    expect(JSON.parse(JSON.stringify(detail))).toEqual({
      ProcessingInputs: [],
      ProcessingOutputConfig: { Outputs: [], KmsKeyId: '' },
      ProcessingJobName: 'job',
      ProcessingResources: { ClusterConfig: { InstanceCount: 1, VolumeKmsKeyId: '' } },
      RoleArn: 'r',
      ExperimentConfig: {},
      ProcessingJobArn: arn,
      ProcessingJobStatus: 'InProgress',
      LastModifiedTime: 1_589_879_736_000,
      CreationTime: 1_589_879_735_000,
      Tags: { of: arn },
    });
    for (const name of ['Environment', 'FailureReason', 'ProcessingStartTime', 'ProcessingEndTime'])
      expect(detail).not.toHaveProperty(name);
  });
});
