/**
 * npm run bench:engine: state entries per second, with AWS's whole history, in process compared with
 * aws-local-stepfunctions and over HTTP compared with MiniStack and moto; latencies and memory; and the goals that
 * are met. Figures are printed, never asserted.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installAwsLocal } from './engine/aws-local.ts';
import { CONCURRENT_EXECUTIONS, type Workload, workloads } from './engine/definitions.ts';
import {
  bytesAnOpenExecution,
  durableRound,
  engineRound,
  withDistributedMap,
  withStore,
} from './engine/in-process.ts';
import { type HttpMeasure, measureOverHttp } from './engine/over-http.ts';
import { type Entry, figuresOf, type Round } from './engine/rate.ts';
import {
  installPeers,
  type Server,
  startMiniStack,
  startMoto,
  startStepmill,
} from './engine/servers.ts';
import { Table, whole } from './engine/table.ts';

const { pathLoop, jsonataLoop, pathMap, jsonataMap, transform, short, distributedMap } = workloads;
const loops = [pathLoop, jsonataLoop];
const maps = [pathMap, jsonataMap];
const table = new Table(
  [...loops, ...maps, transform, short, distributedMap].map(({ name }) => name),
);

await inProcess();
await stepmillOverHttp('memory');
await stepmillOverHttp('durable');
await peersOverHttp();
table.print();

async function inProcess(): Promise<void> {
  const peerRound = await installAwsLocal().catch((error: Error) =>
    leaveOut('aws-local-stepfunctions is', error),
  );
  const peers = (alike: readonly Workload[], atATime = 1) =>
    peerRound === undefined ? [] : entries('aws-local', alike, (each) => peerRound(each, atATime));
  await withStore(async (store) => {
    for (const alike of [loops, maps]) {
      await measure([...entries('engine', alike, engineRound), ...peers(alike.slice(0, 1))]);
      await measure(entries('engine, durable', alike, (each) => durableRound(store, each)));
    }
    await measure(entries('engine', [transform], engineRound));
    await measure(entries('engine, durable', [transform], (each) => durableRound(store, each)));
    const count = CONCURRENT_EXECUTIONS;
    await measure([
      ...entries('engine', [short], (each) => engineRound(each, count)),
      ...entries('engine, durable', [short], (each) => durableRound(store, each, count)),
      ...peers([short], count),
    ]);
  });
  for (const durable of [false, true]) {
    const column = durable ? 'engine, durable' : 'engine';
    await withDistributedMap(durable, (round) =>
      measure([{ column, workload: distributedMap, round }]),
    );
  }
  table.note(`In process, 10,000 open executions: ${whole(bytesAnOpenExecution())} bytes each`);
}

function entries(
  column: string,
  alike: readonly Workload[],
  roundOf: (workload: Workload) => Round,
): readonly Entry[] {
  return alike.map((workload) => ({ column, workload, round: roundOf(workload) }));
}

async function measure(together: readonly Entry[]): Promise<void> {
  const figures = await figuresOf(together);
  for (const [index, { column, workload }] of together.entries()) {
    table.put(column, workload, figures[index] ?? { missing: 'It was not measured.' });
  }
}

async function stepmillOverHttp(kind: 'memory' | 'durable'): Promise<void> {
  const column = kind === 'durable' ? 'HTTP, durable' : 'HTTP';
  await withStepmill(kind, async (server) => {
    const http = measureOverHttp(server, { slow: false });
    await rates(column, http);
    const { start, describe, beside } = await http.latencies();
    table.note(`${column}, 1,000 executions at once: StartExecution ${shownLatency(start)}`);
    table.note(`${column}, 1,000 executions at once: DescribeExecution ${shownLatency(describe)}`);
    table.note(`${column}, beside an execution of 25,000 events: ${shownLatency(beside)}`);
    http.close();
  });
  await withStepmill(kind, async (server) => {
    const http = measureOverHttp(server, { slow: false });
    const bytes = (await http.bytesAnOpenExecution()) ?? Number.NaN;
    table.note(`${column}, 10,000 open executions: ${whole(bytes)} bytes each`);
    http.close();
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
    leaveOut('MiniStack and moto are', error as Error);
    return;
  }
  await withServer(startMiniStack(), (server) =>
    rates('MiniStack', measureOverHttp(server, { slow: false })),
  );
  await withServer(startMoto(), (server) => rates('moto', measureOverHttp(server, { slow: true })));
}

function leaveOut(who: string, { message }: Error): undefined {
  table.note(`${who} left out: ${message.split('\n')[0]}`);
  return undefined;
}

async function rates(column: string, http: HttpMeasure): Promise<void> {
  for (const alike of [loops, maps, [transform], [distributedMap]]) {
    const together: Entry[] = [];
    for (const workload of alike) {
      together.push({ column, workload, round: await http.round(workload) });
    }
    await measure(together);
  }
  await measure([{ column, workload: short, round: await http.concurrentRound() }]);
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
