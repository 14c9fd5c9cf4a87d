import type { Readable } from 'node:stream';
import {
  memoryOf,
  type ProcessEnvironment,
  type ProcessWithInput,
  type ProcessWithoutInput,
  signalGroup,
  startProcess,
} from '../../../processes/index.ts';
import { letRuntimeGoFirst } from './priority.ts';

/** How the process of a sandbox is started. */
export interface SandboxCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: ProcessEnvironment;
}

/** The process of a sandbox: of this machine, or of a container. */
export interface SandboxProcess {
  readonly pid: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Whether its runtime marks the ends of invocations in its outputs. */
  readonly marksEnds: boolean;
  /** Its private memory; undefined where the system does not say it. */
  memoryMb(): number | undefined;
  /** Resolves to the reason, in AWS's words, when it has ended. Never rejects. */
  readonly exited: Promise<string>;
  /** Ends it and all its children at once. */
  kill(): void;
}

/** Starts a process of this machine. */
export function startCommand(
  { args, command, environment, folder }: SandboxCommand,
  marksEnds: boolean,
): SandboxProcess {
  const child = startProcess(command, args, { folder, environment });
  letRuntimeGoFirst(child);
  return processOf(child, marksEnds);
}

/** A process of this machine that already runs. */
export function processOf(
  child: ProcessWithInput | ProcessWithoutInput,
  marksEnds: boolean,
): SandboxProcess {
  const exited = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(exitReason(code, signal)));
  });
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    marksEnds,
    memoryMb: () => (child.pid === undefined ? undefined : memoryOf(child.pid)),
    exited,
    kill: () => signalGroup(child.pid, 'SIGKILL'),
  };
}

/** The reason for the end of a process; empty for one that ended by itself without an error. */
export function exitReason(
  code: number | null | undefined,
  signal: NodeJS.Signals | null | undefined,
): string {
  if (signal !== null && signal !== undefined) {
    return `signal: ${SIGNAL_NAMES[signal] ?? signal.toLowerCase()}`;
  }
  return code === 0 ? '' : `exit status ${code}`;
}

/** The names that AWS uses. */
const SIGNAL_NAMES: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
};
