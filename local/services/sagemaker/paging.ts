import { pageByName } from '../../cloud/pages.ts';
import { PAGE_SIZE } from './limits.ts';

/** A List request; the default order is newest first. */
export interface PageRequest {
  readonly SortOrder?: string | undefined;
  readonly SortBy?: string | undefined;
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly NameContains?: string | undefined;
  readonly CreationTimeBefore?: Date | undefined;
  readonly CreationTimeAfter?: Date | undefined;
}

interface Listed {
  readonly name: string;
  readonly creationTime: number;
}

/** The digits of the latest time that a date can hold. */
const TIME_DIGITS = 16;

/** The List operations of SageMaker filter, sort and page alike. */
export function page<Item extends Listed>(
  items: Iterable<Item>,
  request: PageRequest,
): { readonly items: readonly Item[]; readonly NextToken: string | undefined } {
  const { MaxResults: limit = PAGE_SIZE, NextToken: token } = request;
  const isDescending = request.SortOrder !== 'Ascending';
  const keyOf = request.SortBy === 'Name' ? nameOf : creationKeyOf;
  const direction = isDescending ? -1 : 1;
  const sorted = [...items]
    .filter((item) => isWanted(item, request))
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -direction : direction));
  const { items: shown, next } = pageByName(sorted, keyOf, { limit, token, isDescending });
  return { items: shown, NextToken: next };
}

function isWanted({ name, creationTime }: Listed, request: PageRequest): boolean {
  const { NameContains: part = '', CreationTimeAfter: after, CreationTimeBefore: before } = request;
  return (
    name.includes(part) &&
    (after === undefined || creationTime > after.getTime()) &&
    (before === undefined || creationTime < before.getTime())
  );
}

function nameOf({ name }: Listed): string {
  return name;
}

/** Version 10 that was made in the same millisecond as version 9 is the newer one. */
function creationKeyOf({ name, creationTime }: Listed): string {
  const time = String(creationTime).padStart(TIME_DIGITS, '0');
  return `${time}|${name.replaceAll(/\d+/g, (digits) => digits.padStart(TIME_DIGITS, '0'))}`;
}
