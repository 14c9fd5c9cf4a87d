import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyRequest,
  DeletePolicyVersionRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  IAM,
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  Policy as PolicyOutput,
  PolicyVersion as PolicyVersionOutput,
  SetDefaultPolicyVersionRequest,
} from '@aws-sdk/client-iam';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import { checkedDocument } from './documents.ts';
import type { ManagedPolicy, PolicyVersion, Role } from './entities.ts';
import {
  AccessDenied,
  DeleteConflict,
  EntityAlreadyExists,
  LimitExceeded,
  NoSuchEntity,
} from './errors.ts';
import { MANAGED_POLICY_LIMIT_CHARACTERS, POLICY_VERSIONS_LIMIT } from './limits.ts';
import { pageOf } from './pages.ts';
import { encodedDocument, mergedTags } from './roles.ts';
import { type IamState, newId } from './state.ts';

/** The operations on managed policies. */
export const policyOperations: OperationTable<IAM, IamState> = {
  CreatePolicy: {
    permissions: (input: CreatePolicyRequest, state) => ({
      action: 'iam:CreatePolicy',
      resource: arnOf(state, input),
    }),
    run: (input: Checked<CreatePolicyRequest>, state) => createPolicy(state, input),
  },
  GetPolicy: {
    readOnly: true,
    permissions: onPolicy('GetPolicy'),
    run: (input: GetPolicyRequest, state): GetPolicyResponse => ({
      Policy: describe(state, readable(state, input.PolicyArn)),
    }),
  },
  ListPolicies: {
    readOnly: true,
    permissions: () => ({ action: 'iam:ListPolicies', resource: '*' }),
    run: (input: ListPoliciesRequest, state) => listPolicies(state, input),
  },
  DeletePolicy: {
    permissions: onPolicy('DeletePolicy'),
    run: (input: DeletePolicyRequest, state) => deletePolicy(state, input),
  },
  CreatePolicyVersion: {
    permissions: onPolicy('CreatePolicyVersion'),
    run: (input: CreatePolicyVersionRequest, state) => createPolicyVersion(state, input),
  },
  GetPolicyVersion: {
    readOnly: true,
    permissions: onPolicy('GetPolicyVersion'),
    run(input: GetPolicyVersionRequest, state): GetPolicyVersionResponse {
      const policy = readable(state, input.PolicyArn);
      return { PolicyVersion: describeVersion(policy, versionOf(policy, input.VersionId)) };
    },
  },
  ListPolicyVersions: {
    readOnly: true,
    permissions: onPolicy('ListPolicyVersions'),
    run: (input: ListPolicyVersionsRequest, state) => listPolicyVersions(state, input),
  },
  SetDefaultPolicyVersion: {
    permissions: onPolicy('SetDefaultPolicyVersion'),
    run(input: SetDefaultPolicyVersionRequest, state) {
      const policy = writable(state, input.PolicyArn);
      const { id } = versionOf(policy, input.VersionId);
      state.putPolicy({ ...policy, defaultVersionId: id, updatedAt: state.cloud.clock.now() });
    },
  },
  DeletePolicyVersion: {
    permissions: onPolicy('DeletePolicyVersion'),
    run: (input: DeletePolicyVersionRequest, state) => deletePolicyVersion(state, input),
  },
  ListEntitiesForPolicy: {
    readOnly: true,
    permissions: onPolicy('ListEntitiesForPolicy'),
    run(input: ListEntitiesForPolicyRequest, state): ListEntitiesForPolicyResponse {
      const roles = rolesWith(state, readable(state, input.PolicyArn).arn, input.PolicyUsageFilter);
      const { items, ...page } = pageOf(roles, ({ name }) => name, input);
      return {
        PolicyRoles: items.map((role) => ({ RoleName: role.name, RoleId: role.id })),
        PolicyGroups: [],
        PolicyUsers: [],
        ...page,
      };
    },
  },
};

/** @param usage only those that use the policy so; all by default */
function rolesWith(
  state: IamState,
  policyArn: string,
  usage: ListEntitiesForPolicyRequest['PolicyUsageFilter'],
): readonly Role[] {
  const attached = usage === 'PermissionsBoundary' ? [] : state.attachedTo(policyArn);
  const bounded = usage === 'PermissionsPolicy' ? [] : state.boundedBy(policyArn);
  const names = new Set(attached.map(({ name }) => name));
  return [...attached, ...bounded.filter(({ name }) => !names.has(name))];
}

function onPolicy(
  action: string,
): (input: { readonly PolicyArn?: string | undefined }) => Permission {
  return (input) => ({
    action: `iam:${action}`,
    resource: input.PolicyArn ?? '*',
  });
}

function arnOf(state: IamState, input: CreatePolicyRequest): string {
  return `arn:aws:iam::${state.cloud.accountId}:policy${input.Path ?? '/'}${input.PolicyName ?? ''}`;
}

