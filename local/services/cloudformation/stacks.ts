import type {
  DescribeStacksInput,
  DescribeStacksOutput,
  ListExportsOutput,
  ListStacksInput,
  ListStacksOutput,
  Stack,
  StackSummary,
} from '@aws-sdk/client-cloudformation';
import type { StackRecord } from '../../provision/index.ts';
import type { Table } from '../../store/index.ts';
import { ValidationError } from './errors.ts';

/** @throws ValidationError when a stack is named that is not there */
export function describeStacks(
  stacks: Table<StackRecord>,
  { StackName: name }: DescribeStacksInput,
): DescribeStacksOutput {
  const records = name === undefined ? allStacks(stacks) : [findStack(stacks, name)];
  return { Stacks: records.map(describe) };
}

export function listStacks(
  stacks: Table<StackRecord>,
  { StackStatusFilter: wanted }: ListStacksInput,
): ListStacksOutput {
  const records = allStacks(stacks).filter(
    (record) => wanted === undefined || wanted.length === 0 || wanted.includes(record.status),
  );
  return { StackSummaries: records.map(summarize) };
}

export function listExports(stacks: Table<StackRecord>): ListExportsOutput {
  const Exports = allStacks(stacks).flatMap((record) =>
    record.outputs.flatMap(({ exportName, value }) =>
      exportName === undefined
        ? []
        : [{ ExportingStackId: record.stackId, Name: exportName, Value: value }],
    ),
  );
  return { Exports };
}

/** By name or by id. @throws ValidationError */
export function findStack(stacks: Table<StackRecord>, nameOrId: string): StackRecord {
  const name = nameOrId.startsWith('arn:') ? (nameOrId.split('/')[1] ?? '') : nameOrId;
  const record = stacks.get(name);
  if (record === undefined) {
    throw new ValidationError(`Stack with id ${nameOrId} does not exist`);
  }
  return record;
}

function allStacks(stacks: Table<StackRecord>): readonly StackRecord[] {
  return Array.from(stacks.entries(), ([, record]) => record);
}

function describe(record: StackRecord): Stack {
  return {
    ...summarize(record),
    Outputs: record.outputs.map((output) => ({
      OutputKey: output.key,
      OutputValue: output.value,
      ...(output.description === undefined ? {} : { Description: output.description }),
      ...(output.exportName === undefined ? {} : { ExportName: output.exportName }),
    })),
    Parameters: [],
    Tags: [],
    DisableRollback: false,
    EnableTerminationProtection: false,
    ...(record.notEmulated.length === 0
      ? {}
      : { StackStatusReason: `Without effect here: ${record.notEmulated.join('; ')}` }),
  };
}

function summarize(record: StackRecord): StackSummary & { readonly CreationTime: Date } {
  return {
    StackId: record.stackId,
    StackName: record.stackName,
    StackStatus: record.status,
    CreationTime: new Date(record.createdAt),
    LastUpdatedTime: new Date(record.updatedAt),
  };
}
