import { expect, it } from 'vitest';
import { OpenMapRuns } from './open-map-runs.ts';

const settled = () => new Promise(setImmediate);

it('lets map runs begin in their order, no more than the limit at once', async () => {
  const open = new OpenMapRuns(2);
  const begun: string[] = [];
  const begin = async (name: string) => {
    await open.enter();
    begun.push(name);
  };

  const all = Promise.all(['a', 'b', 'c', 'd'].map(begin));
  await settled();
  const atFirst = [...begun];
  open.leave();
  await settled();
  const afterOne = [...begun];
  open.leave();
  await all;

  expect(atFirst).toEqual(['a', 'b']);
  expect(afterOne).toEqual(['a', 'b', 'c']);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});
