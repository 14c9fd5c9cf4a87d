import { readFileSync } from 'node:fs';
import { readOutput } from './child-process.ts';

/** A process, and not another one that was given its id later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, as the system prints it; empty when unknown. */
  readonly startedAt: string;
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startedAt: startOf(pid) };
}

export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, but is another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const started = startOf(pid);
  return started === '' || startedAt === '' || started === startedAt;
}

/** The 22nd field of `/proc/<pid>/stat` on Linux, the start date of `ps` elsewhere; empty when unknown. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return startOfByPs(pid);
  }
}

function startOfByPs(pid: number): string {
  try {
    return readOutput('ps', ['-o', 'lstart=', '-p', String(pid)]).trim();
  } catch {
    return '';
  }
}
