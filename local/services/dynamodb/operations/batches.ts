import type {
  BatchGetItemInput,
  BatchGetItemOutput,
  BatchWriteItemInput,
  BatchWriteItemOutput,
  ConsumedCapacity,
  DynamoDB,
  ItemCollectionMetrics,
  KeysAndAttributes,
  WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import {
  collectionMetrics,
  consumedCapacity,
  readUnits,
  type Units,
  writeUnits,
} from '../capacity.ts';
import { ValidationException } from '../errors.ts';
import { checkItem, checkKey, checkKeyValues } from '../key-checks.ts';
import { orderOf } from '../key-order.ts';
import {
  BATCH_GET_BYTES,
  BATCH_GET_KEYS,
  BATCH_WRITE_BYTES,
  BATCH_WRITE_REQUESTS,
} from '../limits.ts';
import { tableNameOf } from '../names.ts';
import { attributesOf, onItems } from '../permissions.ts';
import {
  capacityConstraint,
  checkMembers,
  metricsConstraint,
  refuseLegacy,
} from '../request-checks.ts';
import type { DynamoDbState } from '../state.ts';
import type { DynamoStore } from '../store.ts';
import type { TableRecord } from '../table-record.ts';
import { type Item, itemBytes, readItem, toWireItem } from '../values/attribute-value.ts';
import type { SdkItem } from '../values/wire-item.ts';
import { commitWrite, judgeWrite, type ParsedWrite, parseWrite } from '../writes.ts';
import { applyProjection, type Projection, projectionWithKey, readProjection } from './items.ts';

/** Batches: each of their items is read or written separately. */
export const batchOperations: OperationTable<DynamoDB, DynamoDbState> = {
  BatchGetItem: {
    readOnly: true,
    permissions: (input: BatchGetItemInput, { cloud, store }) =>
      Object.entries(input.RequestItems ?? {}).map(([name, request]) =>
        onItems(cloud, store, 'BatchGetItem', name, {
          keys: request.Keys ?? [],
          attributes: attributesOf(() => projectionWithKey(request, request.Keys?.[0])),
          returnConsumedCapacity: input.ReturnConsumedCapacity,
        }),
      ),
    run: (input: Checked<BatchGetItemInput>, { cloud, store }) => batchGet(cloud, store, input),
  },
  BatchWriteItem: {
    permissions: (input: BatchWriteItemInput, { cloud, store }) =>
      Object.entries(input.RequestItems ?? {}).map(([name, requests]) =>
        onItems(cloud, store, 'BatchWriteItem', name, {
          keys: requests.map(
            ({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key,
          ),
          attributes: new Set(
            requests.flatMap(({ PutRequest, DeleteRequest }) =>
              Object.keys(PutRequest?.Item ?? DeleteRequest?.Key ?? {}),
            ),
          ),
          returnConsumedCapacity: input.ReturnConsumedCapacity,
        }),
      ),
    run: (input: Checked<BatchWriteItemInput>, { cloud, store }) => batchWrite(cloud, store, input),
  },
};

/** The API model's constraint on table names, which are map keys here. */
const NAME = /^[a-zA-Z0-9_.-]{3,255}$|^arn:/;
const NAME_RULE =
  'Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]';

function checkNames(requests: Readonly<Record<string, unknown>>): void {
  if (Object.keys(requests).every((name) => NAME.test(name))) return;
  throw new ValidationException(
    `1 validation error detected: Value '${JSON.stringify(requests)}' at 'requestItems' failed to satisfy constraint: ${NAME_RULE}`,
  );
}

function batchGet(
  cloud: Cloud,
  store: DynamoStore,
  input: Checked<BatchGetItemInput>,
): BatchGetItemOutput {
  checkMembers([
    capacityConstraint(input.ReturnConsumedCapacity),
    { member: 'requestItems', value: input.RequestItems, required: true },
  ]);
  const requests = input.RequestItems;
  checkNames(requests);
  const parsed = Object.entries(requests).map(([name, request]) => parseGets(name, request));
  const total = parsed.reduce((sum, { keys }) => sum + keys.length, 0);
  if (total > BATCH_GET_KEYS) {
    throw new ValidationException('Too many items requested for the BatchGetItem call');
  }
  const bound = parsed.map((gets) => ({ ...gets, table: store.table(tableNameOf(gets.name)) }));
  for (const { table, keys } of bound) checkKeys(table, keys);
  return fetchAll(cloud, store, input, bound);
}

interface Gets {
  readonly name: string;
  readonly request: KeysAndAttributes;
  readonly keys: readonly Item[];
  readonly projection: Projection;
}

function parseGets(name: string, request: KeysAndAttributes): Gets {
  const where = `Value at 'RequestItems.${name}.member.Keys' failed to satisfy constraint: Member must have length`;
  const count = request.Keys?.length ?? 0;
  if (count < 1 || count > BATCH_GET_KEYS) {
    throw new ValidationException(
      `1 validation error detected: ${where} ${count < 1 ? 'greater than or equal to 1' : `less than or equal to ${BATCH_GET_KEYS}`}`,
    );
  }
  refuseLegacy('BatchGetItem', request, ['AttributesToGet'], ['ProjectionExpression']);
  const projection = readProjection(request);
  return { name, request, projection, keys: (request.Keys ?? []).map((key) => readItem(key)) };
}

function checkKeys(table: TableRecord, keys: readonly Item[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    checkKey(table, key);
    const place = orderOf(key, table.key);
    if (seen.has(place)) {
      throw new ValidationException('Provided list of item keys contains duplicates');
    }
    seen.add(place);
  }
}

/** Keys that do not fit into an answer of 16 MB are returned as unprocessed. */
function fetchAll(
  cloud: Cloud,
  store: DynamoStore,
  input: BatchGetItemInput,
  tables: readonly (Gets & { readonly table: TableRecord })[],
): BatchGetItemOutput {
  const responses: [string, SdkItem[]][] = [];
  const unprocessed: [string, KeysAndAttributes][] = [];
  const capacities: ConsumedCapacity[] = [];
  let bytes = 0;
  for (const { name, table, request, keys, projection } of tables) {
    const found: SdkItem[] = [];
    const left: Item[] = [];
    let units = 0;
    for (const key of keys) {
      const item = store.items(table).get(key);
      const size = item === undefined ? 0 : itemBytes(item);
      if (bytes + size > BATCH_GET_BYTES) {
        left.push(key);
        continue;
      }
      bytes += size;
      units += readUnits(size, request.ConsistentRead === true);
      if (item !== undefined) found.push(toWireItem(applyProjection(item, projection)));
    }
    responses.push([name, found]);
    if (left.length > 0) unprocessed.push([name, { ...request, Keys: left.map(toWireItem) }]);
    const capacity = consumedCapacity(
      cloud,
      table,
      { table: units, indexes: new Map() },
      input.ReturnConsumedCapacity,
    );
    if (capacity !== undefined) capacities.push(capacity);
  }
  return {
    Responses: Object.fromEntries(responses),
    UnprocessedKeys: Object.fromEntries(unprocessed),
    ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
  };
}

function batchWrite(
  cloud: Cloud,
  store: DynamoStore,
  input: Checked<BatchWriteItemInput>,
): BatchWriteItemOutput {
  checkMembers([
    capacityConstraint(input.ReturnConsumedCapacity),
    metricsConstraint(input.ReturnItemCollectionMetrics),
    { member: 'requestItems', value: input.RequestItems, required: true },
  ]);
  const requests = input.RequestItems;
  checkNames(requests);
  checkCounts(requests);
  const parsed = Object.entries(requests).map(([name, list]) => ({
    name,
    writes: list.map((request) => parseRequest(name, request)),
  }));
  const bytes = parsed
    .flatMap(({ writes }) => writes)
    .reduce((sum, { given }) => sum + itemBytes(given), 0);
  if (bytes > BATCH_WRITE_BYTES) {
    throw new ValidationException(
      `The aggregated size of the items of a batch exceeds the limit of ${BATCH_WRITE_BYTES} bytes`,
    );
  }
  const bound = parsed.map(({ name, writes }) => ({
    name,
    writes,
    table: store.table(tableNameOf(name)),
  }));
  for (const { table, writes } of bound) checkWrites(table, writes);
  return writeAll(cloud, store, input, bound);
}

function checkCounts(requests: Readonly<Record<string, readonly WriteRequest[]>>): void {
  const total = Object.values(requests).reduce((sum, { length }) => sum + length, 0);
  if (total > BATCH_WRITE_REQUESTS) {
    throw new ValidationException('Too many items requested for the BatchWriteItem call');
  }
}

function parseRequest(name: string, { PutRequest, DeleteRequest }: WriteRequest): ParsedWrite {
  if ((PutRequest === undefined) === (DeleteRequest === undefined)) {
    throw new ValidationException(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return PutRequest === undefined
    ? parseWrite('delete', { TableName: name, Key: DeleteRequest?.Key })
    : parseWrite('put', { TableName: name, Item: PutRequest.Item });
}

/** Unlike PutItem, a batch has one message for all invalid keys. */
function checkWrites(table: TableRecord, writes: readonly ParsedWrite[]): void {
  const seen = new Set<string>();
  for (const { kind, given } of writes) {
    if (kind === 'put') checkPut(table, given);
    else checkKey(table, given);
    const place = orderOf(given, table.key);
    if (seen.has(place)) {
      throw new ValidationException('Provided list of item keys contains duplicates');
    }
    seen.add(place);
  }
}

function checkPut(table: TableRecord, item: Item): void {
  const { partition, sort } = table.key;
  const key = new Map([...item].filter(([name]) => name === partition || name === sort));
  checkKeyValues(table.key, key);
  checkKey(table, key);
  checkItem(table, item);
}

function writeAll(
  cloud: Cloud,
  store: DynamoStore,
  input: BatchWriteItemInput,
  tables: readonly {
    readonly name: string;
    readonly table: TableRecord;
    readonly writes: readonly ParsedWrite[];
  }[],
): BatchWriteItemOutput {
  const capacities: ConsumedCapacity[] = [];
  const metrics: Record<string, ItemCollectionMetrics[]> = {};
  for (const { name, table, writes } of tables) {
    const all: Units[] = [];
    for (const write of writes) {
      const outcome = judgeWrite(store, table, write);
      commitWrite(store, outcome);
      all.push(writeUnits(outcome));
      const metric = collectionMetrics(outcome, input.ReturnItemCollectionMetrics);
      if (metric !== undefined) metrics[name] = [...(metrics[name] ?? []), metric];
    }
    const capacity = consumedCapacity(cloud, table, addUnits(all), input.ReturnConsumedCapacity);
    if (capacity !== undefined) capacities.push(capacity);
  }
  return {
    UnprocessedItems: {},
    ...(Object.keys(metrics).length > 0 && { ItemCollectionMetrics: metrics }),
    ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
  };
}

/** The units of several requests together. */
export function addUnits(all: readonly Units[]): Units {
  const indexes = new Map<string, number>();
  for (const [name, units] of all.flatMap((one) => [...one.indexes])) {
    indexes.set(name, (indexes.get(name) ?? 0) + units);
  }
  return { table: all.reduce((sum, one) => sum + one.table, 0), indexes };
}
