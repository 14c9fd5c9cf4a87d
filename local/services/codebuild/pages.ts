import type { SortOrderType } from '@aws-sdk/client-codebuild';
import { pageByName } from '../../cloud/pages.ts';
import { InvalidInputException } from './errors.ts';
import { PAGE_SIZE } from './limits.ts';

interface PageInput {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
  readonly sortOrder?: SortOrderType | undefined;
}

/** A page of ids or ARNs that are in ascending order. @throws InvalidInputException */
export function pageOf(
  ascending: readonly string[],
  { maxResults, nextToken: token, sortOrder }: PageInput,
): { readonly items: string[]; readonly nextToken?: string } {
  const sorted = sortOrder === 'DESCENDING' ? ascending.toReversed() : ascending;
  const limit = maxResults ?? PAGE_SIZE;
  const { items, next } = pageByName(sorted, (name) => name, { limit, token, invalidToken });
  return { items: [...items], ...(next !== undefined && { nextToken: next }) };
}

function invalidToken(): InvalidInputException {
  return new InvalidInputException('Invalid token specified');
}
