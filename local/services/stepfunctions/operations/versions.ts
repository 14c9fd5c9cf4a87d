import type {
  DeleteStateMachineVersionInput,
  DeleteStateMachineVersionOutput,
  ListStateMachineVersionsInput,
  ListStateMachineVersionsOutput,
  PublishStateMachineVersionInput,
  PublishStateMachineVersionOutput,
  SFN,
} from '@aws-sdk/client-sfn';
import type { OperationTable } from '../../../cloud/operation.ts';
import { parseArnOf } from '../arns.ts';
import { ConflictException, InvalidArn, StateMachineDeleting } from '../errors.ts';
import { machineOf, refuseLabel } from '../lookup.ts';
import { allow, given } from '../operation.ts';
import { pageOf } from '../paging.ts';
import { checkRevisionId, publishVersion } from '../publish.ts';
import type { StepFunctionsState } from '../state.ts';

/** Versions: numbered, immutable snapshots of a machine's revision. */
export const versionOperations: OperationTable<SFN, StepFunctionsState> = {
  PublishStateMachineVersion: {
    permissions: (input: PublishStateMachineVersionInput) =>
      allow('PublishStateMachineVersion', input.stateMachineArn),
    run: (input: PublishStateMachineVersionInput, state) =>
      publishStateMachineVersion(state, input),
  },
  DeleteStateMachineVersion: {
    permissions: (input: DeleteStateMachineVersionInput) =>
      allow('DeleteStateMachineVersion', input.stateMachineVersionArn),
    run: (input: DeleteStateMachineVersionInput, state) => deleteStateMachineVersion(state, input),
  },
  ListStateMachineVersions: {
    readOnly: true,
    permissions: (input: ListStateMachineVersionsInput) =>
      allow('ListStateMachineVersions', input.stateMachineArn),
    run: (input: ListStateMachineVersionsInput, state) => listStateMachineVersions(state, input),
  },
};

function publishStateMachineVersion(
  state: StepFunctionsState,
  input: PublishStateMachineVersionInput,
): PublishStateMachineVersionOutput {
  const arn = given(input.stateMachineArn);
  refuseLabel(arn);
  const { machineArn } = parseArnOf(arn, 'stateMachine');
  if (machineOf(state, machineArn).deleting) throw new StateMachineDeleting(machineArn);
  checkRevisionId(state, machineArn, input.revisionId);
  const version = publishVersion(state, machineArn, input.description);
  return {
    stateMachineVersionArn: version.arn,
    creationDate: new Date(version.creationDate),
  };
}

function deleteStateMachineVersion(
  { machines }: StepFunctionsState,
  input: DeleteStateMachineVersionInput,
): DeleteStateMachineVersionOutput {
  const arn = given(input.stateMachineVersionArn);
  const parsed = parseArnOf(arn, 'version');
  const aliases = [...machines.aliases(parsed.machineArn)]
    .map(([, alias]) => alias)
    .filter(({ routes }) => routes.some((route) => route.stateMachineVersionArn === arn))
    .map(({ name }) => name);
  if (aliases.length > 0) {
    throw new ConflictException(
      `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${aliases.join(', ')}]`,
    );
  }
  const version = machines.version(parsed.machineArn, parsed.version);
  if (version !== undefined) machines.removeVersion(version);
  return {};
}

function listStateMachineVersions(
  state: StepFunctionsState,
  input: ListStateMachineVersionsInput,
): ListStateMachineVersionsOutput {
  const arn = given(input.stateMachineArn);
  refuseLabel(arn);
  const { machineArn } = parseArnOf(arn, 'stateMachine');
  // The API model has no error for a machine that does not exist.
  if (state.machines.machine(machineArn) === undefined) throw new InvalidArn(arn);
  const { maxResults, nextToken } = input;
  const request = {
    listing: ['ListStateMachineVersions', arn],
    maxResults,
    nextToken,
    now: state.cloud.clock.now(),
  };
  const page = pageOf(request, (after) =>
    state.machines.versions(machineArn, after === undefined ? {} : { after }),
  );
  return {
    stateMachineVersions: page.items.map((version) => ({
      stateMachineVersionArn: version.arn,
      creationDate: new Date(version.creationDate),
    })),
    nextToken: page.nextToken,
  };
}
