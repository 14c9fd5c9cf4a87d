import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createKmsService } from '../services/kms/index.ts';
import { createS3Service } from '../services/s3/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { provision } from './provision.ts';

let runtime: TestRuntime;
let kms: KMSClient;

beforeEach(async () => {
  runtime = await startTestRuntime([createKmsService, createS3Service]);
  kms = new KMSClient(runtime.clientConfig);
});

afterEach(() => runtime.stop());

const ROOT = { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' };
const policy = (...more: object[]) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' },
    ...more,
  ],
});
const ALIAS = {
  Type: 'AWS::KMS::Alias',
  Properties: { AliasName: 'alias/data', TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
};

/** A stack as aws-cdk-lib writes it. */
function deploy(key: object, others: object = { Alias: ALIAS }): Promise<unknown> {
  const Key = {
    Type: 'AWS::KMS::Key',
    Properties: { KeyPolicy: policy(), EnableKeyRotation: true, ...key },
  };
  const template = { Resources: { Key, ...others } };
  const stack = { name: 'stack', template, assets: [], dependencies: [] };
  return provision(runtime.cloud, { folder: '', stacks: [stack] });
}

async function found() {
  const KeyId = 'alias/data';
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  const of = { KeyId: KeyMetadata?.KeyId ?? '' };
  const { Policy = '' } = await kms.send(new GetKeyPolicyCommand(of));
  const rotation = await kms.send(new GetKeyRotationStatusCommand(of));
  const { Tags } = await kms.send(new ListResourceTagsCommand(of));
  return { ...KeyMetadata, Policy: JSON.parse(Policy) as object, rotation, Tags };
}

it('creates a key with its policy, rotation, tags and alias, and a bucket that uses it', async () => {
  await deploy(
    { Description: 'data', RotationPeriodInDays: '90', Tags: [{ Key: 'team', Value: 'ml' }] },
    {
      Alias: ALIAS,
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'data',
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              {
                BucketKeyEnabled: true,
                ServerSideEncryptionByDefault: {
                  SSEAlgorithm: 'aws:kms',
                  KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] },
                },
              },
            ],
          },
        },
      },
    },
  );

  const key = await found();
  expect(key).toMatchObject({
    Description: 'data',
    Enabled: true,
    Policy: { Statement: [{ Principal: { AWS: 'arn:aws:iam::000000000000:root' } }] },
    rotation: { KeyRotationEnabled: true, RotationPeriodInDays: 90 },
    Tags: [{ TagKey: 'team', TagValue: 'ml' }],
  });
  const root = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
  const put = { Bucket: 'data', Key: 'k', Body: 'x' };
  expect(await runtime.cloud.call(root, 's3', 'PutObject', put)).toMatchObject({
    SSEKMSKeyId: key.Arn,
    BucketKeyEnabled: true,
  });
});

it('updates a key in place, with all of its settings', async () => {
  await deploy({ Tags: [{ Key: 'team', Value: 'ml' }] });
  const former = await found();

  const Deny = { Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*' };
  await deploy({
    Description: 'changed',
    KeyPolicy: policy(Deny),
    EnableKeyRotation: false,
    Enabled: false,
    Tags: [{ Key: 'owner', Value: 'x' }],
  });
  const changed = await found();
  await deploy({ Enabled: true });

  expect(changed).toMatchObject({
    KeyId: former.KeyId,
    Description: 'changed',
    KeyState: 'Disabled',
    Policy: { Statement: [{}, Deny] },
    rotation: { KeyRotationEnabled: false },
    Tags: [{ TagKey: 'owner' }],
  });
  expect(await found()).toMatchObject({
    KeyId: former.KeyId,
    Description: '',
    KeyState: 'Enabled',
    rotation: { KeyRotationEnabled: true },
    Tags: [],
  });
});

it('schedules the deletion of a key that a template no longer has, after its own waiting period', async () => {
  await deploy({ PendingWindowInDays: 7 });
  const { KeyId } = await found();

  const stack = { name: 'stack', template: { Resources: {} }, assets: [], dependencies: [] };
  await provision(runtime.cloud, { folder: '', stacks: [stack] });

  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  expect(KeyMetadata?.KeyState).toBe('PendingDeletion');
  const days = (Number(KeyMetadata?.DeletionDate) - runtime.cloud.clock.now()) / 86_400_000;
  expect(Math.round(days)).toBe(7);
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({ KeyId }));
  expect(Aliases).toEqual([]);
});
