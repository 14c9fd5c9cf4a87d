import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  SageMakerClient,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  preparePythonEnvironment,
  type Runtime,
  silentLogger,
  startRuntime,
} from '../../local/index.ts';
import { createCloudWatchService } from '../../local/services/cloudwatch/index.ts';
import { createIamService } from '../../local/services/iam/index.ts';
import { createS3Service } from '../../local/services/s3/index.ts';
import { createSageMakerService } from '../../local/services/sagemaker/index.ts';
import { createStsService } from '../../local/services/sts/index.ts';
import { modelArchive } from '../../local/testing/hosting.testing.ts';
import { removeFolder } from '../remove-folder.ts';

const PYTHON_FOLDER = '.stepmill/python';
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0';
const ROLE = 'arn:aws:iam::000000000000:role/model';
const TRAIN = `
import sys, numpy, xgboost
rows = numpy.arange(40, dtype=float).reshape(20, 2)
model = xgboost.train({}, xgboost.DMatrix(rows, rows.sum(axis=1)), 5)
model.save_model(sys.argv[1] + "/model.ubj")
import os; os.rename(sys.argv[1] + "/model.ubj", sys.argv[1] + "/xgboost-model")
`;

let folder: string;
let runtime: Runtime;
let sagemaker: SageMakerClient;
let client: SageMakerRuntimeClient;
let cloudwatch: CloudWatchClient;
let iam: IAMClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guarded-'));
  const { interpreter } = await preparePythonEnvironment({ folder: PYTHON_FOLDER });
  await promisify(execFile)(interpreter, ['-c', TRAIN, folder]);
  await create({ gzip: true, cwd: folder, file: join(folder, 'good.tar.gz') }, ['xgboost-model']);
  runtime = await startRuntime({
    ephemeral: true,
    port: 0,
    speed: 60,
    logger: silentLogger,
    pythonFolder: PYTHON_FOLDER,
    factories: [
      createIamService,
      createStsService,
      createS3Service,
      createCloudWatchService,
      createSageMakerService,
    ],
  });
  const config = {
    endpoint: runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  sagemaker = new SageMakerClient(config);
  client = new SageMakerRuntimeClient(config);
  cloudwatch = new CloudWatchClient(config);
  iam = new IAMClient(config);
  await createRole();
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'models' }));
  const bad = 'def model_fn(d): return None\ndef transform_fn(m, d, c, a): raise ValueError("bad")';
  const archives = {
    good: await readFile(join(folder, 'good.tar.gz')),
    bad: modelArchive({ 'code/inference.py': bad }),
  };
  for (const [name, Body] of Object.entries(archives)) {
    await s3.send(new PutObjectCommand({ Bucket: 'models', Key: `${name}.tar.gz`, Body }));
    await createConfig(name);
  }
  await sagemaker.send(
    new CreateEndpointCommand({ EndpointName: 'e', EndpointConfigName: 'good' }),
  );
  await until((endpoint) => endpoint.EndpointStatus !== 'Creating');
});

afterAll(async () => {
  await runtime.stop();
  await removeFolder(folder);
});

function policy(Statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

async function createRole(): Promise<void> {
  await iam.send(
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
      PolicyName: 'models',
      PolicyDocument: policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }),
    }),
  );
}

async function createConfig(name: string): Promise<void> {
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: ROLE,
      PrimaryContainer: { Image: IMAGE, ModelDataUrl: `s3://models/${name}.tar.gz` },
    }),
  );
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        {
          VariantName: 'AllTraffic',
          ModelName: name,
          InstanceType: 'ml.m5.large',
          InitialInstanceCount: 1,
        },
      ],
    }),
  );
}

async function until(
  wanted: (endpoint: DescribeEndpointCommandOutput) => boolean,
): Promise<DescribeEndpointCommandOutput> {
  for (;;) {
    const endpoint = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'e' }));
    if (wanted(endpoint)) return endpoint;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

