import { pageByName } from '../../cloud/pages.ts';
import {
  type ImageName,
  ImageNotFoundException,
  InvalidParameterException,
  RepositoryNotFoundException,
  type RepositoryPlace,
} from './errors.ts';
import { PAGE_SIZE } from './limits.ts';
import type { EcrState } from './state.ts';
import type { ImageRecord, RepositoryRecord } from './store.ts';

interface RepositoryInput {
  readonly repositoryName?: string | undefined;
  readonly registryId?: string | undefined;
}

/** The repository that a request names. Another account's registry has none that this account could see. */
export function findRepository(
  { cloud, store }: EcrState,
  { registryId = cloud.accountId, repositoryName = '' }: RepositoryInput,
): RepositoryRecord {
  const found = registryId === cloud.accountId ? store.repository(repositoryName) : undefined;
  if (found === undefined) {
    throw new RepositoryNotFoundException({ name: repositoryName, registryId });
  }
  return found;
}

export function placeOf({ cloud }: EcrState, { name }: RepositoryRecord): RepositoryPlace {
  return { name, registryId: cloud.accountId };
}

/** The image that a request names, if it names one whole; a tag and a digest must belong together. */
export function lookUpImage(
  { store }: EcrState,
  repository: string,
  { imageDigest, imageTag }: ImageName,
): ImageRecord | undefined {
  const tagged = imageTag === undefined ? imageDigest : store.tag(repository, imageTag);
  if (tagged === undefined || (imageDigest !== undefined && imageDigest !== tagged))
    return undefined;
  return store.image(repository, tagged);
}

/** @throws ImageNotFoundException */
export function findImage(
  state: EcrState,
  repository: RepositoryRecord,
  id: ImageName,
): ImageRecord {
  const image = lookUpImage(state, repository.name, id);
  if (image === undefined) throw new ImageNotFoundException(id, placeOf(state, repository));
  return image;
}

interface PageInput {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** A page of a list that is sorted by key. @throws InvalidParameterException */
export function pageOf<Item>(
  list: readonly Item[],
  keyOf: (item: Item) => string,
  { maxResults: limit = PAGE_SIZE, nextToken: token }: PageInput,
): { readonly items: readonly Item[]; readonly nextToken?: string } {
  const { items, next } = pageByName(list, keyOf, { limit, token, invalidToken });
  return { items, ...(next !== undefined && { nextToken: next }) };
}

function invalidToken(): InvalidParameterException {
  return new InvalidParameterException(
    "Invalid parameter at 'nextToken' failed to satisfy constraint: 'must be a token of this operation'",
  );
}
