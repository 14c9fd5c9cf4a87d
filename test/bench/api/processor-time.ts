import { readdirSync, readFileSync } from 'node:fs';

/** Processor time, in milliseconds. */
export interface ProcessorTime {
  readonly runtime: number;
  /** Of functions in Node.js that run still. */
  readonly functions: number;
  /** Of models and jobs that run still. */
  readonly others: number;
}

/** Processor time is counted in ticks of 10 ms: `getconf CLK_TCK`. */
const TICK_MS = 10;

/** Starts to count, and returns what has been taken since. On Linux; elsewhere only this process is counted. */
export function countProcessorTime(): () => ProcessorTime {
  const before = new Map(descendants().map((each) => [each.pid, each.milliseconds]));
  const begun = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(begun);
    const since = descendants().map(({ pid, name, milliseconds }) => ({
      name,
      milliseconds: milliseconds - (before.get(pid) ?? 0),
    }));
    const sum = (isFunction: boolean) =>
      since
        .filter(({ name }) => /^(node|MainThread)$/.test(name) === isFunction)
        .reduce((total, { milliseconds }) => total + milliseconds, 0);
    return { runtime: (user + system) / 1_000, functions: sum(true), others: sum(false) };
  };
}

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly milliseconds: number;
}

function descendants(): readonly Running[] {
  const all = listProcesses();
  const found = new Set([process.pid]);
  for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  return all.filter(({ pid }) => pid !== process.pid && found.has(pid));
}

/** In the order of their start, so that a parent comes before its children. */
function listProcesses(): readonly Running[] {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.flatMap(readProcess).toSorted((one, other) => one.pid - other.pid);
  } catch {
    return [];
  }
}

/** See proc(5): the fields after the name in parentheses. */
function readProcess(pid: string): Running[] {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const name = line.slice(line.indexOf('(') + 1, line.lastIndexOf(')'));
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return [{ pid: Number(pid), parent: Number(fields[1]), name, milliseconds: ticks * TICK_MS }];
  } catch {
    return [];
  }
}
