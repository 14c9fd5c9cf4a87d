import type {
  CreateStateMachineInput,
  CreateStateMachineOutput,
  DeleteStateMachineInput,
  DeleteStateMachineOutput,
  DescribeStateMachineForExecutionInput,
  DescribeStateMachineForExecutionOutput,
  DescribeStateMachineInput,
  DescribeStateMachineOutput,
  IncludedData,
  ListStateMachinesInput,
  ListStateMachinesOutput,
  SFN,
  UpdateStateMachineInput,
  UpdateStateMachineOutput,
} from '@aws-sdk/client-sfn';
import type { OperationTable } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import { parseArnOf, stateMachineArn } from '../arns.ts';
import { parseDefinition, variableReferences } from '../definition.ts';
import { checkEncryption, OWNED_KEY } from '../encryption.ts';
import {
  MissingRequiredParameter,
  StateMachineAlreadyExists,
  StateMachineDeleting,
  StateMachineDoesNotExist,
  StateMachineLimitExceeded,
  ValidationException,
} from '../errors.ts';
import { STATE_MACHINES_LIMIT } from '../limits.ts';
import { checkLogging, withDefaults } from '../logging-configuration.ts';
import { executionOf, machineOf, refuseLabel, versionOf } from '../lookup.ts';
import { checkName } from '../names.ts';
import { allow, given } from '../operation.ts';
import { pageOf } from '../paging.ts';
import { publishVersion } from '../publish.ts';
import { actAs, checkRoleArn, checkTrust } from '../role.ts';
import type { StepFunctionsState } from '../state.ts';
import type { MachineRecord, Publication, Revision } from '../stores/machine-store.ts';
import { checkTagCount, tagsOf } from '../tags.ts';

/** State machines themselves; versions and aliases have their own files. */
export const stateMachineOperations: OperationTable<SFN, StepFunctionsState> = {
  CreateStateMachine: {
    permissions: ({ name, roleArn, publish }: CreateStateMachineInput, { cloud }) =>
      writePermissions('CreateStateMachine', stateMachineArn(cloud, name ?? ''), roleArn, publish),
    run: (input: CreateStateMachineInput, state) => createStateMachine(state, input),
  },
  UpdateStateMachine: {
    permissions: (input: UpdateStateMachineInput) =>
      writePermissions(
        'UpdateStateMachine',
        input.stateMachineArn ?? '*',
        input.roleArn,
        input.publish,
      ),
    run: (input: UpdateStateMachineInput, state) => updateStateMachine(state, input),
  },
  DescribeStateMachine: {
    readOnly: true,
    permissions: (input: DescribeStateMachineInput) =>
      allow('DescribeStateMachine', input.stateMachineArn),
    run: (input: DescribeStateMachineInput, state) => describeStateMachine(state, input),
  },
  DescribeStateMachineForExecution: {
    readOnly: true,
    permissions: (input: DescribeStateMachineForExecutionInput) =>
      allow('DescribeStateMachineForExecution', input.executionArn),
    run: (input: DescribeStateMachineForExecutionInput, state) =>
      describeStateMachineForExecution(state, input),
  },
  DeleteStateMachine: {
    permissions: (input: DeleteStateMachineInput) =>
      allow('DeleteStateMachine', input.stateMachineArn),
    run: (input: DeleteStateMachineInput, state) => deleteStateMachine(state, input),
  },
  ListStateMachines: {
    readOnly: true,
    permissions: () => allow('ListStateMachines', '*'),
    run: (input: ListStateMachinesInput, state) => listStateMachines(state, input),
  },
};

async function createStateMachine(
  state: StepFunctionsState,
  input: CreateStateMachineInput,
): Promise<CreateStateMachineOutput> {
  const { cloud, machines, tags } = state;
  const name = given(input.name);
  checkName(name);
  checkVersionDescription(input);
  checkEncryption(input.encryptionConfiguration);
  const arn = stateMachineArn(cloud, name);
  const machine: MachineRecord = {
    arn,
    name,
    type: input.type ?? 'STANDARD',
    creationDate: cloud.clock.now(),
    current: {
      revisionId: undefined,
      definition: given(input.definition),
      roleArn: given(input.roleArn),
      loggingConfiguration: withDefaults(input.loggingConfiguration),
      tracingEnabled: input.tracingConfiguration?.enabled ?? false,
      updateDate: cloud.clock.now(),
    },
    nextVersion: 1,
    publishedAs: {
      publish: input.publish ?? false,
      versionDescription: input.versionDescription,
    },
    deleting: false,
  };
  await checkRevision(state, machine.arn, machine.current, machine.type);
  const machineTags = tagsOf(input.tags);
  checkTagCount(arn, machineTags);
  const existing = machines.machine(arn);
  if (existing === undefined) {
    if (machines.count >= STATE_MACHINES_LIMIT) throw new StateMachineLimitExceeded();
    machines.putMachine(machine);
    tags.put(arn, machineTags);
  } else {
    checkSame(existing, machine);
  }
  const { creationDate } = existing ?? machine;
  return {
    stateMachineArn: arn,
    creationDate: new Date(creationDate),
    ...published(state, arn, input),
  };
}

