import type {
  AdminAddUserToGroupRequest,
  AdminListGroupsForUserRequest,
  AdminListGroupsForUserResponse,
  AdminRemoveUserFromGroupRequest,
  CognitoIdentityProvider,
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupRequest,
  GetGroupRequest,
  GetGroupResponse,
  GroupType,
  ListGroupsRequest,
  ListGroupsResponse,
  ListUsersInGroupRequest,
  ListUsersInGroupResponse,
  UpdateGroupRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import {
  GroupExistsException,
  LimitExceededException,
  ResourceNotFoundException,
} from './errors.ts';
import { GROUPS_A_POOL, GROUPS_A_USER } from './limits.ts';
import { pageOf } from './pages.ts';
import { type CognitoState, findPool, findUser, onPool, putUser } from './state.ts';
import type { GroupRecord } from './store.ts';
import { describeUser } from './users.ts';

/** Groups and their members. */
export const groupOperations: OperationTable<CognitoIdentityProvider, CognitoState> = {
  CreateGroup: {
    permissions: (input: CreateGroupRequest, state) =>
      onPool(state, 'CreateGroup', input.UserPoolId),
    run: (input: Checked<CreateGroupRequest>, state): CreateGroupResponse => ({
      Group: describeGroup(createGroup(state, input)),
    }),
  },
  GetGroup: {
    readOnly: true,
    permissions: (input: GetGroupRequest, state) => onPool(state, 'GetGroup', input.UserPoolId),
    run: (input: GetGroupRequest, state): GetGroupResponse => ({
      Group: describeGroup(find(state, input)),
    }),
  },
  ListGroups: {
    readOnly: true,
    permissions: (input: ListGroupsRequest, state) => onPool(state, 'ListGroups', input.UserPoolId),
    run(input: ListGroupsRequest, state): ListGroupsResponse {
      const groups = state.store.of(state.store.groups, findPool(state, input.UserPoolId).id);
      return groupsPage(groups, input);
    },
  },
  UpdateGroup: {
    permissions: (input: UpdateGroupRequest, state) =>
      onPool(state, 'UpdateGroup', input.UserPoolId),
    run(input: UpdateGroupRequest, state): GetGroupResponse {
      const group = find(state, input);
      const settings = { ...group.settings, ...settingsOf(input) };
      const changed = { ...group, settings, modifiedAt: state.cloud.clock.now() };
      state.store.groups.put(`${group.poolId}/${group.name}`, changed);
      return { Group: describeGroup(changed) };
    },
  },
  DeleteGroup: {
    permissions: (input: DeleteGroupRequest, state) =>
      onPool(state, 'DeleteGroup', input.UserPoolId),
    run: (input: DeleteGroupRequest, state) => deleteGroup(state, input),
  },
  AdminAddUserToGroup: {
    permissions: (input: AdminAddUserToGroupRequest, state) =>
      onPool(state, 'AdminAddUserToGroup', input.UserPoolId),
    run: (input: AdminAddUserToGroupRequest, state) => addUser(state, input),
  },
  AdminRemoveUserFromGroup: {
    permissions: (input: AdminRemoveUserFromGroupRequest, state) =>
      onPool(state, 'AdminRemoveUserFromGroup', input.UserPoolId),
    run(input: AdminRemoveUserFromGroupRequest, state): void {
      const pool = findPool(state, input.UserPoolId);
      const group = find(state, input);
      const user = findUser(state, pool, input.Username);
      putUser(state, pool, { ...user, groups: user.groups.filter((name) => name !== group.name) });
    },
  },
  AdminListGroupsForUser: {
    readOnly: true,
    permissions: (input: AdminListGroupsForUserRequest, state) =>
      onPool(state, 'AdminListGroupsForUser', input.UserPoolId),
    run(input: AdminListGroupsForUserRequest, state): AdminListGroupsForUserResponse {
      const pool = findPool(state, input.UserPoolId);
      const { groups } = findUser(state, pool, input.Username);
      return groupsPage(groupsOf(state, pool.id, groups), input);
    },
  },
  ListUsersInGroup: {
    readOnly: true,
    permissions: (input: ListUsersInGroupRequest, state) =>
      onPool(state, 'ListUsersInGroup', input.UserPoolId),
    run: (input: ListUsersInGroupRequest, state) => listUsers(state, input),
  },
};

interface GroupName {
  readonly UserPoolId?: string | undefined;
  readonly GroupName?: string | undefined;
}

/** @throws ResourceNotFoundException */
function find(state: CognitoState, { UserPoolId, GroupName = '' }: GroupName): GroupRecord {
  const group = state.store.groups.get(`${findPool(state, UserPoolId).id}/${GroupName}`);
  if (group === undefined) throw new ResourceNotFoundException('Group not found.');
  return group;
}

function settingsOf({
  Description,
  Precedence,
  RoleArn,
}: CreateGroupRequest): GroupRecord['settings'] {
  return {
    ...(Description !== undefined && { Description }),
    ...(Precedence !== undefined && { Precedence }),
    ...(RoleArn !== undefined && { RoleArn }),
  };
}

function createGroup(state: CognitoState, input: Checked<CreateGroupRequest>): GroupRecord {
  const { store } = state;
  const poolId = findPool(state, input.UserPoolId).id;
  const name = input.GroupName;
  if (store.groups.has(`${poolId}/${name}`)) throw new GroupExistsException();
  if (store.of(store.groups, poolId).length >= GROUPS_A_POOL) {
    throw new LimitExceededException('The maximum number of groups has been reached.');
  }
  const now = state.cloud.clock.now();
  const group = { poolId, name, settings: settingsOf(input), createdAt: now, modifiedAt: now };
  store.groups.put(`${poolId}/${name}`, group);
  return group;
}

function deleteGroup(state: CognitoState, input: DeleteGroupRequest): void {
  const pool = findPool(state, input.UserPoolId);
  const { name } = find(state, input);
  for (const user of state.store.of(state.store.users, pool.id)) {
    if (!user.groups.includes(name)) continue;
    putUser(state, pool, { ...user, groups: user.groups.filter((group) => group !== name) });
  }
  state.store.groups.delete(`${pool.id}/${name}`);
}

function addUser(state: CognitoState, input: AdminAddUserToGroupRequest): void {
  const pool = findPool(state, input.UserPoolId);
  const group = find(state, input);
  const user = findUser(state, pool, input.Username);
  if (user.groups.includes(group.name)) return;
  if (user.groups.length >= GROUPS_A_USER) {
    throw new LimitExceededException('The maximum number of groups of a user has been reached.');
  }
  putUser(state, pool, { ...user, groups: [...user.groups, group.name] });
}

function precedenceOf({ settings }: GroupRecord): number {
  return settings.Precedence ?? Number.MAX_SAFE_INTEGER;
}

/** The groups by their names, the one with the highest precedence (the lowest number) first. */
export function groupsOf(
  { store }: CognitoState,
  poolId: string,
  names: readonly string[],
): readonly GroupRecord[] {
  return names
    .flatMap((name) => store.groups.get(`${poolId}/${name}`) ?? [])
    .toSorted((one, other) => precedenceOf(one) - precedenceOf(other));
}

function groupsPage(
  groups: readonly GroupRecord[],
  {
    Limit,
    NextToken,
  }: { readonly Limit?: number | undefined; readonly NextToken?: string | undefined },
): ListGroupsResponse {
  const { items, next } = pageOf(groups, ({ name }) => name, { limit: Limit, token: NextToken });
  return { Groups: items.map(describeGroup), ...(next !== undefined && { NextToken: next }) };
}

function listUsers(state: CognitoState, input: ListUsersInGroupRequest): ListUsersInGroupResponse {
  const { poolId, name } = find(state, input);
  const members = state.store
    .of(state.store.users, poolId)
    .filter(({ groups }) => groups.includes(name));
  const page = pageOf(members, (user) => user.name, { limit: input.Limit, token: input.NextToken });
  return {
    Users: page.items.map((user) => describeUser(user)),
    ...(page.next !== undefined && { NextToken: page.next }),
  };
}

function describeGroup({ poolId, name, settings, createdAt, modifiedAt }: GroupRecord): GroupType {
  return {
    GroupName: name,
    UserPoolId: poolId,
    ...settings,
    CreationDate: new Date(createdAt),
    LastModifiedDate: new Date(modifiedAt),
  };
}
