import { pageByName } from '../../cloud/pages.ts';
import { InvalidParameterException } from './errors.ts';
import { PAGE_SIZE } from './limits.ts';

interface PageInput {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** A page of ARNs or names. @throws InvalidParameterException */
export function pageOf(
  sorted: readonly string[],
  { maxResults: limit = PAGE_SIZE, nextToken: token }: PageInput,
  isDescending = false,
): { readonly items: string[]; readonly nextToken?: string } {
  if (limit < 1 || limit > PAGE_SIZE) {
    throw new InvalidParameterException(`maxResults must be between 1 and ${PAGE_SIZE}.`);
  }
  const { items, next } = pageByName(sorted, (name) => name, {
    limit,
    token,
    invalidToken,
    isDescending,
  });
  return { items: [...items], ...(next !== undefined && { nextToken: next }) };
}

function invalidToken(): InvalidParameterException {
  return new InvalidParameterException('Invalid token.');
}
