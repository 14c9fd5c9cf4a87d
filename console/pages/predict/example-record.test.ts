import { expect, it } from 'vitest';
import type { PredictionForm } from '../../data/predictions.ts';
import { exampleTexts } from './example-record.ts';
import { readRecord } from './record.ts';

const form = {
  decimal: ',',
  columns: [
    { name: 'sex', type: 'category', values: ['F', 'M'] },
    { name: 'length', type: 'number', minimum: 0, maximum: 1 },
    { name: 'shells', type: 'integer', minimum: 2.5, maximum: 4 },
    { name: 'weight', type: 'number' },
    { name: 'town', type: 'category', optional: true },
    { name: 'note', type: 'text' },
    { name: 'id', type: 'text', ignore: true },
  ],
} as unknown as PredictionForm;

it('is a record that the project allows, written as its numbers are', () => {
  const texts = exampleTexts(form);
  expect(texts).toEqual({
    sex: 'F',
    length: '0,5',
    shells: '3',
    weight: '1',
    town: '',
    note: 'example',
  });
  expect(readRecord(form, texts).mistakes).toEqual({});
});
