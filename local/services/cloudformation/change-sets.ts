import type {
  Change,
  CloudFormation,
  CreateChangeSetInput,
  CreateChangeSetOutput,
  DeleteChangeSetInput,
  DescribeChangeSetInput,
  DescribeChangeSetOutput,
  ExecuteChangeSetInput,
  ListChangeSetsInput,
  ListChangeSetsOutput,
} from '@aws-sdk/client-cloudformation';
import type { Checked } from '../../cloud/operation.ts';
import { type OperationTable, passRole } from '../../cloud/operation.ts';
import type { Principal } from '../../cloud/principal.ts';
import type { Template } from '../../provision/index.ts';
import {
  AlreadyExistsException,
  ChangeSetNotFoundException,
  InsufficientCapabilitiesException,
  InvalidChangeSetStatusException,
  ValidationError,
} from './errors.ts';
import { parseTemplate, readTemplateText } from './read-template.ts';
import type { ChangeSetRecord } from './records.ts';
import { onStack, stackNameOf } from './stacks.ts';
import type { CloudFormationState } from './state.ts';

/** CloudFormation's principal, which a deployment passes its role to. */
const CLOUDFORMATION = 'cloudformation.amazonaws.com';

/** The sentence by which the CDK's toolkit knows that a stack is as it was. */
const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

export const changeSetOperations: OperationTable<CloudFormation, CloudFormationState> = {
  CreateChangeSet: {
    permissions: (input: CreateChangeSetInput, state) => [
      onStack('CreateChangeSet')(input, state),
      ...(input.RoleARN === undefined ? [] : [passRole(input.RoleARN, CLOUDFORMATION)]),
    ],
    run: (input: Checked<CreateChangeSetInput>, state, { principal }) =>
      createChangeSet(state, input, principal),
  },
  DescribeChangeSet: {
    readOnly: true,
    permissions: onStack('DescribeChangeSet'),
    run: (input: DescribeChangeSetInput, state) => describeChangeSet(state, input),
  },
  ExecuteChangeSet: {
    permissions: onStack('ExecuteChangeSet'),
    run: (input: ExecuteChangeSetInput, state) => executeChangeSet(state, input),
  },
  DeleteChangeSet: {
    permissions: onStack('DeleteChangeSet'),
    run(input: DeleteChangeSetInput, state): object {
      checkPlace(state, input);
      const changeSet = findIn(state, input);
      if (changeSet !== undefined) state.store.deleteChangeSet(changeSet);
      return {};
    },
  },
  ListChangeSets: {
    readOnly: true,
    permissions: onStack('ListChangeSets'),
    run: ({ StackName = '' }: ListChangeSetsInput, { store }): ListChangeSetsOutput => ({
      Summaries: store.changeSetsOf(stackNameOf(StackName)).map((one) => ({
        ChangeSetId: one.id,
        ChangeSetName: one.name,
        StackId: one.stackId,
        StackName: one.stackName,
        Status: one.status,
        ExecutionStatus: one.execution,
        CreationTime: new Date(one.createdAt),
      })),
    }),
  },
};

