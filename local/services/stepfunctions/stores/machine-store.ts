import type { LoggingConfiguration } from '@aws-sdk/client-sfn';
import type { EpochMs } from '../../../host/clock.ts';
import type { Range, Store } from '../../../store/index.ts';

/** The members that UpdateStateMachine changes, and that a version and an execution keep. */
export interface Revision {
  /** Undefined on a machine that was never updated, as on AWS. */
  readonly revisionId: string | undefined;
  readonly definition: string;
  readonly roleArn: string;
  readonly loggingConfiguration: LoggingConfiguration;
  readonly tracingEnabled: boolean;
  readonly updateDate: EpochMs;
}

export interface MachineRecord {
  readonly arn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly creationDate: EpochMs;
  readonly current: Revision;
  /** The number of the next version; numbers are not reused. */
  readonly nextVersion: number;
  /** The publish members of CreateStateMachine, which its idempotency also compares. */
  readonly publishedAs?: Publication;
  /** Deleted, but with running executions. */
  readonly deleting: boolean;
}

export interface Publication {
  readonly publish: boolean;
  readonly versionDescription: string | undefined;
}

export interface VersionRecord {
  readonly arn: string;
  readonly machineArn: string;
  readonly version: number;
  readonly description: string | undefined;
  readonly creationDate: EpochMs;
  readonly revision: Revision;
}

export interface Route {
  readonly stateMachineVersionArn: string;
  readonly weight: number;
}

export interface AliasRecord {
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly routes: readonly Route[];
  readonly creationDate: EpochMs;
  readonly updateDate: EpochMs;
}

/** State machines with their versions and aliases. */
export interface MachineStore {
  machine(arn: string): MachineRecord | undefined;
  machines(range: Range): Iterable<readonly [string, MachineRecord]>;
  putMachine(machine: MachineRecord): void;
  /** Removes the machine with its versions and aliases. */
  removeMachine(arn: string): void;
  readonly count: number;

  version(machineArn: string, version: number): VersionRecord | undefined;
  /** Newest first; `after` is the key of an entry. */
  versions(machineArn: string, range?: Range): Iterable<readonly [string, VersionRecord]>;
  putVersion(version: VersionRecord): void;
  removeVersion(version: VersionRecord): void;

  alias(arn: string): AliasRecord | undefined;
  aliases(machineArn: string, range?: Range): Iterable<readonly [string, AliasRecord]>;
  putAlias(alias: AliasRecord): void;
  removeAlias(arn: string): void;
}

export function createMachineStore(store: Store): MachineStore {
  const machines = store.table<MachineRecord>('stepfunctions.machines', {
    arn: 'string',
    name: 'string',
    type: 'string',
    creationDate: 'number',
    current: 'object',
    nextVersion: 'number',
    deleting: 'boolean',
  });
  const versions = store.table<VersionRecord>('stepfunctions.versions', {
    arn: 'string',
    machineArn: 'string',
    version: 'number',
    creationDate: 'number',
    revision: 'object',
  });
  const aliases = store.table<AliasRecord>('stepfunctions.aliases', {
    arn: 'string',
    machineArn: 'string',
    name: 'string',
    routes: 'list',
    creationDate: 'number',
    updateDate: 'number',
  });

  return {
    machine: (arn) => machines.get(arn),
    machines: (range) => machines.entries(range),
    putMachine: (machine) => machines.put(machine.arn, machine),
    removeMachine(arn) {
      const prefix = `${arn}:`;
      const ofMachine = Array.from(versions.entries({ prefix }));
      for (const [key] of ofMachine) versions.delete(key);
      const named = Array.from(aliases.entries({ prefix }));
      for (const [key] of named) aliases.delete(key);
      machines.delete(arn);
    },
    get count() {
      return machines.size;
    },

    version: (machineArn, version) => versions.get(versionKey(machineArn, version)),
    versions: (machineArn, range) =>
      versions.entries({ ...range, prefix: `${machineArn}:`, reverse: true }),
    putVersion: (version) => versions.put(versionKey(version.machineArn, version.version), version),
    removeVersion(version) {
      versions.delete(versionKey(version.machineArn, version.version));
    },

    alias: (arn) => aliases.get(arn),
    aliases: (machineArn, range) => aliases.entries({ ...range, prefix: `${machineArn}:` }),
    putAlias: (alias) => aliases.put(alias.arn, alias),
    removeAlias(arn) {
      aliases.delete(arn);
    },
  };
}

/** A key that sorts numerically. */
function versionKey(machineArn: string, version: number): string {
  return `${machineArn}:${String(version).padStart(10, '0')}`;
}
