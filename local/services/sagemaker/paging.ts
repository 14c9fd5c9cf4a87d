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

const DEFAULT_PAGE = 10;

/** The List operations of SageMaker filter, sort and page alike. */
export function page<Item extends Listed>(
  items: Iterable<Item>,
  request: PageRequest,
): { readonly items: readonly Item[]; readonly NextToken: string | undefined } {
  const { NameContains, CreationTimeAfter, CreationTimeBefore } = request;
  const wanted = [...items].filter(
    (item) =>
      (NameContains === undefined || item.name.includes(NameContains)) &&
      (CreationTimeAfter === undefined || item.creationTime > CreationTimeAfter.getTime()) &&
      (CreationTimeBefore === undefined || item.creationTime < CreationTimeBefore.getTime()),
  );
  const direction = request.SortOrder === 'Ascending' ? 1 : -1;
  wanted.sort((a, b) => direction * compare(a, b, request.SortBy));
  const start =
    request.NextToken === undefined
      ? 0
      : wanted.findIndex((item) => item.name === request.NextToken) + 1;
  const end = start + (request.MaxResults ?? DEFAULT_PAGE);
  const shown = wanted.slice(start, end);
  return { items: shown, NextToken: end < wanted.length ? shown.at(-1)?.name : undefined };
}

function compare(a: Listed, b: Listed, by: string | undefined): number {
  const names = a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
  return by === 'Name' ? names : a.creationTime - b.creationTime || names;
}
