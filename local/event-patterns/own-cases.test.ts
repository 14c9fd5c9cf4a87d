import { expect, it } from 'vitest';
import { runPatternCases } from './own-cases.testing.ts';

it.each(runPatternCases())('$name is $expected', ({ expected, actual }) => {
  expect(actual).toBe(expected);
});
