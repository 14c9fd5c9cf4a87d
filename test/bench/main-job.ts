/**
 * npm run bench: compares the main job of the demonstration with running the same Python scripts by hand, one after
 * another; and measures the time until the runtime is ready, its reaction time to an upload, and its idle memory.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateActivityCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { preparePythonEnvironment } from '../../local/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 3);
const UPLOADS = Number(process.env['BENCH_UPLOADS'] ?? 200);
const CLOCK_SAMPLES = 50;
const WARM_UP_UPLOADS = 20;
const WARM_UP_MS = 6_000;
const CLI = resolve('dist/cli/main.js');
const SCRIPTS = resolve('projects/tabular/python');

await main();

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stepmill-bench-'));
  try {
    const data = join(folder, 'abalone.csv');
    const given = process.env['BENCH_DATA'];
    await writeFile(data, given === undefined ? generateAbaloneSample(1) : readFileSync(given));
    const { interpreter } = await preparePythonEnvironment({ folder: resolve('.stepmill/python') });
    await run('node', [
      CLI,
      'demo',
      '--port',
      '0',
      '--state',
      join(folder, 'warm-up'),
      '--data',
      data,
    ]);
    const byHand = await median(RUNS, () => timed(() => runByHand(interpreter, data, folder)));
    const live = await median(RUNS, (index) => uploadToLive(data, join(folder, `demo-${index}`)));
    report('scripts by hand, one after another', `${byHand.toFixed(2)} s`);
    report(
      'upload to live',
      `${live.toFixed(2)} s`,
      `${(live / byHand).toFixed(2)} x by hand (goal: at most 1.5 x and 20 s)`,
    );
    await benchRuntime(join(folder, 'state'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the scripts in new interpreters, as a user at a shell does. */
async function runByHand(python: string, data: string, folder: string): Promise<void> {
  const work = await mkdtemp(join(folder, 'by-hand-'));
  const at = (name: string) => join(work, name);
  const { problem, split } = abalone;
  const { columns, label, header, delimiter } = abalone.dataset;
  await mkdir(at('data'));
  await writeFile(at('data/abalone.csv'), readFileSync(data));
  await writeFile(
    at('manifest.json'),
    JSON.stringify({ problem, split, columns, label, header, delimiter }),
  );
  const script = (name: string, ...options: readonly string[]) =>
    run(python, [join(SCRIPTS, name), ...options]);
  await script(
    'preprocess.py',
    '--manifest',
    at('manifest.json'),
    '--data',
    at('data'),
    '--output',
    work,
  );
  await script(
    'train.py',
    '--train',
    at('train'),
    '--validation',
    at('validation'),
    '--model-dir',
    at('trained'),
  );
  await mkdir(at('model'));
  await run('tar', ['-czf', at('model/model.tar.gz'), '-C', at('trained'), '.']);
  await script(
    'evaluate.py',
    ...['--manifest', at('manifest.json'), '--test', at('test'), '--output', at('evaluation')],
    ...['--preprocessor', at('preprocessor'), '--model', at('model')],
  );
}

async function uploadToLive(data: string, state: string): Promise<number> {
  const output = await run('node', [CLI, 'demo', '--port', '0', '--state', state, '--data', data]);
  const [, minutes = '0', seconds] = /Live after (?:(\d+) min )?([\d.]+) s/.exec(output) ?? [];
  if (seconds === undefined)
    throw new Error(`The demonstration did not end with a live model:\n${output}`);
  return Number(minutes) * 60 + Number(seconds);
}

async function benchRuntime(state: string): Promise<void> {
  await (await startRuntime(state)).stop();
  const ready: number[] = [];
  for (let index = 0; index < RUNS; index += 1) {
    const runtime = await startRuntime(state);
    ready.push(runtime.readyAfter);
    await runtime.stop();
  }
  report('npm start to ready', `${middle(ready).toFixed(2)} s`, '(goal: under 3 s)');
  const runtime = await startRuntime(state);
  await sleep(5_000);
  report(
    'idle memory of the Node process',
    `${residentMegabytes(runtime.pid).toFixed(0)} MB`,
    '(goal: under 200 MB)',
  );
  const reactions = await measureReactions(runtime.endpoint);
  report(
    'PutObject to first state entered',
    `p50 ${quantile(reactions, 0.5).toFixed(0)} ms, p99 ${quantile(reactions, 0.99).toFixed(0)} ms`,
    '(goal: p99 under 20 ms)',
  );
  await runtime.stop();
}

