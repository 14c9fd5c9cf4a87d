import { array, boolean, assert as check, constantFrom, property, string, tuple } from 'fast-check';
import { expect, it } from 'vitest';
import { SortedTable } from './sorted-table.ts';

const key = array(
  constantFrom('a', 'b', '\n', 'ä', '\ud7ff', '\ue000', '\uffff', '\u{1f600}', '\u{10000}'),
  {
    maxLength: 4,
  },
).map((characters) => characters.join(''));

it('keeps its keys in the order of their UTF-8 bytes after any puts and deletes', () => {
  const changes = array(tuple(key, string(), boolean()), { maxLength: 60 });
  check(
    property(changes, key, (list, prefix) => {
      const table = new SortedTable<string>();
      const model = new Map<string, string>();
      for (const [name, value, isKept] of list) {
        if (isKept) {
          table.put(name, value);
          model.set(name, value);
        } else {
          expect(table.delete(name)).toBe(model.delete(name));
        }
      }
      const sorted = [...model].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const matching = sorted.filter(([name]) => name.startsWith(prefix));

      expect([...table.entries()]).toEqual(sorted);
      expect([...table.entries({ prefix })]).toEqual(matching);
      expect([...table.entries({ prefix, reverse: true })]).toEqual(matching.toReversed());
      expect(table.size).toBe(model.size);
      for (const [name, value] of model) expect(table.get(name)).toBe(value);
    }),
    { seed: 5, numRuns: 1_000 },
  );
});
