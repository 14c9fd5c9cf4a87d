import type {
  DescribeStackResourceInput,
  DescribeStackResourceOutput,
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput,
  ListStackResourcesInput,
  ListStackResourcesOutput,
} from '@aws-sdk/client-cloudformation';
import type { ResourceRecord, StackRecord } from '../../provision/index.ts';
import type { Table } from '../../store/index.ts';
import { ValidationError } from './errors.ts';
import { findStack } from './stacks.ts';

export function describeStackResources(
  stacks: Table<StackRecord>,
  input: DescribeStackResourcesInput,
): DescribeStackResourcesOutput {
  const { StackName: name, LogicalResourceId: logicalId, PhysicalResourceId: physicalId } = input;
  const records =
    name === undefined
      ? Array.from(stacks.entries(), ([, record]) => record).filter((record) =>
          record.resources.some((resource) => resource.physicalId === physicalId),
        )
      : [findStack(stacks, name)];
  return {
    StackResources: records.flatMap((record) =>
      record.resources
        .filter((resource) => logicalId === undefined || resource.logicalId === logicalId)
        .map((resource) => ({
          StackName: record.stackName,
          StackId: record.stackId,
          Timestamp: new Date(resource.appliedAt),
          ...describe(resource),
        })),
    ),
  };
}

export function describeStackResource(
  stacks: Table<StackRecord>,
  input: DescribeStackResourceInput,
): DescribeStackResourceOutput {
  const record = findStack(stacks, input.StackName ?? '');
  const resource = record.resources.find((item) => item.logicalId === input.LogicalResourceId);
  if (resource === undefined) {
    throw new ValidationError(
      `Resource ${input.LogicalResourceId} does not exist for stack ${record.stackName}`,
    );
  }
  return {
    StackResourceDetail: {
      StackName: record.stackName,
      StackId: record.stackId,
      LastUpdatedTimestamp: new Date(resource.appliedAt),
      ...describe(resource),
    },
  };
}

export function listStackResources(
  stacks: Table<StackRecord>,
  input: ListStackResourcesInput,
): ListStackResourcesOutput {
  const record = findStack(stacks, input.StackName ?? '');
  return {
    StackResourceSummaries: record.resources.map((resource) => ({
      LastUpdatedTimestamp: new Date(resource.appliedAt),
      ...describe(resource),
    })),
  };
}

function describe(resource: ResourceRecord) {
  return {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    ResourceStatus: 'CREATE_COMPLETE',
  } as const;
}
