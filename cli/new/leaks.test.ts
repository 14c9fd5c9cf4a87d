import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { aucOf } from './leaks.ts';

/** By its definition: each pair of a row of the class and another. */
function byPairs(scores: readonly number[], isClass: readonly boolean[]): number {
  const hits = scores.filter((_score, at) => isClass[at]);
  const others = scores.filter((_score, at) => isClass[at] !== true);
  const won = hits.flatMap((hit) =>
    others.map((other): number => (hit > other ? 1 : hit === other ? 0.5 : 0)),
  );
  return won.length === 0 ? 0.5 : won.reduce((sum, value) => sum + value, 0) / won.length;
}

it('measures the share of pairs in the right order, ties and infinities among them', () => {
  const score = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(-Infinity, Infinity));
  fc.assert(
    fc.property(fc.array(fc.tuple(score, fc.boolean()), { maxLength: 30 }), (rows) => {
      const scores = rows.map(([value]) => value);
      const isClass = rows.map(([, is]) => is);

      expect(aucOf(scores, isClass)).toBeCloseTo(byPairs(scores, isClass), 10);
    }),
    { seed: 20_261_129 },
  );
});