async function updateStateMachine(
  state: StepFunctionsState,
  input: UpdateStateMachineInput,
): Promise<UpdateStateMachineOutput> {
  const { cloud, machines } = state;
  refuseLabel(given(input.stateMachineArn));
  const { machineArn } = parseUpdatable(given(input.stateMachineArn));
  const machine = machineOf(state, machineArn);
  if (machine.deleting) throw new StateMachineDeleting(machineArn);
  if (!hasChange(input)) {
    throw new MissingRequiredParameter(
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    );
  }
  checkVersionDescription(input);
  checkEncryption(input.encryptionConfiguration);
  const wanted = updated(machine.current, input);
  await checkRevision(state, machine.arn, wanted, machine.type);
  const now = cloud.clock.now();
  // An update without a change creates no revision; the initial revision has no identifier.
  const current = isSame(machine.current, wanted)
    ? { ...machine.current, updateDate: now }
    : { ...wanted, revisionId: cloud.random.uuid(), updateDate: now };
  machines.putMachine({ ...machine, current });
  return {
    updateDate: new Date(now),
    ...(current.revisionId === undefined ? {} : { revisionId: current.revisionId }),
    ...published(state, machineArn, input),
  };
}

function describeStateMachine(
  state: StepFunctionsState,
  input: DescribeStateMachineInput,
): DescribeStateMachineOutput {
  const arn = given(input.stateMachineArn);
  refuseLabel(arn);
  const parsed = parseArnOf(arn, 'stateMachine', 'version', 'alias');
  const machine = machineOf(state, parsed.machineArn, arn);
  const version = parsed.kind === 'stateMachine' ? undefined : versionOf(state, arn);
  const revision = version?.revision ?? machine.current;
  return {
    stateMachineArn: version?.arn ?? machine.arn,
    name: machine.name,
    status: machine.deleting ? 'DELETING' : 'ACTIVE',
    type: machine.type,
    creationDate: new Date(version?.creationDate ?? machine.creationDate),
    ...shownRevision(revision, input.includedData),
    ...(version?.description === undefined ? {} : { description: version.description }),
  };
}

function describeStateMachineForExecution(
  state: StepFunctionsState,
  input: DescribeStateMachineForExecutionInput,
): DescribeStateMachineForExecutionOutput {
  const execution = executionOf(state, given(input.executionArn));
  const [machineArn = '', label] = execution.machineArn.split('/');
  const revision = state.executions.revision(execution.revisionKey);
  if (revision === undefined) throw new Error(`no revision of ${execution.arn}`);
  return {
    stateMachineArn: machineArn,
    name: parseArnOf(machineArn, 'stateMachine').name,
    updateDate: new Date(revision.updateDate),
    ...shownRevision(revision, input.includedData),
    ...(execution.mapRunArn === undefined ? {} : { mapRunArn: execution.mapRunArn, label }),
  };
}

function deleteStateMachine(
  state: StepFunctionsState,
  input: DeleteStateMachineInput,
): DeleteStateMachineOutput {
  const { machines, tags } = state;
  refuseLabel(given(input.stateMachineArn));
  const { machineArn } = parseArnOf(given(input.stateMachineArn), 'stateMachine');
  const machine = machines.machine(machineArn);
  if (machine === undefined) return {};
  tags.remove(machineArn);
  const busy = state.runner.hasRunning(machineArn);
  if (busy) machines.putMachine({ ...machine, deleting: true });
  else machines.removeMachine(machineArn);
  return {};
}

function listStateMachines(
  { cloud, machines }: StepFunctionsState,
  { maxResults, nextToken }: ListStateMachinesInput,
): ListStateMachinesOutput {
  const page = pageOf(
    { listing: ['ListStateMachines'], maxResults, nextToken, now: cloud.clock.now() },
    (after) => machines.machines(after === undefined ? {} : { after }),
  );
  return {
    stateMachines: page.items.map(({ arn, name, type, creationDate }) => ({
      stateMachineArn: arn,
      name,
      type,
      creationDate: new Date(creationDate),
    })),
    nextToken: page.nextToken,
  };
}