/** Uploads one key several times: each upload starts an execution; all but the last are superseded. */
async function measureReactions(endpoint: string): Promise<readonly number[]> {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  };
  const ssm = new SSMClient(config);
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/stepmill/dev/abalone' }));
  const { bucket, incomingPrefix, trainingStateMachineArn } = JSON.parse(Parameter?.Value ?? '{}');
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sentAt = new Map<string, number>();
  for (let index = -WARM_UP_UPLOADS; index < UPLOADS; index += 1) {
    // The first uploads load code and start functions, so they are not measured.
    if (index === 0) await sleep(WARM_UP_MS);
    const at = performance.timeOrigin + performance.now();
    const { VersionId = '' } = await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: `${incomingPrefix}bench.csv`, Body: `${index}` }),
    );
    if (index >= 0) sentAt.set(VersionId, at);
  }
  await sleep(2_000);
  const states = new SFNClient(config);
  const ahead = await clockAhead(states);
  const enteredAt = await firstStates(states, trainingStateMachineArn);
  return [...sentAt].map(([versionId, at]) => {
    const entered = enteredAt.get(versionId);
    if (entered === undefined)
      throw new Error(`The upload ${versionId} did not start an execution.`);
    return entered - ahead - at;
  });
}

/** The offset of the runtime's clock in milliseconds, from the fastest of several answers with a time. */
async function clockAhead(states: SFNClient): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY;
  let ahead = 0;
  for (let index = 0; index < CLOCK_SAMPLES; index += 1) {
    const asked = performance.timeOrigin + performance.now();
    const { creationDate } = await states.send(
      new CreateActivityCommand({ name: `clock-${index}` }),
    );
    const tripMs = performance.timeOrigin + performance.now() - asked;
    if (tripMs >= quickest || creationDate === undefined) continue;
    quickest = tripMs;
    ahead = creationDate.getTime() - (asked + tripMs / 2);
  }
  return ahead;
}

/** The time at which the execution of each uploaded version entered its first state. */
async function firstStates(
  states: SFNClient,
  stateMachineArn: string,
): Promise<ReadonlyMap<string, number>> {
  const { executions = [] } = await states.send(
    new ListExecutionsCommand({ stateMachineArn, maxResults: 1_000 }),
  );
  const enteredAt = new Map<string, number>();
  for (const { executionArn } of executions) {
    const { input = '{}' } = await states.send(new DescribeExecutionCommand({ executionArn }));
    const versionId = JSON.parse(input).object?.['version-id'];
    const { events = [] } = await states.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 2 }),
    );
    const entered = events[1]?.timestamp?.getTime();
    if (entered !== undefined) enteredAt.set(versionId, entered);
  }
  return enteredAt;
}

interface StartedRuntime {
  readonly endpoint: string;
  readonly pid: number;
  /** Seconds from the start of the process. */
  readonly readyAfter: number;
  stop(): Promise<void>;
}

async function startRuntime(state: string): Promise<StartedRuntime> {
  const startedAt = performance.now();
  const child = spawn('node', [CLI, 'start', '--port', '0', '--state', state], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((done) => {
    child.once('exit', () => done());
  });
  const endpoint = await endpointOf(child.stdout);
  return {
    endpoint,
    pid: child.pid ?? 0,
    readyAfter: (performance.now() - startedAt) / 1_000,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function endpointOf(stdout: Readable): Promise<string> {
  let output = '';
  return new Promise((found, failed) => {
    stdout.on('data', (chunk) => {
      output += String(chunk);
      const [, endpoint] = /AWS_ENDPOINT_URL=(\S+)/.exec(output) ?? [];
      if (endpoint !== undefined) found(endpoint);
    });
    stdout.on('end', () => failed(new Error(`The runtime ended before it was ready:\n${output}`)));
  });
}

function residentMegabytes(pid: number): number {
  if (!existsSync(`/proc/${pid}/status`)) return Number.NaN;
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_000;
}

async function run(command: string, options: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, options, { maxBuffer: 1e8 });
  return stdout;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

async function median(runs: number, measure: (index: number) => Promise<number>): Promise<number> {
  const figures: number[] = [];
  for (let index = 0; index < runs; index += 1) figures.push(await measure(index));
  return middle(figures);
}

function middle(figures: readonly number[]): number {
  return quantile(figures, 0.5);
}

function quantile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function report(what: string, figure: string, goal = ''): void {
  console.log(`${what.padEnd(36)} ${figure.padStart(12)}  ${goal}`);
}
