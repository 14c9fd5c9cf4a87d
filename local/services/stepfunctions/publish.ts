import { ConflictException, ServiceQuotaExceeded } from './errors.ts';
import { VERSIONS_PER_MACHINE } from './limits.ts';
import { machineOf } from './lookup.ts';
import type { StepFunctionsState } from './state.ts';
import type { VersionRecord } from './stores/machine-store.ts';

/** AWS's name of the revision of a machine that was never updated. */
const INITIAL_REVISION = 'INITIAL';

/** Publishes the machine's current revision as a version, or returns the version that has it. */
export function publishVersion(
  state: StepFunctionsState,
  machineArn: string,
  description: string | undefined,
): VersionRecord {
  const { cloud, machines } = state;
  const machine = machineOf(state, machineArn);
  const versions = [...machines.versions(machineArn)].map(([, version]) => version);
  const existing = versions.find(
    ({ revision }) => revision.revisionId === machine.current.revisionId,
  );
  if (existing !== undefined) return existing;
  if (versions.length >= VERSIONS_PER_MACHINE) {
    throw new ServiceQuotaExceeded(
      `The maximum number of versions for the state machine has been reached: ${VERSIONS_PER_MACHINE}`,
    );
  }
  const version: VersionRecord = {
    arn: `${machineArn}:${machine.nextVersion}`,
    machineArn,
    version: machine.nextVersion,
    description,
    creationDate: cloud.clock.now(),
    revision: machine.current,
  };
  machines.putVersion(version);
  machines.putMachine({ ...machine, nextVersion: machine.nextVersion + 1 });
  return version;
}

/** Checks that the machine's current revision is `revisionId`. @throws ConflictException */
export function checkRevisionId(
  state: StepFunctionsState,
  machineArn: string,
  revisionId: string | undefined,
): void {
  if (revisionId === undefined) return;
  const current = machineOf(state, machineArn).current.revisionId ?? INITIAL_REVISION;
  if (current !== revisionId) {
    throw new ConflictException(
      `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current}.`,
    );
  }
}
