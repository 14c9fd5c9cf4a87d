export interface PageRequest {
  /** How many items a page has. */
  readonly limit: number;
  /** Where the page begins; undefined for the first. */
  readonly token?: string | undefined;
}

/**
 * A page of a listing. The token is the name of the last item given, so that what is made or removed between
 * two pages shifts nothing.
 */
export function pageByName<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { limit, token }: PageRequest,
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  const start = token === undefined || token === '' ? 0 : startAfter(items, nameOf, token);
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  const hasMore = start + limit < items.length && last !== undefined;
  return {
    items: page,
    next: hasMore ? Buffer.from(nameOf(last)).toString('base64url') : undefined,
  };
}

function startAfter<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  token: string,
): number {
  const name = Buffer.from(token, 'base64url').toString('utf8');
  const found = items.findIndex((item) => nameOf(item) === name);
  if (found >= 0) return found + 1;
  // It was removed since: the first that would stand behind it.
  const behind = items.findIndex((item) => nameOf(item) > name);
  return behind < 0 ? items.length : behind;
}
