import { expect, it } from 'vitest';
import { type PageRequest, page } from './paging.ts';

const VERSIONS = [9, 10, 11].map((version) => ({ name: `group/${version}`, creationTime: 5 }));

function pageOf(request: PageRequest) {
  const { items, NextToken } = page(VERSIONS, { MaxResults: 2, ...request });
  return { names: items.map(({ name }) => name), NextToken };
}

it('lists versions that were made in one millisecond in their order, over pages too', () => {
  const first = pageOf({ SortOrder: 'Ascending' });
  const second = pageOf({ SortOrder: 'Ascending', NextToken: first.NextToken });

  expect(first.names).toEqual(['group/9', 'group/10']);
  expect(second.names).toEqual(['group/11']);
  expect(pageOf({ SortOrder: 'Descending' }).names).toEqual(['group/11', 'group/10']);
});
