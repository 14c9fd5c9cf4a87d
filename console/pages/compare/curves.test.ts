import { expect, it } from 'vitest';
import { type CurvePoint, calibrationOf, precisionRecallOf, rocOf } from './curves.ts';

const POSITIVE = [0, 0, 1, 1, 0, 1, 1, 0];
const SCORES = [0.1, 0.4, 0.35, 0.8, 0.4, 0.9, 0.65, 0.2];
const rows = SCORES.map((score, index) => ({ score, isPositive: POSITIVE[index] === 1 }));

function rounded(points: readonly CurvePoint[]) {
  return points.map(({ x, y }) => [Number(x.toFixed(4)), Number(y.toFixed(4))]);
}

// What scikit-learn 1.2 gives for these rows: roc_curve(…, drop_intermediate=False), precision_recall_curve,
// calibration_curve(…, n_bins=4).
it('draws the curves that scikit-learn draws', () => {
  expect(rounded(rocOf(rows))).toEqual([
    [0, 0],
    [0, 0.25],
    [0, 0.5],
    [0, 0.75],
    [0.5, 0.75],
    [0.5, 1],
    [0.75, 1],
    [1, 1],
  ]);
  expect(rounded(precisionRecallOf(rows))).toEqual([
    [0, 1],
    [0.25, 1],
    [0.5, 1],
    [0.75, 1],
    [0.75, 0.6],
    [1, 0.6667],
    [1, 0.5714],
    [1, 0.5],
  ]);
  expect(rounded(calibrationOf(rows, 4))).toEqual([
    [0.15, 0],
    [0.3833, 0.3333],
    [0.65, 1],
    [0.85, 1],
  ]);
});

it('draws nothing where a class has no row', () => {
  const negative = [{ score: 0.3, isPositive: false }];

  expect(rocOf(negative)).toEqual([]);
  expect(precisionRecallOf(negative)).toEqual([]);
  expect(calibrationOf([])).toEqual([]);
});

it('takes a probability of one into the last bin', () => {
  expect(calibrationOf([{ score: 1, isPositive: true }])).toEqual([{ x: 1, y: 1 }]);
});
