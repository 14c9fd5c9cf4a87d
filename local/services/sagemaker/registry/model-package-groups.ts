import type {
  CreateModelPackageGroupInput,
  CreateModelPackageGroupOutput,
  DeleteModelPackageGroupInput,
  DescribeModelPackageGroupInput,
  DescribeModelPackageGroupOutput,
  ListModelPackageGroupsInput,
  ListModelPackageGroupsOutput,
  ModelPackageGroupSummary,
  SageMaker,
} from '@aws-sdk/client-sagemaker';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import { ConflictException, ValidationException } from '../errors.ts';
import { page } from '../paging.ts';
import { findGroup, groupName } from './find.ts';
import type { ModelPackageGroupRecord, Registry } from './records.ts';

/** Model package groups: the versions of one model. */
export const groupOperations: OperationTable<SageMaker, Registry> = {
  CreateModelPackageGroup: {
    permissions: (input: CreateModelPackageGroupInput, registry) => [
      permission(registry, 'CreateModelPackageGroup', input.ModelPackageGroupName),
      ...(input.Tags === undefined
        ? []
        : [permission(registry, 'AddTags', input.ModelPackageGroupName)]),
    ],
    run: (input: Checked<CreateModelPackageGroupInput>, registry) => create(registry, input),
  },
  DescribeModelPackageGroup: {
    readOnly: true,
    permissions: (input: DescribeModelPackageGroupInput, registry) =>
      permission(registry, 'DescribeModelPackageGroup', input.ModelPackageGroupName),
    run: (input: DescribeModelPackageGroupInput, registry) => describe(registry, input),
  },
  ListModelPackageGroups: {
    readOnly: true,
    permissions: () => ({
      action: 'sagemaker:ListModelPackageGroups',
      resource: '*',
    }),
    run: (input: ListModelPackageGroupsInput, registry) => list(registry, input),
  },
  DeleteModelPackageGroup: {
    permissions: (input: DeleteModelPackageGroupInput, registry) =>
      permission(registry, 'DeleteModelPackageGroup', input.ModelPackageGroupName),
    run: (input: DeleteModelPackageGroupInput, registry) => remove(registry, input),
  },
};

function arnOf({ cloud }: Registry, name: string | undefined): string {
  return cloud.arn('sagemaker', `model-package-group/${groupName(name)}`);
}

function permission(registry: Registry, action: string, name: string | undefined): Permission {
  return {
    action: `sagemaker:${action}`,
    resource: arnOf(registry, name),
  };
}

function create(
  registry: Registry,
  input: Checked<CreateModelPackageGroupInput>,
): CreateModelPackageGroupOutput {
  const { groups, cloud } = registry;
  const name = input.ModelPackageGroupName;
  const arn = arnOf(registry, name);
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
  registry.tags.add(arn, input.Tags);
  return { ModelPackageGroupArn: arn };
}

function describe(
  registry: Registry,
  input: DescribeModelPackageGroupInput,
): DescribeModelPackageGroupOutput {
  return {
    ...summarize(findGroup(registry, input.ModelPackageGroupName)),
    // AWS returns the user who created it; this runtime does not record it.
    CreatedBy: {},
  };
}

function list(
  { groups }: Registry,
  input: ListModelPackageGroupsInput,
): ListModelPackageGroupsOutput {
  const all = [...groups.entries()].map(([, group]) => group);
  const { items, NextToken } = page(all, { SortOrder: 'Ascending', ...input });
  return { ModelPackageGroupSummaryList: items.map(summarize), NextToken };
}

function remove(registry: Registry, input: DeleteModelPackageGroupInput): object {
  const { groups } = registry;
  const group = findGroup(registry, input.ModelPackageGroupName);
  const [first] = registry.packages.entries({ prefix: `${group.name}/`, limit: 1 });
  if (first !== undefined) {
    throw new ConflictException(
      `Model Package Group ${group.arn} cannot be deleted because it still contains Model Packages.`,
    );
  }
  groups.delete(group.name);
  registry.tags.forget(group.arn);
  return {};
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
