import { describe, expect, it } from 'vitest';
import { compareAnswers } from './shadow-comparison.ts';

describe('a comparison with the shadow', () => {
  it('joins answers by request and measures how far they are apart', () => {
    const champion = new Map([
      ['a', ['1', '2']],
      ['b', ['3']],
      ['c', ['4']],
    ]);
    const challenger = new Map([
      ['a', ['1.0000000001', '4']],
      ['b', ['3']],
      ['d', ['9']],
    ]);

    expect(compareAnswers(champion, challenger)).toEqual({
      requests: 2,
      answers: 3,
      unpaired: 2,
      meanAbsoluteDifference: 2 / 3,
      largestDifference: 2,
      differentShare: 1 / 3,
    });
  });

  it('counts labels and missing answers as different, without a distance', () => {
    const champion = new Map([['a', ['cat', 'dog', '1']]]);
    const challenger = new Map([['a', ['cat', 'cow']]]);

    expect(compareAnswers(champion, challenger)).toMatchObject({
      answers: 3,
      meanAbsoluteDifference: 0,
      differentShare: 2 / 3,
    });
  });

  it('says nothing where nothing was captured', () => {
    expect(compareAnswers(new Map(), new Map())).toEqual({
      requests: 0,
      answers: 0,
      unpaired: 0,
      meanAbsoluteDifference: undefined,
      largestDifference: undefined,
      differentShare: undefined,
    });
  });
});
