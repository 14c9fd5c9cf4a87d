import { nameUnknownPolicy } from '../../cloud/aws-policy-names.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import {
  call,
  createOrUpdate,
  ignoreMissing,
  nameOf,
  type Properties,
  pick,
  type ResourceRequest,
  type ResourceType,
  updateOrCreate,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_ROLE_NAME_LENGTH = 64;
const MAX_POLICY_NAME_LENGTH = 128;

interface Role {
  readonly Arn: string;
  readonly RoleId: string;
}

const role: ResourceType = {
  properties: [
    'RoleName',
    'AssumeRolePolicyDocument',
    'Policies',
    'ManagedPolicyArns',
    'Description',
    'Path',
    'MaxSessionDuration',
    'PermissionsBoundary',
    'Tags',
  ],
  async withoutEffect(properties, cloud) {
    const notes = [unknownPolicies(properties), await missingBoundary(properties, cloud)];
    const found = notes.filter((note) => note !== undefined);
    return found.length === 0 ? undefined : found.join('; ');
  },
  async apply(request) {
    const { properties } = request;
    const RoleName = nameOf(request, 'RoleName', MAX_ROLE_NAME_LENGTH);
    const trust = JSON.stringify(properties['AssumeRolePolicyDocument']);
    const PermissionsBoundary = await findBoundary(properties, request.cloud);
    const { Role } = await createOrUpdate(
      () =>
        call<{ readonly Role: Role }>(request, 'iam', 'CreateRole', {
          RoleName,
          AssumeRolePolicyDocument: trust,
          ...(PermissionsBoundary !== undefined && { PermissionsBoundary }),
          ...pick(properties, ['Description', 'Path', 'MaxSessionDuration', 'Tags']),
        }),
      async () => {
        await call(request, 'iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trust });
        await putBoundary(request, RoleName, PermissionsBoundary);
        return call<{ readonly Role: Role }>(request, 'iam', 'GetRole', { RoleName });
      },
      'EntityAlreadyExists',
    );
    for (const policy of list(properties['Policies'])) {
      await call(request, 'iam', 'PutRolePolicy', {
        RoleName,
        PolicyName: policy['PolicyName'],
        PolicyDocument: JSON.stringify(policy['PolicyDocument']),
      });
    }
    for (const PolicyArn of list(properties['ManagedPolicyArns'])) {
      await call(request, 'iam', 'AttachRolePolicy', { RoleName, PolicyArn });
    }
    return { physicalId: RoleName, attributes: { Arn: Role.Arn, RoleId: Role.RoleId } };
  },
  async remove(request) {
    const RoleName = request.previous?.physicalId;
    await ignoreMissing(async () => {
      const inline = await call<{ readonly PolicyNames?: readonly string[] }>(
        request,
        'iam',
        'ListRolePolicies',
        { RoleName },
      );
      for (const PolicyName of inline.PolicyNames ?? []) {
        await call(request, 'iam', 'DeleteRolePolicy', { RoleName, PolicyName });
      }
      const attached = await call<{
        readonly AttachedPolicies?: readonly { readonly PolicyArn: string }[];
      }>(request, 'iam', 'ListAttachedRolePolicies', { RoleName });
      for (const { PolicyArn } of attached.AttachedPolicies ?? []) {
        await call(request, 'iam', 'DetachRolePolicy', { RoleName, PolicyArn });
      }
      await call(request, 'iam', 'DeleteRole', { RoleName });
    });
  },
};

function unknownPolicies(properties: Properties): string | undefined {
  const arns: readonly unknown[] = list(properties['ManagedPolicyArns']);
  const unknown = arns.flatMap((arn) => {
    const name = typeof arn === 'string' ? nameUnknownPolicy(arn) : undefined;
    return name === undefined ? [] : [name];
  });
  if (unknown.length === 0) return undefined;
  return `this runtime does not have the documents of the AWS managed ${unknown.length === 1 ? 'policy' : 'policies'} ${unknown.join(', ')}, which ${unknown.length === 1 ? 'grants' : 'grant'} nothing here`;
}

async function missingBoundary(properties: Properties, cloud: Cloud): Promise<string | undefined> {
  const { PermissionsBoundary: arn } = properties;
  if (typeof arn !== 'string' || (await findBoundary(properties, cloud)) !== undefined)
    return undefined;
  return `its permissions boundary ${arn} is not in this account, so it limits nothing here; AWS would not make the role`;
}

/** The role's boundary, if the account has the policy, and this runtime its document. */
async function findBoundary(properties: Properties, cloud: Cloud): Promise<string | undefined> {
  const { PermissionsBoundary: PolicyArn } = properties;
  if (typeof PolicyArn !== 'string' || nameUnknownPolicy(PolicyArn) !== undefined) return undefined;
  return updateOrCreate<string | undefined>(
    async () => {
      await call({ cloud }, 'iam', 'GetPolicy', { PolicyArn });
      return PolicyArn;
    },
    async () => undefined,
    'NoSuchEntity',
  );
}

async function putBoundary(
  request: ResourceRequest,
  RoleName: string,
  PermissionsBoundary: string | undefined,
): Promise<void> {
  if (PermissionsBoundary === undefined) {
    await call(request, 'iam', 'DeleteRolePermissionsBoundary', { RoleName });
  } else {
    await call(request, 'iam', 'PutRolePermissionsBoundary', { RoleName, PermissionsBoundary });
  }
}

const policy: ResourceType = {
  properties: ['PolicyName', 'PolicyDocument', 'Roles'],
  async apply(request) {
    const PolicyName = nameOf(request, 'PolicyName', MAX_POLICY_NAME_LENGTH);
    const roles = list(request.properties['Roles']).map(String);
    for (const RoleName of roles) {
      await call(request, 'iam', 'PutRolePolicy', {
        RoleName,
        PolicyName,
        PolicyDocument: JSON.stringify(request.properties['PolicyDocument']),
      });
    }
    return { physicalId: PolicyName, attributes: { roles } };
  },
  async remove(request) {
    for (const RoleName of list(request.previous?.attributes['roles'])) {
      await ignoreMissing(() =>
        call(request, 'iam', 'DeleteRolePolicy', {
          RoleName,
          PolicyName: request.previous?.physicalId,
        }),
      );
    }
  },
};

const managedPolicy: ResourceType = {
  properties: ['ManagedPolicyName', 'PolicyDocument', 'Roles', 'Description', 'Path'],
  async apply(request) {
    const PolicyName = nameOf(request, 'ManagedPolicyName', MAX_POLICY_NAME_LENGTH);
    if (request.previous !== undefined) await managedPolicy.remove(request);
    const { Policy } = await call<{ readonly Policy: { readonly Arn: string } }>(
      request,
      'iam',
      'CreatePolicy',
      {
        PolicyName,
        PolicyDocument: JSON.stringify(request.properties['PolicyDocument']),
        ...pick(request.properties, ['Description', 'Path']),
      },
    );
    const roles = list(request.properties['Roles']).map(String);
    for (const RoleName of roles) {
      await call(request, 'iam', 'AttachRolePolicy', { RoleName, PolicyArn: Policy.Arn });
    }
    return { physicalId: Policy.Arn, attributes: { PolicyArn: Policy.Arn, roles } };
  },
  async remove(request: ResourceRequest) {
    const PolicyArn = request.previous?.physicalId;
    for (const RoleName of list(request.previous?.attributes['roles'])) {
      await ignoreMissing(() => call(request, 'iam', 'DetachRolePolicy', { RoleName, PolicyArn }));
    }
    await ignoreMissing(() => call(request, 'iam', 'DeletePolicy', { PolicyArn }));
  },
};

function list(value: unknown): readonly Properties[] {
  return Array.isArray(value) ? (value as readonly Properties[]) : [];
}

export const iamResourceTypes = {
  'AWS::IAM::Role': role,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::ManagedPolicy': managedPolicy,
};
