import type {
  CognitoIdentityProvider,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import type { OperationTable } from '../../cloud/operation.ts';
import { ResourceNotFoundException } from './errors.ts';
import { type CognitoState, poolArn } from './state.ts';
import type { PoolRecord } from './store.ts';

const onArn = (operation: string, arn: string | undefined) => ({
  action: `cognito-idp:${operation}`,
  resource: arn ?? '*',
});

/** The tags of user pools. */
export const tagOperations: OperationTable<CognitoIdentityProvider, CognitoState> = {
  ListTagsForResource: {
    readOnly: true,
    permissions: (input: ListTagsForResourceRequest) =>
      onArn('ListTagsForResource', input.ResourceArn),
    run: (input: ListTagsForResourceRequest, state): ListTagsForResourceResponse => ({
      Tags: find(state, input.ResourceArn).settings.UserPoolTags ?? {},
    }),
  },
  TagResource: {
    permissions: (input: TagResourceRequest) => onArn('TagResource', input.ResourceArn),
    run(input: TagResourceRequest, state): object {
      const pool = find(state, input.ResourceArn);
      return put(state, pool, { ...pool.settings.UserPoolTags, ...input.Tags });
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceRequest) => onArn('UntagResource', input.ResourceArn),
    run(input: UntagResourceRequest, state): object {
      const pool = find(state, input.ResourceArn);
      const kept = Object.entries(pool.settings.UserPoolTags ?? {}).filter(
        ([key]) => input.TagKeys?.includes(key) !== true,
      );
      return put(state, pool, Object.fromEntries(kept));
    },
  },
};

/** @throws ResourceNotFoundException */
function find({ cloud, store }: CognitoState, arn = ''): PoolRecord {
  const prefix = poolArn(cloud, '');
  const pool = arn.startsWith(prefix) ? store.pools.get(arn.slice(prefix.length)) : undefined;
  if (pool === undefined) throw new ResourceNotFoundException(`User pool ${arn} does not exist.`);
  return pool;
}

function put(
  { store }: CognitoState,
  pool: PoolRecord,
  UserPoolTags: Record<string, string>,
): object {
  store.pools.put(pool.id, { ...pool, settings: { ...pool.settings, UserPoolTags } });
  return {};
}
