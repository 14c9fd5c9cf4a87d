import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateProcessingJobCommand,
  DescribeEndpointCommand,
  DescribeProcessingJobCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { create } from 'tar';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../engine/testing/seeded-random.ts';
import { removeFolder } from '../remove-folder.ts';
import { until } from '../slice/until.ts';
import { BUCKET, JOB_ROLE, MACHINE, processesOf, QUEUE, synthesizeBusyApp } from './busy-app.ts';
import { type Clients, clientsOf, StepmillProcess, temporaryFolderOf } from './stepmill-process.ts';

/** The number of rounds of the random tests; use 50 for a long run. */
const ROUNDS = Number(process.env['STEPMILL_CHAOS_ROUNDS'] ?? 3);
const SEED = Number(process.env['STEPMILL_CHAOS_SEED'] ?? 20_261_129);
const UPLOADS = Number(process.env['STEPMILL_CHAOS_UPLOADS'] ?? 150);
const LIMIT_MS = 5_000;
/** A timeout against hanging: each round starts the runtime, possibly on a busy machine. */
const PATIENCE_MS = 300_000 + ROUNDS * 40_000;
const SKLEARN = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';

/** Ignores signals, as do its child processes inside and outside its process group. */
const DEAF_JOB = `
import signal, subprocess, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)
subprocess.Popen(["sleep", "1000"])
subprocess.Popen(["sleep", "1000"], start_new_session=True)
print("deaf", flush=True)
while True: time.sleep(1)
`;

/** Writes its output in two halves, one second apart; leftovers of an earlier run would double it. */
const SHORT_JOB = `
import time
with open("/opt/ml/processing/output/rows.csv", "a") as rows:
    rows.write("1\\n" * 500)
    rows.flush()
    time.sleep(1)
    rows.write("1\\n" * 500)
`;

const run = promisify(execFile);
const random = createSeededRandom(SEED);
let folder: string;
let assembly: string;
let runtime: StepmillProcess | undefined;
let uploaded = 0;
/** Uploads that succeeded. */
const acknowledged = new Set<string>();

beforeAll(async () => {
  await run(process.execPath, ['build.mjs']);
  folder = await mkdtemp(join(tmpdir(), 'stepmill-stopping-'));
  assembly = await synthesizeBusyApp(folder);
}, 300_000);

afterEach(async () => {
  await runtime?.end('SIGKILL');
  await untilNoProcess();
  runtime = undefined;
});

afterAll(async () => {
  await removeFolder(folder);
});

function begin(state = 'state'): StepmillProcess {
  runtime = new StepmillProcess(folder, [
    'start',
    ...['--port', '0', '--assembly', assembly, '--state', join(folder, state)],
  ]);
  return runtime;
}

async function start(
  state = 'state',
): Promise<{ readonly process: StepmillProcess; readonly clients: Clients }> {
  const process = begin(state);
  return { process, clients: clientsOf(await process.ready()) };
}

async function upload({ s3 }: Clients, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => String(uploaded + index));
  uploaded += count;
  await Promise.all(
    names.map(async (name) => {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `in/${name}`, Body: 'x' }));
      acknowledged.add(name);
    }),
  );
}

async function untilNoProcess(): Promise<void> {
  await until('the end of every process', async () =>
    (await processesOf(folder)).length === 0 ? true : undefined,
  );
}

/** The names of all objects below a prefix, without the prefix. */
async function namesBelow({ s3 }: Clients, Prefix: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: BUCKET, Prefix });
  for await (const { Contents = [] } of pages) {
    for (const { Key = '' } of Contents) found.add(Key.slice(Prefix.length));
  }
  return found;
}

/** Waits until each upload is copied, with a timeout for each copy instead of one for all. */
async function untilAllDone(clients: Clients, uploads: ReadonlySet<string>): Promise<void> {
  let missing = [...uploads];
  while (missing.length > 0) {
    const before = missing.length;
    missing = await until(`one of ${before} copies`, async () => {
      const done = await namesBelow(clients, 'done/');
      const left = missing.filter((name) => !done.has(name));
      return left.length < before ? left : undefined;
    });
  }
}

