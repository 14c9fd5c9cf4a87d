import {
  type ChildProcess,
  type ChildProcessByStdio,
  type ChildProcessWithoutNullStreams,
  execFileSync,
  spawn,
  spawnSync,
} from 'node:child_process';
import type { Readable } from 'node:stream';
import { NO_HOME, type ProcessEnvironment, processEnvironment } from './environment.ts';
import { Keeper } from './keeper.ts';

export interface ProcessOptions {
  readonly environment: ProcessEnvironment;
  /** @default the runtime's own */
  readonly folder?: string;
  /**
   * How long it has to tidy up by itself once this process is gone without having ended it: none, or a few
   * seconds for one that ends its own children in order when its input closes.
   *
   * @default none
   */
  readonly afterwards?: 'none' | 'a few seconds';
}

export type ProcessWithInput = ChildProcessWithoutNullStreams;
export type ProcessWithoutInput = ChildProcessByStdio<null, Readable, Readable>;

/** Process groups that are alive, by the id of their leader. */
const living = new Set<number>();
const keeper = new Keeper();

/**
 * Starts a process: the only place that does. It leads a group of its own, so that Ctrl-C in a terminal is
 * for the runtime alone; its group ends with it, and it ends with the runtime, however that ends.
 */
export function startProcess(
  program: string,
  args: readonly string[],
  options: ProcessOptions & { readonly input: true },
): ProcessWithInput;
export function startProcess(
  program: string,
  args: readonly string[],
  options: ProcessOptions,
): ProcessWithoutInput;
export function startProcess(
  program: string,
  args: readonly string[],
  options: ProcessOptions & { readonly input?: boolean },
): ChildProcess {
  const { afterwards = 'none', environment, folder, input = false } = options;
  const child = spawn(program, args, {
    detached: true,
    env: environment,
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  const { pid } = child;
  if (pid !== undefined) {
    keep(pid, afterwards);
    child.once('exit', () => {
      // What it left behind in its group; a container ends with its first process, too.
      signalGroup(pid, 'SIGKILL');
      releaseGroup(pid);
    });
  }
  return child;
}

/** Signals a process and what it started; nothing happens when they have ended. */
export function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // It has ended.
  }
}

/** Kills the process and what it started when the signal is aborted. */
export function endWithSignal(child: ChildProcess, signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  const end = () => signalGroup(child.pid, 'SIGKILL');
  if (signal.aborted) return end();
  signal.addEventListener('abort', end, { once: true });
  child.once('exit', () => signal.removeEventListener('abort', end));
}

/** A group that a process of ours started for us ends with this process, too. */
export function adoptGroup(leader: number): void {
  if (leader > 1) keep(leader, 'none');
}

/** The group has ended. */
export function releaseGroup(leader: number): void {
  if (living.delete(leader)) keeper.forget(leader);
}

/** Kills everything that was started here and lives. */
export function endEveryProcess(): void {
  for (const leader of living) signalGroup(leader, 'SIGKILL');
}

/** What a small program of the system prints. @throws where it cannot be run, or fails */
export function readOutput(program: string, args: readonly string[]): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    env: processEnvironment({ home: NO_HOME }),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** What became of a program that was waited for. */
export interface EndedProcess {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

/** Enough for a report on millions of records. */
const MAXIMUM_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Runs a program to its end, and does nothing else meanwhile. After `timeoutMs` it is killed.
 *
 * @throws where it cannot be started
 */
export function runToEnd(
  program: string,
  args: readonly string[],
  timeoutMs: number,
): EndedProcess {
  const { error, signal, status, stderr, stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    env: processEnvironment({ home: NO_HOME }),
    killSignal: 'SIGKILL',
    maxBuffer: MAXIMUM_OUTPUT_BYTES,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
  });
  if (error !== undefined && signal === null) throw error;
  return { status, signal, output: stdout, errors: stderr };
}

function keep(leader: number, afterwards: 'none' | 'a few seconds'): void {
  living.add(leader);
  keeper.watch(leader, afterwards);
}
