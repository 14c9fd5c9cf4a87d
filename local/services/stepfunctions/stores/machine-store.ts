import type { LoggingConfiguration } from '@aws-sdk/client-sfn';
import type { EpochMs } from '../../../host/clock.ts';
import type { Range, Store, Table } from '../../../store/index.ts';

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

const REVISION = {
  definition: 'string',
  roleArn: 'string',
  loggingConfiguration: 'object',
  tracingEnabled: 'boolean',
  updateDate: 'number',
} as const;

/** State machines with their versions and aliases. */
export class MachineStore {
  readonly #machines: Table<MachineRecord>;
  readonly #versions: Table<VersionRecord>;
  readonly #aliases: Table<AliasRecord>;

  constructor(store: Store) {
    this.#machines = store.table('stepfunctions.machines', {
      arn: 'string',
      name: 'string',
      type: 'string',
      creationDate: 'number',
      current: REVISION,
      nextVersion: 'number',
      deleting: 'boolean',
    });
    this.#versions = store.table('stepfunctions.versions', {
      arn: 'string',
      machineArn: 'string',
      version: 'number',
      creationDate: 'number',
      revision: REVISION,
    });
    this.#aliases = store.table('stepfunctions.aliases', {
      arn: 'string',
      machineArn: 'string',
      name: 'string',
      routes: 'list',
      creationDate: 'number',
      updateDate: 'number',
    });
  }

  machine(arn: string): MachineRecord | undefined {
    return this.#machines.get(arn);
  }

  machines(range: Range): Iterable<readonly [string, MachineRecord]> {
    return this.#machines.entries(range);
  }

  putMachine(machine: MachineRecord): void {
    this.#machines.put(machine.arn, machine);
  }

  /** Removes the machine with its versions and aliases. */
  removeMachine(arn: string): void {
    const prefix = `${arn}:`;
    const versions = Array.from(this.#versions.entries({ prefix }));
    for (const [key] of versions) this.#versions.delete(key);
    const aliases = Array.from(this.#aliases.entries({ prefix }));
    for (const [key] of aliases) this.#aliases.delete(key);
    this.#machines.delete(arn);
  }

  get count(): number {
    return this.#machines.size;
  }

  version(machineArn: string, version: number): VersionRecord | undefined {
    return this.#versions.get(versionKey(machineArn, version));
  }

  /** Newest first; `after` is the key of an entry. */
  versions(machineArn: string, range?: Range): Iterable<readonly [string, VersionRecord]> {
    return this.#versions.entries({ ...range, prefix: `${machineArn}:`, reverse: true });
  }

  putVersion(version: VersionRecord): void {
    this.#versions.put(versionKey(version.machineArn, version.version), version);
  }

  removeVersion(version: VersionRecord): void {
    this.#versions.delete(versionKey(version.machineArn, version.version));
  }

  alias(arn: string): AliasRecord | undefined {
    return this.#aliases.get(arn);
  }

  aliases(machineArn: string, range?: Range): Iterable<readonly [string, AliasRecord]> {
    return this.#aliases.entries({ ...range, prefix: `${machineArn}:` });
  }

  putAlias(alias: AliasRecord): void {
    this.#aliases.put(alias.arn, alias);
  }

  removeAlias(arn: string): void {
    this.#aliases.delete(arn);
  }
}

/** A key that sorts numerically. */
function versionKey(machineArn: string, version: number): string {
  return `${machineArn}:${String(version).padStart(10, '0')}`;
}
