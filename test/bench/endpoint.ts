/**
 * npm run bench:endpoint: the Abalone pipeline model behind a local endpoint and in the image `predictor-http`, as
 * ratios to a bare FastAPI server that does the same work, and to the same functions called in one Python process.
 */
import { execFile } from 'node:child_process';
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
import {
  alternate,
  type Contender,
  medianOf,
  type Rounds,
  ratiosOf,
} from './endpoint/alternate.ts';
import { descendantsOf } from './endpoint/cpu-time.ts';
import { type Load, type Measured, measure } from './endpoint/load.ts';
import { LoadProcess } from './endpoint/load-process.ts';
import { measureRollouts, reportRollouts } from './endpoint/rollout.ts';
import {
  installWebPackages,
  type ModelFolders,
  type Server,
  startBare,
  startImage,
} from './endpoint/servers.ts';

/** For each server and number of clients. */
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5);
const ROUNDS = 10;
/** For each server: until Node.js and Python have compiled what they run often. */
const WARM_UP_SECONDS = 6;
/** At 100 requests per second, the slowest hundredth is then ten or more requests. */
const ROLLOUT_SECONDS = Math.max(10, SECONDS);
const HAS_ROLLOUTS = process.env['BENCH_ROLLOUTS'] !== '0';
const CLIENTS = (process.env['BENCH_CLIENTS'] ?? '1,8,64').split(',').map(Number);
const PYTHON_FOLDER = '.stepmill/python';
const ROW = 'M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15\n';
const CSV = { 'Content-Type': 'text/csv' };
const BARE = 'bare FastAPI';
const ENDPOINT = 'endpoint';

if (process.send === undefined) await main();
else process.on('message', (load) => void measure(load as Load).then((m) => process.send?.(m)));

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-endpoint-'));
  const clients = new LoadProcess(fileURLToPath(import.meta.url));
  try {
    const { interpreter } = await preparePythonEnvironment({
      folder: resolve(PYTHON_FOLDER),
      onProgress: ({ message }) => console.log(message),
    });
    console.log('Training the Abalone pipeline model …');
    await trainModel(interpreter, folder);
    const direct = await runDirect(interpreter, folder);
    console.log(`one Python process, no server: p50 ${direct.p50.toFixed(2)} ms`);
    await runServers({ interpreter, folder }, direct, clients);
  } finally {
    clients.stop();
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

async function runServers(
  model: ModelFolders,
  direct: Measured,
  clients: LoadProcess,
): Promise<void> {
  const { folder } = model;
  const runtime = await startRuntime({
    ephemeral: true,
    port: 0,
    logger: silentLogger,
    pythonFolder: PYTHON_FOLDER,
    factories: [
      ...serviceFactories.filter((factory) => factory.name !== createSageMakerService.name),
      createSageMakerService,
    ],
  });
  const config = {
    endpoint: runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sagemaker = new SageMakerClient(config);
  const servers: Server[] = [];
  try {
    await createRole(new IAMClient(config));
    await createEndpoint(folder, s3, sagemaker);
    const own = [process.pid, ...descendantsOf(process.pid).filter((pid) => pid !== clients.pid)];
    const endpoint = endpointOf(runtime.endpoint, own);
    const others = await startOthers(model, runtime.endpoint, servers);
    await compare([endpoint, ...others], direct, clients);
    for (const server of servers) server.stop();
    if (!HAS_ROLLOUTS) return;
    console.log('Rolling out under load …');
    const rollouts = await measureRollouts({
      sagemaker,
      s3,
      folder,
      seconds: ROLLOUT_SECONDS,
      send: (load) => clients.send({ ...load, ...endpoint, body: ROW }),
    });
    reportRollouts(rollouts);
  } finally {
    for (const server of servers) server.stop();
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

function endpointOf(address: string, pids: readonly number[]): Contender {
  const scope = 'bench/20261120/us-east-1/sagemaker/aws4_request';
  return {
    name: ENDPOINT,
    pids,
    url: `${address}/endpoints/abalone/invocations`,
    headers: {
      ...CSV,
      Accept: 'text/csv',
      'X-Amz-Date': '20261120T000000Z',
      Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
  };
}

/** None if there is no package index. Every server is added to the list as soon as it runs. */
async function startOthers(
  model: ModelFolders,
  aws: string,
  servers: Server[],
): Promise<readonly Contender[]> {
  if (!(await installWebPackages(model.interpreter))) return [];
  const capture = (percent: number) => ({
    CAPTURE_URL: 's3://models/captured/bench/all',
    CAPTURE_PERCENT: String(percent),
    AWS_ENDPOINT_URL: aws,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
  });
  const starts: readonly (readonly [string, () => Promise<Server>])[] = [
    [BARE, () => startBare(model)],
    ['predictor-http', () => startImage(model)],
    ['predictor-http, 10 % captured', () => startImage(model, capture(10))],
  ];
  const contenders: Contender[] = [];
  for (const [name, start] of starts) {
    const server = await start();
    servers.push(server);
    contenders.push({ name, url: server.url, headers: CSV, pids: [server.pid] });
  }
  return contenders;
}

async function compare(
  contenders: readonly Contender[],
  direct: Measured,
  clients: LoadProcess,
): Promise<void> {
  const send = (load: Load) => clients.send(load);
  const common = { body: ROW, send };
  await alternate(contenders, { ...common, clients: 1, rounds: 1, seconds: WARM_UP_SECONDS });
  for (const count of CLIENTS) {
    const plan = { ...common, clients: count, rounds: ROUNDS, seconds: SECONDS };
    report(count, await alternate(contenders, plan), direct);
  }
}

function report(count: number, rounds: Rounds, direct: Measured): void {
  console.log(
    `\n${count} client(s): median of ${ROUNDS} rounds, and ratios in one round (lowest to highest)`,
  );
  const bare = rounds.get(BARE);
  for (const [name, measured] of rounds) {
    console.log(`  ${line(name, measured)}`);
    if (bare !== undefined && name !== BARE) {
      const rate = ratiosOf(measured, bare, (m) => m.requestsPerSecond);
      const p50 = ratiosOf(measured, bare, (m) => m.p50);
      const cpu = ratiosOf(measured, bare, cpuOf);
      console.log(`    of ${BARE}: requests/s ${rate}, p50 ${p50}, CPU ${cpu}`);
    }
    for (const { answer, errors } of measured) {
      if (answer.trim() === direct.answer.trim() && errors === 0) continue;
      console.error(`${name}: the answers differ or failed: ${answer} is not ${direct.answer}.`);
      process.exitCode = 1;
    }
  }
}

function line(name: string, rounds: readonly Measured[]): string {
  const rate = medianOf(rounds, (m) => m.requestsPerSecond).toFixed(0);
  const p50 = medianOf(rounds, (m) => m.p50).toFixed(2);
  const p99 = medianOf(rounds, (m) => m.p99).toFixed(2);
  const cpu = medianOf(rounds, cpuOf).toFixed(2);
  return `${name}: ${rate} requests/s, p50 ${p50} ms, p99 ${p99} ms, CPU ${cpu} ms a request`;
}

function cpuOf(measured: Measured): number {
  return measured.cpuMs ?? Number.NaN;
}
