import type { ScalarAttributeType } from '@aws-sdk/client-dynamodb';
import type { PolicyDocument } from '../../cloud/service.ts';

/** The attributes that make a key. */
export interface KeyAttributes {
  readonly partition: string;
  readonly sort?: string;
}

export type ProjectionType = 'ALL' | 'INCLUDE' | 'KEYS_ONLY';

export interface IndexRecord {
  readonly name: string;
  readonly kind: 'global' | 'local';
  readonly key: KeyAttributes;
  readonly projection: ProjectionType;
  /** Beside the keys, for `INCLUDE`. */
  readonly included: readonly string[];
  readonly throughput?: Throughput;
}

export interface Throughput {
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface TimeToLive {
  readonly attribute: string;
  readonly enabled: boolean;
  readonly changedAt: number;
}

/** A table without its items. */
export interface TableRecord {
  /** Of its items in the store: a table of the same name made later has another one. */
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly key: KeyAttributes;
  /** Types of all key attributes, those of indexes included. */
  readonly attributes: readonly (readonly [name: string, type: ScalarAttributeType])[];
  readonly indexes: readonly IndexRecord[];
  readonly billingMode: 'PAY_PER_REQUEST' | 'PROVISIONED';
  /** Since when it is on demand. */
  readonly onDemandSince?: number;
  readonly throughput: Throughput;
  readonly tableClass: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS';
  /** Whether the table class was said. */
  readonly hasTableClass: boolean;
  readonly deletionProtection: boolean;
  /** The KMS key; undefined: DynamoDB's own. */
  readonly encryptionKey?: string;
  readonly timeToLive?: TimeToLive;
  readonly recovery?: { readonly enabled: boolean; readonly since: number; readonly days: number };
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: {
    readonly document: PolicyDocument;
    readonly text: string;
    readonly revision: string;
  };
}

export function typeOf(table: TableRecord, attribute: string): ScalarAttributeType {
  return table.attributes.find(([name]) => name === attribute)?.[1] ?? 'S';
}

/** The names of a key, the partition key first. */
export function namesOf({ partition, sort }: KeyAttributes): readonly string[] {
  return sort === undefined ? [partition] : [partition, sort];
}

export function findIndex(table: TableRecord, name: string): IndexRecord | undefined {
  return table.indexes.find((index) => index.name === name);
}

/** The attributes an index holds; undefined: all. */
export function projectedNames(
  table: TableRecord,
  index: IndexRecord,
): ReadonlySet<string> | undefined {
  if (index.projection === 'ALL') return undefined;
  return new Set([...namesOf(table.key), ...namesOf(index.key), ...index.included]);
}
