import { pageByName } from '../../cloud/pages.ts';
import { InvalidParameterException } from './errors.ts';
import { PAGE_SIZE } from './limits.ts';

/** A page of a listing, sorted by key. @throws InvalidParameterException */
export function pageOf<Item>(
  entries: readonly (readonly [key: string, item: Item])[],
  token: string | undefined,
): { readonly items: readonly Item[]; readonly NextToken?: string } {
  const { items, next } = pageByName(entries, ([key]) => key, {
    limit: PAGE_SIZE,
    token,
    invalidToken: () => new InvalidParameterException('NextToken'),
  });
  return {
    items: items.map(([, item]) => item),
    ...(next !== undefined && { NextToken: next }),
  };
}
