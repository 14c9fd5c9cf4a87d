import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { App, type Environment, Stack, Stage } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCloudFormationService } from '../services/cloudformation/index.ts';
import { createS3Service } from '../services/s3/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { createSsmService } from '../services/ssm/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

const HOME = '000000000000';
const DEV = { account: '111111111111', region: 'us-east-1' };
const PROD = { account: '222222222222', region: 'eu-west-1' };

/** A stage with a stack that uses an export of another, under the same names in every stage. */
class Delivered extends Stage {
  constructor(scope: Construct, id: string, env: Environment) {
    super(scope, id, { env });
    const data = new Stack(this, 'data', { stackName: 'data' });
    const queue = new Queue(data, 'Queue', { queueName: 'jobs' });
    const app = new Stack(this, 'app', { stackName: 'app' });
    new StringParameter(app, 'Jobs', { parameterName: 'jobs', stringValue: queue.queueArn });
    new Asset(app, 'Asset', { path: import.meta.filename });
  }
}

let folder: string;
let runtime: TestRuntime;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-'));
  const app = new App({ outdir: join(folder, 'cdk.out') });
  new Delivered(app, 'dev', DEV);
  new Delivered(app, 'prod', PROD);
  const open = new Stack(app, 'open');
  new StringParameter(open, 'Own', { parameterName: 'own', stringValue: open.account });
  app.synth();
  runtime = await startTestRuntime(
    [createCloudFormationService, createS3Service, createSqsService, createSsmService],
    { assembly: join(folder, 'cdk.out') },
  );
});
afterAll(async () => {
  await runtime.stop();
  await rm(folder, { recursive: true });
});

const parameterOf = async (accountId: string, Name: string) => {
  const { Parameter } = await new SSMClient(runtime.configOf(accountId)).send(
    new GetParameterCommand({ Name }),
  );
  return Parameter?.Value;
};

it('puts each stack into the account and region of its stage', () => {
  const places = runtime.provisioned?.stacks.map(
    ({ stackName, owner }) => `${stackName} ${owner.accountId} ${owner.region}`,
  );

  expect(places?.toSorted()).toEqual([
    'app 111111111111 us-east-1',
    'app 222222222222 eu-west-1',
    'data 111111111111 us-east-1',
    'data 222222222222 eu-west-1',
    'open 000000000000 us-east-1',
  ]);
  expect(runtime.accounts()).toHaveLength(3);
});

it.each([DEV, PROD])(
  'gives the stacks of $account their own exports',
  async ({ account, region }) => {
    expect(await parameterOf(account, 'jobs')).toBe(`arn:aws:sqs:${region}:${account}:jobs`);
  },
);

it('leaves stacks that name no account to the home account', async () => {
  expect(await parameterOf(HOME, 'own')).toBe(HOME);
});

it.each([DEV, PROD])('publishes assets to the account $account', async ({ account, region }) => {
  const s3 = new S3Client({ ...runtime.configOf(account), forcePathStyle: true });
  const Bucket = `cdk-hnb659fds-assets-${account}-${region}`;

  expect(await s3.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ BucketRegion: region });
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents?.filter(({ Key }) => Key?.endsWith('.ts'))).toHaveLength(1);
});
