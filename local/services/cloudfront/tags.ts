import type {
  CloudFront,
  ListTagsForResourceRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-cloudfront';
import type { OperationTable } from '../../cloud/operation.ts';
import { limitTags } from '../../cloud/tag-limit.ts';
import { InvalidTagging, NoSuchResource } from './errors.ts';
import type { CloudFrontState } from './state.ts';
import type { DistributionRecord } from './store.ts';

/** Tags of distributions. */
export const tagOperations: OperationTable<CloudFront, CloudFrontState> = {
  TagResource: {
    permissions: (input: TagResourceRequest) => on('TagResource', input.Resource),
    run(input: TagResourceRequest, state) {
      const record = find(state, input.Resource);
      const added = input.Tags?.Items ?? [];
      const tags = limitTags(
        {
          ...record.tags,
          ...Object.fromEntries(added.map(({ Key = '', Value = '' }) => [Key, Value])),
        },
        () => new InvalidTagging('The tagging specified is not valid.'),
      );
      state.store.distributions.put(record.id, { ...record, tags });
      return {};
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceRequest) => on('UntagResource', input.Resource),
    run(input: UntagResourceRequest, state) {
      const record = find(state, input.Resource);
      const removed = new Set(input.TagKeys?.Items);
      const tags = Object.fromEntries(
        Object.entries(record.tags).filter(([key]) => !removed.has(key)),
      );
      state.store.distributions.put(record.id, { ...record, tags });
      return {};
    },
  },
  ListTagsForResource: {
    readOnly: true,
    permissions: (input: ListTagsForResourceRequest) => on('ListTagsForResource', input.Resource),
    run(input: ListTagsForResourceRequest, state) {
      const { tags } = find(state, input.Resource);
      return { Tags: { Items: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } };
    },
  },
};

function on(action: string, resource = '*') {
  return { action: `cloudfront:${action}`, resource };
}

/** @throws NoSuchResource */
function find(state: CloudFrontState, arn = ''): DistributionRecord {
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  const record = state.store.distributions.get(id);
  if (record === undefined) throw new NoSuchResource('The specified resource does not exist.');
  return record;
}
