import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Another implementation of AWS, running in its own process. */
export interface Emulator {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** The program of an emulator in the Python environment, and its arguments for a port. */
export interface EmulatorProgram {
  readonly program: string;
  readonly args: (port: number) => readonly string[];
  readonly env: (port: number) => Readonly<Record<string, string>>;
}

export const MINISTACK: EmulatorProgram = {
  program: 'ministack',
  args: () => [],
  env: (port) => ({ BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port), LOG_LEVEL: 'ERROR' }),
};

export const MOTO: EmulatorProgram = {
  program: 'moto_server',
  args: (port) => ['-H', '127.0.0.1', '-p', String(port)],
  env: () => ({}),
};

const START_LIMIT_MS = 90_000;
const POLL_MS = 100;

/** @throws if it does not answer within a minute and a half */
export async function startEmulator(
  { program, args, env }: EmulatorProgram,
  programs: string,
): Promise<Emulator> {
  const port = await findFreePort();
  const child = spawn(join(programs, program), args(port), {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'] ?? '', HOME: programs, ...env(port) },
  });
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  const endpoint = `http://localhost:${port}`;
  const stop = () => end(child);
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await Promise.race([failed, answers(endpoint)]))) {
    if (Date.now() > deadline || child.exitCode !== null) {
      await stop();
      throw new Error(`${program} did not answer on port ${port}.`);
    }
    await sleep(POLL_MS);
  }
  return { endpoint, stop };
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    () => true,
    () => false,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
