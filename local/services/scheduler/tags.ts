import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  Scheduler,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-scheduler';
import type { OperationTable } from '../../cloud/operation.ts';
import { limitTags } from '../../cloud/tag-limit.ts';
import { ServiceQuotaExceededException } from './errors.ts';
import { findGroup } from './find.ts';
import type { SchedulerState } from './state.ts';
import type { GroupRecord, SchedulerStore } from './store.ts';

/** Tags of groups; schedules have none. */
export const tagOperations: OperationTable<Scheduler, SchedulerState> = {
  TagResource: {
    permissions: (input: TagResourceInput) => on('TagResource', input.ResourceArn),
    run(input: TagResourceInput, state): object {
      const group = groupOf(state.store, input.ResourceArn);
      return put(state, group, tagRecord(input.Tags, group.tags));
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceInput) => on('UntagResource', input.ResourceArn),
    run(input: UntagResourceInput, state): object {
      const group = groupOf(state.store, input.ResourceArn);
      const kept = Object.entries(group.tags).filter(([key]) => !input.TagKeys?.includes(key));
      return put(state, group, Object.fromEntries(kept));
    },
  },
  ListTagsForResource: {
    readOnly: true,
    permissions: (input: ListTagsForResourceInput) => on('ListTagsForResource', input.ResourceArn),
    run: (input: ListTagsForResourceInput, { store }): ListTagsForResourceOutput => ({
      Tags: Object.entries(groupOf(store, input.ResourceArn).tags).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    }),
  },
};

/** The former tags with added ones. @throws ServiceQuotaExceededException */
export function tagRecord(added: readonly Tag[] = [], former: GroupRecord['tags'] = {}) {
  const given = added.map(({ Key = '', Value = '' }) => [Key, Value] as const);
  return limitTags(
    { ...former, ...Object.fromEntries(given) },
    () => new ServiceQuotaExceededException('A resource can have at most 50 tags.'),
  );
}

function on(action: string, arn: string | undefined) {
  return { action: `scheduler:${action}`, resource: arn ?? '*' };
}

/** The API model allows the ARNs of groups only. */
function groupOf(store: SchedulerStore, arn: string | undefined): GroupRecord {
  return findGroup(store, arn?.split('schedule-group/')[1]);
}

function put({ cloud, store }: SchedulerState, group: GroupRecord, tags: GroupRecord['tags']) {
  store.putGroup({ ...group, tags, lastModifiedTime: cloud.clock.now() });
  return {};
}
