import { expect, it } from 'vitest';
import { retryPauseMs } from './retry-pause.ts';

it.each([
  [0, 500],
  [1, 1_000],
  [5, 16_000],
  [6, 30_000],
  [5_000, 30_000],
])('waits after %i failures for %i ms', (failures, pauseMs) => {
  expect(retryPauseMs(failures, { firstMs: 500, longestMs: 30_000 })).toBe(pauseMs);
});
