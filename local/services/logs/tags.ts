import type {
  CloudWatchLogs,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { OperationTable } from '../../cloud/operation.ts';
import { limitTags } from '../../cloud/tag-limit.ts';
import { TooManyTagsException } from './errors.ts';
import { findGroup } from './group-name.ts';
import type { LogsState } from './state.ts';
import type { GroupRecord } from './store.ts';

/** Tags of log groups. */
export const tagOperations: OperationTable<CloudWatchLogs, LogsState> = {
  TagResource: {
    permissions: (input: TagResourceRequest) => on('TagResource', input.resourceArn),
    run(input: TagResourceRequest, state): object {
      const group = find(state, input.resourceArn);
      const all = { ...group.tags, ...input.tags };
      const tags = limitTags(all, () => new TooManyTagsException(input.resourceArn));
      state.store.groups.put(group.name, { ...group, tags });
      return {};
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceRequest) => on('UntagResource', input.resourceArn),
    run(input: UntagResourceRequest, state): object {
      const group = find(state, input.resourceArn);
      const left = Object.entries(group.tags).filter(([key]) => !input.tagKeys?.includes(key));
      state.store.groups.put(group.name, { ...group, tags: Object.fromEntries(left) });
      return {};
    },
  },
  ListTagsForResource: {
    readOnly: true,
    permissions: (input: ListTagsForResourceRequest) =>
      on('ListTagsForResource', input.resourceArn),
    run: (input: ListTagsForResourceRequest, state): ListTagsForResourceResponse => ({
      tags: { ...find(state, input.resourceArn).tags },
    }),
  },
};

function find({ store }: LogsState, arn: string | undefined): GroupRecord {
  return findGroup(store, arn === undefined ? {} : { logGroupIdentifier: arn });
}

function on(action: string, arn: string | undefined) {
  return {
    action: `logs:${action}`,
    resource: arn ?? '*',
  };
}
