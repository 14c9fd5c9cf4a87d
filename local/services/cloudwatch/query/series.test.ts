import { describe, expect, it } from 'vitest';
import { doAtOnce } from '../../../host/shared-time.ts';
import type { MetricsStore } from '../metrics/metrics-store.ts';
import { type Point, pointOf } from '../metrics/point.ts';
import { alignedWindow, computeSeries, readPoints } from './series.ts';

const METRIC = { namespace: 'Stepmill', name: 'Mse', dimensions: {} };
const DAY_MS = 86_400_000;

/** One point per minute and unit; counts the points that are read. */
function metricsIn(units: readonly string[]) {
  const reads = { points: 0 };
  const store = {
    *points(_metric: unknown, start: number, end: number): Generator<readonly [number, Point]> {
      for (let time = start; time < end; time += 60_000) {
        for (const unit of units) {
          reads.points += 1;
          yield [time, pointOf(1, 1, unit)];
        }
      }
    },
  } as unknown as MetricsStore;
  return { store, reads };
}

describe('reading a metric', () => {
  it('reads each point once for all units and statistics, and yields to other work', () => {
    const { store, reads } = metricsIn(['None', 'Count', 'Bytes']);
    const window = alignedWindow(0, 14 * DAY_MS, 3_600);
    let turns = 0;

    const work = readPoints(store, METRIC, window);
    let step = work.next();
    for (; step.done !== true; step = work.next()) turns += 1;
    const sums = doAtOnce(computeSeries(step.value, (point) => point.sum, undefined));

    const points = 14 * 1_440 * 3;
    // 500 points, the rest of their minute, and the first point of the next minute.
    expect(turns).toBe(Math.ceil(points / 501));
    expect(reads.points).toBe(points + turns - 1);
    expect([...step.value.keys()]).toEqual(['Count', 'Bytes', 'None']);
    expect([...sums]).toEqual(Array.from({ length: 14 * 24 }, (_, hour) => [hour * 3_600_000, 60]));
  });

  it('returns no values if the metric has none in the unit', () => {
    const { store } = metricsIn(['Count']);
    const readings = doAtOnce(readPoints(store, METRIC, alignedWindow(0, DAY_MS, 60)));

    expect(doAtOnce(computeSeries(readings, (point) => point.sum, 'Bytes'))).toEqual(new Map());
  });
});
