import { InvalidParameterValue } from './errors.ts';
import { LARGEST_PAGE } from './limits.ts';

interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * A page of names; the token is the last name given. Without `MaxResults` SQS answers with up to 1,000 and
 * no token.
 *
 * @throws InvalidParameterValue
 */
export function pageOf(
  names: readonly string[],
  { MaxResults: limit, NextToken: token }: PageInput,
): { readonly items: readonly string[]; readonly NextToken?: string } {
  if (limit !== undefined && (limit < 1 || limit > LARGEST_PAGE)) {
    throw new InvalidParameterValue(
      `Value ${limit} for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and ${LARGEST_PAGE}.`,
    );
  }
  const after = token === undefined || token === '' ? undefined : readToken(token);
  const rest = after === undefined ? names : names.filter((name) => name > after);
  const items = rest.slice(0, limit ?? LARGEST_PAGE);
  const last = items.at(-1);
  return limit !== undefined && rest.length > items.length && last !== undefined
    ? { items, NextToken: writeToken(last) }
    : { items };
}

function writeToken(name: string): string {
  return Buffer.from(name).toString('base64');
}

function readToken(token: string): string {
  const name = Buffer.from(token, 'base64').toString('utf8');
  if (writeToken(name) === token) return name;
  throw new InvalidParameterValue('Invalid or expired next token.');
}
