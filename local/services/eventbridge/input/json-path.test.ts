import { expect, it } from 'vitest';
import { follow, parseJsonPath } from './json-path.ts';

const EVENT = {
  detail: { 'a-b': 1, 'a.b': 2, list: [{ n: 1 }, {}, { n: 3 }], empty: [], none: null },
  constructor: undefined,
};

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
it.each<[path: string, value: unknown]>([
  ['$', EVENT],
  ['$.detail.a-b', 1],
  ["$.detail['a.b']", 2],
  ['$.detail["a.b"]', 2],
  ['$.detail.list[0].n', 1],
  ['$.detail.list[1].n', undefined],
  ['$.detail.list[3]', undefined],
  ['$.detail.list[*].n', [1, 3]],
  ['$.detail.empty[*].n', []],
  ['$.detail[*]', undefined],
  ['$.detail[0]', undefined],
  ['$.detail.list.length', undefined],
  ['$.detail.none', null],
  ['$.detail.none.more', undefined],
  ['$.detail.a-b.more', undefined],
  ['$.toString', undefined],
])('%s', (path, value) => {
  expect(follow(EVENT, parseJsonPath(path) ?? ['no path'])).toEqual(value);
});

it.each([
  '',
  'detail',
  '$detail',
  '$.',
  '$..detail',
  '$.a b',
  '$[-1]',
  '$[a]',
  "$['a]",
  '$.a[?(@.b)]',
])('%s is not a path', (path) => {
  expect(parseJsonPath(path)).toBeUndefined();
});
