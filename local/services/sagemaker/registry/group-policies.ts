import type {
  DeleteModelPackageGroupPolicyInput,
  GetModelPackageGroupPolicyInput,
  GetModelPackageGroupPolicyOutput,
  PutModelPackageGroupPolicyInput,
  PutModelPackageGroupPolicyOutput,
} from '@aws-sdk/client-sagemaker';
import { readPolicyDocument, storedPolicyDocument } from '../../../authorization/index.ts';
import { operation } from '../../../cloud/operation.ts';
import type { PolicyDocument } from '../../../cloud/service.ts';
import { ValidationException } from '../errors.ts';
import type { SageMaker } from '../sagemaker.ts';
import { findGroup, groupName } from './find.ts';
import { groupTable } from './records.ts';

/** Policies on groups: who else may read and register versions. */
export function createGroupPolicyOperations(sagemaker: SageMaker) {
  const groups = groupTable(sagemaker);
  const permission = (action: string, name: string | undefined) => ({
    action: `sagemaker:${action}`,
    resource: sagemaker.cloud.arn('sagemaker', `model-package-group/${groupName(name)}`),
  });

  function put(input: PutModelPackageGroupPolicyInput): PutModelPackageGroupPolicyOutput {
    const { ModelPackageGroupName, ResourcePolicy } = input;
    const group = findGroup(sagemaker, ModelPackageGroupName);
    const policy = ResourcePolicy ?? '';
    readPolicyDocument(
      policy,
      'resource',
      ({ message }) => new ValidationException(`Invalid policy. ${message}.`),
    );
    groups.put(group.name, { ...group, policy });
    return { ModelPackageGroupArn: group.arn };
  }

  function get(input: GetModelPackageGroupPolicyInput): GetModelPackageGroupPolicyOutput {
    const group = findGroup(sagemaker, input.ModelPackageGroupName);
    if (group.policy === undefined) {
      throw new ValidationException(`Cannot find resource policy for: ${group.arn}`);
    }
    return { ResourcePolicy: group.policy };
  }

  function remove(input: DeleteModelPackageGroupPolicyInput): object {
    const { policy: _policy, ...rest } = findGroup(sagemaker, input.ModelPackageGroupName);
    groups.put(rest.name, rest);
    return {};
  }

  return {
    PutModelPackageGroupPolicy: operation(
      (input: PutModelPackageGroupPolicyInput) =>
        permission('PutModelPackageGroupPolicy', input.ModelPackageGroupName),
      put,
    ),
    GetModelPackageGroupPolicy: operation(
      (input: GetModelPackageGroupPolicyInput) =>
        permission('GetModelPackageGroupPolicy', input.ModelPackageGroupName),
      get,
    ),
    DeleteModelPackageGroupPolicy: operation(
      (input: DeleteModelPackageGroupPolicyInput) =>
        permission('DeleteModelPackageGroupPolicy', input.ModelPackageGroupName),
      remove,
    ),
  };
}

/** A group's policy counts for the group and for every version in it. */
export function registryPolicy(sagemaker: SageMaker, arn: string): PolicyDocument | undefined {
  const name = /:model-package(?:-group)?\/([^/]+)/.exec(arn)?.[1];
  const policy = name === undefined ? undefined : groupTable(sagemaker).get(name)?.policy;
  return policy === undefined ? undefined : storedPolicyDocument(policy);
}
