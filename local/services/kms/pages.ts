import { pageByName } from '../../cloud/pages.ts';
import { InvalidMarkerException } from './errors.ts';

interface PageInput {
  readonly Limit?: number | undefined;
  readonly Marker?: string | undefined;
}

/** A page of a list that is sorted by name. @throws InvalidMarkerException */
export function pageOf<Item>(
  list: readonly Item[],
  nameOf: (item: Item) => string,
  { Limit: limit, Marker: token }: PageInput,
  defaultLimit: number,
): { readonly items: Item[]; readonly more: { Truncated: boolean; NextMarker?: string } } {
  const { items, next } = pageByName(list, nameOf, {
    limit: limit ?? defaultLimit,
    token,
    invalidToken: () => new InvalidMarkerException(),
  });
  return {
    items: [...items],
    more: { Truncated: next !== undefined, ...(next !== undefined && { NextMarker: next }) },
  };
}
