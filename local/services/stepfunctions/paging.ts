import { createHash } from 'node:crypto';
import { InvalidToken } from './errors.ts';
import { DEFAULT_PAGE_SIZE, PAGE_TOKEN_HOURS } from './limits.ts';

/** One page of a listing and the token of the next. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

export interface PageRequest {
  /** The operation and its filters: a token is valid only for the listing that it came from. */
  readonly listing: readonly string[];
  readonly maxResults: number | undefined;
  readonly nextToken: string | undefined;
  /** Epoch milliseconds: tokens are valid for a day. */
  readonly now: number;
}

/**
 * Returns a page of a sorted listing.
 *
 * @param entries the entries after that key, in the listing's order
 */
export function pageOf<Item>(
  request: PageRequest,
  entries: (after: string | undefined) => Iterable<readonly [string, Item]>,
): Page<Item> {
  const after = request.nextToken === undefined ? undefined : readToken(request);
  const size = pageSize(request.maxResults);
  const items: Item[] = [];
  let lastKey: string | undefined;
  for (const [key, item] of entries(after)) {
    if (items.length === size) {
      return { items, nextToken: writeToken(request, lastKey ?? '') };
    }
    items.push(item);
    lastKey = key;
  }
  return { items, nextToken: undefined };
}

/** 0 means the default, as on AWS. */
export function pageSize(maxResults: number | undefined): number {
  return maxResults === undefined || maxResults === 0 ? DEFAULT_PAGE_SIZE : maxResults;
}

export function writeToken(
  { listing, now }: Pick<PageRequest, 'listing' | 'now'>,
  key: string,
): string {
  const body = JSON.stringify([seal([...listing, key, String(now)]), key, now]);
  return Buffer.from(body).toString('base64url');
}

export function readToken(request: PageRequest): string {
  const { listing, now } = request;
  const parsed = parseToken(request.nextToken ?? '');
  if (
    parsed === undefined ||
    seal([...listing, parsed.key, String(parsed.issued)]) !== parsed.seal ||
    now - parsed.issued > PAGE_TOKEN_HOURS * 3_600_000
  ) {
    throw new InvalidToken();
  }
  return parsed.key;
}

interface ParsedToken {
  readonly seal: string;
  readonly key: string;
  readonly issued: number;
}

function parseToken(token: string): ParsedToken | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (!Array.isArray(value)) return undefined;
    const [seal, key, issued]: readonly unknown[] = value;
    return typeof seal === 'string' && typeof key === 'string' && typeof issued === 'number'
      ? { seal, key, issued }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Detects tokens that were made up or belong to another listing; it is not a secret. */
function seal(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);
}
