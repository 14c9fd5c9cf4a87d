import type {
  DeleteStateMachineVersionInput,
  DeleteStateMachineVersionOutput,
  ListStateMachineVersionsInput,
  ListStateMachineVersionsOutput,
  PublishStateMachineVersionInput,
  PublishStateMachineVersionOutput,
} from '@aws-sdk/client-sfn';
import { parseArnOf } from '../arns.ts';
import { ConflictException, InvalidArn, StateMachineDeleting } from '../errors.ts';
import { machineOf, refuseLabel } from '../lookup.ts';
import { allow, given, operation } from '../operation.ts';
import { pageOf } from '../paging.ts';
import { checkRevisionId, publishVersion } from '../publish.ts';
import type { StepFunctions } from '../step-functions.ts';

/** Versions: numbered, immutable snapshots of a machine's revision. */
export function versionOperations(service: StepFunctions) {
  const { machines } = service;
  return {
    PublishStateMachineVersion: operation<
      PublishStateMachineVersionInput,
      PublishStateMachineVersionOutput
    >({
      permissions: (input) => allow('PublishStateMachineVersion', input.stateMachineArn),
      run(input) {
        const arn = given(input.stateMachineArn);
        refuseLabel(arn);
        const { machineArn } = parseArnOf(arn, 'stateMachine');
        if (machineOf(service, machineArn).deleting) throw new StateMachineDeleting(machineArn);
        checkRevisionId(service, machineArn, input.revisionId);
        const version = publishVersion(service, machineArn, input.description);
        return {
          stateMachineVersionArn: version.arn,
          creationDate: new Date(version.creationDate),
        };
      },
    }),

    DeleteStateMachineVersion: operation<
      DeleteStateMachineVersionInput,
      DeleteStateMachineVersionOutput
    >({
      permissions: (input) => allow('DeleteStateMachineVersion', input.stateMachineVersionArn),
      run(input) {
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
      },
    }),

    ListStateMachineVersions: operation<
      ListStateMachineVersionsInput,
      ListStateMachineVersionsOutput
    >({
      permissions: (input) => allow('ListStateMachineVersions', input.stateMachineArn),
      run(input) {
        const arn = given(input.stateMachineArn);
        refuseLabel(arn);
        const { machineArn } = parseArnOf(arn, 'stateMachine');
        // Its model has no error for a machine that is not there.
        if (machines.machine(machineArn) === undefined) throw new InvalidArn(arn);
        const { maxResults, nextToken } = input;
        const request = {
          listing: ['ListStateMachineVersions', arn],
          maxResults,
          nextToken,
          now: service.cloud.clock.now(),
        };
        const page = pageOf(request, (after) =>
          machines.versions(machineArn, after === undefined ? {} : { after }),
        );
        return {
          stateMachineVersions: page.items.map((version) => ({
            stateMachineVersionArn: version.arn,
            creationDate: new Date(version.creationDate),
          })),
          nextToken: page.nextToken,
        };
      },
    }),
  };
}
