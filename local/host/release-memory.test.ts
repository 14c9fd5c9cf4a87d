import { afterEach, expect, it, vi } from 'vitest';
import { releaseMemorySoon } from './release-memory.ts';

afterEach(() => vi.useRealTimers());

/** What nothing refers to any more. */
function makeGarbage(): WeakRef<object> {
  return new WeakRef({});
}

it('collects what nothing refers to, two seconds after the last work', async () => {
  const garbage = makeGarbage();
  // Until the turn ends, V8 keeps what was made.
  await new Promise(setImmediate);
  vi.useFakeTimers();
  releaseMemorySoon();
  vi.advanceTimersByTime(1_000);
  releaseMemorySoon();
  vi.advanceTimersByTime(1_999);
  const waiting = vi.getTimerCount();
  vi.advanceTimersByTime(1);
  expect([waiting, garbage.deref()]).toEqual([1, undefined]);
});
