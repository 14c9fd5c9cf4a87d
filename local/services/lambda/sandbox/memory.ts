import { readFileSync } from 'node:fs';

const BYTES_PER_MB = 1_048_576;

/**
 * The memory a process holds for itself, in MB; libraries mapped from files do not count, as they do
 * not count for a function on AWS. Undefined where the system does not tell.
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