async function checkRevision(
  { cloud }: StepFunctionsState,
  arn: string,
  revision: Revision,
  type: 'STANDARD' | 'EXPRESS',
): Promise<void> {
  checkRoleArn(revision.roleArn);
  await parseDefinition(revision.definition, type);
  await checkTrust(cloud, revision.roleArn, arn);
  const role = await actAs(cloud, revision.roleArn, 'StepFunctions');
  await checkLogging(cloud, revision.loggingConfiguration, role);
}

/** AWS answers that no machine has the ARN of a version or an alias. @throws StateMachineDoesNotExist */
function parseUpdatable(arn: string) {
  const parsed = parseArnOf(arn, 'stateMachine', 'version', 'alias');
  if (parsed.kind !== 'stateMachine') throw new StateMachineDoesNotExist(arn);
  return parsed;
}

function writePermissions(
  action: string,
  arn: string,
  roleArn: string | undefined,
  publish: boolean | undefined,
): readonly Permission[] {
  return [
    ...allow(action, arn),
    ...(publish === true ? allow('PublishStateMachineVersion', arn) : []),
    ...(roleArn === undefined ? [] : [passRole(roleArn)]),
  ];
}

/** A caller that gives Step Functions a role needs the permission to pass it. */
export function passRole(roleArn: string): Permission {
  return {
    action: 'iam:PassRole',
    resource: roleArn,
    context: { 'iam:PassedToService': 'states.amazonaws.com' },
  };
}

function checkVersionDescription(input: {
  readonly publish?: boolean | undefined;
  readonly versionDescription?: string | undefined;
}): void {
  if (input.versionDescription !== undefined && input.publish !== true) {
    throw new ValidationException('Version description can only be set when publish is true');
  }
}

function published(
  state: StepFunctionsState,
  machineArn: string,
  input: {
    readonly publish?: boolean | undefined;
    readonly versionDescription?: string | undefined;
  },
): { readonly stateMachineVersionArn?: string } {
  if (input.publish !== true) return {};
  return {
    stateMachineVersionArn: publishVersion(state, machineArn, input.versionDescription).arn,
  };
}

/** AWS's idempotency: role and tags may differ and are ignored, everything else must be the same. */
function checkSame(existing: MachineRecord, wanted: MachineRecord): void {
  if (existing.deleting) throw new StateMachineDeleting(existing.arn);
  const { roleArn } = existing.current;
  const same =
    existing.type === wanted.type &&
    isSame(existing.current, { ...wanted.current, roleArn }) &&
    isPublishedAs(existing.publishedAs, wanted.publishedAs);
  if (!same) throw new StateMachineAlreadyExists(existing.arn);
}

function isPublishedAs(a: Publication | undefined, b: Publication | undefined): boolean {
  return (
    a === undefined || (a.publish === b?.publish && a.versionDescription === b.versionDescription)
  );
}

function isSame(a: Revision, b: Revision): boolean {
  return (
    a.definition === b.definition &&
    a.roleArn === b.roleArn &&
    a.tracingEnabled === b.tracingEnabled &&
    JSON.stringify(a.loggingConfiguration) === JSON.stringify(b.loggingConfiguration)
  );
}

function hasChange(input: UpdateStateMachineInput): boolean {
  return (
    input.definition !== undefined ||
    input.roleArn !== undefined ||
    input.loggingConfiguration !== undefined ||
    input.tracingConfiguration !== undefined ||
    input.encryptionConfiguration !== undefined
  );
}

function updated(revision: Revision, input: UpdateStateMachineInput): Revision {
  return {
    ...revision,
    definition: input.definition ?? revision.definition,
    roleArn: input.roleArn ?? revision.roleArn,
    loggingConfiguration:
      input.loggingConfiguration === undefined
        ? revision.loggingConfiguration
        : withDefaults(input.loggingConfiguration),
    tracingEnabled: input.tracingConfiguration?.enabled ?? revision.tracingEnabled,
  };
}

function shownRevision(revision: Revision, includedData: IncludedData | undefined) {
  const references = variableReferences(revision.definition);
  const some = Object.keys(references).length > 0;
  return {
    // With METADATA_ONLY AWS gives `{}`, so that no KMS key is needed.
    definition: includedData === 'METADATA_ONLY' ? '{}' : revision.definition,
    roleArn: revision.roleArn,
    loggingConfiguration: revision.loggingConfiguration,
    tracingConfiguration: { enabled: revision.tracingEnabled },
    encryptionConfiguration: OWNED_KEY,
    ...(revision.revisionId === undefined ? {} : { revisionId: revision.revisionId }),
    ...(some ? { variableReferences: references } : {}),
  };
}