/** Starts processes that ignore the end of the runtime: functions of each kind, and a job. */
async function occupy(clients: Clients, job: string): Promise<void> {
  for (const FunctionName of ['deaf', 'spinning', 'own']) {
    await clients.lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event' }));
  }
  await createJob(clients, job, DEAF_JOB);
  const poll = { QueueUrl: `https://sqs.us-east-1.amazonaws.com/000000000000/${QUEUE}` };
  clients.sqs
    .send(new ReceiveMessageCommand({ ...poll, WaitTimeSeconds: 20 }))
    .catch(() => undefined);
}

/** A processing job whose output is below its name. */
async function createJob(
  { s3, sagemaker }: Pick<Clients, 's3' | 'sagemaker'>,
  job: string,
  script: string,
): Promise<void> {
  const code = `${job}/main.py`;
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: code, Body: script }));
  await sagemaker.send(
    new CreateProcessingJobCommand({
      ProcessingJobName: job,
      RoleArn: JOB_ROLE,
      AppSpecification: {
        ImageUri: SKLEARN,
        ContainerEntrypoint: ['python3', '/opt/ml/processing/input/code/main.py'],
      },
      ProcessingResources: {
        ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
      },
      ProcessingInputs: [
        {
          InputName: 'code',
          S3Input: {
            S3Uri: `s3://${BUCKET}/${code}`,
            LocalPath: '/opt/ml/processing/input/code',
            S3DataType: 'S3Prefix',
            S3InputMode: 'File',
          },
        },
      ],
      ProcessingOutputConfig: {
        Outputs: [
          {
            OutputName: 'out',
            S3Output: {
              S3Uri: `s3://${BUCKET}/${job}/out`,
              LocalPath: '/opt/ml/processing/output',
              S3UploadMode: 'EndOfJob',
            },
          },
        ],
      },
    }),
  );
}

/** Waits for two `sleep` processes of the job and one of the deaf function. */
async function untilOccupied(): Promise<void> {
  await until('the deaf processes', async () => {
    const commands = await Promise.all(
      (await processesOf(folder)).map((pid) =>
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      ),
    );
    return commands.filter((command) => command === 'sleep\x001000\x00').length >= 3
      ? true
      : undefined;
  });
}

