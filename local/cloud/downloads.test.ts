import { expect, it } from 'vitest';
import { createVirtualClock } from '../host/clock.ts';
import { createSeededRandom } from '../host/random.ts';
import { Downloads } from './downloads.ts';

const CODE = { file: '/code.zip', contentType: 'application/zip' };

it('gives out links that work for ten minutes', () => {
  const clock = createVirtualClock();
  const downloads = new Downloads(clock, createSeededRandom(1));
  const path = downloads.offer(CODE);

  clock.advance(599_999);
  expect(downloads.find(path)).toMatchObject(CODE);
  clock.advance(1);
  expect(downloads.find(path)).toBeUndefined();
});

it('keeps the latest thousand links', () => {
  const downloads = new Downloads(createVirtualClock(), createSeededRandom(1));
  const paths = Array.from({ length: 1_001 }, () => downloads.offer(CODE));

  expect(paths.filter((path) => downloads.find(path) === undefined)).toEqual([paths[0]]);
});
