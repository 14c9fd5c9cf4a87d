import { expect, it } from 'vitest';
import { ANSWER_MILLISECONDS, patience, pauseAfter } from './answer.ts';

it('all attempts to answer and the waits between them end before the function does', () => {
  const { attempts, timeoutMilliseconds, pauseMilliseconds } = patience;

  const waits = Array.from({ length: attempts - 1 }, (_, index) =>
    pauseAfter(index + 1, pauseMilliseconds),
  );

  expect(waits).toEqual([1_000, 2_000, 4_000]);
  expect(attempts * timeoutMilliseconds + 7_000).toBe(27_000);
  expect(ANSWER_MILLISECONDS).toBe(30_000);
});
