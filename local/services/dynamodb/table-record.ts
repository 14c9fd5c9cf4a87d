import type { ScalarAttributeType } from '@aws-sdk/client-dynamodb';
import type { PolicyDocument } from '../../cloud/service.ts';

/** The attributes of a key. */
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
  /** The additional attributes of `INCLUDE`. */
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
  /** The id of its items in the store; a later table of the same name has another one. */
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly key: KeyAttributes;
  /** The types of all key attributes, including those of indexes. */
  readonly attributes: readonly (readonly [name: string, type: ScalarAttributeType])[];
  readonly indexes: readonly IndexRecord[];
  readonly billingMode: 'PAY_PER_REQUEST' | 'PROVISIONED';
  /** When it was switched to on-demand capacity. */
  readonly onDemandSince?: number;
  readonly throughput: Throughput;
  readonly tableClass: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS';
  /** Whether the request set the table class. */
  readonly hasTableClass: boolean;
  readonly deletionProtection: boolean;
  /** The KMS key; undefined for DynamoDB's own. */
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

/** The attributes in an index; undefined for all. */
export function projectedNames(
  table: TableRecord,
  index: IndexRecord,
): ReadonlySet<string> | undefined {
  if (index.projection === 'ALL') return undefined;
  return new Set([...namesOf(table.key), ...namesOf(index.key), ...index.included]);
}
