import { expect, it } from 'vitest';
import { pageByName } from './pages.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

/** The names of all pages, of which the second begins after `removed` was deleted. */
function pagesOf(names: readonly string[], isDescending: boolean, removed?: string) {
  const read = (list: readonly string[], token?: string) =>
    pageByName(list, (name) => name, { limit: 2, token, isDescending });
  const first = read(names);
  const left = names.filter((name) => name !== removed);
  const second = read(left, first.next);
  const third = read(left, second.next);
  return [first, second, third].map(({ items }) => items.join(''));
}

it.each([
  [NAMES, false, ['ab', 'cd', 'e']],
  [NAMES.toReversed(), true, ['ed', 'cb', 'a']],
])('pages through %j', (names, isDescending, pages) => {
  expect(pagesOf(names, isDescending)).toEqual(pages);
});

it.each([
  [NAMES, false, 'b', ['ab', 'cd', 'e']],
  [NAMES.toReversed(), true, 'd', ['ed', 'cb', 'a']],
])('continues after a deleted item in %j', (names, isDescending, removed, pages) => {
  expect(pagesOf(names, isDescending, removed)).toEqual(pages);
});

it('has no token on the last page', () => {
  const { next } = pageByName(NAMES, (name) => name, { limit: 5 });

  expect(next).toBeUndefined();
});
