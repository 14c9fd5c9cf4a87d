import { expect, it } from 'vitest';
import { MemoryStore } from '../store/index.ts';
import { createTestClouds } from '../testing/cloud.testing.ts';
import { MOST_CLOUDS, TooManyAccounts } from './clouds.ts';

const accounts = Array.from({ length: MOST_CLOUDS }, (_, at) => String(111_111_111_111 + at));

it('opens the accounts that it has started, also those that a new start does not name', async () => {
  const store = new MemoryStore();
  await createTestClouds([], accounts.slice(0, 3), { store }).start();

  const again = createTestClouds([], accounts.slice(0, 1), { store });

  expect(again.all().map(({ accountId }) => accountId)).toEqual(accounts.slice(0, 3));
});

it('starts again after a start with more accounts than it has room for', async () => {
  const store = new MemoryStore();
  const tooMany = () => createTestClouds([], ['999999999999', ...accounts], { store });

  expect(tooMany).toThrow(TooManyAccounts);
  await createTestClouds([], accounts, { store }).start();
  expect(tooMany).toThrow(TooManyAccounts);

  expect(createTestClouds([], accounts, { store }).all()).toHaveLength(MOST_CLOUDS);
});
