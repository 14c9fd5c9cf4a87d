import { expect, it } from 'vitest';
import { plotsOf } from './plot-rows.ts';

const pair = { one: 'ship:1', other: 'ship:2', total: 2 } as const;

it('draws curves where there are two classes, of which the second is the positive one', () => {
  const plots = plotsOf({
    ...pair,
    kind: 'classes',
    classes: ['died', 'lived'],
    rows: [
      {
        row: 1,
        actual: 'lived',
        one: 'lived',
        other: 'died',
        oneProbabilities: [0.1, 0.9],
        otherProbabilities: [0.6, 0.4],
      },
      {
        row: 2,
        actual: 'died',
        one: 'died',
        other: 'died',
        oneProbabilities: [0.8, 0.2],
        otherProbabilities: [0.5, 0.5],
      },
    ],
  });

  expect(plots.map(({ name }) => name)).toEqual([
    'right',
    'confusions',
    'roc',
    'precisionRecall',
    'calibration',
  ]);
  expect(plots.find(({ name }) => name === 'roc')?.rows).toEqual([
    { version: 'ship:1', order: 0, x: 0, y: 0 },
    { version: 'ship:1', order: 1, x: 0, y: 1 },
    { version: 'ship:1', order: 2, x: 1, y: 1 },
    { version: 'ship:2', order: 0, x: 0, y: 0 },
    { version: 'ship:2', order: 1, x: 1, y: 0 },
    { version: 'ship:2', order: 2, x: 1, y: 1 },
  ]);
});

it('draws no curve for three classes, and none for numbers', () => {
  const three = { ...pair, kind: 'classes', classes: ['a', 'b', 'c'], rows: [] } as const;
  const numbers = { ...pair, kind: 'numbers', classes: [], rows: [] } as const;

  const names = [three, numbers].map((each) =>
    plotsOf({ ...each, classes: [...each.classes], rows: [] }).map(({ name }) => name),
  );

  expect(names).toEqual([
    ['right', 'confusions'],
    ['predicted', 'errors'],
  ]);
});
