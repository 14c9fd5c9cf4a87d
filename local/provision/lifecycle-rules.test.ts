import { GetBucketLifecycleConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { createS3Service } from '../services/s3/index.ts';
import { startTestRuntime } from '../testing/cloud.testing.ts';
import { provision } from './provision.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html
it('gives a bucket the lifecycle rules of its template as S3 has them', async () => {
  const runtime = await startTestRuntime([createS3Service]);
  const Rules = [
    { Id: 'markers', Status: 'Enabled', ExpiredObjectDeleteMarker: true },
    { Id: 'date', Status: 'Enabled', Prefix: 'x', ExpirationDate: '2027-01-01T00:00:00.000Z' },
    {
      Id: 'tags',
      Status: 'Enabled',
      TagFilters: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
      Transitions: [{ TransitionInDays: 30, StorageClass: 'STANDARD_IA' }],
      NoncurrentVersionTransitions: [{ TransitionInDays: 7, StorageClass: 'GLACIER' }],
    },
  ];
  const bucket = {
    Type: 'AWS::S3::Bucket',
    Properties: { BucketName: 'rules', LifecycleConfiguration: { Rules } },
  };
  const template = { Resources: { Bucket: bucket } };

  await provision(runtime.cloud, {
    folder: '',
    stacks: [{ name: 'stack', template, assets: [], dependencies: [] }],
  });
  const s3 = new S3Client({ ...runtime.clientConfig, forcePathStyle: true });
  const read = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: 'rules' }));
  await runtime.stop();

  expect(read.Rules).toEqual([
    {
      ID: 'markers',
      Status: 'Enabled',
      Filter: { Prefix: '' },
      Expiration: { ExpiredObjectDeleteMarker: true },
    },
    {
      ID: 'date',
      Status: 'Enabled',
      Filter: { Prefix: 'x' },
      Expiration: { Date: new Date('2027-01-01T00:00:00Z') },
    },
    {
      ID: 'tags',
      Status: 'Enabled',
      Filter: {
        And: {
          Tags: [
            { Key: 'a', Value: '1' },
            { Key: 'b', Value: '2' },
          ],
        },
      },
      Transitions: [{ Days: 30, StorageClass: 'STANDARD_IA' }],
      NoncurrentVersionTransitions: [{ NoncurrentDays: 7, StorageClass: 'GLACIER' }],
    },
  ]);
});
