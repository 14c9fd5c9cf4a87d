import { describe, expect, it } from 'vitest';
import { BriefCache } from './brief-cache.ts';

const KEPT_MS = 2_000;

function counted<Value>(...answers: readonly (Value | Error)[]) {
  let calls = 0;
  return {
    calls: () => calls,
    load: async () => {
      const answer = answers[Math.min(calls++, answers.length - 1)] as Value | Error;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

describe('an answer', () => {
  it('is shared by all who ask until its time is over', async () => {
    let now = 0;
    const cache = new BriefCache(() => now);
    const { calls, load } = counted('one', 'two');
    const ask = () => cache.get('live abalone', KEPT_MS, load);
    expect(await Promise.all([ask(), ask()])).toEqual(['one', 'one']);
    now = KEPT_MS - 1;
    expect([await ask(), calls()]).toEqual(['one', 1]);
    now = KEPT_MS;
    expect([await ask(), calls()]).toEqual(['two', 2]);
  });

  it('that is made of another is not older than its time: they end together', async () => {
    let now = 0;
    const cache = new BriefCache(() => now);
    const inner = () => cache.get('inner', KEPT_MS, async () => now);
    const outer = () => cache.get('outer', KEPT_MS, inner);
    await inner();
    now = KEPT_MS - 1;
    expect(await outer()).toBe(0);
    now = KEPT_MS;
    expect(await outer()).toBe(KEPT_MS);
  });

  it('is not kept where nothing was found, because it can be there in the next moment', async () => {
    const cache = new BriefCache(() => 0);
    const { calls, load } = counted(undefined, 'abalone:1');
    const ask = () => cache.get('live abalone', KEPT_MS, load);
    expect([await ask(), await ask(), await ask(), calls()]).toEqual([
      undefined,
      'abalone:1',
      'abalone:1',
      2,
    ]);
  });

  it('is not kept where its reader says so', async () => {
    const cache = new BriefCache(() => 0);
    const { load } = counted('Updating', 'InService', 'Updating');
    const ask = () => cache.get('endpoint', KEPT_MS, load, (status) => status === 'InService');
    expect([await ask(), await ask(), await ask()]).toEqual(['Updating', 'InService', 'InService']);
  });

  it('is not kept where the request failed', async () => {
    const cache = new BriefCache(() => 0);
    const { load } = counted<string>(new Error('Throttled'), 'one');
    const ask = () => cache.get('live abalone', KEPT_MS, load);
    await expect(ask()).rejects.toThrow('Throttled');
    expect(await ask()).toBe('one');
  });

  it('is forgotten by the beginning of its name, and others are not', async () => {
    const cache = new BriefCache(() => 0);
    const live = counted('one', 'two');
    const other = counted('one', 'two');
    const ask = () =>
      Promise.all([
        cache.get('live abalone', KEPT_MS, live.load),
        cache.get('overview', KEPT_MS, other.load),
      ]);
    await ask();
    cache.clear('live');
    expect(await ask()).toEqual(['two', 'one']);
  });

  it('that is replaced while its request still fails does not take the new one along', async () => {
    let now = 0;
    const cache = new BriefCache(() => now);
    let fail: ((error: Error) => void) | undefined;
    const slow = cache.get(
      'key',
      KEPT_MS,
      () => new Promise<string>((_, reject) => (fail = reject)),
    );
    now = KEPT_MS;
    const { calls, load } = counted('new');
    await cache.get('key', KEPT_MS, load);
    fail?.(new Error('Late'));
    await expect(slow).rejects.toThrow('Late');
    await cache.get('key', KEPT_MS, load);
    expect(calls()).toBe(1);
  });

  it('that is the oldest of too many goes', async () => {
    const cache = new BriefCache(() => 0);
    const first = counted('one', 'two');
    await cache.get('first', KEPT_MS, first.load);
    for (let index = 0; index < 5_000; index += 1) {
      await cache.get(`other ${index}`, KEPT_MS, async () => index);
    }
    expect(await cache.get('first', KEPT_MS, first.load)).toBe('two');
  });
});
