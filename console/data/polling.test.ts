import { expect, it } from 'vitest';
import { pollMilliseconds } from './polling.ts';
import { ProblemError } from './problem-error.ts';

const answered = (status: number) =>
  new ProblemError({ type: 'urn:stepmill:problem:any', title: 'Any', status });

it.each([
  ['as often as the answer says', { pollAfterSeconds: 2 }, null, 2_000],
  ['every 15 seconds where the answer does not say', { pollAfterSeconds: undefined }, null, 15_000],
  ['every 15 seconds before the first answer', undefined, null, 15_000],
  [
    'every 5 seconds after a lost connection',
    { pollAfterSeconds: 15 },
    new TypeError('fetch'),
    5_000,
  ],
  ['every 5 seconds where there are too many requests', undefined, answered(429), 5_000],
  ['every 5 seconds where the server fails', undefined, answered(503), 5_000],
  ['never for what does not exist', undefined, answered(404), false],
  ['never where the person may not', { pollAfterSeconds: 2 }, answered(403), false],
] as const)('asks again %s', (_, data, error, expected) => {
  expect(pollMilliseconds(data, error)).toBe(expected);
});
