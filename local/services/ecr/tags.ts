import type {
  ECR,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-ecr';
import type { OperationTable } from '../../cloud/operation.ts';
import { limitTags } from '../../cloud/tag-limit.ts';
import { LimitExceededException } from './errors.ts';
import { findRepository } from './find.ts';
import type { EcrState } from './state.ts';
import type { RepositoryRecord } from './store.ts';

/** Tags of repositories. */
export const tagOperations: OperationTable<ECR, EcrState> = {
  TagResource: {
    permissions: (input: TagResourceRequest) => on('TagResource', input.resourceArn),
    run(input: TagResourceRequest, state): object {
      const record = repositoryOf(state, input.resourceArn);
      state.store.putRepository({ ...record, tags: tagRecord(input.tags, record.tags) });
      return {};
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceRequest) => on('UntagResource', input.resourceArn),
    run(input: UntagResourceRequest, state): object {
      const record = repositoryOf(state, input.resourceArn);
      const kept = Object.entries(record.tags).filter(([key]) => !input.tagKeys?.includes(key));
      state.store.putRepository({ ...record, tags: Object.fromEntries(kept) });
      return {};
    },
  },
  ListTagsForResource: {
    readOnly: true,
    permissions: (input: ListTagsForResourceRequest) =>
      on('ListTagsForResource', input.resourceArn),
    run: (input: ListTagsForResourceRequest, state): ListTagsForResourceResponse => ({
      tags: Object.entries(repositoryOf(state, input.resourceArn).tags).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    }),
  },
};

function on(action: string, arn: string | undefined) {
  return { action: `ecr:${action}`, resource: arn ?? '*' };
}

function repositoryOf(state: EcrState, arn = ''): RepositoryRecord {
  return findRepository(state, { repositoryName: arn.split(':repository/')[1] });
}

/** The former tags with added ones. @throws LimitExceededException */
export function tagRecord(
  added: readonly Tag[] = [],
  former: RepositoryRecord['tags'] = {},
): RepositoryRecord['tags'] {
  const given = added.map(({ Key = '', Value = '' }) => [Key, Value] as const);
  return limitTags(
    { ...former, ...Object.fromEntries(given) },
    () => new LimitExceededException('A repository can have at most 50 tags.'),
  );
}
