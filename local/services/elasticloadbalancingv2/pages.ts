import { pageByName } from '../../cloud/pages.ts';
import { ValidationError } from './errors.ts';
import { PAGE_SIZE } from './limits.ts';

interface PageInput {
  readonly Marker?: string | undefined;
  readonly PageSize?: number | undefined;
}

/** A page of what has an ARN. @throws ValidationError */
export function pageOf<Item extends { readonly arn: string }>(
  items: readonly Item[],
  { Marker, PageSize: limit = PAGE_SIZE }: PageInput,
): { readonly items: readonly Item[]; readonly marker: { readonly NextMarker?: string } } {
  const sorted = items.toSorted((one, other) => (one.arn < other.arn ? -1 : 1));
  const { items: page, next } = pageByName(sorted, ({ arn }) => arn, {
    limit,
    token: Marker,
    invalidToken,
  });
  return { items: page, marker: next === undefined ? {} : { NextMarker: next } };
}

function invalidToken(): ValidationError {
  return new ValidationError('Marker is invalid');
}
