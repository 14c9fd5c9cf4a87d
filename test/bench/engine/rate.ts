import type { Workload } from './definitions.ts';

const MEASURE_MS = Number(process.env['BENCH_MS'] ?? 2_000);
const WARM_UPS = 3;

/** Runs one round and returns the number of states that were entered. */
export type Round = () => number | Promise<number>;

/** One cell of the table and its measurement. */
export interface Entry {
  readonly column: string;
  readonly workload: Workload;
  readonly round: Round;
}

/** A figure of the table: a rate, or the reason why it is missing. */
export type Figure = { readonly rate: number } | { readonly missing: string };

interface Running extends Entry {
  entries: number;
  elapsedMs: number;
  missing: string | undefined;
}

/**
 * Measures state entries per second. The rounds of all entries alternate, so that other load of the machine affects
 * all of them equally.
 */
export async function figuresOf(entries: readonly Entry[]): Promise<readonly Figure[]> {
  const all = entries.map(
    (entry): Running => ({ ...entry, entries: 0, elapsedMs: 0, missing: undefined }),
  );
  for (const running of all) await warmUp(running);
  while (all.some(isLeft)) for (const running of all.filter(isLeft)) await runOnce(running);
  return all.map(({ elapsedMs, entries: count, missing }) =>
    missing === undefined ? { rate: (count / elapsedMs) * 1_000 } : { missing },
  );
}

function isLeft({ elapsedMs, missing }: Running): boolean {
  return missing === undefined && elapsedMs < MEASURE_MS;
}

/** A round that takes very long is not run only for warming up. */
async function warmUp(running: Running): Promise<void> {
  for (let count = 0; count < WARM_UPS && running.elapsedMs < MEASURE_MS; count += 1) {
    await runOnce(running);
  }
  if (running.elapsedMs >= MEASURE_MS) return;
  running.entries = 0;
  running.elapsedMs = 0;
}

async function runOnce(running: Running): Promise<void> {
  if (running.missing !== undefined) return;
  const startedAt = performance.now();
  try {
    running.entries += await running.round();
    running.elapsedMs += performance.now() - startedAt;
  } catch (error) {
    running.missing = error instanceof Error ? error.message : String(error);
  }
}
