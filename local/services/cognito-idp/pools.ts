import type {
  CognitoIdentityProvider,
  CreateUserPoolRequest,
  CreateUserPoolResponse,
  DeleteUserPoolRequest,
  DescribeUserPoolRequest,
  DescribeUserPoolResponse,
  ListUserPoolsRequest,
  ListUserPoolsResponse,
  UpdateUserPoolRequest,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { OperationTable } from '../../cloud/operation.ts';
import { InvalidParameterException, LimitExceededException, MissingFeature } from './errors.ts';
import { PASSWORD_LENGTH, TEMPORARY_PASSWORD_DAYS, USER_POOLS } from './limits.ts';
import { pageOf } from './pages.ts';
import { type CognitoState, findPool, idText, onAny, onPool, poolArn } from './state.ts';
import type { PoolRecord } from './store.ts';

/** User pools. */
export const poolOperations: OperationTable<CognitoIdentityProvider, CognitoState> = {
  CreateUserPool: {
    permissions: () => onAny('CreateUserPool'),
    run: (input: CreateUserPoolRequest, state): CreateUserPoolResponse => ({
      UserPool: describePool(state, createPool(state, input)),
    }),
  },
  DescribeUserPool: {
    readOnly: true,
    permissions: (input: DescribeUserPoolRequest, state) =>
      onPool(state, 'DescribeUserPool', input.UserPoolId),
    run: (input: DescribeUserPoolRequest, state): DescribeUserPoolResponse => ({
      UserPool: describePool(state, findPool(state, input.UserPoolId)),
    }),
  },
  ListUserPools: {
    readOnly: true,
    permissions: () => onAny('ListUserPools'),
    run: (input: ListUserPoolsRequest, state) => listPools(state, input),
  },
  UpdateUserPool: {
    permissions: (input: UpdateUserPoolRequest, state) =>
      onPool(state, 'UpdateUserPool', input.UserPoolId),
    run: (input: UpdateUserPoolRequest, state) => updatePool(state, input),
  },
  DeleteUserPool: {
    permissions: (input: DeleteUserPoolRequest, state) =>
      onPool(state, 'DeleteUserPool', input.UserPoolId),
    run: (input: DeleteUserPoolRequest, state) => deletePool(state, input),
  },
};

const ID_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 9;

function createPool(state: CognitoState, settings: CreateUserPoolRequest): PoolRecord {
  const { cloud, store } = state;
  checkPool(settings);
  if (store.pools.size >= USER_POOLS) {
    throw new LimitExceededException('The maximum number of user pools has been reached.');
  }
  const id = `${cloud.region}_${idText(cloud, ID_LENGTH, ID_CHARACTERS)}`;
  const now = cloud.clock.now();
  const pool = { id, settings, createdAt: now, modifiedAt: now };
  store.pools.put(id, pool);
  return pool;
}

/** @throws InvalidParameterException, MissingFeature */
function checkPool(settings: Omit<CreateUserPoolRequest, 'PoolName'>): void {
  if (Object.values(settings.LambdaConfig ?? {}).some((trigger) => trigger !== undefined)) {
    throw new MissingFeature('Lambda triggers');
  }
  if (settings.MfaConfiguration === 'ON') throw new MissingFeature('required MFA');
  const hasBoth = settings.UsernameAttributes?.length && settings.AliasAttributes?.length;
  if (hasBoth) {
    throw new InvalidParameterException(
      'Only one of the aliasAttributes or usernameAttributes can be set in a user pool.',
    );
  }
}

function updatePool(state: CognitoState, input: UpdateUserPoolRequest): object {
  const { UserPoolId, PoolName, ...changes } = input;
  const pool = findPool(state, UserPoolId);
  checkPool(changes);
  const settings = {
    ...kept(pool.settings),
    ...changes,
    PoolName: PoolName ?? pool.settings.PoolName,
  };
  state.store.pools.put(pool.id, { ...pool, settings, modifiedAt: state.cloud.clock.now() });
  return {};
}

/** What cannot be changed; anything else that an update leaves out gets its default. */
function kept(settings: CreateUserPoolRequest): Partial<CreateUserPoolRequest> {
  const { AliasAttributes, Schema, UsernameAttributes, UsernameConfiguration } = settings;
  return {
    ...(AliasAttributes !== undefined && { AliasAttributes }),
    ...(Schema !== undefined && { Schema }),
    ...(UsernameAttributes !== undefined && { UsernameAttributes }),
    ...(UsernameConfiguration !== undefined && { UsernameConfiguration }),
  };
}

/** @throws InvalidParameterException while it has a domain or is protected */
function deletePool(state: CognitoState, { UserPoolId }: DeleteUserPoolRequest): void {
  const { store } = state;
  const pool = findPool(state, UserPoolId);
  if (pool.settings.DeletionProtection === 'ACTIVE') {
    throw new InvalidParameterException(
      'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
    );
  }
  if (domainOf(state, pool.id) !== undefined) {
    throw new InvalidParameterException(
      'User pool cannot be deleted. It has a domain configured that should be deleted first.',
    );
  }
  store.deletePool(pool.id);
  state.keys.forget(pool.id);
  state.browserSessions.deleteWhere(({ poolId }) => poolId === pool.id);
}

/** The domain prefix of a pool. */
export function domainOf({ store }: CognitoState, poolId: string): string | undefined {
  for (const [name, domain] of store.domains.entries()) if (domain.poolId === poolId) return name;
  return undefined;
}

function listPools(
  { store }: CognitoState,
  { MaxResults, NextToken }: ListUserPoolsRequest,
): ListUserPoolsResponse {
  const pools = Array.from(store.pools.entries(), ([, pool]) => pool);
  const { items, next } = pageOf(pools, ({ id }) => id, { limit: MaxResults, token: NextToken });
  return {
    UserPools: items.map((pool) => ({
      Id: pool.id,
      Name: pool.settings.PoolName,
      LambdaConfig: {},
      CreationDate: new Date(pool.createdAt),
      LastModifiedDate: new Date(pool.modifiedAt),
    })),
    ...(next !== undefined && { NextToken: next }),
  };
}

/** The policy of a pool that was created without one. */
const DEFAULT_POLICY = {
  MinimumLength: PASSWORD_LENGTH,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  TemporaryPasswordValidityDays: TEMPORARY_PASSWORD_DAYS,
};

function describePool(state: CognitoState, pool: PoolRecord): UserPoolType {
  const { PoolName, Schema, ...settings } = pool.settings;
  const Domain = domainOf(state, pool.id);
  return {
    MfaConfiguration: 'OFF',
    DeletionProtection: 'INACTIVE',
    LambdaConfig: {},
    UserPoolTier: 'ESSENTIALS',
    ...settings,
    Policies: {
      ...settings.Policies,
      PasswordPolicy: settings.Policies?.PasswordPolicy ?? DEFAULT_POLICY,
    },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, ...settings.AdminCreateUserConfig },
    SchemaAttributes: Schema ?? [],
    Id: pool.id,
    Name: PoolName,
    Arn: poolArn(state.cloud, pool.id),
    EstimatedNumberOfUsers: state.store.of(state.store.users, pool.id).length,
    CreationDate: new Date(pool.createdAt),
    LastModifiedDate: new Date(pool.modifiedAt),
    ...(Domain !== undefined && { Domain }),
  };
}
