import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { preparations, type Sample, samples, sendMany } from './requests.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 9);
const REQUESTS_PER_ROUND = Number(process.env['BENCH_ROUND_REQUESTS'] ?? 1_000);
const CLIENTS = 4;

/** What a request costs. */
export interface Cost {
  readonly name: string;
  /** The CPU time of the server's process, all threads. */
  readonly microseconds: number;
  /** The part of it in which the input is checked by the API model. */
  readonly checkMicroseconds: number;
}

/**
 * Measures the CPU time of requests in a server of its own. Unlike latencies, it depends little on what else the
 * machine does.
 *
 * @param script the bundle of `server.ts`
 */
export async function measureCosts(script: string, folder: string): Promise<readonly Cost[]> {
  const server = await startServer(script, await mkdtemp(join(folder, 'costs-')));
  try {
    const costs: Cost[] = [];
    for (const sample of samples) costs.push(await measureCost(sample, server));
    return costs;
  } finally {
    await server.stop();
  }
}

async function measureCost(sample: Sample, server: Server): Promise<Cost> {
  await measureRound(sample, server);
  const rounds: Omit<Cost, 'name'>[] = [];
  while (rounds.length < ROUNDS) rounds.push(await measureRound(sample, server));
  return {
    name: sample.name,
    microseconds: median(rounds.map((round) => round.microseconds)),
    checkMicroseconds: median(rounds.map((round) => round.checkMicroseconds)),
  };
}

async function measureRound(sample: Sample, server: Server): Promise<Omit<Cost, 'name'>> {
  const before = await server.read();
  await sendMany(server.endpoint, sample, REQUESTS_PER_ROUND, CLIENTS);
  const { cpuMicroseconds, checkMicroseconds } = await server.read();
  const microseconds = (cpuMicroseconds - before.cpuMicroseconds) / REQUESTS_PER_ROUND;
  return { microseconds, checkMicroseconds };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

interface Reading {
  readonly cpuMicroseconds: number;
  /** Of one request since the last reading. */
  readonly checkMicroseconds: number;
}

interface Server {
  readonly endpoint: string;
  read(): Promise<Reading>;
  stop(): Promise<void>;
}

async function startServer(script: string, folder: string): Promise<Server> {
  const child = spawn(process.execPath, [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  const endpoint = await next();
  for (const preparation of preparations) await sendMany(endpoint, preparation, 1, 1);
  return {
    endpoint,
    async read() {
      child.stdin.write('read\n');
      const [cpuMicroseconds = 0, checkMicroseconds = 0] = (await next()).split(' ').map(Number);
      return { cpuMicroseconds, checkMicroseconds };
    },
    async stop() {
      child.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
