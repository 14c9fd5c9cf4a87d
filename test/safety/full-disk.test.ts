import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateProcessingJobCommand,
  DescribeProcessingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder } from '../remove-folder.ts';
import { canMakeSmallDisks, SmallDisk } from '../slice/small-disk.ts';
import { until } from '../slice/until.ts';
import { BUCKET, JOB_ROLE, synthesizeBusyApp } from './busy-app.ts';
import { type Clients, clientsOf, StepmillProcess } from './stepmill-process.ts';

const MEGABYTE = 1024 * 1024;
const DISK_MEGABYTES = 256;
/** More than the runtime keeps free for its own tables, less than the data that must not fit. */
const LITTLE_MEGABYTES = 44;
/** Less than the runtime keeps free. */
const TOO_LITTLE_MEGABYTES = 16;
const LARGE_MEGABYTES = 56;
const SKLEARN = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';
const NAMESPACE = 'FullDisk';
const LINES = { logGroupName: 'full-disk', logStreamName: 'lines' };

const run = promisify(execFile);

/** Small as a zip file, and larger than the free space when unpacked. */
const largeCode = zipSync({
  'index.js': strToU8('exports.handler = async () => "large";'),
  'ballast.bin': new Uint8Array(LARGE_MEGABYTES * MEGABYTE),
});

const COUNT_BYTES = `
import os
print(os.path.getsize("/opt/ml/processing/input/data/large.bin"))
open("/opt/ml/processing/output/done", "w").write("done")
`;

const WRITE_MUCH = `
import os
with open("/opt/ml/processing/output/large.bin", "wb") as file:
    for _ in range(int(os.environ["MEGABYTES"])): file.write(b"x" * 2**20)
`;

const refusal = (message: RegExp) => ({
  name: 'InsufficientStorage',
  message: expect.stringMatching(message),
  $metadata: { httpStatusCode: 507 },
});
const NOT_STORED = /is full: the code was not stored, and what was there before is unchanged/;
const IN_MEMORY = /goes to the disk as soon as there is room/;

/** An input of a job with all objects below the key. */
function inputOf(InputName: string, key: string) {
  return {
    InputName,
    S3Input: {
      S3Uri: `s3://${BUCKET}/${key}`,
      LocalPath: `/opt/ml/processing/input/${InputName}`,
      S3DataType: 'S3Prefix',
      S3InputMode: 'File',
    },
  } as const;
}

