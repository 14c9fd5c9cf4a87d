import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Turn, Turns } from './turns.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Takes some turns; those that began are in the list, in their order. */
async function take(turns: Turns, count: number): Promise<Turn[]> {
  const begun: Turn[] = [];
  for (let index = 0; index < count; index += 1) {
    void turns.take().then((turn) => begun.push(turn));
  }
  await passed(0);
  return begun;
}

const passed = (timeMs: number) => vi.advanceTimersByTimeAsync(timeMs);

it('lets as many run as are allowed, and the next when one ends', async () => {
  const turns = new Turns(2);
  const begun = await take(turns, 4);
  expect(begun).toHaveLength(2);

  begun[0]?.end();
  begun[0]?.end();
  await passed(0);

  expect(begun).toHaveLength(3);
});

it('ends a turn at its time, which may be put off', async () => {
  const turns = new Turns(1);
  const begun = await take(turns, 2);
  begun[0]?.endAfter(1_000);
  await passed(900);
  begun[0]?.endAfter(1_000);

  await passed(900);
  expect(begun).toHaveLength(1);
  await passed(100);
  expect(begun).toHaveLength(2);
});

it('is empty after the last turn, and gives none to what waits when it is halted', async () => {
  const turns = new Turns(1);
  const begun = await take(turns, 2);
  turns.halt();
  expect(turns.isEmpty).toBe(false);

  begun[0]?.end();
  await passed(0);

  expect(begun).toHaveLength(1);
  expect(turns.isEmpty).toBe(true);
});
