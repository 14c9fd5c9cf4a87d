import { expect, it } from 'vitest';
import { slotsOf } from './distributions.ts';

const counts = { baseline: 10, current: 1 };

it('gives shares of the training rows and of the rows now in each bin', () => {
  const slots = slotsOf({
    bins: [
      { lower: null, upper: 1.5, baseline: 30, current: 0 },
      { lower: 1.5, upper: 2.25, baseline: 10, current: 5 },
      { lower: 2.25, upper: null, baseline: 0, current: 15 },
    ],
  } as never);
  expect(slots).toEqual([
    { label: 'below 1.5', baseline: 0.75, current: 0 },
    { label: '1.5 to 2.25', baseline: 0.25, current: 0.25 },
    { label: 'from 2.25', baseline: 0, current: 0.75 },
  ]);
});

it('gives shares of categories, with those that are not named together', () => {
  const slots = slotsOf({
    categories: [{ value: 'red', ...counts }],
    others: { values: 7, baseline: 10, current: 3 },
  } as never);
  expect(slots).toEqual([
    { label: 'red', baseline: 0.5, current: 0.25 },
    { label: '7 others', baseline: 0.5, current: 0.75 },
  ]);
});

it('has no share of rows that there are not', () => {
  const slots = slotsOf({
    bins: [{ lower: null, upper: null, baseline: 5, current: 0 }],
    others: { values: 0, baseline: 0, current: 0 },
  } as never);
  expect(slots).toEqual([{ label: 'all', baseline: 1, current: 0 }]);
});
