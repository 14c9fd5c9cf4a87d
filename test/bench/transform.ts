/**
 * npm run bench:transform: a transform job of the Abalone pipeline model on BENCH_ROWS rows (100,000), with
 * its rows joined to the predictions. The goal is 20 seconds on an idle machine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { IAMClient } from '@aws-sdk/client-iam';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateTransformJobCommand,
  DescribeTransformJobCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { preparePythonEnvironment, silentLogger, startRuntime } from '../../local/index.ts';
import { serviceFactories } from '../../local/services/index.ts';
import { createModel, createRole, trainModel } from './endpoint/abalone-model.ts';

const ROWS = Number(process.env['BENCH_ROWS'] ?? 100_000);
const PYTHON_FOLDER = '.stepmill/python';
const ROW = 'M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15\n';
const LOOK_EVERY_MS = 50;

const folder = await mkdtemp(join(tmpdir(), 'bench-transform-'));
try {
  const { interpreter } = await preparePythonEnvironment({
    folder: resolve(PYTHON_FOLDER),
    onProgress: ({ message }) => console.log(message),
  });
  console.log('Training the Abalone pipeline model …');
  await trainModel(interpreter, folder);
  await measure();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const runtime = await startRuntime({
    ephemeral: true,
    port: 0,
    logger: silentLogger,
    pythonFolder: PYTHON_FOLDER,
    factories: serviceFactories,
  });
  const config = {
    endpoint: runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sagemaker = new SageMakerClient(config);
  try {
    await createRole(new IAMClient(config));
    await createModel(folder, s3, sagemaker);
    const Body = Array.from({ length: ROWS }, (_, index) => `${index},${ROW}`).join('');
    await s3.send(new PutObjectCommand({ Bucket: 'models', Key: 'in/rows.csv', Body }));
    const { user, system } = process.cpuUsage();
    const started = performance.now();
    await runJob(sagemaker);
    const seconds = (performance.now() - started) / 1_000;
    const cpu = process.cpuUsage({ user, system });
    const { Body: stored } = await s3.send(
      new GetObjectCommand({ Bucket: 'models', Key: 'out/rows.csv.out' }),
    );
    const lines = ((await stored?.transformToString()) ?? '').trimEnd().split('\n');
    console.log(`${lines.length} rows in ${seconds.toFixed(1)} s; the last one: ${lines.at(-1)}`);
    const cpuSeconds = (cpu.user + cpu.system) / 1_000_000;
    const rss = process.memoryUsage().rss / 1024 ** 2;
    console.log(`${cpuSeconds.toFixed(1)} CPU s of the runtime, ${rss.toFixed(0)} MB`);
  } finally {
    await runtime.stop();
  }
}

async function runJob(sagemaker: SageMakerClient): Promise<void> {
  const TransformJobName = 'bench';
  await sagemaker.send(
    new CreateTransformJobCommand({
      TransformJobName,
      ModelName: 'abalone',
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://models/in/' } },
        ContentType: 'text/csv',
        SplitType: 'Line',
      },
      TransformOutput: {
        S3OutputPath: 's3://models/out',
        Accept: 'text/csv',
        AssembleWith: 'Line',
      },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      MaxConcurrentTransforms: 2,
      MaxPayloadInMB: 1,
      DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input', OutputFilter: '$[0,-1]' },
    }),
  );
  for (;;) {
    const job = await sagemaker.send(new DescribeTransformJobCommand({ TransformJobName }));
    if (job.TransformJobStatus === 'Completed') return;
    if (job.TransformJobStatus !== 'InProgress') throw new Error(job.FailureReason);
    await new Promise((done) => {
      setTimeout(done, LOOK_EVERY_MS);
    });
  }
}
