export interface PageRequest {
  /** The number of items of a page. */
  readonly limit: number;
  /** The start of the page; undefined for the first page. */
  readonly token?: string | undefined;
  /**
   * The service's error for a token that this paginator never wrote.
   *
   * @default none: such a token begins at the first name behind it
   */
  readonly invalidToken?: () => Error;
  /** Whether the items are sorted from the last name to the first. @default false */
  readonly isDescending?: boolean;
}

/**
 * A page of a listing, sorted by name. The token is the name of the last item of the page, so items that are
 * created or deleted between two pages do not shift the next page.
 */
export function pageByName<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { limit, token, invalidToken, isDescending = false }: PageRequest,
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  const last = token === undefined || token === '' ? undefined : readToken(token, invalidToken);
  const start = last === undefined ? 0 : startAfter(items.map(nameOf), last, isDescending);
  const page = items.slice(start, start + limit);
  const end = page.at(-1);
  const hasMore = start + limit < items.length && end !== undefined;
  return { items: page, next: hasMore ? writeToken(nameOf(end)) : undefined };
}

function writeToken(name: string): string {
  return Buffer.from(name).toString('base64url');
}

function readToken(token: string, invalidToken: PageRequest['invalidToken']): string {
  const name = Buffer.from(token, 'base64url').toString('utf8');
  if (invalidToken !== undefined && writeToken(name) !== token) throw invalidToken();
  return name;
}

function startAfter(names: readonly string[], name: string, isDescending: boolean): number {
  const found = names.indexOf(name);
  if (found >= 0) return found + 1;
  // The item was removed since: continue at the first that sorts after it.
  const next = names.findIndex((other) => (isDescending ? other < name : other > name));
  return next < 0 ? names.length : next;
}
