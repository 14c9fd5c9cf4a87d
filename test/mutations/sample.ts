import type { Mutant, MutantKind } from './mutants.ts';

/** A mutant and the file that it changes. */
export interface FileMutant extends Mutant {
  readonly file: string;
  /** Where it is and what it changes, for people. */
  readonly label: string;
}

/** The mutants of a folder, which have a part of the sample in proportion to their weight. */
export interface MutantGroup {
  readonly mutants: readonly FileMutant[];
  readonly weight: number;
}

export function sampleGroups(
  groups: readonly MutantGroup[],
  count: number,
  seed: number,
): readonly FileMutant[] {
  const weight = groups.reduce((sum, group) => sum + group.weight, 0);
  let weightBefore = 0;
  return groups.flatMap((group) => {
    const first = Math.round((count * weightBefore) / weight);
    weightBefore += group.weight;
    const size = Math.round((count * weightBefore) / weight) - first;
    return sampleMutants(group.mutants, size, seed);
  });
}

/**
 * A random sample, the same for the same seed. Each kind is as likely as the others: else texts, of which there are most,
 * would be half of every sample.
 */
export function sampleMutants(
  mutants: readonly FileMutant[],
  count: number,
  seed: number,
): readonly FileMutant[] {
  const random = createRandom(seed);
  const kinds = new Map<MutantKind, FileMutant[]>();
  for (const mutant of mutants) {
    const ofKind = kinds.get(mutant.kind);
    if (ofKind === undefined) kinds.set(mutant.kind, [mutant]);
    else ofKind.push(mutant);
  }
  const sample: FileMutant[] = [];
  while (sample.length < count && kinds.size > 0) {
    const names = [...kinds.keys()];
    const kind = names[Math.floor(random() * names.length)] as MutantKind;
    const ofKind = kinds.get(kind) as FileMutant[];
    const [chosen] = ofKind.splice(Math.floor(random() * ofKind.length), 1);
    if (chosen !== undefined) sample.push(chosen);
    if (ofKind.length === 0) kinds.delete(kind);
  }
  return sample;
}

/** Mulberry32: https://github.com/cprosche/mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.trunc(state + 0x6d2b79f5);
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
