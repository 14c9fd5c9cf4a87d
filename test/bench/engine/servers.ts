import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A server of the Step Functions API in its own process. */
export interface Server {
  readonly endpoint: string;
  /** The memory of the process in bytes; undefined if it is unknown. */
  memory(): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** @param folder the state folder; undefined for a server without state on the disk */
export async function startStepmill(folder: string | undefined): Promise<Server> {
  const options = process.env['BENCH_PROFILE'] === undefined ? [] : ['--cpu-prof'];
  const script = resolve('test/bench/engine/serve.mjs');
  const child = kept(
    spawn(process.execPath, ['--expose-gc', ...options, script, folder ?? '--ephemeral'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  return {
    endpoint: await next(),
    async memory() {
      child.stdin.write('memory\n');
      return Number(await next());
    },
    stop: () => ended(child, () => child.stdin.end()),
  };
}

const PEERS_FOLDER = resolve('.stepmill/bench-peers');
const at = (name: string) => join(PEERS_FOLDER, 'bin', name);

/**
 * Installs the Python emulators into their own environment.
 *
 * @throws if Python or a package registry is not available
 */
export async function installPeers(): Promise<void> {
  if (existsSync(at('ministack')) && existsSync(at('moto_server'))) return;
  await run('python3', ['-m', 'venv', PEERS_FOLDER]);
  await run(at('pip'), ['install', '--quiet', 'ministack', 'moto[server]']);
}

export async function startMiniStack(): Promise<Server> {
  const port = await freePort();
  const env = { ...process.env, GATEWAY_PORT: String(port), LOG_LEVEL: 'ERROR' };
  return peer(kept(spawn(at('ministack'), [], { stdio: 'ignore', env })), port);
}

export async function startMoto(): Promise<Server> {
  const port = await freePort();
  const server = await peer(
    kept(spawn(at('moto_server'), ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })),
    port,
  );
  // Without this it only mocks the runs of state machines.
  await fetch(`${server.endpoint}/moto-api/config`, {
    method: 'POST',
    body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
  });
  return server;
}

const STARTING_MS = 60_000;

async function peer(child: ChildProcess, port: number): Promise<Server> {
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = () => ended(child, () => child.kill('SIGTERM'));
  const deadline = Date.now() + STARTING_MS;
  for (;;) {
    const answered = await fetch(endpoint).catch(() => undefined);
    if (answered !== undefined) return { endpoint, stop, memory: async () => undefined };
    if (Date.now() > deadline || child.exitCode !== null) {
      await stop();
      throw new Error(`${child.spawnfile} did not answer on port ${port}.`);
    }
    await sleep(100);
  }
}

const ENDING_MS = 10_000;

/** The processes that end with the benchmark, also after an error or a signal. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

function kept<Child extends ChildProcess>(child: Child): Child {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

async function ended(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  end();
  const impatience = setTimeout(() => child.kill('SIGKILL'), ENDING_MS);
  await over;
  clearTimeout(impatience);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const address = server.address();
  await new Promise((closed) => {
    server.close(closed);
  });
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
}
