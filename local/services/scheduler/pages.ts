import { pageByName } from '../../cloud/pages.ts';
import { ValidationException } from './errors.ts';
import { PAGE_SIZE } from './limits.ts';

interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** A page of a list that is sorted by key. @throws ValidationException */
export function pageOf<Item>(
  list: readonly Item[],
  keyOf: (item: Item) => string,
  { MaxResults: limit = PAGE_SIZE, NextToken: token }: PageInput,
): { readonly items: readonly Item[]; readonly NextToken?: string } {
  const { items, next } = pageByName(list, keyOf, { limit, token, invalidToken });
  return { items, ...(next !== undefined && { NextToken: next }) };
}

function invalidToken(): ValidationException {
  return new ValidationException('Invalid NextToken.');
}
