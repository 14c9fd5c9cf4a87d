import { describe, expect, it } from 'vitest';
import type { PredictionForm } from '../../data/predictions.ts';
import { readTable } from './read-table.ts';

const form: PredictionForm = {
  project: 'snails',
  description: 'Snails',
  problem: 'regression',
  label: 'rings',
  delimiter: ';',
  decimal: ',',
  thousands: '.',
  labelPosition: 1,
  columns: [
    { name: 'sex', type: 'category', values: ['F', 'M'] },
    { name: 'tag', type: 'text', ignore: true },
    { name: 'weight', type: 'number', maximum: 2_000, optional: true },
  ],
};

/** Of each row, what is sent and what is wrong. */
function read(text: string) {
  const { rows, failure } = readTable(form, text);
  return (
    failure ??
    rows.map(({ line, record, mistakes, outOfRange }) => ({ line, record, mistakes, outOfRange }))
  );
}

describe('rows for predictions', () => {
  it('finds columns by their order, with or without the label', () => {
    expect(read('F;x;1.500,25\r\n\r\nM;9;y;2\n')).toEqual([
      { line: 1, record: { sex: 'F', weight: 1_500.25 }, mistakes: {}, outOfRange: [] },
      { line: 3, record: { sex: 'M', weight: 2 }, mistakes: {}, outOfRange: [] },
    ]);
  });

  it('finds columns by the names of a header', () => {
    expect(read('\uFEFFweight;sex\n;"M"\n')).toEqual([
      { line: 2, record: { sex: 'M', weight: null }, mistakes: {}, outOfRange: [] },
    ]);
  });

  it('judges each field as the API does', () => {
    expect(read('Q;x;3000\n;x;much')).toEqual([
      {
        line: 1,
        record: { sex: 'Q', weight: 3_000 },
        mistakes: { sex: 'must be F or M' },
        outOfRange: ['weight'],
      },
      {
        line: 2,
        record: { sex: null, weight: 'much' },
        mistakes: { sex: 'is missing', weight: 'must be a number' },
        outOfRange: [],
      },
    ]);
  });

  it.each([
    ['', 'The text has no row.'],
    ['sex;weight\n', 'There is a header, and no row below it.'],
    ['F;"x;1', 'Line 1 is not well-formed CSV: a quote is not closed, or stands inside a field.'],
    [
      'F,x,1',
      'Line 1 has 1 field, expected 3, or 4 with rings. The fields seem to be separated by ",", the project says ";".',
    ],
  ])('says why %j cannot be read', (text, reason) => {
    expect(read(text)).toBe(reason);
  });
});
