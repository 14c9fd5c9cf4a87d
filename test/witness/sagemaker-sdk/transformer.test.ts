import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Runtime, silentLogger, startRuntime } from '../../../local/index.ts';
import { preparePythonPrograms } from '../../python-programs.ts';

// The witness is the SageMaker SDK for Python, unmodified and pinned beside this file. It creates the model and the
// transform job, waits, follows the logs, reads the job back, and reports a failed job, all with its own code.

const FOLDER = resolve('test/witness/sagemaker-sdk');
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3';
const BUCKET = 'scores';
const BUILDING_MS = 600_000;
const SCORING_MS = 200_000;

interface Scored {
  readonly outputs: Readonly<Record<string, string>>;
  readonly attached: readonly string[];
  readonly model: string;
  readonly failure: string;
  readonly captured: readonly string[];
  readonly tags: readonly object[];
  /** What the SDK printed: the job's log. */
  readonly printed: string;
}

let programs: string;
let runtime: Runtime;

beforeEach(async () => {
  programs = await preparePythonPrograms(join(FOLDER, 'requirements.txt'));
  runtime = await startRuntime({
    ephemeral: true,
    port: 0,
    logger: silentLogger,
    pythonFolder: '.stepmill/python',
  });
}, BUILDING_MS);

afterEach(() => runtime.stop());

function policy(Statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

async function prepareAccount(): Promise<string> {
  const config = {
    endpoint: runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const iam = new IAMClient(config);
  await new S3Client({ ...config, forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket: BUCKET }),
  );
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'model',
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'model',
      PolicyName: 'objects',
      PolicyDocument: policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
    }),
  );
  return Role?.Arn ?? '';
}

async function score(): Promise<Scored> {
  const args = [join(FOLDER, 'transformer.py'), BUCKET, await prepareAccount(), IMAGE];
  const { stdout } = await promisify(execFile)(join(programs, 'python'), args, {
    env: {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL: runtime.endpoint,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Scored;
}

it('scores with a Transformer of the SageMaker SDK', { timeout: SCORING_MS }, async () => {
  const scored = await score();

  expect(scored.outputs).toEqual({
    'out/a.csv.out': 'id1,3.0\nid2,7.0\n',
    'out/b.csv.out': 'id3,11.0\n',
  });
  expect(scored.attached).toEqual([scored.model, 'MultiRecord', 'text/csv']);
  expect(scored.tags).toEqual([{ Key: 'team', Value: 'a' }]);
  expect(scored.captured).toEqual(['input', 'output']);
  expect(scored.printed).toContain('predicts text/csv');
  expect(scored.printed).toContain(
    'MaxConcurrentTransforms=2, MaxPayloadInMB=1, BatchStrategy=MULTI_RECORD',
  );
  // The witness notices a failure, with AWS's words.
  expect(scored.failure).toMatch(
    /Failed\. Reason: AlgorithmError: See job logs for more information/,
  );
});
