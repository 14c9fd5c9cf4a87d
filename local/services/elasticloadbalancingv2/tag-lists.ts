import type { Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import { limitTags, TAGS_PER_RESOURCE } from '../../cloud/tag-limit.ts';
import { TooManyException } from './errors.ts';
import type { Texts } from './store.ts';

/** The former tags with added ones. @throws TooManyException */
export function tagRecord(added: readonly Tag[] = [], former: Texts = {}): Texts {
  const given = added.map(({ Key = '', Value = '' }) => [Key, Value] as const);
  return limitTags(
    { ...former, ...Object.fromEntries(given) },
    () => new TooManyException('Tags', TAGS_PER_RESOURCE),
  );
}