describe.skipIf(!canMakeSmallDisks())('On a disk that becomes full', { timeout: 300_000 }, () => {
  let folder: string;
  let assembly: string;
  let disk: SmallDisk;
  let runtime: StepmillProcess;
  let clients: Clients;

  async function start(): Promise<void> {
    const state = join(disk.folder, 'state');
    runtime = new StepmillProcess(
      folder,
      ['start', '--port', '0', '--assembly', assembly, '--state', state],
      { within: disk.enter },
    );
    clients = clientsOf(await runtime.ready());
  }

  async function createJob(name: string, script: string, inputs: readonly string[] = []) {
    const code = `${name}/code/main.py`;
    await clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: code, Body: script }));
    await clients.sagemaker.send(
      new CreateProcessingJobCommand({
        ProcessingJobName: name,
        RoleArn: JOB_ROLE,
        AppSpecification: {
          ImageUri: SKLEARN,
          ContainerEntrypoint: ['python3', '/opt/ml/processing/input/code/main.py'],
        },
        Environment: { MEGABYTES: String(LARGE_MEGABYTES) },
        ProcessingResources: {
          ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
        },
        ProcessingInputs: [inputOf('code', code), ...inputs.map((key) => inputOf('data', key))],
        ProcessingOutputConfig: {
          Outputs: [
            {
              OutputName: 'out',
              S3Output: {
                S3Uri: `s3://${BUCKET}/${name}/out`,
                LocalPath: '/opt/ml/processing/output',
                S3UploadMode: 'EndOfJob',
              },
            },
          ],
        },
      }),
    );
  }

  async function endOf(ProcessingJobName: string) {
    return until(`the end of ${ProcessingJobName}`, async () => {
      const job = await clients.sagemaker.send(
        new DescribeProcessingJobCommand({ ProcessingJobName }),
      );
      return job.ProcessingJobStatus === 'InProgress' ? undefined : job;
    });
  }

  async function sha256Of(FunctionName: string): Promise<string | undefined> {
    const found = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return found.CodeSha256;
  }

  function createFunction(FunctionName: string) {
    return clients.lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: String(functionRole),
        Code: { ZipFile: largeCode },
      }),
    );
  }

  async function say(message: string): Promise<void> {
    const logEvents = [{ timestamp: Date.now(), message }];
    await clients.logs.send(new PutLogEventsCommand({ ...LINES, logEvents }));
  }

  /** Waits for a message; the runtime checks the free space once per second. */
  async function untilSaid(message: string): Promise<void> {
    let refused: unknown;
    await until('room', () =>
      say(message).then(
        () => true,
        (error: unknown) => {
          refused = error;
        },
      ),
    ).catch((error: unknown) => {
      throw new Error(`${String(error)} ${String(refused)}\n${runtime?.output ?? ''}`);
    });
  }

  async function measure(MetricName: string): Promise<void> {
    const MetricData = [{ MetricName, Value: 1 }];
    await clients.cloudwatch.send(new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData }));
  }

  async function lines(): Promise<ReadonlySet<string>> {
    const { events = [] } = await clients.logs.send(
      new GetLogEventsCommand({ ...LINES, startFromHead: true }),
    );
    return new Set(events.map(({ message = '' }) => message));
  }

  async function measured(MetricName: string): Promise<number> {
    const { Datapoints = [] } = await clients.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: NAMESPACE,
        MetricName,
        StartTime: new Date(Date.now() - 3_600_000),
        EndTime: new Date(Date.now() + 60_000),
        Period: 60,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  }

  async function metricNames(): Promise<readonly string[]> {
    const { Metrics = [] } = await clients.cloudwatch.send(
      new ListMetricsCommand({ Namespace: NAMESPACE }),
    );
    return Metrics.map(({ MetricName = '' }) => MetricName).toSorted();
  }

  let functionRole: string | undefined;

  beforeAll(async () => {
    await run(process.execPath, ['build.mjs']);
    folder = await mkdtemp(join(tmpdir(), 'stepmill-full-disk-'));
    assembly = await synthesizeBusyApp(folder);
    disk = await SmallDisk.mount(DISK_MEGABYTES);
    await start();
    const worker = await clients.lambda.send(new GetFunctionCommand({ FunctionName: 'worker' }));
    functionRole = worker.Configuration?.Role;
    await clients.logs.send(new CreateLogGroupCommand({ logGroupName: LINES.logGroupName }));
    await clients.logs.send(new CreateLogStreamCommand(LINES));
    const large = Buffer.alloc(LARGE_MEGABYTES * MEGABYTE, 'x');
    await clients.s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: 'large/large.bin', Body: large }),
    );
    await say('before');
    await measure('before');
  }, 300_000);

  afterAll(async () => {
    await runtime?.end('SIGKILL');
    await disk?.unmount();
    await removeFolder(folder);
  });

  it('refuses code, fails jobs with the reason, keeps log lines and metrics, and continues once there is space', async () => {
    await disk.fill(LITTLE_MEGABYTES);
    const code = await sha256Of('worker');

    await expect(createFunction('large')).rejects.toMatchObject(refusal(NOT_STORED));
    await expect(
      clients.lambda.send(new GetFunctionCommand({ FunctionName: 'large' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(
      clients.lambda.send(
        new UpdateFunctionCodeCommand({ FunctionName: 'worker', ZipFile: largeCode }),
      ),
    ).rejects.toMatchObject(refusal(NOT_STORED));
    expect(await sha256Of('worker')).toBe(code);

    await createJob('no-room-for-input', COUNT_BYTES, ['large/']);
    expect(await endOf('no-room-for-input')).toMatchObject({
      ProcessingJobStatus: 'Failed',
      FailureReason: expect.stringMatching(/^ClientError: Failed to download data\..*ENOSPC/),
    });
    // The end of a job waits for the removal of its folder for a second only.
    await untilSaid('after the input');
    // Not during the other job: the space that it frees would be used to upload the partial output of
    // this job, as on AWS, which would stay.
    await createJob('no-room-for-output', WRITE_MUCH);
    expect(await endOf('no-room-for-output')).toMatchObject({
      ProcessingJobStatus: 'Failed',
      FailureReason: expect.stringMatching(/^AlgorithmError: [^]*No space left on device/),
    });
    // Refused data takes no space; otherwise all of this would be refused too.
    await untilSaid('with little room');

    await disk.free();
    await disk.fill(TOO_LITTLE_MEGABYTES);
    await expect(say('without room')).rejects.toMatchObject(refusal(IN_MEMORY));
    await expect(measure('without-room')).rejects.toMatchObject(refusal(IN_MEMORY));
    const said = ['before', 'after the input', 'with little room', 'without room'];
    expect(await lines()).toEqual(new Set(said));
    expect(await metricNames()).toEqual(['before', 'without-room']);

    await disk.free();
    await untilSaid('after');
    // Values are written to the disk within a second.
    await until('the value', async () =>
      (await measured('without-room')) === 1 ? true : undefined,
    );
    await measure('after');
    await runtime.end('SIGKILL');
    await start();

    expect(await lines()).toEqual(new Set([...said, 'after']));
    expect(await metricNames()).toEqual(['after', 'before', 'without-room']);
    expect(await measured('without-room')).toBe(1);
    await createJob('room-for-input', COUNT_BYTES, ['large/']);
    expect(await endOf('room-for-input')).toMatchObject({ ProcessingJobStatus: 'Completed' });
    await clients.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'room-for-input/out/done' }));
    await createFunction('large');
    const { Payload } = await clients.lambda.send(new InvokeCommand({ FunctionName: 'large' }));
    expect(Buffer.from(Payload ?? []).toString()).toBe('"large"');
  });
});
