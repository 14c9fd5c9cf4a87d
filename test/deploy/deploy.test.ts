import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { nameProjectParameter, type ProjectParameter } from '../../events/index.ts';
import { type Runtime, silentLogger, startRuntime } from '../../local/index.ts';
import { removeFolder } from '../remove-folder.ts';

const run = promisify(execFile);
const BUCKET = 'deployed-bucket';
const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:abalone';
const OUTPUTS = { 'stepmill-try-abalone': { BucketName: BUCKET, Topic: 'a-topic' } };

/** A stand-in for the CDK: no test deploys to an account. It records how it was called. */
const CDK = `
const { writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
writeFileSync('called.json', JSON.stringify({ args, profile: process.env.AWS_PROFILE }));
if (args.includes('broken')) {
  console.error('no such stack');
  process.exit(1);
}
writeFileSync(args[args.indexOf('--outputs-file') + 1], ${JSON.stringify(JSON.stringify(OUTPUTS))});
`;

let runtime: Runtime;
let s3: S3Client;
let app: string;

beforeAll(async () => {
  runtime = await startRuntime({ ephemeral: true, port: 0, logger: silentLogger });
  const config = {
    endpoint: runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  s3 = new S3Client({ ...config, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const described: ProjectParameter = {
    project: 'abalone',
    environment: 'try',
    bucket: BUCKET,
    incomingPrefix: 'incoming/abalone/',
    claimsTable: 'claims',
    trainingStateMachineArn: `${ARN}-training`,
    promotionStateMachineArn: `${ARN}-promotion`,
    modelPackageGroupName: 'models',
    endpointName: 'abalone',
    topicArn: 'arn:aws:sns:us-east-1:000000000000:topic',
  };
  await new SSMClient(config).send(
    new PutParameterCommand({
      Name: nameProjectParameter('try', 'abalone'),
      Type: 'String',
      Value: JSON.stringify(described),
    }),
  );
});

afterAll(() => runtime?.stop());

beforeEach(() => {
  app = mkdtempSync(join(tmpdir(), 'stepmill-deploy-'));
  mkdirSync(join(app, 'node_modules/aws-cdk/bin'), { recursive: true });
  writeFileSync(join(app, 'node_modules/aws-cdk/package.json'), '{"name":"aws-cdk"}');
  writeFileSync(join(app, 'node_modules/aws-cdk/bin/cdk'), CDK);
  writeFileSync(join(app, 'cdk.json'), '{"context":{"environment":"try"}}');
  writeFileSync(join(app, 'data.csv'), 'M,1\n');
  return () => removeFolder(app);
});

function deploy(...args: readonly string[]) {
  return run(process.execPath, [resolve('dist/cli/main.js'), 'deploy', ...args], {
    cwd: app,
    env: {
      PATH: process.env['PATH'],
      HOME: app,
      AWS_ENDPOINT_URL: runtime.endpoint,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  });
}

function called(): { readonly args: readonly string[]; readonly profile?: string } {
  return JSON.parse(readFileSync(join(app, 'called.json'), 'utf8'));
}

async function uploaded(): Promise<readonly (string | undefined)[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  return Contents.map(({ Key }) => Key);
}

it('deploys nothing without credentials that AWS knows', async () => {
  const env = { PATH: process.env['PATH'], HOME: app, AWS_EC2_METADATA_DISABLED: 'true' };
  const program = resolve('dist/cli/main.js');

  const failed = run(process.execPath, [program, 'deploy'], { cwd: app, env });

  await expect(failed).rejects.toThrow(/nothing was deployed.*aws sso login/s);
  expect(() => called()).toThrow('ENOENT');
});

it('uploads nothing after a deployment that failed', async () => {
  await expect(deploy('broken', '--data', 'data.csv')).rejects.toThrow(
    /no such stack.*cdk deploy ended with exit code 1; no data was uploaded/s,
  );
  expect(await uploaded()).toEqual([]);
});

it('deploys all stacks, uploads data and prints the outputs', async () => {
  const { stdout, stderr } = await deploy(
    '-c',
    'notify=a@example.org',
    '--data',
    'data.csv',
    '--yes',
  );

  const { args } = called();
  expect(args.slice(0, 3)).toEqual(['deploy', '--all', '--outputs-file']);
  expect(args.slice(4)).toEqual([
    '--context',
    'notify=a@example.org',
    '--require-approval',
    'never',
  ]);
  expect(stderr).toContain('Deploy to account 000000000000, region us-east-1');
  expect(await uploaded()).toEqual(['incoming/abalone/data.csv']);
  expect(stdout.split('\n')).toEqual([
    'stepmill-try-abalone',
    `  BucketName  ${BUCKET}`,
    '  Topic       a-topic',
    '',
  ]);
});
