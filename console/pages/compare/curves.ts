/** A test row of two classes: whether it is of the positive one, and the probability of this that a model gave. */
export interface Scored {
  readonly isPositive: boolean;
  readonly score: number;
}

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/** How many rows have at least a score, and how many of them are positive. */
interface Above {
  readonly positives: number;
  readonly negatives: number;
}

/** At each score, the highest first; rows of the same score count together. */
function countAbove(rows: readonly Scored[]): readonly Above[] {
  const sorted = rows.toSorted((one, other) => other.score - one.score);
  let [positives, negatives] = [0, 0];
  return sorted.flatMap(({ isPositive, score }, index) => {
    if (isPositive) positives += 1;
    else negatives += 1;
    return sorted[index + 1]?.score === score ? [] : [{ positives, negatives }];
  });
}

/** False positives (x) against true positives (y), each as a share; empty where a class has no row. */
export function rocOf(rows: readonly Scored[]): readonly CurvePoint[] {
  const above = countAbove(rows);
  const { positives: allPositives = 0, negatives: allNegatives = 0 } = above.at(-1) ?? {};
  if (allPositives === 0 || allNegatives === 0) return [];
  const points = above.map(({ positives, negatives }) => ({
    x: negatives / allNegatives,
    y: positives / allPositives,
  }));
  return [{ x: 0, y: 0 }, ...points];
}

/** Recall (x) against precision (y); empty where no row is positive. */
export function precisionRecallOf(rows: readonly Scored[]): readonly CurvePoint[] {
  const above = countAbove(rows);
  const all = above.at(-1)?.positives ?? 0;
  if (all === 0) return [];
  const points = above.map(({ positives, negatives }) => ({
    x: positives / all,
    y: positives / (positives + negatives),
  }));
  return [{ x: 0, y: 1 }, ...points];
}

const BINS = 10;

/** Of rows with about the same probability: their mean (x), and the share of positive ones (y). */
export function calibrationOf(rows: readonly Scored[], bins = BINS): readonly CurvePoint[] {
  const groups = new Map<number, Scored[]>();
  for (const row of rows) {
    const bin = Math.min(bins - 1, Math.floor(row.score * bins));
    groups.set(bin, [...(groups.get(bin) ?? []), row]);
  }
  const sorted = [...groups].toSorted(([one], [other]) => one - other);
  return sorted.map(([, group]) => ({
    x: mean(group.map(({ score }) => score)),
    y: mean(group.map(({ isPositive }) => (isPositive ? 1 : 0))),
  }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
