import type {
  DeleteModelPackageGroupPolicyInput,
  GetModelPackageGroupPolicyInput,
  GetModelPackageGroupPolicyOutput,
  PutModelPackageGroupPolicyInput,
  PutModelPackageGroupPolicyOutput,
  SageMaker,
} from '@aws-sdk/client-sagemaker';
import { readPolicyDocument, storedPolicyDocument } from '../../../authorization/index.ts';
import type { OperationTable } from '../../../cloud/operation.ts';
import type { Permission, PolicyDocument } from '../../../cloud/service.ts';
import { ValidationException } from '../errors.ts';
import { findGroup, groupName } from './find.ts';
import type { Registry } from './records.ts';

/** Resource policies of groups. */
export const groupPolicyOperations: OperationTable<SageMaker, Registry> = {
  PutModelPackageGroupPolicy: {
    permissions: (input: PutModelPackageGroupPolicyInput, registry) =>
      permission(registry, 'PutModelPackageGroupPolicy', input.ModelPackageGroupName),
    run: (input: PutModelPackageGroupPolicyInput, registry) => put(registry, input),
  },
  GetModelPackageGroupPolicy: {
    readOnly: true,
    permissions: (input: GetModelPackageGroupPolicyInput, registry) =>
      permission(registry, 'GetModelPackageGroupPolicy', input.ModelPackageGroupName),
    run: (input: GetModelPackageGroupPolicyInput, registry) => get(registry, input),
  },
  DeleteModelPackageGroupPolicy: {
    permissions: (input: DeleteModelPackageGroupPolicyInput, registry) =>
      permission(registry, 'DeleteModelPackageGroupPolicy', input.ModelPackageGroupName),
    run: (input: DeleteModelPackageGroupPolicyInput, registry) => remove(registry, input),
  },
};

function permission(registry: Registry, action: string, name: string | undefined): Permission {
  return {
    action: `sagemaker:${action}`,
    resource: registry.cloud.arn('sagemaker', `model-package-group/${groupName(name)}`),
  };
}

function put(
  registry: Registry,
  input: PutModelPackageGroupPolicyInput,
): PutModelPackageGroupPolicyOutput {
  const { groups } = registry;
  const { ModelPackageGroupName, ResourcePolicy } = input;
  const group = findGroup(registry, ModelPackageGroupName);
  const policy = ResourcePolicy ?? '';
  readPolicyDocument(
    policy,
    'resource',
    ({ message }) => new ValidationException(`Invalid policy. ${message}.`),
  );
  groups.put(group.name, { ...group, policy });
  return { ModelPackageGroupArn: group.arn };
}

function get(
  registry: Registry,
  input: GetModelPackageGroupPolicyInput,
): GetModelPackageGroupPolicyOutput {
  const group = findGroup(registry, input.ModelPackageGroupName);
  if (group.policy === undefined) {
    throw new ValidationException(`Cannot find resource policy for: ${group.arn}`);
  }
  return { ResourcePolicy: group.policy };
}

function remove(registry: Registry, input: DeleteModelPackageGroupPolicyInput): object {
  const { groups } = registry;
  const { policy: _policy, ...rest } = findGroup(registry, input.ModelPackageGroupName);
  groups.put(rest.name, rest);
  return {};
}

/** The resource policy of a group, which applies to the group and its versions. */
export function registryPolicy({ groups }: Registry, arn: string): PolicyDocument | undefined {
  const name = /:model-package(?:-group)?\/([^/]+)/.exec(arn)?.[1];
  const policy = name === undefined ? undefined : groups.get(name)?.policy;
  return policy === undefined ? undefined : storedPolicyDocument(policy);
}
