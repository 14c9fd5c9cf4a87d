import { readFileSync } from 'node:fs';
import { readOutput } from './child-process.ts';

/** A process, distinguished from later ones with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The start time as the system prints it; empty if unknown. */
  readonly startedAt: string;
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startedAt: startOf(pid) };
}

export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process runs, but belongs to another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (hasEnded(pid)) return false;
  const started = startOf(pid);
  return started === '' || startedAt === '' || started === startedAt;
}

/** Whether only the entry of a process is left. In a container whose first process does not collect it, it stays for ever. */
function hasEnded(pid: number): boolean {
  return /^[ZX]$/.test(statusFields(pid)?.[0] ?? '');
}

/** The 22nd field of `/proc/<pid>/stat` on Linux, the start date of `ps` elsewhere; empty when unknown. */
function startOf(pid: number): string {
  return statusFields(pid)?.[19] ?? startOfByPs(pid);
}

/** The fields of `/proc/<pid>/stat` from the third on, behind the name, which may hold blanks and brackets. */
function statusFields(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function startOfByPs(pid: number): string {
  try {
    return readOutput('ps', ['-o', 'lstart=', '-p', String(pid)]).trim();
  } catch {
    return '';
  }
}
