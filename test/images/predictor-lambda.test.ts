import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DockerImageCode, DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/provision/assembly.ts';
import { provision } from '../../local/provision/provision.ts';
import { createCloudWatchService } from '../../local/services/cloudwatch/index.ts';
import { createEcrService } from '../../local/services/ecr/index.ts';
import { createLambdaService } from '../../local/services/lambda/index.ts';
import { createLogsService } from '../../local/services/logs/index.ts';
import { createS3Service } from '../../local/services/s3/index.ts';
import { startTestRuntime, type TestRuntime } from '../../local/testing/cloud.testing.ts';
import { publishTestImage } from '../../local/testing/function-image.testing.ts';
import { PING_EVENT } from '../../workflows/promotion/places/function/try-version.ts';
import { findInterpreter } from '../python-interpreter.ts';

// The image is that of the CDK's DockerImageFunction, run by AWS's own runtime interface client; its answers are compared
// with those of the scripts that SageMaker's containers import. pip needs a package index once for its requirements.

const TIMEOUT_MS = 300_000;
const ROLE = 'arn:aws:iam::000000000000:role/predictor';
const PYTHON_FOLDER = process.env['STEPMILL_PYTHON_FOLDER'] ?? '.stepmill/python';

interface Answers {
  readonly named: Readonly<Record<string, unknown>>;
  readonly answers: readonly {
    readonly model: string;
    readonly contentType: string;
    readonly body: string;
    readonly answer: string;
  }[];
}

const interpreter = findInterpreter();

let folder: string;
let runtime: TestRuntime;
let lambda: LambdaClient;
let expected: Answers;

async function deploy(): Promise<void> {
  const outdir = join(folder, 'cdk.out');
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'predictor');
  const role = new Role(stack, 'Role', {
    roleName: 'predictor',
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  const code = DockerImageCode.fromImageAsset(resolve('images'), {
    file: 'predictor-lambda/Dockerfile',
  });
  const add = (id: string, functionName: string, environment: Record<string, string>) =>
    new DockerImageFunction(stack, id, {
      functionName,
      code,
      environment,
      role: role.withoutPolicyUpdates(),
      timeout: Duration.seconds(60),
      memorySize: 2_048,
    });
  add('Predictor', 'predictor', {
    MODEL_URLS: 's3://models/container-1.tar.gz s3://models/container-2.tar.gz',
    CAPTURE_URL: 's3://models/captured/weather/live',
    OMP_NUM_THREADS: '1',
  });
  add('Empty', 'empty', {});
  add('Changed', 'changed', {
    MODEL_URLS: 's3://models/container-1.tar.gz',
    MODEL_ETAGS: '"00000000000000000000000000000000"',
  });
  app.synth();
  await provision(runtime.cloud, readAssembly(outdir));
}

async function uploadModel(): Promise<void> {
  const s3 = new S3Client({ ...runtime.clientConfig, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'models' }));
  for (const name of ['container-1', 'container-2']) {
    const archive = join(folder, `${name}.tar.gz`);
    execFileSync('tar', ['-czf', archive, '-C', join(folder, 'pipeline', name), '.']);
    const Body = readFileSync(archive);
    await s3.send(new PutObjectCommand({ Bucket: 'models', Key: `${name}.tar.gz`, Body }));
  }
  await new IAMClient(runtime.clientConfig).send(
    new PutRolePolicyCommand({
      RoleName: 'predictor',
      PolicyName: 'models',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:ListBucket', 's3:PutObject'],
          Resource: ['arn:aws:s3:::models', 'arn:aws:s3:::models/*'],
        },
      }),
    }),
  );
}

async function invoke(FunctionName: string, payload: unknown) {
  const answer = await lambda.send(
    new InvokeCommand({
      FunctionName,
      Payload: Buffer.from(JSON.stringify(payload)),
      LogType: 'Tail',
    }),
  );
  return {
    error: answer.FunctionError,
    payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString()),
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
  };
}

interface CapturedLine {
  readonly captureData: object;
  readonly eventMetadata: { readonly inferenceId?: string };
}

async function capturedLines(): Promise<readonly CapturedLine[]> {
  const s3 = new S3Client({ ...runtime.clientConfig, forcePathStyle: true });
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: 'models', Prefix: 'captured/weather/live/' }),
  );
  const files = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'models', Key }));
      return (await Body?.transformToString()) ?? '';
    }),
  );
  return files.flatMap((file) =>
    file
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}

