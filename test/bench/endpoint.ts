/**
 * npm run bench:endpoint: the Abalone pipeline model behind a local endpoint, as ratios to the same
 * functions called in one Python process, and to a bare FastAPI server that does the same work.
 */
import { execFile, fork, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  DescribeEndpointCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { preparePythonEnvironment, silentLogger, startRuntime } from '../../local/index.ts';
import { serviceFactories } from '../../local/services/index.ts';
import { createSageMakerService } from '../../local/services/sagemaker/index.ts';
import { createModel, createRole, trainModel } from './endpoint/abalone-model.ts';
import { type Load, type Measured, measure } from './endpoint/load.ts';
import { measureRollouts, type RolloutRound, reportRollouts } from './endpoint/rollout.ts';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 4);
/** At 100 requests per second, the slowest hundredth is then ten or more requests. */
const ROLLOUT_SECONDS = Math.max(10, SECONDS);
const CLIENTS = [1, 8, 64];
const PYTHON_FOLDER = '.stepmill/python';
const ROW = 'M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15\n';

if (process.send === undefined) await main();
else process.once('message', (load) => void measure(load as Load).then((m) => process.send?.(m)));

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-endpoint-'));
  try {
    const { interpreter } = await preparePythonEnvironment({
      folder: resolve(PYTHON_FOLDER),
      onProgress: ({ message }) => console.log(message),
    });
    console.log('Training the Abalone pipeline model …');
    await trainModel(interpreter, folder);
    const direct = await runDirect(interpreter, folder);
    const bare = await runBare(interpreter, folder);
    const { endpoint, rollouts } = await runEndpoint(folder);
    report(direct, bare, endpoint);
    reportRollouts(rollouts);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runDirect(interpreter: string, folder: string): Promise<Measured> {
  const { stdout } = await promisify(execFile)(
    interpreter,
    [
      'test/bench/endpoint/direct.py',
      join(folder, 'first'),
      join(folder, 'booster'),
      String(SECONDS),
      ROW,
    ],
    { env: { ...process.env, OMP_NUM_THREADS: '1' } },
  );
  return JSON.parse(stdout) as Measured;
}

/** Undefined if FastAPI cannot be installed. */
async function runBare(
  interpreter: string,
  folder: string,
): Promise<readonly Measured[] | undefined> {
  const site = resolve('.stepmill/bench-site');
  if (!existsSync(join(site, 'fastapi'))) {
    const packages = ['fastapi==0.165.0', 'uvicorn==0.54.0', 'httptools', 'uvloop'];
    try {
      await promisify(execFile)(interpreter, [
        '-m',
        'pip',
        'install',
        '-q',
        '--target',
        site,
        ...packages,
      ]);
    } catch {
      console.log('FastAPI could not be installed; the bare server is not measured.');
      return undefined;
    }
  }
  const server = spawn(
    interpreter,
    ['test/bench/endpoint/bare.py', join(folder, 'first'), join(folder, 'booster')],
    {
      env: { ...process.env, OMP_NUM_THREADS: '1', PYTHONPATH: site },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const port = await new Promise<string>((done) => {
      server.stdout.once('data', (chunk: Buffer) => done(chunk.toString().trim()));
    });
    const url = `http://127.0.0.1:${port}/invocations`;
    return await measureAll(url, { 'Content-Type': 'text/csv' });
  } finally {
    server.kill('SIGKILL');
  }
}

async function runEndpoint(folder: string): Promise<{
  readonly endpoint: readonly Measured[];
  readonly rollouts: readonly RolloutRound[];
}> {
  const others = serviceFactories.filter((factory) => factory.name !== createSageMakerService.name);
  const runtime = await startRuntime({
    ephemeral: true,
    port: 0,
    logger: silentLogger,
    pythonFolder: PYTHON_FOLDER,
    factories: [...others, createSageMakerService],
  });
  const config = {
    endpoint: runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  };
  try {
    await createRole(new IAMClient(config));
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    const sagemaker = new SageMakerClient(config);
    await createEndpoint(folder, s3, sagemaker);
    const url = `${runtime.endpoint}/endpoints/abalone/invocations`;
    const headers = {
      'Content-Type': 'text/csv',
      Accept: 'text/csv',
      'X-Amz-Date': '20261120T000000Z',
      Authorization:
        'AWS4-HMAC-SHA256 Credential=bench/20261120/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0',
    };
    const endpoint = await measureAll(url, headers);
    console.log('Rolling out under load …');
    const rollouts = await measureRollouts({
      sagemaker,
      s3,
      folder,
      seconds: ROLLOUT_SECONDS,
      send: (load) => inProcess({ ...load, url, headers, body: ROW }),
    });
    return { endpoint, rollouts };
  } finally {
    await runtime.stop();
  }
}

async function createEndpoint(
  folder: string,
  s3: S3Client,
  sagemaker: SageMakerClient,
): Promise<void> {
  await createModel(folder, s3, sagemaker);
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: 'abalone',
      ProductionVariants: [
        {
          VariantName: 'AllTraffic',
          ModelName: 'abalone',
          InstanceType: 'ml.m5.large',
          InitialInstanceCount: 1,
        },
      ],
    }),
  );
  await sagemaker.send(
    new CreateEndpointCommand({ EndpointName: 'abalone', EndpointConfigName: 'abalone' }),
  );
  for (;;) {
    const endpoint = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'abalone' }));
    if (endpoint.EndpointStatus === 'InService') return;
    if (endpoint.EndpointStatus === 'Failed') throw new Error(endpoint.FailureReason);
    await new Promise((done) => {
      setTimeout(done, 100);
    });
  }
}

