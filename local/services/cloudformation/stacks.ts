import type {
  CloudFormation,
  DescribeStacksInput,
  DescribeStacksOutput,
  ListExportsInput,
  ListExportsOutput,
  ListStacksInput,
  ListStacksOutput,
  Stack,
  StackSummary,
} from '@aws-sdk/client-cloudformation';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import type { StackRecord } from '../../provision/index.ts';
import type { Table } from '../../store/index.ts';
import { ValidationError } from './errors.ts';
import type { CloudFormationState } from './state.ts';

/** Stacks and what they export. */
export const stackOperations: OperationTable<CloudFormation, CloudFormationState> = {
  DescribeStacks: {
    readOnly: true,
    permissions: onStack('DescribeStacks'),
    run: (input: DescribeStacksInput, state) => describeStacks(state, input),
  },
  ListStacks: {
    readOnly: true,
    permissions: () => ({ action: 'cloudformation:ListStacks', resource: '*' }),
    run: (input: ListStacksInput, { stacks }) => listStacks(stacks, input),
  },
  ListExports: {
    readOnly: true,
    permissions: () => ({ action: 'cloudformation:ListExports', resource: '*' }),
    run: (_input: ListExportsInput, { stacks }) => listExports(stacks),
  },
};

export function onStack(action: string) {
  return (
    { StackName: name }: { readonly StackName?: string | undefined },
    { cloud, stacks }: CloudFormationState,
  ): Permission => ({
    action: `cloudformation:${action}`,
    resource:
      name === undefined
        ? '*'
        : (stacks.get(name)?.stackId ?? cloud.arn('cloudformation', `stack/${name}/*`)),
  });
}

/** @throws ValidationError for a stack that does not exist */
function describeStacks(
  state: CloudFormationState,
  { StackName: name }: DescribeStacksInput,
): DescribeStacksOutput {
  if (name === undefined) {
    return { Stacks: allStacks(state.stacks).map((record) => withOperation(state, record)) };
  }
  const stored = state.stacks.get(stackNameOf(name));
  const planned = stored === undefined ? plannedStack(state, stackNameOf(name)) : undefined;
  if (planned !== undefined) return { Stacks: [planned] };
  const found = withOperation(state, findStack(state.stacks, name));
  return { Stacks: [found] };
}

/** The name of a stack that is given by its name or its ARN. */
export function stackNameOf(nameOrId: string): string {
  return nameOrId.startsWith('arn:') ? (nameOrId.split('/')[1] ?? '') : nameOrId;
}

/** A stack that has only change sets, or is being created. */
function plannedStack({ operations, store }: CloudFormationState, name: string): Stack | undefined {
  const [changeSet] = store.changeSetsOf(name);
  if (changeSet === undefined) return undefined;
  return {
    StackId: changeSet.stackId,
    StackName: name,
    StackStatus: operations.statusOf(name) ?? 'REVIEW_IN_PROGRESS',
    CreationTime: new Date(changeSet.createdAt),
    Parameters: [...changeSet.parameters],
    Tags: [...changeSet.tags],
    Outputs: [],
  };
}

/** A stack with what it was last given, and with its status while it changes. */
function withOperation({ operations, store }: CloudFormationState, record: StackRecord): Stack {
  const given = store.templates.get(record.stackName);
  const running = operations.statusOf(record.stackName);
  return {
    ...describe(record),
    ...(given !== undefined && {
      Parameters: [...given.parameters],
      Tags: [...given.tags],
      ...(given.changeSetId !== undefined && { ChangeSetId: given.changeSetId }),
    }),
    ...(running !== undefined && { StackStatus: running }),
  };
}

function listStacks(
  stacks: Table<StackRecord>,
  { StackStatusFilter: wanted }: ListStacksInput,
): ListStacksOutput {
  const records = allStacks(stacks).filter(
    (record) => wanted === undefined || wanted.length === 0 || wanted.includes(record.status),
  );
  return { StackSummaries: records.map(summarize) };
}

function listExports(stacks: Table<StackRecord>): ListExportsOutput {
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
  const record = stacks.get(stackNameOf(nameOrId));
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
