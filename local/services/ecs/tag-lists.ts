import type { Tag } from '@aws-sdk/client-ecs';
import type { Permission } from '../../cloud/service.ts';
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

/**
 * Tags that come with a creation need a permission of their own, which says what it is for.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
 */
export function taggedAtCreation(
  operation: string,
  tags: readonly Tag[] | undefined,
  resource: string,
): readonly Permission[] {
  if ((tags?.length ?? 0) === 0) return [];
  return [{ action: 'ecs:TagResource', resource, context: { 'ecs:CreateAction': operation } }];
}
