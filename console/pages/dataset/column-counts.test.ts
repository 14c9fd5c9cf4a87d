import { expect, it } from 'vitest';
import { countsOf } from './column-counts.ts';

const column = { name: 'x', missing: 0 };

it.each([
  [
    'bins by where they begin and end',
    { type: 'number', histogram: { from: 0.25, width: 0.125, counts: [3, 1] } },
    [
      { label: '0.25 to 0.375', count: 3 },
      { label: '0.375 to 0.5', count: 1 },
    ],
  ],
  [
    'bins of one whole number by the number',
    { type: 'integer', histogram: { from: 4, width: 1, counts: [2, 0] } },
    [
      { label: '4', count: 2 },
      { label: '5', count: 0 },
    ],
  ],
  [
    'bins of whole numbers by the first and the last',
    { type: 'integer', histogram: { from: 8, width: 4, counts: [1] } },
    [{ label: '8 to 11', count: 1 }],
  ],
  [
    'one number by itself',
    { type: 'number', histogram: { from: 0.4, width: 0, counts: [9] } },
    [{ label: '0.4', count: 9 }],
  ],
  [
    'categories by their values, and what is not named',
    { type: 'category', frequentValues: [{ value: 'M', count: 5 }], otherValues: 2 },
    [
      { label: 'M', count: 5 },
      { label: 'others', count: 2 },
    ],
  ],
  ['nothing where nothing was counted', { type: 'text' }, []],
] as const)('names %s', (_what, profile, counts) => {
  expect(countsOf({ ...column, ...structuredClone(profile) } as never)).toEqual(counts);
});
