import { expect, it } from 'vitest';
import { type AnyShape, shapeProblem } from './shape.ts';

const SHAPE: AnyShape = {
  name: 'string',
  key: { partition: 'string' },
  indexes: [{ name: 'string', key: { partition: 'string' } }],
  tags: ['string'],
};
const RECORD = {
  name: 'a',
  key: { partition: 'p', sort: 's' },
  indexes: [{ name: 'i', key: { partition: 'q' } }],
  tags: ['t'],
};

it('a record has the members that its shape names, as deep as it names them', () => {
  expect(shapeProblem(RECORD, SHAPE)).toBeUndefined();
  expect(shapeProblem({ ...RECORD, indexes: [], tags: [] }, SHAPE)).toBeUndefined();
});

it.each<[string, unknown, string]>([
  ['itself', 'a', 'it is not an object'],
  ['a member', { ...RECORD, name: 1 }, 'its member "name" is not a text'],
  ['a nested object', { ...RECORD, key: [] }, 'its member "key" is not an object'],
  ['a nested member', { ...RECORD, key: {} }, 'its member "key.partition" is not a text'],
  ['a list', { ...RECORD, indexes: {} }, 'its member "indexes" is not a list'],
  ['an item', { ...RECORD, tags: ['t', 1] }, 'its member "tags.1" is not a text'],
  [
    'a member of an item',
    { ...RECORD, indexes: [{ name: 'i', key: { partition: null } }] },
    'its member "indexes.0.key.partition" is not a text',
  ],
])('a record is named by what is damaged: %s', (_, record, problem) => {
  expect(shapeProblem(record, SHAPE)).toBe(problem);
});