describe('SIGTERM', { timeout: PATIENCE_MS }, () => {
  it('ends it in less than five seconds with any load, and the next start continues the work', async () => {
    const first = await start();
    const { executionArn } = await first.clients.states.send(
      new StartExecutionCommand({ stateMachineArn: MACHINE, name: 'stopped' }),
    );
    await occupy(first.clients, 'deaf-1');
    await untilOccupied();
    await upload(first.clients, UPLOADS);

    const ending = await first.process.end('SIGTERM');

    expect(ending).toMatchObject({ code: 0, signal: null });
    expect(ending.milliseconds).toBeLessThan(LIMIT_MS);
    await untilNoProcess();
    expect(await readdir(temporaryFolderOf(folder))).toEqual([]);
    const second = await start();
    const uploads = await namesBelow(second.clients, 'in/');
    expect(uploads.size).toBe(UPLOADS);
    await untilAllDone(second.clients, uploads);
    await until('the execution', async () => {
      const { status } = await second.clients.states.send(
        new DescribeExecutionCommand({ executionArn }),
      );
      if (status === 'RUNNING') return undefined;
      expect(status).toBe('SUCCEEDED');
      return true;
    });
    const { ProcessingJobStatus } = await second.clients.sagemaker.send(
      new DescribeProcessingJobCommand({ ProcessingJobName: 'deaf-1' }),
    );
    expect(ProcessingJobStatus).toBe('InProgress');
    await untilOccupied();
    expect((await second.process.end('SIGINT')).milliseconds).toBeLessThan(LIMIT_MS);
  });

  it(`at ${ROUNDS} random moments under load loses no work`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { process, clients } = await start();
      const loading = (async () => {
        for (let batch = 0; batch < 20; batch += 1) await upload(clients, 10);
      })().catch(() => undefined);
      await pause(100 + random.next() * 2_500);
      const ending = await process.end(random.next() < 0.8 ? 'SIGTERM' : 'SIGKILL');
      await loading;
      expect(ending.milliseconds).toBeLessThan(LIMIT_MS);
      await untilNoProcess();
    }
    const { clients } = await start();
    const uploads = await namesBelow(clients, 'in/');
    expect([...acknowledged].filter((name) => !uploads.has(name))).toEqual([]);
    await untilAllDone(clients, uploads);
  });

  it(`at ${ROUNDS} random moments of a first start, including provisioning, leaves no process or file, and the next start succeeds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const state = `state-${round}`;
      const process = begin(state);
      await pause(500 + random.next() * 2_500);
      const ending = await process.end(random.next() < 0.5 ? 'SIGTERM' : 'SIGKILL');
      expect(ending.milliseconds).toBeLessThan(LIMIT_MS);
      await untilNoProcess();

      const next = await start(state);
      await next.clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'in/1', Body: 'x' }));
      await untilAllDone(next.clients, new Set(['1']));
      await next.process.end('SIGTERM');
    }
  });

  it('ends the synthesis of the app too', async () => {
    const app = join(folder, 'app');
    await mkdir(app);
    await writeFile(join(app, 'cdk.json'), JSON.stringify({ app: 'sleep 1000' }));
    runtime = new StepmillProcess(folder, ['start', '--port', '0'], { cwd: app });
    await until('the app', async () => {
      const commands = await Promise.all(
        (await processesOf(folder)).map((pid) =>
          readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
        ),
      );
      return commands.some((command) => command.startsWith('sleep\x00')) ? true : undefined;
    });

    const ending = await runtime.end('SIGTERM');

    expect(ending).toMatchObject({ code: 143 });
    expect(ending.milliseconds).toBeLessThan(LIMIT_MS);
    await untilNoProcess();
    const left = await readdir(temporaryFolderOf(folder));
    expect(left.filter((name) => name.startsWith('stepmill-synth'))).toEqual([]);
  });
});

describe('A second Ctrl-C', { timeout: PATIENCE_MS }, () => {
  it('ends it immediately', async () => {
    const { process, clients } = await start();
    await occupy(clients, 'deaf-2');
    await untilOccupied();
    process.send('SIGINT');
    // Before the first one has ended the job, whose detached process only its parent can find.
    await pause(5);

    const ending = await process.end('SIGINT');

    expect(ending.milliseconds).toBeLessThan(1_000);
    await untilNoProcess();
  });
});

describe('kill -9', { timeout: PATIENCE_MS }, () => {
  it('leaves no process, and the next start removes its temporary folders and no others', async () => {
    const { process, clients } = await start();
    await occupy(clients, 'deaf-3');
    await untilOccupied();

    await process.end('SIGKILL');

    await untilNoProcess();
    const temporary = temporaryFolderOf(folder);
    const left = await readdir(temporary);
    expect(left.length).toBeGreaterThan(0);
    const others = join(folder, 'others');
    await mkdir(others);
    await writeFile(join(others, 'owner.json'), '{"pid":999999999,"startedAt":"1"}');
    await writeFile(join(others, 'precious'), 'x');
    // A link of the user with such a name, a folder of another program, and one whose owner is running.
    await symlink(others, join(temporary, 'stepmill-python-AAAAAA'));
    await mkdir(join(temporary, 'stepmill-notes'));
    await mkdir(join(temporary, 'stepmill-state-BBBBBB'));
    await writeFile(
      join(temporary, 'stepmill-state-BBBBBB', 'owner.json'),
      JSON.stringify({ pid: globalThis.process.pid, startedAt: '' }),
    );
    // A link inside a folder that is removed.
    await symlink(others, join(temporary, left[0] ?? '', 'link'));

    await start();

    await until(
      'the removal of folders, which runs during the start',
      async () => {
        const names = await readdir(temporary);
        return names.some((name) => left.includes(name)) ? undefined : names;
      },
      async () => {
        const names = await readdir(temporary, { recursive: true });
        return `Before: ${left.join(', ')}. Now: ${names.join(', ')}.`;
      },
    );
    expect(await readdir(temporary)).toEqual(
      expect.arrayContaining(['stepmill-python-AAAAAA', 'stepmill-notes', 'stepmill-state-BBBBBB']),
    );
    expect(await readdir(others)).toEqual(['owner.json', 'precious']);
  });

  it(`at ${ROUNDS} random moments of a job: the next start completes it`, async () => {
    let { process, clients } = await start('jobs');
    for (let round = 1; round <= ROUNDS; round += 1) {
      const job = `short-${round}`;
      await createJob(clients, job, SHORT_JOB);
      await pause(random.next() * 4_000);
      await process.end(random.next() < 0.7 ? 'SIGKILL' : 'SIGTERM');
      await untilNoProcess();

      ({ process, clients } = await start('jobs'));

      const described = await until(`the job ${job}`, async () => {
        const found = await clients.sagemaker.send(
          new DescribeProcessingJobCommand({ ProcessingJobName: job }),
        );
        return found.ProcessingJobStatus === 'InProgress' ? undefined : found;
      });
      expect(described).toMatchObject({ ProcessingJobStatus: 'Completed' });
      const { Body } = await clients.s3.send(
        new GetObjectCommand({ Bucket: BUCKET, Key: `${job}/out/rows.csv` }),
      );
      expect(await Body?.transformToString()).toBe('1\n'.repeat(1_000));
    }
  });

  it(`at ${ROUNDS} random moments of a guarded rollout: the next start completes it`, async () => {
    const name = { EndpointName: 'rollout' };
    let { process, clients } = await start('rollouts');
    await createModel(clients, 0);
    await clients.sagemaker.send(
      new CreateEndpointCommand({ ...name, EndpointConfigName: 'version-0' }),
    );
    await untilInService(clients, 'version-0');
    for (let round = 1; round <= ROUNDS; round += 1) {
      await createModel(clients, round);
      await clients.sagemaker.send(
        new UpdateEndpointCommand({
          ...name,
          EndpointConfigName: `version-${round}`,
          DeploymentConfig: {
            BlueGreenUpdatePolicy: {
              TrafficRoutingConfiguration: {
                Type: 'CANARY',
                CanarySize: { Type: 'CAPACITY_PERCENT', Value: 50 },
                WaitIntervalInSeconds: 3,
              },
              TerminationWaitInSeconds: 1,
              MaximumExecutionTimeoutInSeconds: 600,
            },
          },
        }),
      );
      await pause(random.next() * 6_000);
      await process.end(random.next() < 0.7 ? 'SIGKILL' : 'SIGTERM');
      await untilNoProcess();

      ({ process, clients } = await start('rollouts'));

      await untilInService(clients, `version-${round}`);
      const { Body } = await clients.inference.send(
        new InvokeEndpointCommand({ ...name, Body: 'x', ContentType: 'text/csv' }),
      );
      expect(Buffer.from(Body).toString()).toBe(`version ${round}`);
    }
  });
});

/** A model of plain Python that answers with its number, and an endpoint config of it. */
async function createModel({ s3, sagemaker }: Clients, number: number): Promise<void> {
  const code = join(folder, `model-${number}`, 'code');
  await mkdir(code, { recursive: true });
  await writeFile(
    join(code, 'inference.py'),
    `def model_fn(folder): return None
def transform_fn(model, data, content_type, accept): return "version ${number}", "text/plain"
`,
  );
  const file = join(folder, `model-${number}.tar.gz`);
  await create({ cwd: join(folder, `model-${number}`), file, gzip: true }, ['code']);
  const Key = `model-${number}.tar.gz`;
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: await readFile(file) }));
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: `version-${number}`,
      ExecutionRoleArn: JOB_ROLE,
      PrimaryContainer: {
        Image: SKLEARN,
        ModelDataUrl: `s3://${BUCKET}/${Key}`,
        Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
      },
    }),
  );
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: `version-${number}`,
      ProductionVariants: [
        {
          VariantName: 'AllTraffic',
          ModelName: `version-${number}`,
          InstanceType: 'ml.m5.large',
          InitialInstanceCount: 2,
        },
      ],
    }),
  );
}

async function untilInService({ sagemaker }: Clients, config: string): Promise<void> {
  const found = await until(`${config} in service`, async () => {
    const described = await sagemaker.send(
      new DescribeEndpointCommand({ EndpointName: 'rollout' }),
    );
    return described.EndpointStatus === 'InService' || described.EndpointStatus === 'Failed'
      ? described
      : undefined;
  });
  expect(found).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: config });
  expect(found.FailureReason).toBeUndefined();
}
