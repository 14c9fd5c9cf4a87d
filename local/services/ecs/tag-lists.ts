import type { Tag } from '@aws-sdk/client-ecs';
import { limitTags } from '../../cloud/tag-limit.ts';
import { InvalidParameterException } from './errors.ts';
import type { Tags } from './store.ts';

/** The former tags with added ones. @throws InvalidParameterException */
export function tagRecord(added: readonly Tag[] = [], former: Tags = {}): Tags {
  const given = added.map(({ key = '', value = '' }) => [key, value] as const);
  return limitTags(
    { ...former, ...Object.fromEntries(given) },
    () => new InvalidParameterException('A resource can have at most 50 tags.'),
  );
}

export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
