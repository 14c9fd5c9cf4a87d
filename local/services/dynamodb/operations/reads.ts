import type {
  ConsumedCapacity,
  DynamoDB,
  QueryInput,
  QueryOutput,
  ScanInput,
  ScanOutput,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { OperationTable } from '../../../cloud/operation.ts';
import { consumedCapacity, inIndex, readUnits } from '../capacity.ts';
import { ValidationException } from '../errors.ts';
import { type Condition, parseCondition } from '../expressions/condition.ts';
import { fulfils } from '../expressions/evaluate.ts';
import { type KeyCondition, toKeyConditions } from '../expressions/key-condition.ts';
import type { Path } from '../expressions/path.ts';
import { parseProjection, project } from '../expressions/projection.ts';
import { Substitutions } from '../expressions/substitutions.ts';
import { checkKeyValues } from '../key-checks.ts';
import { type OrderRange, orderOf, partitionRange, segmentRange, sortRange } from '../key-order.ts';
import { PAGE_BYTES, SCAN_SEGMENTS } from '../limits.ts';
import { tableNameOf } from '../names.ts';
import { attributesOf, onItems } from '../permissions.ts';
import {
  capacityConstraint,
  checkMembers,
  refuseLegacy,
  tableNameConstraint,
} from '../request-checks.ts';
import type { DynamoDbState } from '../state.ts';
import type { DynamoStore } from '../store.ts';
import {
  findIndex,
  type IndexRecord,
  type KeyAttributes,
  namesOf,
  projectedNames,
  type TableRecord,
  typeOf,
} from '../table-record.ts';
import {
  type AttributeValue,
  compareValues,
  type Item,
  itemBytes,
  readItem,
  toWireItem,
} from '../values/attribute-value.ts';
import type { SdkItem } from '../values/wire-item.ts';
import { capacityOf } from './items.ts';

/** Query and Scan. */
export const readOperations: OperationTable<DynamoDB, DynamoDbState> = {
  Query: {
    readOnly: true,
    permissions: (input: QueryInput, { cloud, store }) =>
      onItems(cloud, store, 'Query', input.TableName, {
        ...accessOf(input),
        leadingKeys: leadingKeys(store, input),
      }),
    run: (input: QueryInput, { cloud, store }): QueryOutput => query(cloud, store, input),
  },
  Scan: {
    readOnly: true,
    permissions: (input: ScanInput, { cloud, store }) =>
      onItems(cloud, store, 'Scan', input.TableName, {
        ...accessOf(input),
        fullTableScan: true,
      }),
    run: (input: ScanInput, { cloud, store }): ScanOutput => scan(cloud, store, input),
  },
};

type ReadInput = QueryInput | ScanInput;

function accessOf(input: ReadInput) {
  return {
    attributes: attributesOf(() => {
      const { projection, attributes } = parseRead(input);
      // Without a projection the request names no attributes.
      if (projection === undefined && input.Select !== 'COUNT') throw new Error('no attributes');
      return { attributes };
    }),
    index: input.IndexName,
    select: input.Select,
    returnConsumedCapacity: input.ReturnConsumedCapacity,
  };
}

function leadingKeys(store: DynamoStore, input: QueryInput): readonly AttributeValue[] {
  try {
    const table = store.table(tableNameOf(input.TableName));
    const { partition } = sourceOf(table, input).key;
    const { keyConditions } = parseRead(input);
    return keyConditions
      .filter(({ attribute, operator }) => attribute === partition && operator === '=')
      .flatMap(({ values }) => values);
  } catch {
    return [];
  }
}

/** The expressions of a request. */
interface ParsedRead {
  readonly keyConditions: readonly KeyCondition[];
  readonly filter: Condition | undefined;
  readonly filtered: ReadonlySet<string>;
  readonly projection: readonly Path[] | undefined;
  readonly attributes: ReadonlySet<string>;
}

const EXPRESSIONS = ['KeyConditionExpression', 'FilterExpression', 'ProjectionExpression'] as const;

function parseRead(input: ReadInput): ParsedRead {
  const isQuery = 'KeyConditionExpression' in input;
  const given = input as Partial<Record<(typeof EXPRESSIONS)[number], string | undefined>>;
  const substitutions = new Substitutions(input, {
    expressions: EXPRESSIONS.filter((name) => given[name] !== undefined),
    missing: isQuery
      ? 'FilterExpression and KeyConditionExpression are null'
      : 'FilterExpression is null',
    namesValue: !isQuery,
  });
  const { KeyConditionExpression: keyText, FilterExpression, ProjectionExpression } = given;
  const keyConditions =
    keyText === undefined
      ? []
      : toKeyConditions(parseCondition(keyText, 'KeyConditionExpression', substitutions));
  const keyAttributes = new Set(substitutions.attributes);
  substitutions.attributes.clear();
  const filter =
    FilterExpression === undefined
      ? undefined
      : parseCondition(FilterExpression, 'FilterExpression', substitutions);
  const filtered = new Set(substitutions.attributes);
  const projection =
    ProjectionExpression === undefined
      ? undefined
      : parseProjection(ProjectionExpression, substitutions);
  substitutions.checkAllUsed();
  const attributes = new Set([...keyAttributes, ...substitutions.attributes]);
  return { keyConditions, filter, filtered, projection, attributes };
}

/** The table or index that is read. */
interface Source {
  readonly table: TableRecord;
  readonly index: IndexRecord | undefined;
  readonly key: KeyAttributes;
}

/** @throws ValidationException */
function sourceOf(table: TableRecord, { IndexName, ConsistentRead }: ReadInput): Source {
  if (IndexName === undefined) return { table, index: undefined, key: table.key };
  const index = findIndex(table, IndexName);
  if (index === undefined) {
    throw new ValidationException(`The table does not have the specified index: ${IndexName}`);
  }
  if (index.kind === 'global' && ConsistentRead === true) {
    throw new ValidationException('Consistent reads are not supported on global secondary indexes');
  }
  return { table, index, key: index.key };
}

const SELECT = ['ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'SPECIFIC_ATTRIBUTES', 'COUNT'];

function checkRead(input: ReadInput): void {
  checkMembers([
    { member: 'indexName', value: input.IndexName, minimumLength: 3, maximumLength: 255 },
    capacityConstraint(input.ReturnConsumedCapacity),
    tableNameConstraint(input.TableName),
    { member: 'select', value: input.Select, oneOf: SELECT },
    // AWS writes this member with a capital.
    { member: 'Limit', value: input.Limit, minimum: 1 },
  ]);
}

function checkSelect(input: ReadInput, { index }: Source): void {
  const { Select, IndexName, ProjectionExpression } = input;
  if (Select === 'SPECIFIC_ATTRIBUTES' && ProjectionExpression === undefined) {
    throw new ValidationException(
      'One or more parameter values were invalid: Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
  if (
    ProjectionExpression !== undefined &&
    Select !== undefined &&
    Select !== 'SPECIFIC_ATTRIBUTES'
  ) {
    throw new ValidationException(
      `One or more parameter values were invalid: Cannot specify the ProjectionExpression when choosing to get ${Select === 'COUNT' ? 'only the Count' : Select}`,
    );
  }
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined) {
    throw new ValidationException(
      'One or more parameter values were invalid: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
    );
  }
  if (Select === 'ALL_ATTRIBUTES' && index?.kind === 'global' && index.projection !== 'ALL') {
    throw new ValidationException(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
}

function query(cloud: Cloud, store: DynamoStore, input: QueryInput): QueryOutput {
  checkRead(input);
  refuseLegacy(
    'Query',
    input,
    ['AttributesToGet', 'KeyConditions', 'QueryFilter', 'ConditionalOperator'],
    EXPRESSIONS,
  );
  if (input.KeyConditionExpression === undefined) {
    throw new ValidationException(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const parsed = parseRead(input);
  const table = store.table(tableNameOf(input.TableName));
  const source = sourceOf(table, input);
  const range = queryRange(source, parsed.keyConditions);
  checkFilter(source, parsed);
  checkSelect(input, source);
  const start = startPlace(source, input);
  if (start !== undefined && !within(start, range)) {
    throw new ValidationException(
      'The provided starting key is outside query boundaries based on provided conditions',
    );
  }
  const backward = input.ScanIndexForward === false;
  return readPage(cloud, store, input, parsed, source, continued(range, start, backward), backward);
}

/** @throws ValidationException where a filter names a key */
function checkFilter({ key }: Source, { filtered }: ParsedRead): void {
  for (const name of namesOf(key)) {
    if (!filtered.has(name)) continue;
    throw new ValidationException(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`,
    );
  }
}

/** @throws ValidationException where the conditions do not fit the key */
function queryRange({ table, key }: Source, conditions: readonly KeyCondition[]): OrderRange {
  const names = namesOf(key);
  if (conditions.length > names.length) {
    throw new ValidationException(
      conditions.length > 2
        ? `The number of query conditions (${conditions.length}) exceeds the number of key attributes defined in the schema (${names.length})`
        : 'Query key condition not supported',
    );
  }
  const of = (name: string | undefined) => conditions.find(({ attribute }) => attribute === name);
  const partition = of(key.partition);
  const sort = of(key.sort);
  if (partition === undefined) throw missed(key.partition);
  if (conditions.length > 1 && sort === undefined) throw missed(key.sort ?? '');
  for (const condition of conditions) checkTypes(table, condition);
  const [value] = partition.values;
  if (partition.operator !== '=' || value === undefined) {
    throw new ValidationException('Query key condition not supported');
  }
  checkKeyValues(
    key,
    new Map(conditions.map(({ attribute, values }) => [attribute, values[0] ?? value])),
  );
  if (sort === undefined) return partitionRange(value);
  const [first, second] = sort.values;
  if (first === undefined) throw new Error('a condition without a value');
  return sortRange(value, sort.operator, first, second);
}

function missed(name: string): ValidationException {
  return new ValidationException(`Query condition missed key schema element: ${name}`);
}

function checkTypes(table: TableRecord, { attribute, operator, values }: KeyCondition): void {
  const type = typeOf(table, attribute);
  if (values.some((value) => value.type !== type)) {
    throw new ValidationException(
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    );
  }
  if (operator !== 'BETWEEN') return;
  const [lower, upper] = values as readonly [AttributeValue, AttributeValue];
  if ((compareValues(lower, upper) ?? 0) > 0) {
    throw new ValidationException(
      'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
    );
  }
}

function scan(cloud: Cloud, store: DynamoStore, input: ScanInput): ScanOutput {
  checkRead(input);
  checkMembers([
    { member: 'segment', value: input.Segment, minimum: 0, maximum: SCAN_SEGMENTS - 1 },
    { member: 'totalSegments', value: input.TotalSegments, minimum: 1, maximum: SCAN_SEGMENTS },
  ]);
  refuseLegacy(
    'Scan',
    input,
    ['AttributesToGet', 'ScanFilter', 'ConditionalOperator'],
    EXPRESSIONS,
  );
  const parsed = parseRead(input);
  const range = scanRange(input);
  const table = store.table(tableNameOf(input.TableName));
  const source = sourceOf(table, input);
  checkSelect(input, source);
  const start = startPlace(source, input);
  if (start !== undefined && !within(start, range)) {
    throw new ValidationException(
      `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${input.TotalSegments} Segment: ${input.Segment}`,
    );
  }
  return readPage(cloud, store, input, parsed, source, continued(range, start, false), false);
}

/** @throws ValidationException */
function scanRange({ Segment, TotalSegments }: ScanInput): OrderRange {
  if (Segment !== undefined && TotalSegments === undefined) {
    throw new ValidationException(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (TotalSegments === undefined) return segmentRange(0, 1);
  if (Segment === undefined) {
    throw new ValidationException(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (Segment >= TotalSegments) {
    throw new ValidationException(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
  }
  return segmentRange(Segment, TotalSegments);
}

/** The start of a page: the place of the last key before it. */
function startPlace({ table, index, key }: Source, input: ReadInput): string | undefined {
  if (input.ExclusiveStartKey === undefined) return undefined;
  const start = readItem(input.ExclusiveStartKey);
  const names = new Set([...namesOf(table.key), ...namesOf(key)]);
  const isWhole =
    start.size === names.size &&
    [...names].every((name) => start.get(name)?.type === typeOf(table, name));
  if (!isWhole) {
    throw new ValidationException(
      index === undefined
        ? 'The provided starting key is invalid: The provided key element does not match the schema'
        : 'The provided starting key is invalid',
    );
  }
  checkKeyValues(table.key, start);
  const place = orderOf(start, table.key);
  return index === undefined ? place : orderOf(start, index.key, place);
}

function within(place: string, { from, to }: OrderRange): boolean {
  return place >= from && place < to;
}

/** The rest of a range after a place. */
function continued(range: OrderRange, place: string | undefined, backward: boolean): OrderRange {
  if (place === undefined) return range;
  return backward ? { from: range.from, to: place } : { from: `${place}\0`, to: range.to };
}

interface Page {
  readonly Items?: SdkItem[];
  readonly Count: number;
  readonly ScannedCount: number;
  readonly LastEvaluatedKey?: SdkItem;
  readonly ConsumedCapacity?: ConsumedCapacity;
}

/** Reads until the limit or a megabyte; both count before filters and projections. */
function readPage(
  cloud: Cloud,
  store: DynamoStore,
  input: ReadInput,
  parsed: ParsedRead,
  source: Source,
  range: OrderRange,
  backward: boolean,
): Page {
  const { table, index, key } = source;
  const limit = input.Limit ?? Number.POSITIVE_INFINITY;
  const found: Item[] = [];
  let scanned = 0;
  let bytes = 0;
  let fetched = 0;
  let last: Item | undefined;
  let hasMore = false;
  for (const item of store.items(table).walk(index?.name, range, backward)) {
    const held = index === undefined ? item : inIndex(table, index, item);
    const size = itemBytes(held);
    if (scanned > 0 && bytes + size > PAGE_BYTES) {
      hasMore = true;
      break;
    }
    bytes += size;
    scanned += 1;
    last = item;
    const seen = reachesTable(input, source, parsed) ? item : held;
    if (seen !== held) fetched += readUnits(itemBytes(item), input.ConsistentRead === true);
    if (parsed.filter === undefined || fulfils(parsed.filter, seen)) {
      found.push(parsed.projection === undefined ? seen : project(seen, parsed.projection));
    }
    // AWS does not check whether there are further items.
    if (scanned >= limit) {
      hasMore = true;
      break;
    }
  }
  const units = readUnits(bytes, input.ConsistentRead === true);
  const capacity = consumedCapacity(
    cloud,
    table,
    index === undefined
      ? { table: units, indexes: new Map() }
      : { table: fetched, indexes: new Map([[index.name, units]]) },
    input.ReturnConsumedCapacity,
  );
  return {
    ...(input.Select !== 'COUNT' && { Items: found.map((item) => toWireItem(item)) }),
    Count: found.length,
    ScannedCount: scanned,
    ...(hasMore &&
      last !== undefined && { LastEvaluatedKey: toWireItem(keysOf(last, table, key)) }),
    ...capacityOf(capacity),
  };
}

/** Local indexes read attributes that they do not contain from the table. */
function reachesTable(
  { Select }: ReadInput,
  { table, index }: Source,
  { projection }: ParsedRead,
): boolean {
  if (index?.kind !== 'local') return false;
  const held = projectedNames(table, index);
  if (held === undefined) return false;
  return Select === 'ALL_ATTRIBUTES' || projection?.some(([name]) => !held.has(name)) === true;
}

function keysOf(item: Item, table: TableRecord, key: KeyAttributes): Item {
  const names = new Set([...namesOf(table.key), ...namesOf(key)]);
  return new Map([...item].filter(([name]) => names.has(name)));
}
