import { readdirSync, readFileSync } from 'node:fs';

const BYTES_PER_MB = 1_048_576;

/**
 * The private memory of a process, in MB. Libraries that are mapped from files do not count, as on AWS.
 * Undefined if the system does not provide it.
 */
export function memoryOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const anonymous = /^RssAnon:\s+(\d+) kB/m.exec(status);
    return anonymous === null ? undefined : (Number(anonymous[1]) * 1_024) / BYTES_PER_MB;
  } catch {
    return undefined;
  }
}

/** The private memory of a process and of all that it has started, in MB; undefined if the system does not provide it. */
export function memoryOfTree(pid: number): number | undefined {
  const own = memoryOf(pid);
  if (own === undefined) return undefined;
  return childrenOf(pid).reduce((sum, child) => sum + (memoryOfTree(child) ?? 0), own);
}

/** `USER_HZ`; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** The CPU time that a process and all that it has started have used, in seconds; undefined if the system does not provide it. */
export function cpuOfTree(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const own = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    return childrenOf(pid).reduce((sum, child) => sum + (cpuOfTree(child) ?? 0), own);
  } catch {
    return undefined;
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter((child) => child !== '')
        .map(Number),
    );
  } catch {
    return [];
  }
}
