import { pageByName } from '../../cloud/pages.ts';
import { InvalidParameterException } from './errors.ts';
import { PAGE_SIZE } from './limits.ts';

interface PagedRequest {
  readonly limit: number | undefined;
  readonly token: string | undefined;
}

const invalidToken = () => new InvalidParameterException('Invalid pagination token.');

/** A page of a listing, with the token of the next one. */
export function pageOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { limit = PAGE_SIZE, token }: PagedRequest,
): { readonly items: Item[]; readonly next: string | undefined } {
  const page = pageByName(items, nameOf, {
    limit: limit === 0 ? PAGE_SIZE : limit,
    token,
    invalidToken,
  });
  return { items: [...page.items], next: page.next };
}
