import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts the time of processes in units of this length. */
const TICK_SECONDS = 0.01;
/** A process that ends is counted as it was when it was last seen. */
const LOOK_EVERY_MS = 50;

interface Status {
  readonly parent: number;
  readonly ticks: number;
}

/** The CPU time of a process and its descendants, from now on; 0 where there is no /proc. */
export class CpuWatch {
  readonly #root: number;
  readonly #before: ReadonlyMap<number, number>;
  readonly #seen = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(root = process.pid) {
    this.#root = root;
    this.#look();
    this.#before = new Map(this.#seen);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** @returns seconds */
  end(): number {
    clearInterval(this.#timer);
    this.#look();
    const ticks = [...this.#seen].map(([pid, now]) => now - (this.#before.get(pid) ?? 0));
    return ticks.reduce((sum, each) => sum + each, 0) * TICK_SECONDS;
  }

  #look(): void {
    const all = readStatuses();
    const family = new Set([this.#root]);
    for (const pid of family) {
      for (const [child, { parent }] of all) if (parent === pid) family.add(child);
      const ticks = all.get(pid)?.ticks;
      if (ticks !== undefined) this.#seen.set(pid, ticks);
    }
  }
}

function readStatuses(): ReadonlyMap<number, Status> {
  const pids = readEntries().filter((name) => /^\d+$/.test(name));
  return new Map(pids.flatMap((pid) => readStatus(Number(pid))));
}

function readEntries(): readonly string[] {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
}

/** Nothing where the process has ended. */
function readStatus(pid: number): (readonly [number, Status])[] {
  try {
    // The name, in parentheses, can contain spaces.
    const [, text = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?=[A-Z] )/);
    const fields = text.split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return [[pid, { parent: Number(fields[1]), ticks }]];
  } catch {
    return [];
  }
}
