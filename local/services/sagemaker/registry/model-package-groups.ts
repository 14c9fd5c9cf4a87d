import type {
  CreateModelPackageGroupInput,
  CreateModelPackageGroupOutput,
  DeleteModelPackageGroupInput,
  DescribeModelPackageGroupInput,
  DescribeModelPackageGroupOutput,
  ListModelPackageGroupsInput,
  ListModelPackageGroupsOutput,
  ModelPackageGroupSummary,
} from '@aws-sdk/client-sagemaker';
import { operation } from '../../../cloud/operation.ts';
import { ConflictException, ValidationException } from '../errors.ts';
import { page } from '../paging.ts';
import type { SageMaker } from '../sagemaker.ts';
import { findGroup, groupName } from './find.ts';
import { groupTable, type ModelPackageGroupRecord, packageTable } from './records.ts';

/** Groups: the versions of one model. */
export function createModelPackageGroupOperations(sagemaker: SageMaker) {
  const { cloud } = sagemaker;
  const groups = groupTable(sagemaker);
  const arnOf = (name: string | undefined) =>
    cloud.arn('sagemaker', `model-package-group/${groupName(name)}`);
  const permission = (action: string, name: string | undefined) => ({
    action: `sagemaker:${action}`,
    resource: arnOf(name),
  });

  function create(input: CreateModelPackageGroupInput): CreateModelPackageGroupOutput {
    const name = input.ModelPackageGroupName ?? '';
    const arn = arnOf(name);
    if (groups.has(name)) {
      throw new ValidationException(`Model Package Group already exists: ${arn}`);
    }
    const description = input.ModelPackageGroupDescription;
    groups.put(name, {
      name,
      arn,
      creationTime: cloud.clock.now(),
      lastVersion: 0,
      ...(description === undefined ? {} : { description }),
    });
    sagemaker.tags.add(arn, input.Tags);
    return { ModelPackageGroupArn: arn };
  }

  function describe(input: DescribeModelPackageGroupInput): DescribeModelPackageGroupOutput {
    return {
      ...summarize(findGroup(sagemaker, input.ModelPackageGroupName)),
      // AWS says who created it; here nobody but the account's own user is known.
      CreatedBy: {},
    };
  }

  function list(input: ListModelPackageGroupsInput): ListModelPackageGroupsOutput {
    const all = [...groups.entries()].map(([, group]) => group);
    const { items, NextToken } = page(all, { SortOrder: 'Ascending', ...input });
    return { ModelPackageGroupSummaryList: items.map(summarize), NextToken };
  }

  function remove(input: DeleteModelPackageGroupInput): object {
    const group = findGroup(sagemaker, input.ModelPackageGroupName);
    const [first] = packageTable(sagemaker).entries({ prefix: `${group.name}/`, limit: 1 });
    if (first !== undefined) {
      throw new ConflictException(
        `Model Package Group ${group.arn} cannot be deleted because it still contains Model Packages.`,
      );
    }
    groups.delete(group.name);
    sagemaker.tags.forget(group.arn);
    return {};
  }

  return {
    CreateModelPackageGroup: operation(
      (input: CreateModelPackageGroupInput) => [
        permission('CreateModelPackageGroup', input.ModelPackageGroupName),
        ...(input.Tags === undefined ? [] : [permission('AddTags', input.ModelPackageGroupName)]),
      ],
      create,
    ),
    DescribeModelPackageGroup: operation(
      (input: DescribeModelPackageGroupInput) =>
        permission('DescribeModelPackageGroup', input.ModelPackageGroupName),
      describe,
    ),
    ListModelPackageGroups: operation(
      (_input: ListModelPackageGroupsInput) => ({
        action: 'sagemaker:ListModelPackageGroups',
        resource: '*',
      }),
      list,
    ),
    DeleteModelPackageGroup: operation(
      (input: DeleteModelPackageGroupInput) =>
        permission('DeleteModelPackageGroup', input.ModelPackageGroupName),
      remove,
    ),
  };
}

function summarize(group: ModelPackageGroupRecord) {
  return {
    ModelPackageGroupName: group.name,
    ModelPackageGroupArn: group.arn,
    ...(group.description === undefined ? {} : { ModelPackageGroupDescription: group.description }),
    CreationTime: new Date(group.creationTime),
    ModelPackageGroupStatus: 'Completed',
  } satisfies ModelPackageGroupSummary;
}
