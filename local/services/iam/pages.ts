import { ValidationError } from './errors.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1_000;

interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** A page of a listing; the marker is the name of the last item given. */
export function pageOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  input: PageInput,
): Page<Item> {
  const limit = input.MaxItems ?? DEFAULT_PAGE;
  if (limit < 1 || limit > LARGEST_PAGE) {
    throw new ValidationError(`maxItems must be between 1 and ${LARGEST_PAGE}`);
  }
  const last =
    input.Marker === undefined
      ? undefined
      : Buffer.from(input.Marker, 'base64url').toString('utf8');
  const start = last === undefined ? 0 : items.findIndex((item) => nameOf(item) === last) + 1;
  const page = items.slice(start, start + limit);
  const end = page.at(-1);
  if (start + limit >= items.length || end === undefined)
    return { items: page, IsTruncated: false };
  return {
    items: page,
    IsTruncated: true,
    Marker: Buffer.from(nameOf(end)).toString('base64url'),
  };
}
