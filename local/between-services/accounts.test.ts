import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createS3Service } from '../services/s3/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

const HOME = '000000000000';
const DEV = '111111111111';
const PROD = '222222222222';

const policy = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });

let folder: string;
let runtime: TestRuntime;

async function start(accounts: readonly string[]): Promise<TestRuntime> {
  return startTestRuntime([createS3Service, createSqsService], {
    stateFolder: folder,
    accounts: accounts.map((accountId) => ({ accountId })),
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-'));
  runtime = await start([DEV, PROD]);
});
afterAll(async () => {
  await runtime.stop();
  await rm(folder, { recursive: true });
});

const clientsOf = (accountId: string) => {
  const config = runtime.configOf(accountId);
  const s3 = new S3Client(config);
  return { s3, sqs: new SQSClient(config), sts: new STSClient(config), iam: new IAMClient(config) };
};

const identityOf = async (accessKeyId: string) =>
  new STSClient(runtime.configOf(accessKeyId)).send(new GetCallerIdentityCommand({}));

it.each([
  ['an access key that is an account', DEV, DEV],
  ['another', PROD, PROD],
  ['any other access key: the home account', 'local', HOME],
  ['an access key of AWS', 'AKIAIOSFODNN7EXAMPLE', HOME],
])('the account of a request is that of its credentials: %s', async (_, key, Account) => {
  expect(await identityOf(key)).toMatchObject({ Account, Arn: `arn:aws:iam::${Account}:root` });
});

it('refuses the access key of an account that it does not have', async () => {
  await expect(identityOf('333333333333')).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
    message:
      'The security token included in the request is invalid. This runtime has no account 333333333333. It has 000000000000, 111111111111, 222222222222; "stepmill start --account 333333333333" adds it.',
  });
});

it('keeps what accounts have apart, under the same names', async () => {
  const [dev, prod] = [clientsOf(DEV), clientsOf(PROD)];

  const { QueueUrl } = await dev.sqs.send(new CreateQueueCommand({ QueueName: 'jobs' }));
  const absent = prod.sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' }));

  expect(QueueUrl).toBe(`${runtime.endpoint}/${DEV}/jobs`);
  await expect(absent).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
it('has one name space of buckets for all accounts', async () => {
  const [dev, prod] = [clientsOf(DEV), clientsOf(PROD)];
  await dev.s3.send(new CreateBucketCommand({ Bucket: 'models-of-dev' }));

  const taken = prod.s3.send(new CreateBucketCommand({ Bucket: 'models-of-dev' }));

  await expect(taken).rejects.toMatchObject({ name: 'BucketAlreadyExists' });
  expect((await prod.s3.send(new ListBucketsCommand({}))).Buckets).toEqual([]);
  expect(await dev.s3.send(new ListBucketsCommand({}))).toMatchObject({
    Buckets: [{ Name: 'models-of-dev' }],
  });
});

it('a session of a role of another account needs the permission of both', async () => {
  const [dev, prod] = [clientsOf(DEV), clientsOf(PROD)];
  const Bucket = 'shared-models';
  await dev.s3.send(new CreateBucketCommand({ Bucket }));
  await dev.s3.send(new PutObjectCommand({ Bucket, Key: 'model', Body: 'weights' }));
  const { Role } = await prod.iam.send(
    new CreateRoleCommand({
      RoleName: 'reader',
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${PROD}:root` },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  const { Credentials } = await prod.sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn ?? '', RoleSessionName: 'copy' }),
  );
  const reader = new S3Client({
    ...runtime.clientConfig,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  });
  const read = () => reader.send(new GetObjectCommand({ Bucket, Key: 'model' }));
  const message = `User: arn:aws:sts::${PROD}:assumed-role/reader/copy is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::${Bucket}/model" because no resource-based policy allows the s3:GetObject action`;
  const rule = { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` };

  await expect(read()).rejects.toMatchObject({ message });
  await prod.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'reader',
      PolicyName: 'read',
      PolicyDocument: policy(rule),
    }),
  );
  await expect(read()).rejects.toMatchObject({ message });
  const Policy = policy({ ...rule, Principal: { AWS: Role?.Arn } });
  await dev.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));

  const { Body } = await read();
  expect(await Body?.transformToString()).toBe('weights');
});

it('resumes all accounts at the next start', async () => {
  await runtime.stop();

  runtime = await start([]);

  expect(runtime.accounts().map(({ accountId }) => accountId)).toEqual([HOME, DEV, PROD]);
  const url = await clientsOf(DEV).sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' }));
  expect(url.QueueUrl).toBe(`${runtime.endpoint}/${DEV}/jobs`);
});
