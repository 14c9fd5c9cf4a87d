import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  RemoveTagsFromResourceRequest,
  SSM,
} from '@aws-sdk/client-ssm';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Account, Permission } from '../../cloud/service.ts';
import { InvalidResourceId, UnsupportedResource } from './errors.ts';
import { parameterArn } from './parameter-names.ts';
import { taggedWith } from './put-parameter.ts';
import type { SsmState } from './state.ts';
import type { ParameterRecord } from './store.ts';

interface TaggedRequest {
  readonly ResourceType: string | undefined;
  readonly ResourceId: string | undefined;
}

/** Tags of parameters. */
export const tagOperations: OperationTable<SSM, SsmState> = {
  AddTagsToResource: {
    permissions: (input: AddTagsToResourceRequest, { cloud }) =>
      onResource(cloud, 'AddTagsToResource', input),
    run(input: AddTagsToResourceRequest, state): object {
      const record = find(state, input);
      const tags = taggedWith(input.Tags, record.tags);
      state.parameters.put(record.name, { ...record, tags });
      return {};
    },
  },
  RemoveTagsFromResource: {
    permissions: (input: RemoveTagsFromResourceRequest, { cloud }) =>
      onResource(cloud, 'RemoveTagsFromResource', input),
    run(input: RemoveTagsFromResourceRequest, state): object {
      const record = find(state, input);
      const left = Object.entries(record.tags).filter(([key]) => !input.TagKeys?.includes(key));
      state.parameters.put(record.name, { ...record, tags: Object.fromEntries(left) });
      return {};
    },
  },
  ListTagsForResource: {
    readOnly: true,
    permissions: (input: ListTagsForResourceRequest, { cloud }) =>
      onResource(cloud, 'ListTagsForResource', input),
    run: (input: ListTagsForResourceRequest, state): ListTagsForResourceResult => ({
      TagList: Object.entries(find(state, input).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  },
};

function onResource(cloud: Account, action: string, input: TaggedRequest): Permission {
  return { action: `ssm:${action}`, resource: parameterArn(cloud, input.ResourceId ?? '') };
}

/** @throws UnsupportedResource, InvalidResourceId */
function find(
  { parameters }: SsmState,
  { ResourceType: type, ResourceId: id = '' }: TaggedRequest,
): ParameterRecord {
  if (type !== 'Parameter') throw new UnsupportedResource(type ?? 'nothing');
  const record = parameters.get(id);
  if (record === undefined) throw new InvalidResourceId();
  return record;
}
