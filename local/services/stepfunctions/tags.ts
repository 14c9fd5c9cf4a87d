import type { Tag } from '@aws-sdk/client-sfn';
import { TooManyTags } from './errors.ts';
import { TAGS_LIMIT } from './limits.ts';
import type { Tags } from './stores/tag-store.ts';

/** The tags of a request, as stored. */
export function tagsOf(tags: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((tags ?? []).map(({ key = '', value = '' }) => [key, value]));
}

/** @throws TooManyTags */
export function checkTagCount(arn: string, tags: Tags): void {
  if (Object.keys(tags).length > TAGS_LIMIT) throw new TooManyTags(arn);
}
