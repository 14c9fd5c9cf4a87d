/**
 * npm run bench:gateway: measures the CPU time of requests, and the part of it in which their input is checked by the
 * API model. Then compares the latency of the gateway and S3 with a bare node:http server that only reads and
 * answers; over one keep-alive connection, one request after another. Then measures the throughput and the memory
 * for a large object. Latencies vary with what else the machine does, CPU times hardly.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type Runtime,
  type ServiceFactory,
  silentLogger,
  startRuntime,
} from '../../local/index.ts';
import { createIamService } from '../../local/services/iam/index.ts';
import { createS3Service } from '../../local/services/s3/index.ts';
import { createStsService } from '../../local/services/sts/index.ts';
import { measureCosts } from './gateway/cost.ts';

const REQUESTS = Number(process.env['BENCH_REQUESTS'] ?? 2_000);
const LARGE_BYTES = Number(process.env['BENCH_LARGE_MB'] ?? 512) * 1024 * 1024;
const BODY = Buffer.alloc(1_024, 'x');

/** The bundle of `gateway/server.ts` that `run.mjs` makes. */
const SERVER = resolve('node_modules/.cache/stepmill-bench/gateway-server.mjs');
/** The largest part of a request's CPU time that checks by the API models may take. */
const MOST_FOR_CHECKS = 0.05;

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

await main();

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stepmill-bench-'));
  await benchCosts(folder);
  const bare = await startBareServer();
  const memory = Math.round(process.memoryUsage.rss() / 1e6);
  const started = performance.now();
  const heard = createListener();
  const runtime = await startRuntime({
    stateFolder: folder,
    port: 0,
    logger: silentLogger,
    factories: [createIamService, createStsService, createS3Service, heard.factory],
  });
  try {
    report('start', `${Math.round(performance.now() - started)} ms`);
    await benchSmall(bare.endpoint, runtime, heard);
    report(
      'memory after these requests',
      `${Math.round(process.memoryUsage.rss() / 1e6)} MB`,
      `${memory} MB before the start`,
    );
    await benchLarge(bare.endpoint, runtime);
  } finally {
    agent.destroy();
    bare.server.close();
    await runtime.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchCosts(folder: string): Promise<void> {
  for (const { name, microseconds, checkMicroseconds } of await measureCosts(SERVER, folder)) {
    const share = checkMicroseconds / microseconds;
    const verdict = share <= MOST_FOR_CHECKS ? 'met' : 'NOT MET';
    report(
      `${name}, CPU`,
      `${Math.round(microseconds)} µs`,
      `checks ${checkMicroseconds.toFixed(1)} µs, ${percent(share)}; goal: at most ${percent(MOST_FOR_CHECKS)}: ${verdict}`,
    );
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

async function benchSmall(
  bareEndpoint: string,
  runtime: Runtime,
  heard: { at: number },
): Promise<void> {
  const at = (path: string) => `${runtime.endpoint}${path}`;
  await send('PUT', at('/bench'));
  await send(
    'PUT',
    at('/bench?notification'),
    Buffer.from(
      '<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>',
    ),
  );
  await send('PUT', at('/bench/read'), BODY);
  const bareGet = await measure(() => send('GET', bareEndpoint));
  const barePut = await measure(() => send('PUT', bareEndpoint, BODY));
  reportLatency('bare server, GET 1 KB', bareGet);
  reportLatency('bare server, PUT 1 KB', barePut);
  reportLatency('GetObject 1 KB', await measure(() => send('GET', at('/bench/read'))), bareGet);
  let index = 0;
  const put = () => send('PUT', at(`/bench/${(index += 1)}`), BODY);
  reportLatency('PutObject 1 KB', await measure(put), barePut);
  const toEvent = await measure(async () => {
    const sent = performance.now();
    await put();
    return heard.at - sent;
  });
  reportLatency('PutObject to event', toEvent, barePut);
  const identity = Buffer.from('Action=GetCallerIdentity&Version=2011-06-15');
  const signed = {
    authorization: 'AWS4-HMAC-SHA256 Credential=a/20261120/us-east-1/sts/aws4_request',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const ask = () => send('POST', at('/'), identity, signed);
  reportLatency('GetCallerIdentity', await measure(ask), barePut);
}

async function benchLarge(bareEndpoint: string, runtime: Runtime): Promise<void> {
  const target = `${runtime.endpoint}/bench/large`;
  const bareSeconds = await timed(() => upload(bareEndpoint));
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const putSeconds = await timed(() => upload(target));
  const getSeconds = await timed(() => send('GET', target));
  clearInterval(watch);
  report('bare server, large PUT', rate(bareSeconds));
  report('PutObject, large', rate(putSeconds), `${(putSeconds / bareSeconds).toFixed(1)} x bare`);
  report('GetObject, large', rate(getSeconds));
  report('memory while they ran', `+${Math.round((peak - before) / 1e6)} MB`);
}

function rate(seconds: number): string {
  return `${Math.round(LARGE_BYTES / 1e6 / seconds)} MB/s`;
}

/** Replaces EventBridge and records the time of published events. */
function createListener() {
  const state = { at: 0 };
  const factory: ServiceFactory = () => ({
    name: 'eventbridge',
    operations: {},
    accessDenied: (message) => {
      throw new Error(message);
    },
    onEvent: () => {
      state.at = performance.now();
    },
  });
  return Object.assign(state, { factory });
}

async function startBareServer(): Promise<{ readonly server: Server; readonly endpoint: string }> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end(request.method === 'GET' ? BODY : undefined));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

function send(
  method: string,
  url: string,
  body?: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(body?.length ?? 0) };
    const request = httpRequest(url, { method, agent, headers: { ...headers, ...length } });
    request.on('error', reject);
    request.on('response', (response) => {
      if ((response.statusCode ?? 500) >= 300) {
        reject(new Error(`${method} ${url} was answered with ${response.statusCode}`));
      }
      response.resume();
      response.on('end', resolve);
      response.on('error', reject);
    });
    request.end(body);
  });
}

async function upload(url: string): Promise<void> {
  const block = Buffer.alloc(1024 * 1024, 7);
  function* blocks(): Generator<Buffer> {
    for (let left = LARGE_BYTES; left > 0; left -= block.length) yield block;
  }
  const request = httpRequest(url, {
    method: 'PUT',
    agent,
    headers: { 'content-length': String(LARGE_BYTES) },
  });
  const answered = new Promise<void>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      response.on('end', resolve);
    });
  });
  await pipeline(Readable.from(blocks()), request);
  await answered;
}

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Measures many runs in milliseconds; a run can return its own duration. */
async function measure(run: () => Promise<number | void>): Promise<Latency> {
  for (let index = 0; index < REQUESTS / 10; index += 1) await run();
  const times: number[] = [];
  for (let index = 0; index < REQUESTS; index += 1) {
    const started = performance.now();
    const own = await run();
    times.push(typeof own === 'number' ? own : performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

async function timed(run: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await run();
  return (performance.now() - started) / 1000;
}

function reportLatency(what: string, { p50, p99 }: Latency, base?: Latency): void {
  report(
    what,
    `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
    base === undefined ? undefined : `${(p50 / base.p50).toFixed(1)} x bare`,
  );
}

function report(what: string, value: string, note?: string): void {
  const line = `${what.padEnd(30)} ${value}`;
  process.stdout.write(note === undefined ? `${line}\n` : `${line}  (${note})\n`);
}
