import { cpuMsOf } from './cpu-time.ts';
import type { Load, Measured } from './load.ts';

/** A server that is compared with the others. */
export interface Contender {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The processes that answer. */
  readonly pids: readonly number[];
}

export interface Plan {
  readonly clients: number;
  readonly rounds: number;
  /** For each contender, over all rounds. */
  readonly seconds: number;
  readonly body: string;
  readonly send: (load: Load) => Promise<Measured>;
}

/** What each contender did, a measurement for each round. */
export type Rounds = ReadonlyMap<string, readonly Measured[]>;

/**
 * Measures the contenders in turns, so that other work of the machine slows all of them down alike: only the
 * ratios of one round are compared.
 */
export async function alternate(contenders: readonly Contender[], plan: Plan): Promise<Rounds> {
  const { body, clients, rounds, seconds, send } = plan;
  const results = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let place = 0; place < contenders.length; place += 1) {
      const contender = contenders[(round + place) % contenders.length];
      if (contender === undefined) continue;
      const { headers, name, pids, url } = contender;
      const before = cpuMsOf(pids);
      const measured = await send({ url, headers, body, clients, seconds: seconds / rounds });
      const used = cpuMsOf(pids) - before;
      const requests = (measured.requestsPerSecond * seconds) / rounds;
      results.get(name)?.push({ ...measured, cpuMs: used / requests });
    }
  }
  return results;
}

/** The ratios of two contenders in each round: their median, lowest and highest. */
export function ratiosOf(
  mine: readonly Measured[],
  others: readonly Measured[],
  pick: (measured: Measured) => number,
): string {
  const ratios = mine.flatMap((measured, round) => {
    const other = others[round];
    return other === undefined ? [] : [pick(measured) / pick(other)];
  });
  const sorted = ratios.toSorted((a, b) => a - b);
  const text = (index: number) => (sorted[index] ?? Number.NaN).toFixed(2);
  return `${text(Math.floor(sorted.length / 2))}x (${text(0)} to ${text(sorted.length - 1)})`;
}

/** The middle measurement of the rounds. */
export function medianOf(
  rounds: readonly Measured[],
  pick: (measured: Measured) => number,
): number {
  const sorted = rounds.map(pick).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
