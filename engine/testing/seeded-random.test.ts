import { expect, it } from 'vitest';
import { createSeededRandom } from './seeded-random.ts';

/** Histories of users' tests depend on these numbers, so they stay the same: mulberry32 with the seed 1. */
it('a seed gives the same numbers and ids in every version', () => {
  const random = createSeededRandom();

  expect([random.next(), random.next(), random.next()]).toEqual([
    0.6270739405881613, 0.002735721180215478, 0.5274470399599522,
  ]);
  expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(createSeededRandom(1).next()).toBe(createSeededRandom().next());
  expect(createSeededRandom(2).next()).not.toBe(createSeededRandom(1).next());
});