function createPolicy(state: IamState, input: Checked<CreatePolicyRequest>): CreatePolicyResponse {
  const name = input.PolicyName;
  const arn = arnOf(state, input);
  if (state.findPolicy(arn) !== undefined) {
    throw new EntityAlreadyExists(
      `A policy called ${name} already exists. Duplicate names are not allowed.`,
    );
  }
  const now = state.cloud.clock.now();
  const policy: ManagedPolicy = {
    name,
    id: newId(state.cloud, 'ANPA'),
    arn,
    path: input.Path ?? '/',
    createdAt: now,
    updatedAt: now,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    defaultVersionId: 'v1',
    versions: [{ id: 'v1', document: checkedManaged(input.PolicyDocument), createdAt: now }],
    tags: mergedTags([], input.Tags ?? []),
  };
  state.putPolicy(policy);
  return { Policy: describe(state, policy) };
}

function checkedManaged(text: string | undefined): string {
  const document = checkedDocument(text, 'identity');
  if (document.replaceAll(/\s/g, '').length > MANAGED_POLICY_LIMIT_CHARACTERS) {
    throw new LimitExceeded(
      `Cannot exceed quota for PolicySize: ${MANAGED_POLICY_LIMIT_CHARACTERS}`,
    );
  }
  return document;
}

function readable(state: IamState, arn: string | undefined): ManagedPolicy {
  const policy = state.findPolicy(arn ?? '');
  if (policy === undefined) throw new NoSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

function writable(state: IamState, arn: string | undefined): ManagedPolicy {
  const policy = readable(state, arn);
  if (policy.arn.startsWith('arn:aws:iam::aws:')) {
    throw new AccessDenied(`Policy ${policy.arn} is AWS's own and cannot be changed.`);
  }
  return policy;
}

function versionOf(policy: ManagedPolicy, id: string | undefined): PolicyVersion {
  const version = policy.versions.find((candidate) => candidate.id === id);
  if (version === undefined) {
    throw new NoSuchEntity(
      `Policy ${policy.arn} version ${id} does not exist or is not attachable.`,
    );
  }
  return version;
}

function listPolicies(state: IamState, input: ListPoliciesRequest): ListPoliciesResponse {
  const own = input.Scope === 'AWS' ? [] : state.policies();
  const aws = input.Scope === 'Local' ? [] : [...awsManagedPolicies.values()];
  const prefix = input.PathPrefix ?? '/';
  const wanted = [...own, ...aws].filter(
    (policy) =>
      policy.path.startsWith(prefix) &&
      (input.OnlyAttached !== true ||
        rolesWith(state, policy.arn, input.PolicyUsageFilter).length > 0),
  );
  const { items, ...page } = pageOf(wanted, (policy) => policy.arn, input);
  return { Policies: items.map((policy) => describe(state, policy)), ...page };
}

function deletePolicy(state: IamState, input: DeletePolicyRequest): void {
  const policy = writable(state, input.PolicyArn);
  if ([...state.attachedTo(policy.arn), ...state.boundedBy(policy.arn)].length > 0) {
    throw new DeleteConflict('Cannot delete a policy attached to entities.');
  }
  if (policy.versions.length > 1) {
    throw new DeleteConflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    );
  }
  state.deletePolicy(policy);
}

function createPolicyVersion(
  state: IamState,
  input: CreatePolicyVersionRequest,
): CreatePolicyVersionResponse {
  const policy = writable(state, input.PolicyArn);
  if (policy.versions.length >= POLICY_VERSIONS_LIMIT) {
    throw new LimitExceeded(
      `A managed policy can have up to ${POLICY_VERSIONS_LIMIT} versions. Before you create a new version, you must delete an existing version.`,
    );
  }
  const newest = Math.max(...policy.versions.map((version) => Number(version.id.slice(1))));
  const version: PolicyVersion = {
    id: `v${newest + 1}`,
    document: checkedManaged(input.PolicyDocument),
    createdAt: state.cloud.clock.now(),
  };
  const changed: ManagedPolicy = {
    ...policy,
    versions: [...policy.versions, version],
    updatedAt: version.createdAt,
    defaultVersionId: input.SetAsDefault === true ? version.id : policy.defaultVersionId,
  };
  state.putPolicy(changed);
  return { PolicyVersion: describeVersion(changed, version) };
}

function listPolicyVersions(
  state: IamState,
  input: ListPolicyVersionsRequest,
): ListPolicyVersionsResponse {
  const policy = readable(state, input.PolicyArn);
  const { items, ...page } = pageOf([...policy.versions].reverse(), ({ id }) => id, input);
  return { Versions: items.map((version) => describeVersion(policy, version)), ...page };
}

function deletePolicyVersion(state: IamState, input: DeletePolicyVersionRequest): void {
  const policy = writable(state, input.PolicyArn);
  const { id } = versionOf(policy, input.VersionId);
  if (id === policy.defaultVersionId) {
    throw new DeleteConflict('Cannot delete the default version of a policy.');
  }
  const versions = policy.versions.filter((version) => version.id !== id);
  state.putPolicy({ ...policy, versions });
}

function describe(state: IamState, policy: ManagedPolicy): PolicyOutput {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: state.attachedTo(policy.arn).length,
    PermissionsBoundaryUsageCount: state.boundedBy(policy.arn).length,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    ...(policy.tags.length === 0 ? {} : { Tags: [...policy.tags] }),
  };
}

function describeVersion(policy: ManagedPolicy, version: PolicyVersion): PolicyVersionOutput {
  return {
    Document: encodedDocument(version.document),
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersionId,
    CreateDate: new Date(version.createdAt),
  };
}
