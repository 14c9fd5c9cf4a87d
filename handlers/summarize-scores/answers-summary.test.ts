import { describe, expect, it } from 'vitest';
import { tallyFor } from './answers-summary.ts';
import { NumberSummary } from './number-summary.ts';

function tally(problem: string | undefined, answers: readonly (readonly [string, string?])[]) {
  const counted = tallyFor(problem, answers[0]?.filter((field) => field !== undefined) ?? []);
  for (const [answer, probability] of answers) counted.add(answer, probability);
  return counted.render();
}

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a summary of classes', () => {
  it('lists the most frequent first, and equal ones by name', () => {
    expect(tally('multiclass', [['b'], ['c'], ['a'], ['c']])).toEqual({
      kind: 'class',
      classes: [
        { name: 'c', count: 2 },
        { name: 'a', count: 1 },
        { name: 'b', count: 1 },
      ],
      others: 0,
      probabilities: [],
    });
  });

  it('lists a hundred, and counts the others together', () => {
    const names = times(101).map((index): [string] => [`c${String(index).padStart(3, '0')}`]);

    const { classes, others } = tally('binary', [...names, ['c100'], ['c099']]) as {
      readonly classes: readonly { readonly name: string }[];
      readonly others: number;
    };

    expect(classes.map(({ name }) => name)).toEqual([
      'c099',
      'c100',
      ...names.slice(0, 98).map(([name]) => name),
    ]);
    expect(others).toBe(1);
  });

  it('counts a thousand one by one, and those that come later only together', () => {
    const names = times(1_001).map((index): [string] => [`c${String(index).padStart(4, '0')}`]);

    const answers = tally('multiclass', [...names, ['c1000'], ['c0999']]);

    // c0999 is known and counted twice; c1000 came too late, twice.
    expect(answers).toMatchObject({ classes: { 0: { name: 'c0999', count: 2 } }, others: 902 });
  });

  it('has the tenth of each probability from 0 to 1, and of no other number', () => {
    const answers = ['0', '0.09', '0.1', '0.95', '1', '1.01', '-0.01', 'x', '', undefined].map(
      (probability): [string, string?] =>
        ['a', ...(probability === undefined ? [] : [probability])] as [string, string?],
    );

    expect(tally('binary', [['a', '0.5'], ...answers])).toMatchObject({
      probabilities: [
        { lower: 0, upper: 0.1, count: 2 },
        { lower: 0.1, upper: 0.2, count: 1 },
        { lower: 0.5, upper: 0.6, count: 1 },
        { lower: 0.9, upper: 1, count: 2 },
      ],
    });
  });

  it.each([
    [undefined, [['1']], 'number'],
    ['regression', [['x']], 'number'],
    ['binary', [['0.5']], 'number'],
    ['binary', [[' ']], 'class'],
    ['binary', [['yes']], 'class'],
    ['binary', [['1', '0.5']], 'class'],
    ['multiclass', [['1']], 'class'],
  ] as const)('of the problem %s with %j is of kind %s', (problem, answers, kind) => {
    expect(tally(problem, answers).kind).toBe(kind);
  });
});

function summaryOf(...numbers: readonly number[]) {
  const summary = new NumberSummary();
  for (const number of numbers) summary.add(number);
  return summary.render();
}

describe('a summary of numbers', () => {
  it('has no deviation of one number, and the deviation of a sample of several', () => {
    expect(summaryOf(3)).toMatchObject({ mean: 3, standardDeviation: 0, minimum: 3, maximum: 3 });
    expect(summaryOf(2, 4, 4, 4, 5, 5, 7, 9)).toMatchObject({
      mean: 5,
      standardDeviation: Math.sqrt(32 / 7),
      minimum: 2,
      maximum: 9,
    });
  });

  it('has bins from the lowest to the highest, forty at most', () => {
    const forty = summaryOf(...times(40).toReversed()).bins;
    const fortyOne = summaryOf(...times(41).toReversed()).bins;

    expect(forty).toEqual(
      times(40).map((place) => ({ lower: place, upper: place + (forty[0]?.upper ?? 0), count: 1 })),
    );
    expect(fortyOne).toEqual(
      times(21).map((place) => ({
        lower: 2 * place,
        upper: 2 * place + 2,
        count: place === 20 ? 1 : 2,
      })),
    );
  });
});
