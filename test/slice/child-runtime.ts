import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { isAlive } from '../../local/processes/index.ts';
import { Slice } from './slice-runtime.ts';
import { until } from './until.ts';

const run = promisify(execFile);

export interface ChildRuntimeOptions {
  /** A command that starts the runtime as its argument. @default none */
  readonly within?: readonly string[];
  /** The Node.js for the runtime and its functions. @default the one of this process */
  readonly node?: string;
  /** Of the project of `slice`. @default abalone */
  readonly project?: string;
}

/** The runtime as users start it: in its own process, in real time. */
export class ChildRuntime {
  readonly slice: Slice;
  readonly endpoint: string;
  readonly #process: ChildProcess;

  private constructor(slice: Slice, endpoint: string, process: ChildProcess) {
    this.slice = slice;
    this.endpoint = endpoint;
    this.#process = process;
  }

  static async start(
    stateFolder: string,
    assembly: string,
    { within = [], node = process.execPath, project }: ChildRuntimeOptions = {},
  ): Promise<ChildRuntime> {
    // The build may be older than the tested source; an up-to-date build is kept.
    await run(process.execPath, ['build.mjs']);
    const start = ['start', '--port', '0', '--state', stateFolder, '--assembly', assembly];
    const [program, ...args] = [...within, node, 'dist/cli/main.js', ...start];
    const child = spawn(program ?? node, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const endpoint = await endpointOf(child);
    return new ChildRuntime(await Slice.at(endpoint, project), endpoint, child);
  }

  /** All its descendant processes: functions, jobs, containers. */
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

  /** Kills it with SIGKILL, without any cleanup. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops it as Ctrl-C does. */
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

/** Waits until a command prints its endpoint. */
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

/** Waits until all processes have ended. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  await until(`the end of the processes ${pids.join(', ')}`, async () =>
    pids.some((pid) => isAlive({ pid, startedAt: '' })) ? undefined : true,
  );
}