async function createChangeSet(
  state: CloudFormationState,
  input: Checked<CreateChangeSetInput>,
  principal: Principal,
): Promise<CreateChangeSetOutput> {
  const { cloud, stacks, store } = state;
  const { ChangeSetName: name, ChangeSetType: type = 'UPDATE', StackName } = input;
  if (type === 'IMPORT')
    throw new ValidationError('stepmill imports no resources. Nothing was created.');
  const stackName = stackNameOf(StackName);
  const stack = stacks.get(stackName);
  if (type === 'UPDATE' && stack === undefined) {
    throw new ValidationError(`Stack [${stackName}] does not exist`);
  }
  if (type === 'CREATE' && stack !== undefined) {
    throw new ValidationError(
      `Stack [${stackName}] already exists and cannot be created again with the changeSet [${name}].`,
    );
  }
  if (store.changeSets.has(`${stackName}|${name}`)) {
    throw new AlreadyExistsException(`ChangeSet ${name} already exists for stack ${stackName}`);
  }
  const before = store.templates.get(stackName);
  const template =
    input.UsePreviousTemplate === true && before !== undefined
      ? before.template
      : await readTemplateText(cloud, principal, input);
  const parsed = parseTemplate(template);
  checkCapabilities(parsed, input.Capabilities ?? []);
  const parameters = (input.Parameters ?? []).map((parameter) =>
    parameter.UsePreviousValue === true
      ? (before?.parameters.find((one) => one.ParameterKey === parameter.ParameterKey) ?? parameter)
      : parameter,
  );
  const changes = changesOf(before && parseTemplate(before.template), parsed);
  const isSame =
    before !== undefined &&
    changes.length === 0 &&
    JSON.stringify(before.parameters) === JSON.stringify(parameters) &&
    JSON.stringify(parseTemplate(before.template).Outputs) === JSON.stringify(parsed.Outputs);
  const stackId =
    stack?.stackId ??
    store.changeSetsOf(stackName)[0]?.stackId ??
    cloud.arn('cloudformation', `stack/${stackName}/${cloud.random.uuid()}`);
  const changeSet: ChangeSetRecord = {
    id: cloud.arn('cloudformation', `changeSet/${name}/${cloud.random.uuid()}`),
    name,
    stackName,
    stackId,
    type,
    status: isSame ? 'FAILED' : 'CREATE_COMPLETE',
    ...(isSame && { reason: NO_CHANGES }),
    execution: isSame ? 'UNAVAILABLE' : 'AVAILABLE',
    template,
    parameters,
    tags: input.Tags ?? [],
    capabilities: input.Capabilities ?? [],
    changes,
    createdAt: cloud.clock.now(),
  };
  const isFirst = stack === undefined && store.changeSetsOf(stackName).length === 0;
  store.putChangeSet(changeSet);
  if (isFirst) state.operations.review({ stackId, stackName });
  return { Id: changeSet.id, StackId: stackId };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html */
function checkCapabilities({ Resources }: Template, given: readonly string[]): void {
  const iam = Object.values(Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  if (iam.length === 0 || given.includes('CAPABILITY_NAMED_IAM')) return;
  const isNamed = iam.some(({ Properties = {} }) =>
    Object.keys(Properties).some((key) =>
      /^(?:Role|User|Group|ManagedPolicy|InstanceProfile)Name$/.test(key),
    ),
  );
  if (isNamed) throw new InsufficientCapabilitiesException('CAPABILITY_NAMED_IAM');
  if (!given.includes('CAPABILITY_IAM'))
    throw new InsufficientCapabilitiesException('CAPABILITY_IAM');
}

/** Which resources differ. Whether one is replaced is known only when it is changed. */
function changesOf(before: Template | undefined, after: Template): readonly Change[] {
  const former = before?.Resources ?? {};
  const changed = Object.entries(after.Resources).flatMap(
    ([LogicalResourceId, resource]): Change[] => {
      const old = former[LogicalResourceId];
      if (old !== undefined && JSON.stringify(old) === JSON.stringify(resource)) return [];
      const Action = old === undefined ? 'Add' : 'Modify';
      return [
        {
          Type: 'Resource',
          ResourceChange: { Action, LogicalResourceId, ResourceType: resource.Type },
        },
      ];
    },
  );
  const removed = Object.entries(former)
    .filter(([id]) => after.Resources[id] === undefined)
    .map(
      ([LogicalResourceId, { Type }]): Change => ({
        Type: 'Resource',
        ResourceChange: { Action: 'Remove', LogicalResourceId, ResourceType: Type },
      }),
    );
  return [...changed, ...removed];
}

interface Named {
  readonly ChangeSetName?: string | undefined;
  readonly StackName?: string | undefined;
}

function findIn(
  { store }: CloudFormationState,
  { ChangeSetName = '', StackName }: Named,
): ChangeSetRecord | undefined {
  const all = Array.from(store.changeSets.entries(), ([, changeSet]) => changeSet);
  return all.find(
    ({ id, name, stackName }) =>
      id === ChangeSetName ||
      (name === ChangeSetName && StackName !== undefined && stackName === stackNameOf(StackName)),
  );
}

/** @throws ValidationError for a name of a change set without a stack, or with one that does not exist */
function checkPlace(
  { stacks, store }: CloudFormationState,
  { ChangeSetName = '', StackName }: Named,
): void {
  if (ChangeSetName.startsWith('arn:')) return;
  if (StackName === undefined) {
    throw new ValidationError(
      'StackName must be specified if ChangeSetName is not specified as an ARN.',
    );
  }
  const name = stackNameOf(StackName);
  if (stacks.get(name) === undefined && store.changeSetsOf(name).length === 0) {
    throw new ValidationError(`Stack [${StackName}] does not exist`);
  }
}

/** @throws ChangeSetNotFoundException */
function findChangeSet(state: CloudFormationState, input: Named): ChangeSetRecord {
  const found = findIn(state, input);
  if (found === undefined) throw new ChangeSetNotFoundException(input.ChangeSetName ?? '');
  return found;
}

function describeChangeSet(
  state: CloudFormationState,
  input: DescribeChangeSetInput,
): DescribeChangeSetOutput {
  checkPlace(state, input);
  const changeSet = findChangeSet(state, input);
  return {
    ChangeSetId: changeSet.id,
    ChangeSetName: changeSet.name,
    StackId: changeSet.stackId,
    StackName: changeSet.stackName,
    Status: changeSet.status,
    ...(changeSet.reason !== undefined && { StatusReason: changeSet.reason }),
    ExecutionStatus: changeSet.execution,
    Parameters: [...changeSet.parameters],
    Tags: [...changeSet.tags],
    Capabilities: [...changeSet.capabilities] as NonNullable<
      DescribeChangeSetOutput['Capabilities']
    >,
    Changes: [...changeSet.changes],
    CreationTime: new Date(changeSet.createdAt),
  };
}

function executeChangeSet(state: CloudFormationState, input: ExecuteChangeSetInput): object {
  const changeSet = findChangeSet(state, input);
  if (changeSet.execution !== 'AVAILABLE') {
    throw new InvalidChangeSetStatusException(changeSet.id, changeSet.status, changeSet.execution);
  }
  const running = state.operations.statusOf(changeSet.stackName);
  if (running !== undefined) {
    throw new ValidationError(
      `Stack:${changeSet.stackId} is in ${running} state and can not be updated.`,
    );
  }
  state.store.putChangeSet({ ...changeSet, execution: 'EXECUTE_IN_PROGRESS' });
  state.operations.execute(changeSet);
  return {};
}
