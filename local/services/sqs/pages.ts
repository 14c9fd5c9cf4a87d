import { pageByName } from '../../cloud/pages.ts';
import { InvalidParameterValue } from './errors.ts';
import { LARGEST_PAGE } from './limits.ts';

interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * A page of names. Without `MaxResults` SQS answers with up to 1,000 names and no token.
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
  const { items, next } = pageByName(names, (name) => name, {
    limit: limit ?? LARGEST_PAGE,
    token,
    invalidToken: () => new InvalidParameterValue('Invalid or expired next token.'),
  });
  return { items, ...(limit !== undefined && next !== undefined && { NextToken: next }) };
}
