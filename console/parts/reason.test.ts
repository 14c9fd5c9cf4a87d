import { expect, it } from 'vitest';
import { judgeReason } from './reason.ts';

it.each([
  ['', undefined],
  ['Besser für große Tiere', undefined],
  ['x'.repeat(500), undefined],
  ['x'.repeat(501), 'At most 500 characters; these are 501.'],
  ['two\nlines', 'One line, without control characters.'],
  ['\u{1f40c}', undefined],
])('judges %j', (reason, problem) => {
  expect(judgeReason(reason)).toBe(problem);
});
