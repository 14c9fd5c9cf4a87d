import { describe, expect, it } from 'vitest';
import { parse } from '../index.ts';
import { start, type TestExecution } from './execute.ts';
import { matchers } from './matchers.ts';
import { failsWith, takes } from './mocks.ts';

function runPaying(pay: object): TestExecution {
  const { machine } = parse(
    JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Ask',
      States: {
        Ask: { Type: 'Pass', Next: 'Pay' },
        Pay: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Arguments: { FunctionName: 'f' },
          End: true,
        },
      },
    }),
  );
  if (machine === undefined) throw new Error('The definition is invalid.');
  return start(machine, {}, { tasks: { Pay: pay as never } });
}

const paid = runPaying({ receipt: 1 });
const refused = runPaying(failsWith('Poor', 'no money'));
const running = runPaying(takes(60, 'late'));
const aborted = runPaying(takes(60, 'late'));
aborted.abort();

/** Whether it passes, and the message of its failure, or of that of its negation. */
function verdict({ pass, message }: { pass: boolean; message: () => string }): string {
  return `${pass}: ${message()}`;
}

describe('the matcher', () => {
  it.each<[string, ReturnType<(typeof matchers)['toHaveTaken']>, string]>([
    [
      'toHaveSucceeded',
      matchers.toHaveSucceeded(paid),
      'true: expected the execution not to have succeeded, but it succeeded with {"receipt":1}',
    ],
    [
      'toHaveSucceeded',
      matchers.toHaveSucceeded(paid, { receipt: 2 }),
      'false: expected the execution to have succeeded with {"receipt":2}, but it succeeded with {"receipt":1}',
    ],
    [
      'toHaveSucceeded',
      matchers.toHaveSucceeded(running),
      "false: expected the execution to have succeeded, but it is still running in 'Pay'",
    ],
    [
      'toHaveSucceeded',
      matchers.toHaveSucceeded(aborted),
      'false: expected the execution to have succeeded, but it ABORTED with no error: ',
    ],
    [
      'toHaveFailedWith',
      matchers.toHaveFailedWith(refused, 'Poor'),
      'true: expected the execution not to have failed with Poor, but it failed with Poor: no money',
    ],
    [
      'toHaveFailedWith',
      matchers.toHaveFailedWith(refused, 'Poor', /money$/),
      'true: expected the execution not to have failed with Poor and the cause /money$/, but it failed with Poor: no money',
    ],
    [
      'toHaveFailedWith',
      matchers.toHaveFailedWith(refused, 'Poor', 'money'),
      'false: expected the execution to have failed with Poor and the cause money, but it failed with Poor: no money',
    ],
    [
      'toHaveFailedWith',
      matchers.toHaveFailedWith(refused, 'Rich'),
      'false: expected the execution to have failed with Rich, but it failed with Poor: no money',
    ],
    [
      'toHaveFailedWith',
      matchers.toHaveFailedWith(aborted, 'Poor'),
      'false: expected the execution to have failed with Poor, but it ABORTED with no error: ',
    ],
    [
      'toHavePassedThrough',
      matchers.toHavePassedThrough(paid, ['Ask']),
      'true: expected the execution not to have passed through Ask; the states were Ask → Pay',
    ],
    [
      'toHavePassedThrough',
      matchers.toHavePassedThrough(paid, ['Ask', 'Pay']),
      'true: expected the execution not to have passed through Ask → Pay; the states were Ask → Pay',
    ],
    [
      'toHavePassedThrough',
      matchers.toHavePassedThrough(paid, ['Pay', 'Ask']),
      "false: expected the execution to have passed through Pay → Ask, but after 'Pay' there was no 'Ask'; the states were Ask → Pay",
    ],
    [
      'toHavePassedThrough',
      matchers.toHavePassedThrough(paid, ['Go']),
      "false: expected the execution to have passed through Go, but after the start there was no 'Go'; the states were Ask → Pay",
    ],
    [
      'toHaveTaken',
      matchers.toHaveTaken(paid, ['Ask', 'Pay']),
      'true: expected the execution not to have taken Ask → Pay; the states were Ask → Pay',
    ],
    [
      'toHaveTaken',
      matchers.toHaveTaken(paid, []),
      'false: expected the execution to have taken none; the states were Ask → Pay',
    ],
    [
      'toHaveVisited',
      matchers.toHaveVisited(paid, 'Pay'),
      "true: expected the execution not to have visited 'Pay'; it was visited 1 times",
    ],
    [
      'toHaveVisited',
      matchers.toHaveVisited(paid, 'Go'),
      "false: expected the execution to have visited 'Go'; it was visited 0 times",
    ],
    [
      'toHaveVisited',
      matchers.toHaveVisited(paid, 'Pay', 2),
      "false: expected the execution to have visited 'Pay' 2 times; it was visited 1 times",
    ],
    [
      'toHaveVisited',
      matchers.toHaveVisited(paid, 'Go', 0),
      "true: expected the execution not to have visited 'Go' 0 times; it was visited 0 times",
    ],
    [
      'toHaveCalled',
      matchers.toHaveCalled(paid, 'Pay'),
      'true: expected the task \'Pay\' not to have been called; its calls: {"FunctionName":"f"}',
    ],
    [
      'toHaveCalled',
      matchers.toHaveCalled(paid, 'Pay', { FunctionName: 'f' }),
      'true: expected the task \'Pay\' not to have been called with {"FunctionName":"f"}; its calls: {"FunctionName":"f"}',
    ],
    [
      'toHaveCalled',
      matchers.toHaveCalled(paid, 'Pay', {}),
      'false: expected the task \'Pay\' to have been called with {}; its calls: {"FunctionName":"f"}',
    ],
    [
      'toHaveCalled',
      matchers.toHaveCalled(paid, 'Ask'),
      "false: expected the task 'Ask' to have been called; its calls: none",
    ],
  ])('%s explains itself', (_, result, expected) => {
    expect(verdict(result)).toBe(expected);
  });

  it.each([undefined, null, 1, {}, { states: [] }, { calls: [] }])(
    'throws for %j, which is not an execution',
    (value) => {
      expect(() => matchers.toHaveTaken(value as never, [])).toThrow(
        `toHaveTaken: got ${JSON.stringify(value)}, which is not an execution; pass the result of execute() or start()`,
      );
    },
  );
});
