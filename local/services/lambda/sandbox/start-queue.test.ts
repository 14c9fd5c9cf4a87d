import { expect, it } from 'vitest';
import { StartQueue } from './start-queue.ts';

/** What each of some invocations gets, in the order in which they get it. */
function enter(queue: StartQueue<string>, invocations: number) {
  const got: string[] = [];
  for (let index = 0; index < invocations; index += 1) {
    void queue.enter().then((idle) => got.push(`${index}: ${idle ?? 'starts'}`));
  }
  return got;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('lets two start, and others wait', async () => {
  const queue = new StartQueue<string>(2);
  const got = enter(queue, 4);
  await settled();

  expect(got).toEqual(['0: starts', '1: starts']);
});

it('gives an idle process to the first that waits, and to nobody when none waits', async () => {
  const queue = new StartQueue<string>(1);
  const got = enter(queue, 3);
  await settled();

  expect([queue.give('a'), queue.give('b'), queue.give('c')]).toEqual([true, true, false]);
  await settled();
  expect(got).toEqual(['0: starts', '1: a', '2: b']);
});

it('scales out while invocations hold their processes, and is empty after the last start', async () => {
  const queue = new StartQueue<string>(1);
  const got = enter(queue, 3);
  await settled();

  queue.started();
  queue.started();
  await settled();
  expect(got).toEqual(['0: starts', '1: starts', '2: starts']);
  expect(queue.isEmpty).toBe(false);
  queue.started();
  expect(queue.isEmpty).toBe(true);
});
