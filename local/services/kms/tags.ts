import type {
  KMS,
  ListResourceTagsRequest,
  ListResourceTagsResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-kms';
import type { OperationTable } from '../../cloud/operation.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { limitTags } from '../../cloud/tag-limit.ts';
import { TagException } from './errors.ts';
import { checkNotPending, findKeyById, onKey } from './find-key.ts';
import { PAGE_SIZE } from './limits.ts';
import { pageOf } from './pages.ts';
import { changeKey, type KmsState } from './state.ts';
import type { KeyRecord } from './store.ts';

/** Tags of keys; aliases have none. */
export const tagOperations: OperationTable<KMS, KmsState> = {
  TagResource: {
    permissions: (input: TagResourceRequest, state) => onKey('TagResource', input, state),
    run(input: TagResourceRequest, state): object {
      const record = findKeyById(state, input.KeyId);
      checkNotPending(state, record);
      changeKey(state, record, { tags: taggedWith(input.Tags, record.tags) });
      return {};
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceRequest, state) => onKey('UntagResource', input, state),
    run(input: UntagResourceRequest, state): object {
      const record = findKeyById(state, input.KeyId);
      checkNotPending(state, record);
      const kept = Object.entries(record.tags).filter(([key]) => !input.TagKeys?.includes(key));
      changeKey(state, record, { tags: Object.fromEntries(kept) });
      return {};
    },
  },
  ListResourceTags: {
    readOnly: true,
    permissions: (input: ListResourceTagsRequest, state) => onKey('ListResourceTags', input, state),
    run(input: ListResourceTagsRequest, state): ListResourceTagsResponse {
      const { tags } = findKeyById(state, input.KeyId);
      const sorted = Object.entries(tags).sort(([one], [other]) => (one < other ? -1 : 1));
      const { items, more } = pageOf(sorted, ([key]) => key, input, PAGE_SIZE);
      return { Tags: items.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...more };
    },
  },
};

/** The former tags with added ones. @throws TagException */
export function taggedWith(
  added: readonly Tag[] = [],
  former: KeyRecord['tags'] = {},
): KeyRecord['tags'] {
  const given = added.map(({ TagKey = '', TagValue = '' }) => [TagKey, TagValue] as const);
  if (given.some(([key]) => /^aws:/i.test(key))) throw new TagException(SYSTEM_TAG_REFUSED);
  return limitTags(
    { ...former, ...Object.fromEntries(given) },
    () => new TagException('A key can have at most 50 tags.'),
  );
}
