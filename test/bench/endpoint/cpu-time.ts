import { readdirSync, readFileSync } from 'node:fs';

/**
 * The CPU time of all threads of processes in milliseconds, which other work of the machine changes less than the
 * time that passes. NaN where there is no `/proc`.
 */
export function cpuMsOf(pids: readonly number[]): number {
  try {
    return pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  } catch {
    return Number.NaN;
  }
}

/** The processes that a process has started, and those that they have started. */
export function descendantsOf(pid: number): readonly number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const children = threads.flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return children.map(Number).flatMap((child) => [child, ...descendantsOf(child)]);
  } catch {
    return [];
  }
}

/** The kernel counts it in nanoseconds. */
function cpuMs(pid: number): number {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).reduce((sum, thread) => {
    const [ran = ''] = readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ');
    return sum + Number(ran) / 1e6;
  }, 0);
}
