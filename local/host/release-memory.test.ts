import { constants, PerformanceObserver } from 'node:perf_hooks';
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

interface GcEntry {
  readonly detail: { readonly kind: number; readonly flags: number };
}

it('collects young objects twice more once little was allocated', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { NODE_PERFORMANCE_GC_MAJOR: major } = constants;
  const seen: unknown[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind, flags } = (entry as unknown as GcEntry).detail;
      if (flags === constants.NODE_PERFORMANCE_GC_FLAGS_FORCED)
        seen.push(kind === major ? 'major' : 'minor');
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  releaseMemorySoon();

  for (const milliseconds of [2_000, 5_499, 1, 1_999, 1]) {
    vi.advanceTimersByTime(milliseconds);
    // Node.js reports a collection some turns later.
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    seen.push(milliseconds);
  }
  observer.disconnect();

  expect(seen).toEqual(['major', 2_000, 5_499, 'minor', 1, 1_999, 'minor', 1]);
});
