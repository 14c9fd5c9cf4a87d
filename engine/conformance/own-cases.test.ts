import { expect, it } from 'vitest';
import { runChoiceCases, runIntrinsicCases } from './own-cases.testing.ts';

it.each(runChoiceCases())('Choice: $name is $expected', ({ expected, actual }) => {
  expect(actual).toBe(expected);
});

it.each(runIntrinsicCases())('$name', ({ expected, actual }) => {
  expect(actual).toEqual(expected);
});
