import { array, assert, integer, pre, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WeightedTurns } from './weighted-turns.ts';

describe('WeightedTurns', () => {
  it('gives each its share of any run, to within one turn for each other choice', () => {
    const weights = array(integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 10 });
    assert(
      property(weights, integer({ min: 1, max: 300 }), (given, turns) => {
        const total = given.reduce((sum, weight) => sum + weight, 0);
        pre(total > 0);
        const dealer = new WeightedTurns();
        const dealt = given.map(() => 0);
        for (let turn = 0; turn < turns; turn += 1) {
          const index = dealer.next(given);
          dealt[index] = (dealt[index] ?? 0) + 1;
        }
        for (const [index, weight] of given.entries()) {
          const fair = (turns * weight) / total;
          expect(Math.abs((dealt[index] ?? 0) - fair)).toBeLessThanOrEqual(given.length);
          expect(weight > 0 || dealt[index] === 0).toBe(true);
        }
      }),
      { seed: 20_261_120 },
    );
  });

  it('says so where nothing has weight', () => {
    expect(new WeightedTurns().next([0, 0])).toBe(-1);
  });
});
