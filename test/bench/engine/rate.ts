import type { Workload } from './definitions.ts';

const MEASURE_MS = Number(process.env['BENCH_MS'] ?? 2_000);
const WARM_UPS = 3;

/** Does something and tells how many states were entered. */
export type Round = () => number | Promise<number>;

/** State entries a second. */
export async function rateOf(round: Round): Promise<number> {
  for (let warmUp = 0; warmUp < WARM_UPS; warmUp += 1) await round();
  const startedAt = performance.now();
  let entries = 0;
  while (performance.now() - startedAt < MEASURE_MS) entries += await round();
  return (entries / (performance.now() - startedAt)) * 1_000;
}

/** State entries a second of rounds that take too long for more than one, warm-up included. */
export async function rateOfFew(round: Round): Promise<number> {
  const startedAt = performance.now();
  let entries = 0;
  do entries += await round();
  while (performance.now() - startedAt < MEASURE_MS);
  return (entries / (performance.now() - startedAt)) * 1_000;
}

/** One figure of the table: a rate, or why there is none. */
export type Figure = { readonly rate: number } | { readonly missing: string };

export async function figureOf(workload: Workload, rate: Promise<number>): Promise<Figure> {
  try {
    return { rate: await rate };
  } catch (error) {
    return {
      missing: `${workload.name}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
