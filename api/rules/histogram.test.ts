import { array, assert, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HistogramCounter, MAXIMUM_BINS } from './histogram.ts';

function count(values: readonly number[], narrowest?: number) {
  const counter = new HistogramCounter(narrowest);
  for (const value of values) counter.add(value);
  return counter.summarize();
}

const numbers = array(double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }), {
  minLength: 1,
});

describe('a histogram', () => {
  it('of no number is none, and of one number has one bin', () => {
    expect(count([])).toBeUndefined();
    expect(count([7, 7, 7], 1)).toEqual({ from: 7, width: 1, counts: [3] });
  });

  it('has whole numbers in bins of whole numbers', () => {
    expect(count([3, 1, 1, 5], 1)).toEqual({ from: 1, width: 1, counts: [2, 0, 1, 0, 1] });
  });

  it('joins bins where the range grows', () => {
    const grown = count([0, 1, ...Array.from({ length: 100 }, (_, index) => index)], 1);
    expect(grown).toMatchObject({ from: 0, width: 4 });
    expect(grown?.counts).toEqual([6, ...Array.from({ length: 24 }, () => 4)]);
  });

  it('takes numbers as far apart as there are', () => {
    const widest = count([-1.7e308, 1.7e308, 0]);
    expect(widest?.counts.reduce((sum, each) => sum + each, 0)).toBe(3);
    expect(JSON.stringify(widest)).not.toContain('null');
  });

  it('counts every number once in the bin where it lies, in at most 40 bins, in any order', () => {
    assert(
      property(numbers, (values) => {
        const one = count(values);
        const { from, width, counts } = one ?? { from: 0, width: 0, counts: [] };
        expect(counts.length).toBeLessThanOrEqual(MAXIMUM_BINS);
        expect(counts.reduce((sum, each) => sum + each, 0)).toBe(values.length);
        // Numbers that are so near zero count as zero.
        expect(from).toBeLessThanOrEqual(Math.min(...values) + 2 ** -200);
        if (width > 0) {
          expect(from + width * counts.length).toBeGreaterThanOrEqual(Math.max(...values));
        }
        expect(count(values.toReversed())).toEqual(one);
      }),
      { seed: 13 },
    );
  });
});