async function measureAll(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<readonly Measured[]> {
  const results: Measured[] = [];
  await inProcess({ url, headers, body: ROW, clients: 2, seconds: 1 });
  for (const clients of CLIENTS) {
    const before = process.cpuUsage();
    const measured = await inProcess({ url, headers, body: ROW, clients, seconds: SECONDS });
    const { user, system } = process.cpuUsage(before);
    const requests = measured.requestsPerSecond * SECONDS;
    results.push({ ...measured, ownCpuMs: (user + system) / 1_000 / requests });
  }
  return results;
}

/** Runs in its own process, so that the clients share only the CPU with the server. */
function inProcess(load: Load): Promise<Measured> {
  return new Promise((done, failed) => {
    const child = fork(fileURLToPath(import.meta.url));
    child.once('message', (measured) => {
      child.kill();
      done(measured as Measured);
    });
    child.once('error', failed);
    child.send(load);
  });
}

function report(
  direct: Measured,
  bare: readonly Measured[] | undefined,
  endpoint: readonly Measured[],
): void {
  console.log(line('one Python process, no server', direct));
  for (const [index, clients] of CLIENTS.entries()) {
    const mine = endpoint[index];
    const theirs = bare?.[index];
    console.log(`\n${clients} client(s)`);
    console.log(`  ${line('endpoint', mine)}`);
    console.log(`  ${line('bare FastAPI', theirs)}`);
    console.log(
      `  requests/s: ${ratio(mine?.requestsPerSecond, direct.requestsPerSecond)} of direct, ${ratio(mine?.requestsPerSecond, theirs?.requestsPerSecond)} of FastAPI; p99: ${ratio(mine?.p99, theirs?.p99)} of FastAPI`,
    );
  }
  const [alone] = endpoint;
  if (alone === undefined) return;
  const cpu = endpoint.map((m) => m.ownCpuMs?.toFixed(2)).join(', ');
  console.log(
    `\nCPU of the runtime itself for a request: ${cpu} ms (${CLIENTS.join(', ')} clients)`,
  );
  console.log(
    `routing and metrics, p50 of one client: ${over(alone, bare?.[0])} over a bare server (goal: below 1 ms), ${over(alone, direct)} over no server`,
  );
  if (alone.answer.trim() !== direct.answer.trim() || endpoint.some((m) => m.errors > 0)) {
    console.error(`The answers differ or failed: ${alone.answer} is not ${direct.answer}.`);
    process.exitCode = 1;
  }
}

/** The difference of two medians. */
function over(mine: Measured, other: Measured | undefined): string {
  return other === undefined ? 'not measured' : `${(mine.p50 - other.p50).toFixed(2)} ms`;
}

function line(name: string, m: Measured | undefined): string {
  if (m === undefined) return `${name}: not measured`;
  const errors = m.errors > 0 ? `, ${m.errors} ERRORS` : '';
  return `${name}: ${m.requestsPerSecond.toFixed(0)} requests/s, p50 ${m.p50.toFixed(2)} ms, p99 ${m.p99.toFixed(2)} ms${errors}`;
}

function ratio(a: number | undefined, b: number | undefined): string {
  return a === undefined || b === undefined ? '-' : `${(a / b).toFixed(2)}x`;
}
