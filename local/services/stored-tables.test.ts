import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MemoryStore, type Store } from '../store/index.ts';
import { createTestCloud } from '../testing/cloud.testing.ts';
import { serviceFactories } from './index.ts';

/** Notes the tables and logs that services open. */
function notingStore(noted: Record<string, unknown>): Store {
  const store = new MemoryStore();
  const noteAll: Partial<Store> = {
    table(name, shape) {
      noted[name] = typeof shape === 'function' ? 'checked by a function' : shape;
      return store.table(name);
    },
    log(name) {
      noted[name] = 'log';
      return store.log(name);
    },
  };
  return Object.assign(Object.create(store) as Store, noteAll);
}

// What users have stored is found by these names, and records with other members are skipped when a runtime starts: who
// changes a line of the file converts what former versions have stored. A new table gets its line once users may have it.
it('services keep their records in tables of these names and shapes', () => {
  const noted: Record<string, unknown> = {};
  createTestCloud(serviceFactories, { store: notingStore(noted) });

  const lines = Object.entries(noted).map(
    ([name, shape]) => `${name} ${JSON.stringify(shape) ?? 'any value'}`,
  );
  const known = readFileSync('local/services/stored-tables.txt', 'utf8').trimEnd().split('\n');
  expect(lines).toEqual(expect.arrayContaining(known));
});
