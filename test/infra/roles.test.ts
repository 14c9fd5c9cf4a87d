import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  CreateProcessingJobCommand,
  DescribeProcessingJobCommand,
  SageMakerClient,
  waitUntilProcessingJobCompletedOrStopped,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assumeRole,
  preparePythonEnvironment,
  type RolePrincipal,
  type Runtime,
  silentLogger,
  startRuntime,
} from '../../local/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { removeFolder } from '../remove-folder.ts';
import { synthesizeSlice } from '../slice/slice-runtime.ts';

const ACCOUNT = '000000000000';
const RUN = 'runs/abalone/0123456789ab';
const config = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
};

let folder: string;
let runtime: Runtime;
let roles: readonly string[];
let bucket: string;
let claimsTable: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-roles-'));
  await preparePythonEnvironment({ folder: '.stepmill/python' });
  runtime = await startRuntime({
    stateFolder: join(folder, 'state'),
    pythonFolder: '.stepmill/python',
    port: 0,
    assembly: await synthesizeSlice(join(folder, 'assembly'), [abalone]),
    logger: silentLogger,
  });
  const iam = new IAMClient({ ...config, endpoint: runtime.endpoint });
  const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1_000 }));
  roles = Roles.map(({ Arn = '' }) => Arn);
  const parameter = await runtime.cloud.call<{ Parameter: { Value: string } }>(
    { kind: 'account', arn: `arn:aws:iam::${ACCOUNT}:root` },
    'ssm',
    'GetParameter',
    { Name: '/stepmill/dev/abalone' },
  );
  ({ bucket, claimsTable } = JSON.parse(parameter.Parameter.Value));
});

afterAll(async () => {
  await runtime?.stop();
  await removeFolder(folder);
});

