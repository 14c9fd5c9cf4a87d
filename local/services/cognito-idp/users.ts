import type {
  AdminCreateUserRequest,
  AdminCreateUserResponse,
  AdminDeleteUserRequest,
  AdminDisableUserRequest,
  AdminEnableUserRequest,
  AdminGetUserRequest,
  AdminGetUserResponse,
  AdminResetUserPasswordRequest,
  AdminSetUserPasswordRequest,
  AdminUpdateUserAttributesRequest,
  AdminUserGlobalSignOutRequest,
  AttributeType,
  CognitoIdentityProvider,
  ListUsersRequest,
  ListUsersResponse,
  UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { checkAttributes, filterOf } from './attributes.ts';
import { InvalidParameterException, MissingFeature, UsernameExistsException } from './errors.ts';
import { TEMPORARY_PASSWORD_DAYS } from './limits.ts';
import { pageOf } from './pages.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { endSessions } from './sessions.ts';
import {
  type CognitoState,
  findPool,
  findUser,
  lookUpUser,
  onPool,
  putUser,
  userKey,
} from './state.ts';
import type { PoolRecord, UserRecord } from './store.ts';

/** What administrators do with users. */
export const userOperations: OperationTable<CognitoIdentityProvider, CognitoState> = {
  AdminCreateUser: {
    permissions: (input: AdminCreateUserRequest, state) =>
      onPool(state, 'AdminCreateUser', input.UserPoolId),
    run: async (
      input: Checked<AdminCreateUserRequest>,
      state,
    ): Promise<AdminCreateUserResponse> => ({
      User: describeUser(await createUser(state, input)),
    }),
  },
  AdminGetUser: {
    readOnly: true,
    permissions: (input: AdminGetUserRequest, state) =>
      onPool(state, 'AdminGetUser', input.UserPoolId),
    run(input: AdminGetUserRequest, state): AdminGetUserResponse {
      const { Attributes, ...user } = describeUser(named(state, input).user);
      return { ...user, Username: user.Username, UserAttributes: Attributes };
    },
  },
  AdminDeleteUser: {
    permissions: (input: AdminDeleteUserRequest, state) =>
      onPool(state, 'AdminDeleteUser', input.UserPoolId),
    run(input: AdminDeleteUserRequest, state): void {
      const { pool, user } = named(state, input);
      endSessions(state, user);
      state.store.users.delete(userKey(pool, user.name));
    },
  },
  AdminSetUserPassword: {
    permissions: (input: AdminSetUserPasswordRequest, state) =>
      onPool(state, 'AdminSetUserPassword', input.UserPoolId),
    run: (input: Checked<AdminSetUserPasswordRequest>, state) => setPassword(state, input),
  },
  AdminResetUserPassword: {
    permissions: (input: AdminResetUserPasswordRequest, state) =>
      onPool(state, 'AdminResetUserPassword', input.UserPoolId),
    run(input: AdminResetUserPasswordRequest, state): object {
      const { pool, user } = named(state, input);
      putUser(state, pool, { ...user, status: 'RESET_REQUIRED' });
      return {};
    },
  },
  AdminUpdateUserAttributes: {
    permissions: (input: AdminUpdateUserAttributesRequest, state) =>
      onPool(state, 'AdminUpdateUserAttributes', input.UserPoolId),
    run(input: AdminUpdateUserAttributesRequest, state): object {
      const { pool, user } = named(state, input);
      const changes = attributesOf(pool, input.UserAttributes);
      putUser(state, pool, { ...user, attributes: { ...user.attributes, ...changes } });
      return {};
    },
  },
  AdminDisableUser: {
    permissions: (input: AdminDisableUserRequest, state) =>
      onPool(state, 'AdminDisableUser', input.UserPoolId),
    run(input: AdminDisableUserRequest, state): object {
      const { pool, user } = named(state, input);
      endSessions(state, user);
      putUser(state, pool, { ...user, isEnabled: false });
      return {};
    },
  },
  AdminEnableUser: {
    permissions: (input: AdminEnableUserRequest, state) =>
      onPool(state, 'AdminEnableUser', input.UserPoolId),
    run(input: AdminEnableUserRequest, state): object {
      const { pool, user } = named(state, input);
      putUser(state, pool, { ...user, isEnabled: true });
      return {};
    },
  },
  AdminUserGlobalSignOut: {
    permissions: (input: AdminUserGlobalSignOutRequest, state) =>
      onPool(state, 'AdminUserGlobalSignOut', input.UserPoolId),
    run(input: AdminUserGlobalSignOutRequest, state): object {
      endSessions(state, named(state, input).user);
      return {};
    },
  },
  ListUsers: {
    readOnly: true,
    permissions: (input: ListUsersRequest, state) => onPool(state, 'ListUsers', input.UserPoolId),
    run: (input: ListUsersRequest, state) => listUsers(state, input),
  },
};

interface UserName {
  readonly UserPoolId?: string | undefined;
  readonly Username?: string | undefined;
}

/** @throws ResourceNotFoundException, UserNotFoundException */
function named(state: CognitoState, { UserPoolId, Username }: UserName) {
  const pool = findPool(state, UserPoolId);
  return { pool, user: findUser(state, pool, Username) };
}

async function createUser(
  state: CognitoState,
  input: Checked<AdminCreateUserRequest>,
): Promise<UserRecord> {
  const pool = findPool(state, input.UserPoolId);
  const name = input.Username;
  if (input.MessageAction === 'RESEND') throw new MissingFeature('messages to users');
  const alias = aliasFor(pool, name);
  const attributes = { ...attributesOf(pool, input.UserAttributes), ...alias };
  if (input.TemporaryPassword !== undefined) checkPassword(pool, input.TemporaryPassword);
  // AWS sends a generated password to the user; here an administrator sets one.
  const password =
    input.TemporaryPassword === undefined ? undefined : await hashPassword(input.TemporaryPassword);
  // After the last wait, so that of two requests for one name one fails.
  if (lookUpUser(state, pool, name) !== undefined) throw new UsernameExistsException();
  const sub = state.cloud.random.uuid();
  const now = state.cloud.clock.now();
  return putUser(state, pool, {
    poolId: pool.id,
    name: alias === undefined ? name : sub,
    sub,
    attributes,
    status: 'FORCE_CHANGE_PASSWORD',
    isEnabled: true,
    groups: [],
    ...(password !== undefined && { password }),
    passwordUntil: now + temporaryMs(pool),
    createdAt: now,
    modifiedAt: now,
  });
}

const DAY_MS = 86_400_000;

function temporaryMs({ settings }: PoolRecord): number {
  const { PasswordPolicy } = settings.Policies ?? {};
  return (PasswordPolicy?.TemporaryPasswordValidityDays ?? TEMPORARY_PASSWORD_DAYS) * DAY_MS;
}

/** The attribute that a user name is, in pools whose user names are mail addresses or phone numbers. */
function aliasFor(
  { settings }: PoolRecord,
  name: string,
): Readonly<Record<string, string>> | undefined {
  const { UsernameAttributes: aliases = [] } = settings;
  if (aliases.length === 0) return undefined;
  if (aliases.includes('email') && name.includes('@')) return { email: name };
  if (aliases.includes('phone_number') && /^\+\d+$/.test(name)) return { phone_number: name };
  const kind = aliases.includes('email') ? 'an email' : 'a phone number';
  throw new InvalidParameterException(`Username should be ${kind}.`);
}

function attributesOf(
  pool: PoolRecord,
  given: readonly AttributeType[] | undefined,
): Readonly<Record<string, string>> {
  const attributes = Object.fromEntries(
    (given ?? []).map(({ Name = '', Value = '' }) => [Name, Value]),
  );
  checkAttributes(pool, attributes);
  return attributes;
}

async function setPassword(
  state: CognitoState,
  input: Checked<AdminSetUserPasswordRequest>,
): Promise<object> {
  const { pool } = named(state, input);
  checkPassword(pool, input.Password);
  const password = await hashPassword(input.Password);
  const { passwordUntil: _until, ...user } = named(state, input).user;
  const isPermanent = input.Permanent === true;
  putUser(state, pool, {
    ...user,
    password,
    status: isPermanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD',
    ...(!isPermanent && { passwordUntil: state.cloud.clock.now() + temporaryMs(pool) }),
  });
  return {};
}

function listUsers(state: CognitoState, input: ListUsersRequest): ListUsersResponse {
  const pool = findPool(state, input.UserPoolId);
  const isMeant = filterOf(input.Filter);
  const users = state.store.of(state.store.users, pool.id).filter(isMeant);
  const page = pageOf(users, ({ name }) => name, {
    limit: input.Limit,
    token: input.PaginationToken,
  });
  return {
    Users: page.items.map((user) => describeUser(user, input.AttributesToGet)),
    ...(page.next !== undefined && { PaginationToken: page.next }),
  };
}

/** The attributes of a user, `sub` among them. */
export function attributeList(
  { sub, attributes }: UserRecord,
  wanted?: readonly string[],
): AttributeType[] {
  return Object.entries({ ...attributes, sub })
    .filter(([name]) => wanted?.includes(name) !== false)
    .map(([Name, Value]) => ({ Name, Value }));
}

export function describeUser(user: UserRecord, wanted?: readonly string[]): UserType {
  return {
    Username: user.name,
    Attributes: attributeList(user, wanted),
    UserCreateDate: new Date(user.createdAt),
    UserLastModifiedDate: new Date(user.modifiedAt),
    Enabled: user.isEnabled,
    UserStatus: user.status,
  };
}
