/** A row: how probable a class is, and whether it is of the class. */
export interface ScoredRow {
  readonly score: number;
  readonly isClass: boolean;
}

/** A point of the curves over all thresholds. */
export interface CurvePoint {
  /** Rows of other classes that are answered with the class, as a share. */
  readonly falsePositiveRate: number;
  /** Rows of the class that are answered so, as a share. */
  readonly truePositiveRate: number;
  /** Of the rows answered with the class, the share that is of it. */
  readonly precision: number;
}

/** One point for each threshold, the highest first; rows with the same score come at once. */
export function curveOf(rows: readonly ScoredRow[]): CurvePoint[] {
  const sorted = rows.toSorted((one, other) => other.score - one.score);
  const positives = rows.filter(({ isClass }) => isClass).length;
  const negatives = rows.length - positives;
  const points: CurvePoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0, precision: 1 }];
  let hits = 0;
  for (const [at, { score, isClass }] of sorted.entries()) {
    if (isClass) hits += 1;
    if (sorted[at + 1]?.score === score) continue;
    points.push({
      falsePositiveRate: negatives === 0 ? 0 : (at + 1 - hits) / negatives,
      truePositiveRate: positives === 0 ? 0 : hits / positives,
      precision: hits / (at + 1),
    });
  }
  return points;
}

/** The area under the ROC curve. */
export function areaUnder(points: readonly CurvePoint[]): number {
  return points.reduce((sum, point, at) => {
    const before = points[at - 1];
    if (before === undefined) return sum;
    const width = point.falsePositiveRate - before.falsePositiveRate;
    return sum + (width * (point.truePositiveRate + before.truePositiveRate)) / 2;
  }, 0);
}

/** Rows whose probabilities are in one tenth. */
export interface CalibrationBin {
  /** The mean of their probabilities. */
  readonly predicted: number;
  /** The share of them that is of the class. */
  readonly observed: number;
  readonly rows: number;
}

const BINS = 10;

/** How often what has a probability happens; tenths without rows are left out. */
export function calibrationOf(rows: readonly ScoredRow[]): CalibrationBin[] {
  return Array.from({ length: BINS }, (_bin, at) => {
    const inside = rows.filter(({ score }) => Math.min(BINS - 1, Math.floor(score * BINS)) === at);
    return {
      predicted: inside.reduce((sum, { score }) => sum + score, 0) / inside.length,
      observed: inside.filter(({ isClass }) => isClass).length / inside.length,
      rows: inside.length,
    };
  }).filter((bin) => bin.rows > 0);
}
