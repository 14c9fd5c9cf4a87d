import { describe, expect, it } from 'vitest';
import { isTooComplex } from './wildcard.ts';

const letters = (start: number) =>
  Array.from({ length: 60 }, (_, index) =>
    String.fromCharCode(97 + ((start + index * (start + 1)) % 26)),
  ).join('');

describe('judging wildcards', () => {
  /** Ten wildcards of three parts of sixty letters. */
  const field = Array.from({ length: 10 }, (_, index) => [
    letters(index),
    letters(index + 7),
    letters(index + 13),
  ]);

  it('ends at one bound for all fields of a rule', () => {
    const visited = { sets: 0 };

    for (let fields = 0; fields < 10; fields += 1) isTooComplex(field, visited);

    expect(visited.sets).toBeLessThanOrEqual(5_010);
  });

  it('visits each set of places once', () => {
    const visited = { sets: 0 };

    expect(isTooComplex([['a', 'b']], visited)).toBe(false);

    // The start, and behind it the quote, a, the wildcard with or without b, and the end.
    expect(visited.sets).toBeLessThanOrEqual(6);
  });
});
