import { readFileSync } from 'node:fs';

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
