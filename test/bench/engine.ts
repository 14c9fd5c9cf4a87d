/**
 * npm run bench:engine: state entries a second, with AWS's whole history, in process beside
 * aws-local-stepfunctions and over HTTP beside MiniStack and moto; latencies and memory; and which goals
 * are met. Figures are told, never asserted.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONCURRENT_EXECUTIONS, type Workload, workloads } from './engine/definitions.ts';
import {
  bytesAnOpenExecution,
  distributedMapRate,
  durableEngineRate,
  engineRate,
  peerRate,
} from './engine/in-process.ts';
import { type HttpMeasure, measureOverHttp } from './engine/over-http.ts';
import { type Figure, figureOf } from './engine/rate.ts';
import {
  installPeers,
  type Server,
  startMiniStack,
  startMoto,
  startStepmill,
} from './engine/servers.ts';
import { Table, whole } from './engine/table.ts';

const single = [
  workloads.pathLoop,
  workloads.jsonataLoop,
  workloads.pathMap,
  workloads.jsonataMap,
  workloads.transform,
];

const { short, distributedMap } = workloads;
const table = new Table([...single, short, distributedMap].map(({ name }) => name));

await inProcess();
await stepmillOverHttp('memory');
await stepmillOverHttp('durable');
await peersOverHttp();
table.print();

async function inProcess(): Promise<void> {
  for (const workload of single) {
    table.put('engine', workload, await figureOf(workload, engineRate(workload)));
    table.put('engine, durable', workload, await figureOf(workload, durableEngineRate(workload)));
  }
  table.put('engine', short, await figureOf(short, engineRate(short, CONCURRENT_EXECUTIONS)));
  table.put(
    'engine, durable',
    short,
    await figureOf(short, durableEngineRate(short, CONCURRENT_EXECUTIONS)),
  );
  table.put('engine', distributedMap, await figureOf(distributedMap, distributedMapRate(false)));
  table.put(
    'engine, durable',
    distributedMap,
    await figureOf(distributedMap, distributedMapRate(true)),
  );
  for (const workload of [workloads.pathLoop, workloads.pathMap]) {
    table.put('aws-local', workload, await figureOf(workload, peerRate(workload)));
  }
  table.put('aws-local', short, await figureOf(short, peerRate(short, CONCURRENT_EXECUTIONS)));
  table.note(`In process, 10,000 open executions: ${whole(bytesAnOpenExecution())} bytes each`);
}

async function stepmillOverHttp(kind: 'memory' | 'durable'): Promise<void> {
  const column = kind === 'durable' ? 'HTTP, durable' : 'HTTP';
  await withStepmill(kind, async (server) => {
    const measure = measureOverHttp(server, { slow: false });
    await rates(column, measure);
    const { start, describe, beside } = await measure.latencies();
    table.note(`${column}, 1,000 executions at once: StartExecution ${shownLatency(start)}`);
    table.note(`${column}, 1,000 executions at once: DescribeExecution ${shownLatency(describe)}`);
    table.note(`${column}, beside an execution of 25,000 events: ${shownLatency(beside)}`);
    measure.close();
  });
  await withStepmill(kind, async (server) => {
    const measure = measureOverHttp(server, { slow: false });
    const bytes = (await measure.bytesAnOpenExecution()) ?? Number.NaN;
    table.note(`${column}, 10,000 open executions: ${whole(bytes)} bytes each`);
    measure.close();
  });
}

function shownLatency([p50, p99]: readonly [number, number]): string {
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
}

async function withStepmill(
  kind: 'memory' | 'durable',
  work: (server: Server) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stepmill-bench-'));
  try {
    await withServer(startStepmill(kind === 'durable' ? folder : undefined), work);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function peersOverHttp(): Promise<void> {
  try {
    await installPeers();
  } catch (error) {
    table.note(
      `MiniStack and moto are left out, they could not be installed: ${(error as Error).message.split('\n')[0]}`,
    );
    return;
  }
  await withServer(startMiniStack(), (server) =>
    rates('MiniStack', measureOverHttp(server, { slow: false })),
  );
  await withServer(startMoto(), (server) => rates('moto', measureOverHttp(server, { slow: true })));
}

async function rates(column: string, measure: HttpMeasure): Promise<void> {
  const put = async (workload: Workload, rate: Promise<number>): Promise<void> => {
    const figure: Figure = await figureOf(workload, rate);
    table.put(column, workload, figure);
  };
  for (const workload of single) await put(workload, measure.rate(workload));
  await put(short, measure.concurrentRate());
  await put(distributedMap, measure.rate(distributedMap));
}

async function withServer(
  starting: Promise<Server>,
  work: (server: Server) => Promise<void>,
): Promise<void> {
  const server = await starting;
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}
