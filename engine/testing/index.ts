/**
 * Tests state machines with mocked tasks, a virtual clock, and matchers.
 *
 * @example
 * ```ts
 * import { expect, test } from 'vitest';
 * import { execute, failsWith, inOrder, matchers, parse } from 'stepmill-testing';
 *
 * expect.extend(matchers);
 *
 * test('retries a busy card terminal', () => {
 *   const { machine } = parse(definition);
 *   const execution = execute(machine, { amount: 12 }, {
 *     tasks: { Charge: inOrder(failsWith('Terminal.Busy'), { receipt: 'r-1' }) },
 *   });
 *   expect(execution).toHaveSucceeded({ receipt: 'r-1' });
 * });
 * ```
 */

export { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';
export { type ExecuteOptions, execute, start, type TestExecution } from './execute.ts';
export { type ExecutionMatchers, type MatcherResult, matchers } from './matchers.ts';
export {
  failsWith,
  inOrder,
  type MockedOutcome,
  neverEnds,
  type TaskAnswer,
  type TaskAnswers,
  type TaskMock,
  takes,
} from './mocks.ts';
export { createSeededRandom } from './seeded-random.ts';
