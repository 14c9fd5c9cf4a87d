import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serviceFactories } from '../../local/services/index.ts';
import { startTestRuntime, type TestRuntime } from '../../local/testing/cloud.testing.ts';
import { findInterpreter } from '../python-interpreter.ts';

const run = promisify(execFile);
const interpreter = findInterpreter();
const TIMEOUT_MS = 120_000;

let runtime: TestRuntime;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trainer-'));
  const needed = ['createS3Service', 'createDynamoDbService'];
  runtime = await startTestRuntime(serviceFactories.filter(({ name }) => needed.includes(name)));
  await new S3Client({ ...runtime.clientConfig, forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket: 'trainer' }),
  );
  await new DynamoDBClient(runtime.clientConfig).send(
    new CreateTableCommand({
      TableName: 'claims',
      AttributeDefinitions: [{ AttributeName: 'claim', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'claim', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});

afterAll(async () => {
  await runtime?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it.skipIf(interpreter === undefined)(
  'the trainer does with boto3 what trainer_check.py says (skipped without a Python that has the libraries)',
  { timeout: TIMEOUT_MS },
  async () => {
    const { stderr } = await run(
      interpreter ?? '',
      ['test/images/trainer_check.py', join(folder, 'ml')],
      {
        env: {
          PATH: process.env['PATH'],
          AWS_ENDPOINT_URL: runtime.endpoint,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          PYTHONDONTWRITEBYTECODE: '1',
          // As in the image.
          PYTHONUNBUFFERED: '1',
        },
        timeout: TIMEOUT_MS,
      },
    );

    expect(stderr).toMatch(/^Ran 21 tests in [\d.]+s\n\nOK$/m);
  },
);

const pinsOf = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^[\w-]+==/.test(line));

it('has the libraries of the local environment, and nothing else', () => {
  expect(pinsOf('images/trainer/requirements.txt')).toEqual(
    pinsOf('local/jobs/python/requirements.txt'),
  );
});
