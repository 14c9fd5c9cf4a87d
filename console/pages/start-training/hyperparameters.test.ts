import { expect, it } from 'vitest';
import { describeRule, findProblem, readSettings } from './hyperparameters.ts';

const depth = { type: 'integer', minimum: 1, maximum: 20 } as const;
const rate = { type: 'number', minimum: 0 } as const;
const booster = { type: 'text', values: ['gbtree', 'dart'] } as const;

it.each([
  ['', depth, undefined],
  ['6', depth, undefined],
  ['0', depth, 'At least 1.'],
  ['21', depth, 'At most 20.'],
  ['6.5', depth, 'A whole number is needed.'],
  ['six', depth, 'A number is needed.'],
  [' ', rate, 'A number is needed.'],
  ['0.3', rate, undefined],
  ['dart', { ...booster, values: [...booster.values] }, undefined],
  ['tree', { ...booster, values: [...booster.values] }, 'One of: gbtree, dart.'],
])('judges %j', (text, rule, problem) => {
  expect(findProblem(text, rule)).toBe(problem);
});

it('describes what is taken', () => {
  expect(describeRule(depth)).toBe('Whole number, 1 to 20');
  expect(describeRule(rate)).toBe('Number, at least 0');
});

it('sends what was written, as its type says', () => {
  expect(
    readSettings(
      { depth: '6', rate: '', name: '7', unknown: '1' },
      { depth, rate, name: { type: 'text' } },
    ),
  ).toEqual({ depth: 6, name: '7' });
});
