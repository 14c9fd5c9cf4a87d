import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateModelCommand,
  CreateTransformJobCommand,
  DescribeTransformJobCommand,
} from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../../host/logger.ts';
import { type Runtime, startRuntime } from '../../../runtime.ts';
import { modelArchive } from '../../../testing/hosting.testing.ts';
import {
  BUCKET,
  Heard,
  JobTest,
  jobFactories,
  ROLE,
  SKLEARN,
} from '../../../testing/jobs.testing.ts';

const BUILDING_MS = 300_000;
const NAME = 'resumed';

let folder: string;
const runtimes: Runtime[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-resume-'));
});

afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(heard: Heard): Promise<JobTest> {
  const runtime = await startRuntime({
    stateFolder: join(folder, 'state'),
    port: 0,
    logger: silentLogger,
    factories: jobFactories(heard),
  });
  runtimes.push(runtime);
  const clientConfig = {
    endpoint: runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    disableHostPrefix: true,
  };
  return new JobTest({ clientConfig }, heard);
}

/** A model that answers the second line only when a gate is open. */
function gatedModel(gate: string): Uint8Array {
  return modelArchive({
    'code/inference.py': `
import os, time
def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept):
    print("asked for " + data, flush=True)
    while data == "second" and not os.path.exists(${JSON.stringify(gate)}): time.sleep(0.02)
    return data, "text/csv"
`,
  });
}

async function startJob(test: JobTest, gate: string): Promise<void> {
  await test.put('model.tar.gz', gatedModel(gate));
  await test.put('in/a.csv', 'first\nsecond\n');
  await test.sagemaker.send(
    new CreateModelCommand({
      ModelName: 'gated',
      ExecutionRoleArn: ROLE,
      PrimaryContainer: { Image: SKLEARN, ModelDataUrl: `s3://${BUCKET}/model.tar.gz` },
    }),
  );
  const S3DataSource = { S3DataType: 'S3Prefix' as const, S3Uri: `s3://${BUCKET}/in/` };
  await test.sagemaker.send(
    new CreateTransformJobCommand({
      TransformJobName: NAME,
      ModelName: 'gated',
      BatchStrategy: 'SingleRecord',
      TransformInput: { DataSource: { S3DataSource }, ContentType: 'text/csv', SplitType: 'Line' },
      TransformOutput: { S3OutputPath: `s3://${BUCKET}/out`, AssembleWith: 'Line' },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    }),
  );
}

it(
  'runs a job that was in progress when the runtime stopped again from its inputs',
  async () => {
    const gate = join(folder, 'open');
    const before = new Heard();
    const test = await start(before);
    await test.prepare();
    await startJob(test, gate);
    await expect
      .poll(() => before.output(NAME), { timeout: BUILDING_MS })
      .toContain('asked for second');

    await runtimes.pop()?.stop();
    await writeFile(gate, '');
    const after = new Heard();
    const next = await start(after);
    const describeJob = new DescribeTransformJobCommand({ TransformJobName: NAME });
    const status = async () => (await next.sagemaker.send(describeJob)).TransformJobStatus;

    await expect.poll(status, { timeout: BUILDING_MS }).toBe('Completed');
    expect(String(await next.read('out/a.csv.out'))).toBe('first\nsecond\n');
    expect(before.details(NAME).map((detail) => detail['TransformJobStatus'])).toEqual([
      'InProgress',
    ]);
    expect(after.details(NAME).map((detail) => detail['TransformJobStatus'])).toEqual([
      'Completed',
    ]);
  },
  BUILDING_MS,
);
