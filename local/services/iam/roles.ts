import type {
  AttachRolePolicyRequest,
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRolePermissionsBoundaryRequest,
  DeleteRolePolicyRequest,
  DeleteRoleRequest,
  DetachRolePolicyRequest,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetRoleRequest,
  GetRoleResponse,
  IAM,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  ListRolesRequest,
  ListRolesResponse,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  PermissionsBoundaryAttachmentType,
  PutRolePermissionsBoundaryRequest,
  PutRolePolicyRequest,
  Role as RoleOutput,
  TagRoleRequest,
  UntagRoleRequest,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleRequest,
} from '@aws-sdk/client-iam';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import { checkedDocument } from './documents.ts';
import type { Role, Tag } from './entities.ts';
import { DeleteConflict, EntityAlreadyExists, LimitExceeded, NoSuchEntity } from './errors.ts';
import {
  ATTACHED_POLICIES_LIMIT,
  INLINE_POLICIES_LIMIT_CHARACTERS,
  TAGS_LIMIT,
  TRUST_POLICY_LIMIT_CHARACTERS,
} from './limits.ts';
import { pageOf } from './pages.ts';
import { type IamState, newId } from './state.ts';

/** The operations on roles, their policies and tags. */
export const roleOperations: OperationTable<IAM, IamState> = {
  CreateRole: {
    permissions: (input: CreateRoleRequest, state) => withBoundary('CreateRole', input, state),
    run: (input: Checked<CreateRoleRequest>, state) => createRole(state, input),
  },
  GetRole: {
    readOnly: true,
    permissions: onRole('GetRole'),
    run: (input: GetRoleRequest, state): GetRoleResponse => ({
      Role: describe(state.role(input.RoleName)),
    }),
  },
  ListRoles: {
    readOnly: true,
    permissions: () => ({ action: 'iam:ListRoles', resource: '*' }),
    run: (input: ListRolesRequest, state) => listRoles(state, input),
  },
  UpdateRole: {
    permissions: onRole('UpdateRole'),
    run: (input: UpdateRoleRequest, state) => updateRole(state, input),
  },
  DeleteRole: {
    permissions: onRole('DeleteRole'),
    run: (input: DeleteRoleRequest, state) => deleteRole(state, input),
  },
  UpdateAssumeRolePolicy: {
    permissions: onRole('UpdateAssumeRolePolicy'),
    run(input: UpdateAssumeRolePolicyRequest, state) {
      const role = state.role(input.RoleName);
      state.putRole({ ...role, trustPolicy: checkedTrust(input.PolicyDocument) });
    },
  },
  PutRolePermissionsBoundary: {
    permissions: (input: PutRolePermissionsBoundaryRequest, state) =>
      withBoundary('PutRolePermissionsBoundary', input, state),
    run(input: Checked<PutRolePermissionsBoundaryRequest>, state) {
      const role = state.role(input.RoleName);
      const permissionsBoundary = checkedBoundary(state, input.PermissionsBoundary);
      state.putRole({ ...role, permissionsBoundary });
    },
  },
  DeleteRolePermissionsBoundary: {
    permissions: onBoundedRole('DeleteRolePermissionsBoundary'),
    run(input: DeleteRolePermissionsBoundaryRequest, state) {
      const { permissionsBoundary: _, ...role } = state.role(input.RoleName);
      state.putRole(role);
    },
  },
  PutRolePolicy: {
    permissions: onBoundedRole('PutRolePolicy'),
    run: (input: Checked<PutRolePolicyRequest>, state) => putRolePolicy(state, input),
  },
  GetRolePolicy: {
    readOnly: true,
    permissions: onRole('GetRolePolicy'),
    run: (input: Checked<GetRolePolicyRequest>, state) => getRolePolicy(state, input),
  },
  ListRolePolicies: {
    readOnly: true,
    permissions: onRole('ListRolePolicies'),
    run: (input: ListRolePoliciesRequest, state) => listRolePolicies(state, input),
  },
  DeleteRolePolicy: {
    permissions: onBoundedRole('DeleteRolePolicy'),
    run: (input: Checked<DeleteRolePolicyRequest>, state) => deleteRolePolicy(state, input),
  },
  AttachRolePolicy: {
    permissions: onBoundedRole('AttachRolePolicy'),
    run: (input: AttachRolePolicyRequest, state) => attachRolePolicy(state, input),
  },
  DetachRolePolicy: {
    permissions: onBoundedRole('DetachRolePolicy'),
    run: (input: Checked<DetachRolePolicyRequest>, state) => detachRolePolicy(state, input),
  },
  ListAttachedRolePolicies: {
    readOnly: true,
    permissions: onRole('ListAttachedRolePolicies'),
    run: (input: ListAttachedRolePoliciesRequest, state) => listAttachedRolePolicies(state, input),
  },
  TagRole: {
    permissions: onRole('TagRole'),
    run(input: Checked<TagRoleRequest>, state) {
      const role = state.role(input.RoleName);
      state.putRole({ ...role, tags: mergedTags(role.tags, input.Tags) });
    },
  },
  UntagRole: {
    permissions: onRole('UntagRole'),
    run(input: Checked<UntagRoleRequest>, state) {
      const role = state.role(input.RoleName);
      const removed = new Set(input.TagKeys);
      state.putRole({ ...role, tags: role.tags.filter((tag) => !removed.has(tag.Key)) });
    },
  },
  ListRoleTags: {
    readOnly: true,
    permissions: onRole('ListRoleTags'),
    run(input: ListRoleTagsRequest, state): ListRoleTagsResponse {
      const { tags } = state.role(input.RoleName);
      const { items, ...page } = pageOf(tags, ({ Key }) => Key, input);
      return { Tags: [...items], ...page };
    },
  },
};