/** An event of a function URL. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
function httpEvent(method: string, rawPath: string, contentType: string, body: string): object {
  const [path, rawQueryString = ''] = rawPath.split('?');
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString,
    headers: { 'content-type': contentType, host: 'id.lambda-url.us-east-1.on.aws' },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'id',
      domainName: 'id.lambda-url.us-east-1.on.aws',
      domainPrefix: 'id',
      http: { ...http, userAgent: 'test' },
      requestId: 'id',
      routeKey: '$default',
      stage: '$default',
      time: '30/Nov/2026:00:00:00 +0000',
      timeEpoch: 1_796_000_000_000,
    },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}

describe.skipIf(interpreter === undefined)(
  'the image predictor-lambda (skipped without a Python that has the libraries)',
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'predictor-lambda-'));
      const printed = execFileSync(interpreter ?? '', ['test/images/make_model.py', folder], {
        encoding: 'utf8',
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' },
      });
      expected = JSON.parse(printed);
      runtime = await startTestRuntime(
        [
          createCloudWatchService,
          createEcrService,
          createLambdaService,
          createLogsService,
          createS3Service,
        ],
        { containers: 'process', pythonFolder: PYTHON_FOLDER },
      );
      lambda = new LambdaClient(runtime.clientConfig);
      await deploy();
      await uploadModel();
    }, TIMEOUT_MS);

    afterAll(async () => {
      await runtime.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it(
      'answers a function URL as the containers of SageMaker answer',
      async () => {
        for (const { answer, body, contentType } of expected.answers.filter(
          ({ model }) => model === 'pipeline',
        )) {
          const { error, payload } = await invoke(
            'predictor',
            httpEvent('POST', '/invocations', contentType, body),
          );

          expect([error, payload.statusCode, payload.body]).toEqual([undefined, 200, answer]);
        }
        const refused = await invoke(
          'predictor',
          httpEvent('POST', '/invocations', 'text/csv', 'a,b'),
        );
        const ping = await invoke('predictor', httpEvent('GET', '/ping', 'text/plain', ''));
        const tried = await invoke('predictor', PING_EVENT);

        expect(refused.payload).toMatchObject({
          statusCode: 400,
          body: expect.stringContaining('Row 1 has 2 fields, the model wants 6'),
        });
        expect([ping, tried]).toMatchObject([
          { error: undefined, payload: { statusCode: 200, body: '' } },
          { error: undefined, payload: { statusCode: 200, body: '' } },
        ]);
      },
      TIMEOUT_MS,
    );

    it(
      'answers by named fields, and a direct invocation',
      async () => {
        const [csv, json] = expected.answers;
        const { predictions } = JSON.parse(json?.answer ?? '');
        const named = await invoke(
          'predictor',
          httpEvent(
            'POST',
            '/predict?include=probabilities&include=riskFactors',
            'application/json',
            JSON.stringify(expected.named),
          ),
        );
        const direct = await invoke('predictor', JSON.parse(json?.body ?? ''));
        const rows = await invoke('predictor', {
          body: csv?.body,
          contentType: 'text/csv',
          inferenceId: 'direct-rows',
        });
        const captured = await capturedLines();
        const unnamed = await invoke('predictor', { body: csv?.body, inferenceId: 1 });
        const refused = await invoke('predictor', { body: 'a,b' });

        expect(JSON.parse(named.payload.body)).toEqual(predictions[0]);
        expect(direct.payload).toEqual(JSON.parse(json?.answer ?? ''));
        expect(rows.payload).toEqual({ body: csv?.answer, contentType: 'text/csv' });
        // The caller's mistake must not count as an error of the function, whose alarms take models back.
        expect(refused).toMatchObject({
          error: undefined,
          payload: { statusCode: 400, contentType: 'text/plain' },
        });
        expect(unnamed).toMatchObject({ error: 'Unhandled', payload: { errorType: 'Refused' } });
        expect(captured.map(({ eventMetadata }) => eventMetadata.inferenceId)).toContain(
          'direct-rows',
        );
        expect(
          captured.find(({ eventMetadata }) => eventMetadata.inferenceId === 'direct-rows'),
        ).toMatchObject({
          captureData: {
            endpointInput: { data: csv?.body, encoding: 'CSV', mode: 'INPUT' },
            endpointOutput: { data: csv?.answer, encoding: 'CSV', mode: 'OUTPUT' },
          },
        });
      },
      TIMEOUT_MS,
    );

    // https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
    it(
      'answers a burst without provisioned concurrency, and of one beyond what is reserved the rest is throttled',
      async () => {
        const [csv] = expected.answers;
        const FunctionName = 'predictor';
        const once = new LambdaClient({ ...runtime.clientConfig, maxAttempts: 1 });
        const ask = async () => {
          try {
            const request = { body: csv?.body, contentType: 'text/csv' };
            const { Payload } = await once.send(
              new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }),
            );
            return JSON.parse(Buffer.from(Payload ?? []).toString()).body as string;
          } catch (error) {
            const { name, Reason } = error as { name: string; Reason?: string };
            return `${name}: ${Reason}`;
          }
        };
        const burst = (size: number) => Promise.all(Array.from({ length: size }, ask));

        const free = await burst(3);
        await once.send(
          new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }),
        );
        const shared = await burst(16);
        await once.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));

        expect(new Set(free)).toEqual(new Set([csv?.answer]));
        const throttled = shared.filter((answer) => answer !== csv?.answer);
        expect(throttled.length).toBeLessThan(shared.length);
        expect(new Set(throttled)).toEqual(
          new Set(['TooManyRequestsException: ReservedFunctionConcurrentInvocationLimitExceeded']),
        );
        const { Datapoints = [] } = await new CloudWatchClient(runtime.clientConfig).send(
          new GetMetricStatisticsCommand({
            Namespace: 'AWS/Lambda',
            MetricName: 'Throttles',
            Dimensions: [{ Name: 'FunctionName', Value: FunctionName }],
            StartTime: new Date(Date.now() - 600_000),
            EndTime: new Date(Date.now() + 600_000),
            Period: 3_600,
            Statistics: ['Sum'],
          }),
        );
        expect(Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)).toBe(throttled.length);
        once.destroy();
      },
      TIMEOUT_MS,
    );

    it(
      'does not serve an archive that was changed after it was approved',
      async () => {
        const { error, log, payload } = await invoke('changed', PING_EVENT);

        expect(error).toBe('Unhandled');
        expect(JSON.stringify([payload, log])).toContain(
          's3://models/container-1.tar.gz could not be fetched; nothing is served.',
        );
      },
      TIMEOUT_MS,
    );

    it(
      'does not start without a model, and says what is missing',
      async () => {
        const { error, log, payload } = await invoke('empty', PING_EVENT);

        expect(error).toBe('Unhandled');
        expect(JSON.stringify([payload, log])).toContain('holds no code/inference.py');
      },
      TIMEOUT_MS,
    );
  },
);

describe('AWS’s base image for Python functions', () => {
  it(
    'runs a handler below /var/task with the runtime interface client',
    async () => {
      const local = await startTestRuntime([createEcrService, createLambdaService], {
        containers: 'process',
        pythonFolder: PYTHON_FOLDER,
      });
      const client = new LambdaClient(local.clientConfig);
      await new IAMClient(local.clientConfig).send(
        new CreateRoleCommand({
          RoleName: 'predictor',
          AssumeRolePolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: {
              Effect: 'Allow',
              Principal: { Service: 'lambda.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          }),
        }),
      );
      const ImageUri = await publishTestImage(
        local.cloud,
        { repositoryName: 'functions', imageTag: 'aws' },
        {
          'app.py':
            'import os, boto3\ndef handler(event, context):\n    print("got", event)\n    me = boto3.client("sts").get_caller_identity()["Arn"]\n    return {"root": os.environ["LAMBDA_TASK_ROOT"], "folder": os.getcwd(), "me": me, "name": context.function_name}\n\ndef broken(event, context):\n    raise ValueError("no")\n',
          Dockerfile:
            'FROM public.ecr.aws/lambda/python:3.12\nCOPY app.py ${LAMBDA_TASK_ROOT}/\nCMD ["app.handler"]\n',
        },
      );
      const create = (FunctionName: string, Command?: string[]) =>
        client.send(
          new CreateFunctionCommand({
            FunctionName,
            PackageType: 'Image',
            Role: ROLE,
            Code: { ImageUri },
            Timeout: 30,
            MemorySize: 512,
            ...(Command !== undefined && { ImageConfig: { Command } }),
          }),
        );
      const ask = async (FunctionName: string) => {
        await waitUntilFunctionActiveV2({ client, maxWaitTime: 60, minDelay: 1 }, { FunctionName });
        const { Payload } = await client.send(new InvokeCommand({ FunctionName }));
        return JSON.parse(Buffer.from(Payload ?? []).toString());
      };
      await create('based');
      await create('broken', ['app.broken']);
      await create('absent', ['none.handler']);

      expect(await ask('based')).toEqual({
        root: '/var/task',
        folder: '/var/task',
        me: 'arn:aws:sts::000000000000:assumed-role/predictor/based',
        name: 'based',
      });
      expect(await ask('broken')).toMatchObject({
        errorType: 'ValueError',
        errorMessage: 'no',
        stackTrace: [expect.stringContaining('File "/var/task/app.py", line 8, in broken')],
      });
      expect(await ask('absent')).toMatchObject({
        errorType: 'Runtime.ImportModuleError',
        errorMessage: "Unable to import module 'none': No module named 'none'",
      });
      await local.stop();
    },
    TIMEOUT_MS,
  );
});

const pinsOf = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^[\w-]+==/.test(line));

const nameOf = (line: string) => line.split('==')[0];

it('has none of the libraries of predictor-http, which it has too', () => {
  const own = pinsOf('images/predictor-lambda/requirements.txt').map(nameOf);
  const service = pinsOf('images/predictor-http/requirements.txt').map(nameOf);

  expect(own).toContain('awslambdaric');
  expect(own.filter((name) => service.includes(name))).toEqual([]);
});
