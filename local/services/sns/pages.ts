import { InvalidParameterException } from './errors.ts';

/** https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html */
const PAGE = 100;

/** A page of a listing; the token is the key of the last item given. @throws InvalidParameterException */
export function pageOf<Item>(
  entries: readonly (readonly [key: string, item: Item])[],
  token: string | undefined,
): { readonly items: readonly Item[]; readonly NextToken?: string } {
  const after = token === undefined || token === '' ? undefined : readToken(token);
  const rest = after === undefined ? entries : entries.filter(([key]) => key > after);
  const page = rest.slice(0, PAGE);
  const last = page.at(-1);
  const items = page.map(([, item]) => item);
  return rest.length > page.length && last !== undefined
    ? { items, NextToken: writeToken(last[0]) }
    : { items };
}

function writeToken(key: string): string {
  return Buffer.from(key).toString('base64');
}

function readToken(token: string): string {
  const key = Buffer.from(token, 'base64').toString('utf8');
  if (writeToken(key) !== token) throw new InvalidParameterException('NextToken');
  return key;
}
