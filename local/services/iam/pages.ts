import { pageByName } from '../../cloud/pages.ts';
import { DEFAULT_PAGE_SIZE } from './limits.ts';

interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** A page of a listing, sorted by name. */
export function pageOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  input: PageInput,
): Page<Item> {
  const limit = input.MaxItems ?? DEFAULT_PAGE_SIZE;
  const { items: page, next } = pageByName(items, nameOf, { limit, token: input.Marker });
  return next === undefined
    ? { items: page, IsTruncated: false }
    : { items: page, IsTruncated: true, Marker: next };
}
