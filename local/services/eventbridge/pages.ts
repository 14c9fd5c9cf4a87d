import { ValidationException } from './errors.ts';
import { PAGE_SIZE } from './limits.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

/** A page of a list that is sorted by key. */
export function pageOf<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
  request: { readonly Limit?: number | undefined; readonly NextToken?: string | undefined },
): Page<Item> {
  const after = request.NextToken === undefined ? undefined : decode(request.NextToken);
  const limit = request.Limit ?? PAGE_SIZE;
  const page: Item[] = [];
  let passed = after === undefined;
  for (const item of items) {
    if (!passed) {
      passed = keyOf(item) === after;
      continue;
    }
    const last = page.at(-1);
    if (page.length === limit && last !== undefined) {
      return { items: page, nextToken: encode(keyOf(last)) };
    }
    page.push(item);
  }
  return { items: page };
}

function encode(key: string): string {
  return Buffer.from(key).toString('base64');
}

function decode(token: string): string {
  const key = Buffer.from(token, 'base64').toString();
  if (encode(key) !== token) throw new ValidationException('Parameter NextToken is not valid.');
  return key;
}
