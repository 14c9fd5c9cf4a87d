import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Slice } from './slice-runtime.ts';
import { until } from './until.ts';

const run = promisify(execFile);

export interface ChildRuntimeOptions {
  /** A command that runs another one, in which the runtime is started. @default none */
  readonly within?: readonly string[];
  /** The Node.js that runs it and its functions. @default the one of this process */
  readonly node?: string;
}

/** The runtime as people start it: a process of its own, at the wall's speed. */
export class ChildRuntime {
  readonly slice: Slice;
  readonly #process: ChildProcess;

  private constructor(slice: Slice, process: ChildProcess) {
    this.slice = slice;
    this.#process = process;
  }

  static async start(
    stateFolder: string,
    assembly: string,
    { within = [], node = process.execPath }: ChildRuntimeOptions = {},
  ): Promise<ChildRuntime> {
    // What is built may be older than what is tested; nothing is done where it is not.
    await run(process.execPath, ['build.mjs']);
    const start = ['start', '--port', '0', '--state', stateFolder, '--assembly', assembly];
    const [program, ...args] = [...within, node, 'dist/cli/main.js', ...start];
    const child = spawn(program ?? node, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    return new ChildRuntime(await Slice.at(await endpointOf(child)), child);
  }

  /** Every process that came of it: functions, jobs, containers. */
  async descendants(): Promise<readonly number[]> {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
    const all = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const of = (parent: number | undefined): readonly number[] =>
      all.flatMap(([pid, ppid]) => (ppid === parent && pid ? [pid, ...of(pid)] : []));
    return of(this.#process.pid);
  }

  /** As a power cut ends it. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As Ctrl-C ends it. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill(signal);
    await exit;
  }
}

/** Waits until a command prints where it listens. */
async function endpointOf({ stdout, stderr }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('The runtime has no standard output.');
  let notes = '';
  stderr?.on('data', (chunk: Buffer) => {
    notes += chunk.toString('utf8');
  });
  for await (const line of createInterface({ input: stdout })) {
    const [, endpoint] = /AWS_ENDPOINT_URL=(\S+)/.exec(line) ?? [];
    if (endpoint === undefined) continue;
    stdout.resume();
    return endpoint;
  }
  throw new Error(`The runtime ended before it was ready:\n${notes}`);
}

/** Waits until none of the processes is there any more. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  await until(`the end of the processes ${pids.join(', ')}`, async () =>
    pids.some(isAlive) ? undefined : true,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
