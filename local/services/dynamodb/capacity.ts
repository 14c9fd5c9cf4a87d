import type {
  ConsumedCapacity,
  ItemCollectionMetrics,
  ReturnConsumedCapacity,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../cloud/cloud.ts';
import { orderOf } from './key-order.ts';
import { READ_UNIT_BYTES, WRITE_UNIT_BYTES } from './limits.ts';
import { tableArn } from './names.ts';
import { isIndexed } from './table-items.ts';
import { type IndexRecord, projectedNames, type TableRecord } from './table-record.ts';
import { equalValues, type Item, itemBytes, toWire } from './values/attribute-value.ts';
import type { WriteOutcome } from './writes.ts';

/** The capacity units of a request: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
export interface Units {
  readonly table: number;
  /** By the name of the index. */
  readonly indexes: ReadonlyMap<string, number>;
}

export function readUnits(bytes: number, isConsistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (isConsistent ? 1 : 0.5);
}

/** The units of a write: the larger of the item before and after, and the changes of each index. */
export function writeUnits({ table, before, after }: WriteOutcome): Units {
  const indexes = new Map<string, number>();
  for (const index of table.indexes) {
    const units = indexUnits(table, index, before, after);
    if (units > 0) indexes.set(index.name, units);
  }
  return { table: unitsOf(Math.max(bytesOf(before), bytesOf(after))), indexes };
}

function bytesOf(item: Item | undefined): number {
  return item === undefined ? 0 : itemBytes(item);
}

function unitsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** A moved index entry is deleted and put, which are two writes. */
function indexUnits(
  table: TableRecord,
  index: IndexRecord,
  before: Item | undefined,
  after: Item | undefined,
): number {
  const old = projected(table, index, before);
  const now = projected(table, index, after);
  if (old === undefined || now === undefined) {
    const only = old ?? now;
    return only === undefined ? 0 : unitsOf(itemBytes(only));
  }
  if (orderOf(old, index.key) !== orderOf(now, index.key)) {
    return unitsOf(itemBytes(old)) + unitsOf(itemBytes(now));
  }
  const isSame = equalValues({ type: 'M', value: old }, { type: 'M', value: now });
  return isSame ? 0 : unitsOf(Math.max(itemBytes(old), itemBytes(now)));
}

function projected(
  table: TableRecord,
  index: IndexRecord,
  item: Item | undefined,
): Item | undefined {
  return item !== undefined && isIndexed(table, index, item)
    ? inIndex(table, index, item)
    : undefined;
}

/** The projection of an item in an index. */
export function inIndex(table: TableRecord, index: IndexRecord, item: Item): Item {
  const names = projectedNames(table, index);
  return names === undefined ? item : new Map([...item].filter(([name]) => names.has(name)));
}

/** @param factor 2 in transactions, which prepare and commit */
export function consumedCapacity(
  cloud: Cloud,
  table: TableRecord,
  units: Units,
  wanted: ReturnConsumedCapacity | undefined,
  access: {
    readonly kind?: 'Read' | 'Write';
    readonly factor?: number;
    readonly arn?: boolean;
  } = {},
): ConsumedCapacity | undefined {
  if (wanted !== 'TOTAL' && wanted !== 'INDEXES') return undefined;
  const { kind, factor = 1, arn = false } = access;
  const capacity = (amount: number) => ({
    CapacityUnits: amount * factor,
    ...(kind !== undefined && { [`${kind}CapacityUnits`]: amount * factor }),
  });
  let total = units.table;
  for (const amount of units.indexes.values()) total += amount;
  const ofKind = (wantedKind: IndexRecord['kind']) => {
    const found = table.indexes.filter(
      (index) => index.kind === wantedKind && units.indexes.has(index.name),
    );
    return found.length === 0
      ? undefined
      : Object.fromEntries(found.map(({ name }) => [name, capacity(units.indexes.get(name) ?? 0)]));
  };
  return {
    TableName: arn ? tableArn(cloud, table.name) : table.name,
    ...capacity(total),
    ...(wanted === 'INDEXES' && {
      Table: capacity(units.table),
      GlobalSecondaryIndexes: ofKind('global'),
      LocalSecondaryIndexes: ofKind('local'),
    }),
  };
}

/** The item collection metrics of a write to a table with local indexes. */
export function collectionMetrics(
  { table, key }: Pick<WriteOutcome, 'table' | 'key'>,
  wanted: string | undefined,
): ItemCollectionMetrics | undefined {
  const hasCollections = table.indexes.some(({ kind }) => kind === 'local');
  const partition = key.get(table.key.partition);
  if (wanted !== 'SIZE' || !hasCollections || partition === undefined) return undefined;
  return {
    ItemCollectionKey: { [table.key.partition]: toWire(partition) },
    SizeEstimateRangeGB: [0, 1],
  };
}
