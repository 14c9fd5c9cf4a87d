import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { areaUnder, calibrationOf, curveOf } from './curves.ts';

const rows = [
  { score: 0.9, isClass: true },
  { score: 0.8, isClass: true },
  { score: 0.8, isClass: false },
  { score: 0.3, isClass: true },
  { score: 0.1, isClass: false },
];

it('has a point for each threshold, and rows with the same score come at once', () => {
  expect(curveOf(rows)).toEqual([
    { falsePositiveRate: 0, truePositiveRate: 0, precision: 1 },
    { falsePositiveRate: 0, truePositiveRate: 1 / 3, precision: 1 },
    { falsePositiveRate: 0.5, truePositiveRate: 2 / 3, precision: 2 / 3 },
    { falsePositiveRate: 0.5, truePositiveRate: 1, precision: 3 / 4 },
    { falsePositiveRate: 1, truePositiveRate: 1, precision: 3 / 5 },
  ]);
});

it('has an area that is the share of pairs in the right order', () => {
  const row = fc.record({ score: fc.integer({ min: 0, max: 5 }), isClass: fc.boolean() });
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), (scored) => {
      const hits = scored.filter(({ isClass }) => isClass);
      const others = scored.filter(({ isClass }) => !isClass);
      fc.pre(hits.length > 0 && others.length > 0);
      const won = hits.flatMap((hit) =>
        others.map((other): number => (Math.sign(hit.score - other.score) + 1) / 2),
      );

      const share = won.reduce((sum, value) => sum + value, 0) / won.length;
      expect(areaUnder(curveOf(scored))).toBeCloseTo(share, 10);
    }),
    { seed: 20_261_129 },
  );
});

it('counts rows in tenths of probability, with a certain one in the last', () => {
  expect(calibrationOf([...rows, { score: 1, isClass: true }])).toEqual([
    { predicted: 0.1, observed: 0, rows: 1 },
    { predicted: 0.3, observed: 1, rows: 1 },
    { predicted: 0.8, observed: 0.5, rows: 2 },
    { predicted: 0.95, observed: 1, rows: 2 },
  ]);
});
