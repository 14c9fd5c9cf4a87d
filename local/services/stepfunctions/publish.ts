import { ConflictException, ServiceQuotaExceeded } from './errors.ts';
import { limits } from './limits.ts';
import { machineOf } from './lookup.ts';
import type { StepFunctions } from './step-functions.ts';
import type { VersionRecord } from './stores/machine-store.ts';

/** What AWS calls the revision of a machine that was never updated. */
const initialRevision = 'INITIAL';

/** Makes a version of the machine's current revision, or gives the one there is. */
export function publishVersion(
  service: StepFunctions,
  machineArn: string,
  description: string | undefined,
): VersionRecord {
  const { cloud, machines } = service;
  const machine = machineOf(service, machineArn);
  const versions = [...machines.versions(machineArn)].map(([, version]) => version);
  const existing = versions.find(
    ({ revision }) => revision.revisionId === machine.current.revisionId,
  );
  if (existing !== undefined) return existing;
  if (versions.length >= limits.versionsPerMachine) {
    throw new ServiceQuotaExceeded(
      `The maximum number of versions for the state machine has been reached: ${limits.versionsPerMachine}`,
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

/** Refuses to publish unless the machine still is at `revisionId`. */
export function checkRevisionId(
  service: StepFunctions,
  machineArn: string,
  revisionId: string | undefined,
): void {
  if (revisionId === undefined) return;
  const current = machineOf(service, machineArn).current.revisionId ?? initialRevision;
  if (current !== revisionId) {
    throw new ConflictException(
      `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current}.`,
    );
  }
}
