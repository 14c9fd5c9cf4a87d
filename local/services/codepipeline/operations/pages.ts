import { pageByName } from '../../../cloud/pages.ts';
import { InvalidNextTokenException } from '../errors.ts';
import { PAGE_SIZE } from '../limits.ts';

interface PageInput {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** A page of records. @throws InvalidNextTokenException */
export function pageOf<Item>(
  sorted: readonly Item[],
  nameOf: (item: Item) => string,
  { maxResults, nextToken: token }: PageInput,
  isDescending = false,
): { readonly items: readonly Item[]; readonly nextToken?: string } {
  const limit = maxResults ?? PAGE_SIZE;
  const { items, next } = pageByName(sorted, nameOf, { limit, token, invalidToken, isDescending });
  return { items, ...(next !== undefined && { nextToken: next }) };
}

function invalidToken(): InvalidNextTokenException {
  return new InvalidNextTokenException();
}

/** A number as text that sorts as the number does. */
export function sortable(order: number): string {
  return String(order).padStart(15, '0');
}
