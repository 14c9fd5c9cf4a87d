import { expect, it } from 'vitest';
import { readableCause } from './readable-cause.ts';

it.each([
  [
    'a job',
    JSON.stringify({ TrainingJobName: 'a', FailureReason: 'AlgorithmError:\nExitCode 1' }),
    'AlgorithmError:\n    ExitCode 1',
  ],
  [
    'a function',
    JSON.stringify({ errorMessage: 'no such row', errorType: 'Error', trace: [] }),
    'no such row',
  ],
  ['a sentence', 'The file is empty.', 'The file is empty.'],
  ['a reason with escaped breaks', 'Train model: a\\nb', 'Train model: a\n    b'],
  ['other JSON', '{"a":1}', '{"a":1}'],
  ['nothing', undefined, ''],
])('tells the reason of %s', (_what, cause, reason) => {
  expect(readableCause(cause)).toBe(reason);
});
