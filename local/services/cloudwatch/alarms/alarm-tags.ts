import type {
  CloudWatch,
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-cloudwatch';
import type { OperationTable } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import { limitTags, TAGS_PER_RESOURCE } from '../../../cloud/tag-limit.ts';
import { InvalidParameterValueException, ResourceNotFoundException } from '../errors.ts';
import type { CloudWatchState } from '../state.ts';
import type { AlarmRecord } from './alarm-store.ts';

/** Tags of alarms. */
export const tagOperations: OperationTable<CloudWatch, CloudWatchState> = {
  TagResource: {
    permissions: (input: TagResourceInput) => onResource('TagResource', input.ResourceARN),
    run(input: TagResourceInput, state): object {
      const alarm = find(state, input.ResourceARN);
      const tags = taggedWith(input.Tags, alarm.tags);
      state.alarmStore.alarms.put(alarm.name, { ...alarm, tags });
      return {};
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceInput) => onResource('UntagResource', input.ResourceARN),
    run(input: UntagResourceInput, state): object {
      const alarm = find(state, input.ResourceARN);
      const left = Object.entries(alarm.tags).filter(([key]) => !input.TagKeys?.includes(key));
      state.alarmStore.alarms.put(alarm.name, { ...alarm, tags: Object.fromEntries(left) });
      return {};
    },
  },
  ListTagsForResource: {
    readOnly: true,
    permissions: (input: ListTagsForResourceInput) =>
      onResource('ListTagsForResource', input.ResourceARN),
    run: (input: ListTagsForResourceInput, state): ListTagsForResourceOutput => ({
      Tags: Object.entries(find(state, input.ResourceARN).tags).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    }),
  },
};

/** @throws InvalidParameterValueException */
export function taggedWith(
  added: readonly Tag[] = [],
  former: AlarmRecord['tags'] = {},
): AlarmRecord['tags'] {
  const given = added.map(({ Key = '', Value = '' }) => [Key, Value] as const);
  return limitTags({ ...former, ...Object.fromEntries(given) }, tooMany);
}

function tooMany(): InvalidParameterValueException {
  return new InvalidParameterValueException(
    `The collection Tags must not have a size greater than ${TAGS_PER_RESOURCE}.`,
  );
}

function find({ alarmStore }: CloudWatchState, arn: string | undefined): AlarmRecord {
  const alarm = alarmStore.alarms.get(arn?.split(':alarm:')[1] ?? '');
  if (alarm === undefined) throw new ResourceNotFoundException('alarm', arn ?? '');
  return alarm;
}

function onResource(action: string, arn: string | undefined): Permission {
  return {
    action: `cloudwatch:${action}`,
    resource: arn ?? '*',
  };
}