function roleOf(part: string): string {
  const found = roles.filter((arn) => arn.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} roles are named like ${part}`);
  return found[0] ?? '';
}

function take(part: string, service: string, sourceArn?: string): Promise<RolePrincipal> {
  const source = { kind: 'service', service, ...(sourceArn === undefined ? {} : { sourceArn }) };
  return assumeRole(
    runtime.cloud,
    source as Parameters<typeof assumeRole>[1],
    roleOf(part),
    'test',
  );
}

const sagemaker = (resource: string, account = ACCOUNT) =>
  `arn:aws:sagemaker:us-east-1:${account}:${resource}`;
const rule = (name: string) => `arn:aws:events:us-east-1:${ACCOUNT}:rule/${name}`;
const machine = (name: string) => `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:${name}`;

/** A part of the role's name, the service, the source it may act for, and sources it may not act for. */
const trusts: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    'JobRolesPrepare',
    'sagemaker.amazonaws.com',
    sagemaker('processing-job/abalone-prepare-1'),
    [
      sagemaker('training-job/abalone-prepare-1'),
      sagemaker('processing-job/abalone-prepare-1', '111111111111'),
    ],
  ],
  [
    'JobRolesTrain',
    'sagemaker.amazonaws.com',
    sagemaker('training-job/abalone-train-1'),
    [sagemaker('processing-job/abalone-train-1'), sagemaker('*')],
  ],
  [
    'JobRolesServing',
    'sagemaker.amazonaws.com',
    sagemaker('*'),
    ['arn:aws:sagemaker:us-east-1:111111111111:*', 'arn:aws:sagemaker:eu-west-1:000000000000:*'],
  ],
  [
    'StartUpload',
    'events.amazonaws.com',
    rule('abalone-upload'),
    [rule('abalone-approval'), rule('other')],
  ],
  ['StartApproval', 'events.amazonaws.com', rule('abalone-approval'), [rule('abalone-upload')]],
  [
    'TrainingRole',
    'states.amazonaws.com',
    machine('abalone-training'),
    [machine('abalone-promotion'), machine('other')],
  ],
  [
    'PromotionRole',
    'states.amazonaws.com',
    machine('abalone-promotion'),
    [machine('abalone-training')],
  ],
];

describe('A role', () => {
  it.each(trusts)('%s is assumed by %s only for %s', async (role, service, source, others) => {
    await expect(take(role, service, source)).resolves.toBeDefined();
    for (const other of [...others, undefined]) {
      await expect(take(role, service, other)).rejects.toThrow(/not authorized/);
    }
    await expect(take(role, 'ec2.amazonaws.com', source)).rejects.toThrow(/not authorized/);
  });
});

/** For each step: the outputs of its scripts, and those of others. */
const writes: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
  [
    'JobRolesPrepare',
    'processing-job/abalone-prepare-1',
    ['prepared/train/rows.csv', 'prepared/preprocessor/model.tar.gz'],
    ['training/j/output/model.tar.gz', 'evaluation/evaluation.json', 'manifest.json'],
  ],
  [
    'JobRolesTrain',
    'training-job/abalone-train-1',
    ['training/j/output/model.tar.gz', 'checkpoints/1'],
    ['prepared/train/rows.csv', 'evaluation/evaluation.json', 'manifest.json', 'dataset/a.csv'],
  ],
  [
    'JobRolesEvaluate',
    'processing-job/abalone-evaluate-1',
    ['evaluation/evaluation.json'],
    ['training/j/output/model.tar.gz', 'comparisons/1/evaluation.json', 'decision.json'],
  ],
  [
    'JobRolesCompare',
    'processing-job/abalone-compare-1',
    ['comparisons/1/evaluation.json'],
    ['evaluation/evaluation.json', 'prepared/preprocessor/model.tar.gz'],
  ],
];

/** Keys that belong to no step. */
const elsewhere = [
  'incoming/abalone/a.csv',
  'quarantine/abalone/x.json',
  'captured/abalone/x',
  'runs/other/0123456789ab/prepared/x',
];

function put(role: RolePrincipal, key: string): Promise<unknown> {
  return runtime.cloud.call(role, 's3', 'PutObject', {
    Bucket: bucket,
    Key: key,
    Body: Buffer.from('x'),
    ContentLength: 1,
  });
}

describe('A job', () => {
  it.each(writes)(
    'of %s writes only the outputs of its step',
    async (name, source, own, others) => {
      const role = await take(name, 'sagemaker.amazonaws.com', sagemaker(source));

      for (const key of own) await expect(put(role, `${RUN}/${key}`)).resolves.toBeDefined();
      for (const key of [...others.map((other) => `${RUN}/${other}`), ...elsewhere]) {
        await expect(put(role, key)).rejects.toThrow(/not authorized to perform: s3:PutObject/);
      }
    },
  );

  it('fails if its output is at another key', async () => {
    const client = new SageMakerClient({ ...config, endpoint: runtime.endpoint });
    const ProcessingJobName = 'abalone-prepare-elsewhere';
    await client.send(
      new CreateProcessingJobCommand({
        ProcessingJobName,
        RoleArn: roleOf('JobRolesPrepare'),
        AppSpecification: {
          ImageUri:
            '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3',
          ContainerEntrypoint: [
            'python3',
            '-c',
            "open('/opt/ml/processing/output/x/model.tar.gz', 'w').write('mine')",
          ],
        },
        ProcessingOutputConfig: {
          Outputs: [
            {
              OutputName: 'x',
              S3Output: {
                S3Uri: `s3://${bucket}/${RUN}/training/stolen/output/`,
                LocalPath: '/opt/ml/processing/output/x',
                S3UploadMode: 'EndOfJob',
              },
            },
          ],
        },
        ProcessingResources: {
          ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
        },
      }),
    );

    await waitUntilProcessingJobCompletedOrStopped(
      { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
      { ProcessingJobName },
    ).catch(() => undefined);

    const job = await client.send(new DescribeProcessingJobCommand({ ProcessingJobName }));
    expect(job.ProcessingJobStatus).toBe('Failed');
    expect(job.FailureReason).toMatch(/s3:PutObject|AccessDenied/);
  });
});