function onRole(action: string) {
  return (input: { readonly RoleName?: string | undefined }, state: IamState): Permission => ({
    action: `iam:${action}`,
    resource:
      state.findRole(input.RoleName)?.arn ??
      `arn:aws:iam::${state.cloud.accountId}:role/${input.RoleName ?? ''}`,
  });
}

/** With the boundary that the role gets. */
function withBoundary(
  action: string,
  input: CreateRoleRequest | PutRolePermissionsBoundaryRequest,
  state: IamState,
): Permission {
  return { ...onRole(action)(input, state), ...boundaryContext(input.PermissionsBoundary) };
}

/** With the boundary that the role has. */
function onBoundedRole(action: string) {
  return (input: { readonly RoleName?: string | undefined }, state: IamState): Permission => ({
    ...onRole(action)(input, state),
    ...boundaryContext(state.findRole(input.RoleName)?.permissionsBoundary),
  });
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
function boundaryContext(boundary: string | undefined): Pick<Permission, 'context'> {
  return boundary === undefined ? {} : { context: { 'iam:PermissionsBoundary': boundary } };
}

/** AWS calls a boundary the scope of a role in this message. */
function checkedBoundary(state: IamState, arn: string): string {
  if (state.findPolicy(arn) !== undefined) return arn;
  throw new NoSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
}

function createRole(state: IamState, input: Checked<CreateRoleRequest>): CreateRoleResponse {
  const name = input.RoleName;
  if (state.findRole(name) !== undefined) {
    throw new EntityAlreadyExists(`Role with name ${name} already exists.`);
  }
  const path = input.Path ?? '/';
  const role: Role = {
    name,
    id: newId(state.cloud, 'AROA'),
    arn: `arn:aws:iam::${state.cloud.accountId}:role${path}${name}`,
    path,
    createdAt: state.cloud.clock.now(),
    ...(input.Description === undefined ? {} : { description: input.Description }),
    maxSessionSeconds: input.MaxSessionDuration ?? 3_600,
    trustPolicy: checkedTrust(input.AssumeRolePolicyDocument),
    inlinePolicies: {},
    attachedPolicies: [],
    ...(input.PermissionsBoundary === undefined
      ? {}
      : { permissionsBoundary: checkedBoundary(state, input.PermissionsBoundary) }),
    tags: mergedTags([], input.Tags ?? []),
  };
  state.putRole(role);
  return { Role: describe(role) };
}

function checkedTrust(text: string | undefined): string {
  const document = checkedDocument(text, 'trust');
  if (document.length > TRUST_POLICY_LIMIT_CHARACTERS) {
    throw new LimitExceeded(
      `Cannot exceed quota for ACLSizePerRole: ${TRUST_POLICY_LIMIT_CHARACTERS}`,
    );
  }
  return document;
}

/** Policies come back percent-encoded, as IAM gives them. */
export function encodedDocument(text: string): string {
  return encodeURIComponent(text);
}

function describe(role: Role): RoleOutput {
  return { ...describeListed(role), ...describeBoundary(role) };
}

/** Without the boundary: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
function describeListed(role: Role): RoleOutput {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodedDocument(role.trustPolicy),
    ...(role.description === undefined ? {} : { Description: role.description }),
    MaxSessionDuration: role.maxSessionSeconds,
    ...(role.tags.length === 0 ? {} : { Tags: [...role.tags] }),
  };
}

/** What IAM answers, in the words of its reference; the model's enumeration has another one. */
const BOUNDARY_TYPE: string = 'Policy';

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachedPermissionsBoundary.html */
function describeBoundary({ permissionsBoundary }: Role): Pick<RoleOutput, 'PermissionsBoundary'> {
  if (permissionsBoundary === undefined) return {};
  return {
    PermissionsBoundary: {
      PermissionsBoundaryType: BOUNDARY_TYPE as PermissionsBoundaryAttachmentType,
      PermissionsBoundaryArn: permissionsBoundary,
    },
  };
}

function listRoles(state: IamState, input: ListRolesRequest): ListRolesResponse {
  const prefix = input.PathPrefix ?? '/';
  const roles = state.roles().filter((role) => role.path.startsWith(prefix));
  const { items, ...page } = pageOf(roles, (role) => role.name, input);
  return { Roles: items.map(describeListed), ...page };
}

function updateRole(state: IamState, input: UpdateRoleRequest): object {
  const role = state.role(input.RoleName);
  state.putRole({
    ...role,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    maxSessionSeconds: input.MaxSessionDuration ?? role.maxSessionSeconds,
  });
  return {};
}

function deleteRole(state: IamState, input: DeleteRoleRequest): void {
  const role = state.role(input.RoleName);
  if (Object.keys(role.inlinePolicies).length > 0) {
    throw new DeleteConflict('Cannot delete entity, must delete policies first.');
  }
  if (role.attachedPolicies.length > 0) {
    throw new DeleteConflict('Cannot delete entity, must detach all policies first.');
  }
  state.deleteRole(role);
}

function putRolePolicy(state: IamState, input: Checked<PutRolePolicyRequest>): void {
  const role = state.role(input.RoleName);
  const document = checkedDocument(input.PolicyDocument, 'identity');
  const inlinePolicies = { ...role.inlinePolicies, [input.PolicyName]: document };
  const size = Object.values(inlinePolicies).reduce(
    (sum, text) => sum + text.replaceAll(/\s/g, '').length,
    0,
  );
  if (size > INLINE_POLICIES_LIMIT_CHARACTERS) {
    throw new LimitExceeded(
      `Maximum policy size of ${INLINE_POLICIES_LIMIT_CHARACTERS} bytes exceeded for role ${role.name}`,
    );
  }
  state.putRole({ ...role, inlinePolicies });
}

function getRolePolicy(
  state: IamState,
  input: Checked<GetRolePolicyRequest>,
): GetRolePolicyResponse {
  const role = state.role(input.RoleName);
  const name = input.PolicyName;
  return {
    RoleName: role.name,
    PolicyName: name,
    PolicyDocument: encodedDocument(inlinePolicy(role, name)),
  };
}

function inlinePolicy(role: Role, name: string): string {
  const text = role.inlinePolicies[name];
  if (text === undefined) {
    throw new NoSuchEntity(`The role policy with name ${name} cannot be found.`);
  }
  return text;
}

function listRolePolicies(
  state: IamState,
  input: ListRolePoliciesRequest,
): ListRolePoliciesResponse {
  const names = Object.keys(state.role(input.RoleName).inlinePolicies).sort();
  const { items, ...page } = pageOf(names, (name) => name, input);
  return { PolicyNames: [...items], ...page };
}

function deleteRolePolicy(state: IamState, input: Checked<DeleteRolePolicyRequest>): void {
  const role = state.role(input.RoleName);
  const name = input.PolicyName;
  inlinePolicy(role, name);
  const left = Object.entries(role.inlinePolicies).filter(([policy]) => policy !== name);
  state.putRole({ ...role, inlinePolicies: Object.fromEntries(left) });
}

function attachRolePolicy(state: IamState, input: AttachRolePolicyRequest): void {
  const role = state.role(input.RoleName);
  const { arn } = state.policy(input.PolicyArn);
  if (role.attachedPolicies.includes(arn)) return;
  if (role.attachedPolicies.length >= ATTACHED_POLICIES_LIMIT) {
    throw new LimitExceeded(`Cannot exceed quota for PoliciesPerRole: ${ATTACHED_POLICIES_LIMIT}`);
  }
  state.putRole({ ...role, attachedPolicies: [...role.attachedPolicies, arn] });
}

function detachRolePolicy(state: IamState, input: Checked<DetachRolePolicyRequest>): void {
  const role = state.role(input.RoleName);
  const arn = input.PolicyArn;
  if (!role.attachedPolicies.includes(arn)) {
    throw new NoSuchEntity(`Policy ${arn} was not found.`);
  }
  const attachedPolicies = role.attachedPolicies.filter((attached) => attached !== arn);
  state.putRole({ ...role, attachedPolicies });
}

function listAttachedRolePolicies(
  state: IamState,
  input: ListAttachedRolePoliciesRequest,
): ListAttachedRolePoliciesResponse {
  const { attachedPolicies } = state.role(input.RoleName);
  const { items, ...page } = pageOf(attachedPolicies, (arn) => arn, input);
  return {
    AttachedPolicies: items.map((arn) => ({
      PolicyArn: arn,
      PolicyName: state.policy(arn).name,
    })),
    ...page,
  };
}

/** @throws LimitExceeded */
export function mergedTags(
  tags: readonly Tag[],
  added: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): readonly Tag[] {
  const merged = new Map(tags.map((tag) => [tag.Key, tag]));
  for (const { Key = '', Value = '' } of added) merged.set(Key, { Key, Value });
  if (merged.size > TAGS_LIMIT) {
    throw new LimitExceeded(`The number of tags has reached the maximum limit of ${TAGS_LIMIT}.`);
  }
  return [...merged.values()];
}
