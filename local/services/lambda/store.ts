import type {
  AliasRoutingConfiguration,
  Architecture,
  DeadLetterConfig,
  DestinationConfig,
  EventSourceMappingConfiguration,
  ImageConfig,
  LoggingConfig,
  Runtime,
  TracingMode,
} from '@aws-sdk/client-lambda';
import type { Cloud } from '../../cloud/cloud.ts';
import type { PolicyStatement } from '../../cloud/service.ts';
import type { Table } from '../../store/index.ts';

/** One version of a function: `$LATEST`, which changes, or a numbered one, which does not. */
export interface FunctionRecord {
  readonly name: string;
  readonly version: string;
  readonly runtime: string;
  readonly handler: string;
  readonly roleArn: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly ephemeralStorageMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly architectures: readonly string[];
  readonly tracing: TracingMode;
  readonly deadLetter: DeadLetterConfig | undefined;
  readonly logging: LoggingConfig;
  /** SHA-256 of the zip file in base64, which also names the folder of its content; of an image its digest in hex. */
  readonly codeSha256: string;
  readonly codeSizeBytes: number;
  readonly modifiedAt: number;
  readonly revisionId: string;
  /** In the order in which they are laid over each other. @default none */
  readonly layers?: readonly FunctionLayer[];
  /** Set for `PackageType` Image; such a function has neither a runtime nor a handler. */
  readonly image?: FunctionImage;
  /** Replaces settings of the image one by one. @default none */
  readonly imageConfig?: ImageConfig;
}

/** The image of a function. */
export interface FunctionImage {
  /** As the request named it. */
  readonly uri: string;
  /** The same image by the digest that its tag named then. */
  readonly resolvedUri: string;
}

/** A version of a layer in a function, which keeps it if the version is deleted. */
export interface FunctionLayer {
  readonly arn: string;
  /** SHA-256 of the zip file in base64. */
  readonly codeSha256: string;
  readonly codeSizeBytes: number;
}

/** The versions of a layer. */
interface LayerRecord {
  readonly name: string;
  /** Numbers of deleted versions are not used again. */
  readonly lastVersion: number;
}

export interface LayerVersionRecord {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly codeSha256: string;
  readonly codeSizeBytes: number;
  readonly createdAt: number;
  readonly runtimes: readonly Runtime[] | undefined;
  readonly architectures: readonly Architecture[] | undefined;
  readonly license: string | undefined;
  readonly statements: readonly PolicyStatement[];
  readonly policyRevisionId: string;
}

/** The settings of a function that do not belong to a version. */
export interface FunctionSettings {
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  /** Resource policy statements by qualifier; `''` is the function itself. */
  readonly policies: Readonly<Record<string, readonly PolicyStatement[]>>;
  readonly policyRevisionId: string;
  readonly lastVersion: number;
  /** @default Terminate */
  readonly recursiveLoop?: 'Allow' | 'Terminate';
}

export interface AliasRecord {
  readonly functionName: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly routing: AliasRoutingConfiguration | undefined;
  readonly revisionId: string;
}

/** Retries and destinations of the asynchronous invocations of a function, version or alias. */
export interface EventInvokeRecord {
  readonly functionName: string;
  readonly qualifier: string;
  readonly retryAttempts: number | undefined;
  readonly ageSeconds: number | undefined;
  readonly destinations: DestinationConfig;
  readonly modifiedAt: number;
}

/** What is kept warm for a version or alias. */
export interface ProvisionedRecord {
  readonly functionName: string;
  readonly qualifier: string;
  readonly requested: number;
  /** When all of it is there. */
  readonly readyAt: number;
  readonly modifiedAt: number;
}

export interface MappingRecord {
  readonly uuid: string;
  readonly functionName: string;
  readonly qualifier: string | undefined;
  readonly configuration: EventSourceMappingConfiguration;
}

/** An asynchronous invocation that waits or runs. */
export interface AsynchronousRecord {
  readonly id: string;
  readonly functionName: string;
  readonly qualifier: string | undefined;
  readonly payload: Uint8Array;
  readonly queuedAt: number;
  readonly nextAttemptAt: number;
  /** The number of attempts in which the function failed. */
  readonly failures: number;
  readonly traceHeader?: string;
}

export const LATEST = '$LATEST';

/** The tables of Lambda. */
export class LambdaStore {
  readonly functions: Table<FunctionRecord>;
  readonly settings: Table<FunctionSettings>;
  readonly aliases: Table<AliasRecord>;
  readonly eventInvokes: Table<EventInvokeRecord>;
  readonly provisioned: Table<ProvisionedRecord>;
  readonly mappings: Table<MappingRecord>;
  readonly asynchronous: Table<AsynchronousRecord>;
  readonly layers: Table<LayerRecord>;
  readonly layerVersions: Table<LayerVersionRecord>;

  constructor(cloud: Cloud) {
    this.functions = cloud.store.table('lambda.functions', {
      name: 'string',
      version: 'string',
      runtime: 'string',
      handler: 'string',
      roleArn: 'string',
      description: 'string',
      timeoutSeconds: 'number',
      memoryMb: 'number',
      ephemeralStorageMb: 'number',
      environment: 'object',
      architectures: 'list',
      tracing: 'string',
      logging: 'object',
      codeSha256: 'string',
      codeSizeBytes: 'number',
      modifiedAt: 'number',
      revisionId: 'string',
    });
    this.settings = cloud.store.table('lambda.settings', {
      tags: 'object',
      policies: 'object',
      policyRevisionId: 'string',
      lastVersion: 'number',
    });
    this.aliases = cloud.store.table('lambda.aliases', {
      functionName: 'string',
      name: 'string',
      version: 'string',
      description: 'string',
      revisionId: 'string',
    });
    this.eventInvokes = cloud.store.table('lambda.event-invokes', {
      functionName: 'string',
      qualifier: 'string',
      destinations: 'object',
      modifiedAt: 'number',
    });
    this.provisioned = cloud.store.table('lambda.provisioned', {
      functionName: 'string',
      qualifier: 'string',
      requested: 'number',
      readyAt: 'number',
      modifiedAt: 'number',
    });
    this.mappings = cloud.store.table('lambda.event-source-mappings', {
      uuid: 'string',
      functionName: 'string',
      configuration: 'object',
    });
    this.asynchronous = cloud.store.table('lambda.asynchronous', {
      id: 'string',
      functionName: 'string',
      payload: 'bytes',
      queuedAt: 'number',
      nextAttemptAt: 'number',
      failures: 'number',
    });
    this.layers = cloud.store.table('lambda.layers', { name: 'string', lastVersion: 'number' });
    this.layerVersions = cloud.store.table('lambda.layer-versions', {
      name: 'string',
      version: 'number',
      description: 'string',
      codeSha256: 'string',
      codeSizeBytes: 'number',
      createdAt: 'number',
      statements: 'list',
      policyRevisionId: 'string',
    });
  }

  version(name: string, version: string): FunctionRecord | undefined {
    return this.functions.get(qualifiedKey(name, version));
  }

  putVersion(record: FunctionRecord): void {
    this.functions.put(qualifiedKey(record.name, record.version), record);
  }

  /** The versions of a function, `$LATEST` first. */
  *versions(name: string): Generator<FunctionRecord> {
    for (const [, record] of this.functions.entries({ prefix: `${name}|` })) yield record;
  }
}

/** The key of a version. Names have no `|`; version numbers are padded so that they sort. */
export function qualifiedKey(name: string, qualifier: string): string {
  return `${name}|${/^\d+$/.test(qualifier) ? qualifier.padStart(9, '0') : qualifier}`;
}
