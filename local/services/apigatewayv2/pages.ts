import { pageByName } from '../../cloud/pages.ts';
import { BadRequestException } from './errors.ts';
import { PAGE_SIZE } from './limits.ts';

interface PagedRequest {
  readonly MaxResults?: string | undefined;
  readonly NextToken?: string | undefined;
}

const invalidToken = () => new BadRequestException('Invalid nextToken value');

/** A page of a listing. @throws BadRequestException for another page size than a positive number */
export function pageOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { MaxResults: size = String(PAGE_SIZE), NextToken: token }: PagedRequest,
): { readonly Items: Item[]; readonly NextToken?: string } {
  if (!/^[1-9]\d{0,8}$/.test(size)) throw new BadRequestException('Invalid maxResults value');
  const page = pageByName(items, nameOf, { limit: Number(size), token, invalidToken });
  return { Items: [...page.items], ...(page.next !== undefined && { NextToken: page.next }) };
}
