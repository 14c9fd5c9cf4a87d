import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  RemoveTagsFromResourceRequest,
} from '@aws-sdk/client-ssm';
import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { operation } from '../../cloud/operation.ts';
import type { AnyOperation, Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import type { Table } from '../../store/index.ts';
import {
  AccessDeniedException,
  InvalidResourceId,
  UnsupportedResource,
  ValidationException,
} from './errors.ts';
import { parameterArn, parameterOperations } from './parameters.ts';
import type { ParameterRecord } from './store.ts';

/** AWS Systems Manager: the Parameter Store. */
export function createSsmService(cloud: Cloud): Service {
  const parameters = cloud.store.table<ParameterRecord>('ssm.parameters', {
    name: 'string',
    versions: 'list',
    tags: 'object',
  });
  return {
    name: 'ssm',
    operations: { ...parameterOperations(cloud, parameters), ...tagOperations(cloud, parameters) },
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new ValidationException(describeViolations(violations)),
    systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
  };
}

interface TaggedRequest {
  readonly ResourceType: string | undefined;
  readonly ResourceId: string | undefined;
}

function tagOperations(
  cloud: Cloud,
  parameters: Table<ParameterRecord>,
): Readonly<Record<string, AnyOperation>> {
  const on = (action: string, input: TaggedRequest) => ({
    action: `ssm:${action}`,
    resource: parameterArn(cloud, input.ResourceId ?? ''),
  });
  const find = ({ ResourceType: type, ResourceId: id = '' }: TaggedRequest): ParameterRecord => {
    if (type !== 'Parameter') throw new UnsupportedResource(type ?? 'nothing');
    const record = parameters.get(id);
    if (record === undefined) throw new InvalidResourceId();
    return record;
  };
  return {
    AddTagsToResource: operation(
      (input: AddTagsToResourceRequest) => on('AddTagsToResource', input),
      (input): object => {
        const record = find(input);
        const added = (input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
        const tags = { ...record.tags, ...Object.fromEntries(added) };
        parameters.put(record.name, { ...record, tags });
        return {};
      },
    ),
    RemoveTagsFromResource: operation(
      (input: RemoveTagsFromResourceRequest) => on('RemoveTagsFromResource', input),
      (input): object => {
        const record = find(input);
        const left = Object.entries(record.tags).filter(([key]) => !input.TagKeys?.includes(key));
        parameters.put(record.name, { ...record, tags: Object.fromEntries(left) });
        return {};
      },
    ),
    ListTagsForResource: operation(
      (input: ListTagsForResourceRequest) => on('ListTagsForResource', input),
      (input): ListTagsForResourceResult => ({
        TagList: Object.entries(find(input).tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    ),
  };
}
