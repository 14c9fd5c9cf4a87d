import type {
  CloudFormation,
  DescribeStackResourceInput,
  DescribeStackResourceOutput,
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput,
  ListStackResourcesInput,
  ListStackResourcesOutput,
} from '@aws-sdk/client-cloudformation';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import type { ResourceRecord, StackRecord } from '../../provision/index.ts';
import type { Table } from '../../store/index.ts';
import { ValidationError } from './errors.ts';
import { findStack, onStack } from './stacks.ts';
import type { CloudFormationState } from './state.ts';

/** The resources of stacks. */
export const stackResourceOperations: OperationTable<CloudFormation, CloudFormationState> = {
  DescribeStackResources: {
    readOnly: true,
    permissions: onStack('DescribeStackResources'),
    run: (input: DescribeStackResourcesInput, { stacks }) => describeStackResources(stacks, input),
  },
  DescribeStackResource: {
    readOnly: true,
    permissions: onStack('DescribeStackResource'),
    run: (input: Checked<DescribeStackResourceInput>, { stacks }) =>
      describeStackResource(stacks, input),
  },
  ListStackResources: {
    readOnly: true,
    permissions: onStack('ListStackResources'),
    run: (input: Checked<ListStackResourcesInput>, { stacks }) => listStackResources(stacks, input),
  },
};

function describeStackResources(
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

function describeStackResource(
  stacks: Table<StackRecord>,
  input: Checked<DescribeStackResourceInput>,
): DescribeStackResourceOutput {
  const record = findStack(stacks, input.StackName);
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

function listStackResources(
  stacks: Table<StackRecord>,
  input: Checked<ListStackResourcesInput>,
): ListStackResourcesOutput {
  const record = findStack(stacks, input.StackName);
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
