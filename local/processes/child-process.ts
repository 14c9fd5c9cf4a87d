import {
  type ChildProcess,
  type ChildProcessByStdio,
  type ChildProcessWithoutNullStreams,
  execFileSync,
  spawn,
  spawnSync,
} from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { NO_HOME, type ProcessEnvironment, processEnvironment } from './environment.ts';
import { Keeper } from './keeper.ts';

export interface ProcessOptions {
  readonly environment: ProcessEnvironment;
  /** @default the runtime's own */
  readonly folder?: string;
  /**
   * The time that the process has to end its own children after this process has ended unexpectedly.
   *
   * @default none
   */
  readonly afterwards?: Afterwards;
}

export type ProcessWithInput = ChildProcessWithoutNullStreams;
export type ProcessWithoutInput = ChildProcessByStdio<null, Readable, Readable>;

/** A process that says something at its file descriptor 3; `report` must be read. */
export interface ReportingProcess {
  readonly child: ProcessWithoutInput;
  readonly report: Readable;
}

/** A process that reads its settings from its file descriptor 3. */
export interface WaitingProcess {
  readonly child: ProcessWithoutInput;
  readonly settings: Writable;
}

type Afterwards = 'none' | 'a few seconds';

/** Process groups that are alive, by the id of their leader, and the time that each has to end. */
const living = new Map<number, Afterwards>();
const keeper = new Keeper();

/**
 * Starts a process; no other code does. The process leads its own group, so that Ctrl-C in a terminal reaches
 * the runtime only. The group ends with the process, and the process ends with the runtime, also after a kill.
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
  return start(program, args, options, [
    options.input === true ? 'pipe' : 'ignore',
    'pipe',
    'pipe',
  ]);
}

/** Starts a process as `startProcess` does, with a further pipe at file descriptor 3. */
export function startReportingProcess(
  program: string,
  args: readonly string[],
  options: ProcessOptions,
): ReportingProcess {
  const child = start(program, args, options, ['ignore', 'pipe', 'pipe', 'pipe']);
  return { child: child as ProcessWithoutInput, report: child.stdio[3] as Readable };
}

/** Starts a process as `startProcess` does, which gets its settings later. */
export function startWaitingProcess(
  program: string,
  args: readonly string[],
  options: ProcessOptions,
): WaitingProcess {
  const child = start(program, args, options, ['ignore', 'pipe', 'pipe', 'pipe']);
  return { child: child as ProcessWithoutInput, settings: child.stdio[3] as Writable };
}

function start(
  program: string,
  args: readonly string[],
  { afterwards = 'none', environment, folder }: ProcessOptions,
  stdio: ('ignore' | 'pipe')[],
): ChildProcess {
  const child = spawn(program, args, {
    detached: true,
    env: environment,
    stdio,
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  const { pid } = child;
  if (pid !== undefined) {
    keep(pid, afterwards);
    child.once('exit', () => {
      // Ends the rest of the group, as a container ends with its first process.
      signalGroup(pid, 'SIGKILL');
      releaseGroup(pid);
    });
  }
  return child;
}

/** Sends a signal to a process and its children, if they still run. */
export function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // The process has ended.
  }
}

/** Kills the process and its children when the signal is aborted. */
export function endWithSignal(child: ChildProcess, signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  const end = () => signalGroup(child.pid, 'SIGKILL');
  if (signal.aborted) return end();
  signal.addEventListener('abort', end, { once: true });
  child.once('exit', () => signal.removeEventListener('abort', end));
}

/** Registers a process group that a child started, so that it ends with this process, too. */
export function adoptGroup(leader: number): void {
  if (leader > 1) keep(leader, 'none');
}

/** Removes a process group that has ended. */
export function releaseGroup(leader: number): void {
  if (living.delete(leader)) keeper.forget(leader);
}

/**
 * Kills all running processes. Those that have a few seconds to end their own children get them: only they find
 * children that left their group. The keeper kills what still runs then.
 */
export function endEveryProcess(): void {
  for (const [leader, afterwards] of living) {
    if (afterwards === 'none') signalGroup(leader, 'SIGKILL');
  }
}

/** The output of a small program of the system. @throws if it cannot run or fails */
export function readOutput(program: string, args: readonly string[]): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    env: processEnvironment({ home: NO_HOME }),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** How a program ended. */
export interface EndedProcess {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

/** Enough for a report on millions of records. */
const MAXIMUM_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Runs a program to its end and blocks until then. The program is killed after `timeoutMs`.
 *
 * @throws if it cannot start
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

function keep(leader: number, afterwards: Afterwards): void {
  living.set(leader, afterwards);
  keeper.watch(leader, afterwards);
}
