import { readdirSync, readFileSync } from 'node:fs';

const PROCESS_ID = /^\d+$/;

/**
 * Kills all processes whose environment has this variable, also those that have left their group, as `setsid` does. On Linux only: other
 * systems do not show the environment of a process. A process that was started with an empty environment is not found.
 */
export function endMarkedProcesses(name: string, value: string): void {
  if (process.platform !== 'linux') return;
  const mark = `\0${name}=${value}\0`;
  for (const pid of readdirSync('/proc').filter((entry) => PROCESS_ID.test(entry))) {
    if (environmentOf(pid).includes(mark)) kill(Number(pid));
  }
}

/** Between null bytes; empty where the process has ended or belongs to another user. */
function environmentOf(pid: string): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has ended.
  }
}