/** For each role: the source it acts for, its own claims, and other claims. */
const claims: readonly (readonly [string, string, string, readonly string[], readonly string[]])[] =
  [
    [
      'TrainingRole',
      'states.amazonaws.com',
      machine('abalone-training'),
      ['dataset#d', 'content#c-1'],
      ['endpoint#abalone', 'retraining#abalone', 'dataset'],
    ],
    [
      'PromotionRole',
      'states.amazonaws.com',
      machine('abalone-promotion'),
      ['endpoint#abalone'],
      ['dataset#d', 'content#c-1', 'endpoint#abalone2', 'endpoint#other'],
    ],
    [
      'JobRolesTrain',
      'sagemaker.amazonaws.com',
      sagemaker('training-job/abalone-train-1'),
      [],
      ['dataset#d', 'content#c-1', 'endpoint#abalone'],
    ],
  ];

/** The calls for a claim with this key. */
function callsOf(key: string) {
  const Key = { claim: { S: key } };
  const ExpressionAttributeValues = { ':since': { S: 'now' } };
  return [
    ['PutItem', { Item: Key }],
    ['GetItem', { Key }],
    ['UpdateItem', { Key, UpdateExpression: 'SET since = :since', ExpressionAttributeValues }],
  ] as const;
}

async function remove(name: string, source: string, key: string): Promise<unknown> {
  const role = await take(name, 'states.amazonaws.com', source);
  const Key = { claim: { S: key } };
  return runtime.cloud.call(role, 'dynamodb', 'DeleteItem', { TableName: claimsTable, Key });
}

describe('The claims', () => {
  it.each(claims)(
    'that %s can read and write are its own',
    async (name, service, source, own, others) => {
      const role = await take(name, service, source);
      const call = (operation: string, input: object) =>
        runtime.cloud.call(role, 'dynamodb', operation, { TableName: claimsTable, ...input });

      for (const [operation, input] of own.flatMap(callsOf)) {
        await expect(call(operation, input)).resolves.toBeDefined();
      }
      for (const [operation, input] of others.flatMap(callsOf)) {
        await expect(call(operation, input)).rejects.toThrow(
          `is not authorized to perform: dynamodb:${operation}`,
        );
      }
      await expect(call('Scan', {})).rejects.toThrow('is not authorized to perform: dynamodb:Scan');
    },
  );

  it('cannot be deleted, except the lock of the endpoint', async () => {
    const promotion = machine('abalone-promotion');
    await expect(remove('PromotionRole', promotion, 'endpoint#abalone')).resolves.toBeDefined();
    for (const [name, source] of [
      ['PromotionRole', promotion],
      ['TrainingRole', machine('abalone-training')],
    ] as const) {
      await expect(remove(name, source, 'dataset#d')).rejects.toThrow(/not authorized/);
    }
  });
});

function serving(): Promise<RolePrincipal> {
  return take('JobRolesServing', 'sagemaker.amazonaws.com', sagemaker('*'));
}

describe('The serving role', () => {
  it('describes the rollback alarms and no others', async () => {
    const role = await serving();
    const names = ['errors', 'latency', 'wrong-answers', 'error-increase'];
    const AlarmNames = names.map((name) => `abalone-rollback-${name}`);

    const { MetricAlarms } = await runtime.cloud.call<{ MetricAlarms: unknown[] }>(
      role,
      'cloudwatch',
      'DescribeAlarms',
      { AlarmNames },
    );

    expect(MetricAlarms).toHaveLength(4);
    await expect(
      runtime.cloud.call(role, 'cloudwatch', 'DescribeAlarms', { AlarmNames: ['other'] }),
    ).rejects.toThrow(/not authorized/);
  });

  it.each([
    ['s3:PutObject', 'PutObject', `captured/abalone/x`, true],
    ['s3:PutObject', 'PutObject', `${RUN}/training/j/output/model.tar.gz`, false],
    ['s3:GetObject', 'GetObject', `${RUN}/dataset/a.csv`, false],
    ['s3:GetObject', 'GetObject', 'incoming/abalone/a.csv', false],
  ])('is allowed %s (%s) on %s: %s', async (_action, operation, Key, allowed) => {
    const role = await serving();
    const body = operation === 'PutObject' ? { Body: Buffer.from('x'), ContentLength: 1 } : {};
    const calling = runtime.cloud.call(role, 's3', operation, { Bucket: bucket, Key, ...body });

    if (allowed) await expect(calling).resolves.toBeDefined();
    else await expect(calling).rejects.toThrow(/not authorized/);
  });
});