async function predict(body: string, more: object = {}): Promise<string> {
  const input = { EndpointName: 'e', ContentType: 'text/csv', Body: body, ...more };
  const answer = await client.send(new InvokeEndpointCommand(input));
  return Buffer.from(answer.Body).toString();
}

describe('a bare XGBoost model', () => {
  it('answers rows with scores, as CSV and as JSON', async () => {
    const csv = await predict('0,1\n38,39');
    const json = await predict('0,1', { Accept: 'application/json' });
    const libsvm = await predict('0:0 1:1', { ContentType: 'text/libsvm' });

    const [low = '', high = ''] = csv.split(',');
    expect(Number(low)).toBeLessThan(Number(high));
    expect(JSON.parse(json)).toEqual({ predictions: [{ score: expect.closeTo(Number(low), 4) }] });
    expect(Number(libsvm)).toBeCloseTo(Number(low), 4);
  });

  it('refuses wrong types and rows with 4xx and the reason', async () => {
    await expect(predict('x', { ContentType: 'image/png' })).rejects.toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 415,
    });
    await expect(predict('1,2,3,4')).rejects.toMatchObject({
      OriginalStatusCode: 400,
      OriginalMessage: expect.stringContaining(
        'not consistent with feature size of trained model 2',
      ),
    });
    await expect(predict('a,b')).rejects.toMatchObject({
      OriginalStatusCode: 415,
      OriginalMessage: expect.stringContaining('please ensure data is in csv format'),
    });
  });
});

async function createAlarm(): Promise<void> {
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'new-fleet-errors',
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocation5XXErrors',
      Dimensions: [
        { Name: 'EndpointName', Value: 'e' },
        { Name: 'VariantName', Value: 'AllTraffic' },
        { Name: 'EndpointConfigName', Value: 'bad' },
      ],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
}

/** Adds the permissions that the execution role needs for alarms of a rollout. */
async function allowAlarms(): Promise<void> {
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'model',
      PolicyName: 'alarms',
      PolicyDocument: policy({
        Effect: 'Allow',
        Action: 'cloudwatch:DescribeAlarms',
        Resource: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:new-fleet-errors',
      }),
    }),
  );
}

async function rollOutBad(): Promise<void> {
  await sagemaker.send(
    new UpdateEndpointCommand({
      EndpointName: 'e',
      EndpointConfigName: 'bad',
      DeploymentConfig: {
        BlueGreenUpdatePolicy: {
          TrafficRoutingConfiguration: {
            Type: 'CANARY',
            CanarySize: { Type: 'CAPACITY_PERCENT', Value: 10 },
            WaitIntervalInSeconds: 3_600,
          },
        },
        AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'new-fleet-errors' }] },
      },
    }),
  );
}

describe('a rollout of a model that errors', () => {
  // https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
  it('is rolled back immediately if the execution role cannot describe the alarms', async () => {
    await createAlarm();

    await rollOutBad();
    const back = await until((endpoint) => endpoint.EndpointStatus === 'InService');

    expect(back).toMatchObject({
      EndpointConfigName: 'good',
      FailureReason: expect.stringMatching(
        /new-fleet-errors .* could not be described .* cloudwatch:DescribeAlarms/,
      ),
    });
  });

  it('is rolled back by its alarm; clients see failures for at most the canary share', async () => {
    await createAlarm();
    await allowAlarms();
    const load = { running: true, requests: 0, failures: 0 };
    const send = async () => {
      while (load.running) {
        load.requests += 1;
        await predict('0,1').catch(() => {
          load.failures += 1;
        });
      }
    };
    const clients = Promise.all([send(), send(), send(), send()]);

    await rollOutBad();
    const back = await until((endpoint) => endpoint.EndpointStatus === 'InService');
    load.running = false;
    await clients;

    expect(back).toMatchObject({
      EndpointConfigName: 'good',
      FailureReason: expect.stringContaining('new-fleet-errors'),
    });
    expect(load.failures).toBeGreaterThan(0);
    expect(load.failures).toBeLessThanOrEqual(load.requests * 0.1 + 1);
    expect(Number(await predict('0,1'))).not.toBeNaN();
  });
});
