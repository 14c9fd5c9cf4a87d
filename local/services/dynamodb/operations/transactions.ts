import { createHash } from 'node:crypto';
import type {
  ConsumedCapacity,
  DynamoDB,
  ItemCollectionMetrics,
  TransactGetItemsInput,
  TransactGetItemsOutput,
  TransactWriteItem,
  TransactWriteItemsInput,
  TransactWriteItemsOutput,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import {
  collectionMetrics,
  consumedCapacity,
  readUnits,
  type Units,
  writeUnits,
} from '../capacity.ts';
import {
  type CancellationReason,
  ConditionalCheckFailedException,
  IdempotentParameterMismatchException,
  TransactionCanceledException,
  ValidationException,
} from '../errors.ts';
import { checkKey, checkKeyValues } from '../key-checks.ts';
import { orderOf } from '../key-order.ts';
import { TOKEN_MS, TRANSACTION_ACTIONS, TRANSACTION_BYTES } from '../limits.ts';
import { tableNameOf } from '../names.ts';
import { attributesOf, onItems } from '../permissions.ts';
import {
  capacityConstraint,
  checkMembers,
  metricsConstraint,
  tableNameConstraint,
} from '../request-checks.ts';
import type { DynamoDbState } from '../state.ts';
import type { DynamoStore } from '../store.ts';
import { namesOf, type TableRecord } from '../table-record.ts';
import { type Item, itemBytes, readItem, toWireItem } from '../values/attribute-value.ts';
import type { SdkItem } from '../values/wire-item.ts';
import {
  commitWrite,
  judgeWrite,
  type ParsedWrite,
  parseWrite,
  type WriteInput,
  type WriteKind,
  type WriteOutcome,
} from '../writes.ts';
import { addUnits } from './batches.ts';
import { applyProjection, type Projection, projectionWithKey, readProjection } from './items.ts';

/** Transactions: all of their actions are done, or none. */
export const transactionOperations: OperationTable<DynamoDB, DynamoDbState> = {
  TransactGetItems: {
    readOnly: true,
    permissions: (input: TransactGetItemsInput, { cloud, store }) =>
      judgeable(input.TransactItems).map(({ Get }) =>
        onItems(cloud, store, 'GetItem', Get?.TableName, {
          keys: [Get?.Key],
          attributes: attributesOf(() => projectionWithKey(Get ?? {}, Get?.Key)),
          returnConsumedCapacity: input.ReturnConsumedCapacity,
          enclosingOperation: 'TransactGetItems',
        }),
      ),
    run: (input: Checked<TransactGetItemsInput>, { cloud, store }) =>
      transactGet(cloud, store, input),
  },
  TransactWriteItems: {
    permissions: (input: TransactWriteItemsInput, { cloud, store }) =>
      writePermissions(cloud, store, input),
    run: (input: Checked<TransactWriteItemsInput>, { cloud, store }) =>
      transactWrite(cloud, store, input),
  },
};

/** A transaction is authorized by its actions: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html */
const ACTIONS = {
  put: 'PutItem',
  update: 'UpdateItem',
  delete: 'DeleteItem',
  check: 'ConditionCheckItem',
} as const;

function writePermissions(
  cloud: Cloud,
  store: DynamoStore,
  input: TransactWriteItemsInput,
): readonly Permission[] {
  return judgeable(input.TransactItems)
    .flatMap(actionsIn)
    .map(({ kind, request }) =>
      onItems(cloud, store, ACTIONS[kind], request.TableName, {
        keys: [kind === 'put' ? request.Item : request.Key],
        attributes: attributesOf(() => parseWrite(kind, request, IN_TRANSACTION)),
        returnConsumedCapacity: input.ReturnConsumedCapacity,
        enclosingOperation: 'TransactWriteItems',
      }),
    );
}

/** The actions to authorize. A transaction with too many actions is rejected, so the others are not read. */
function judgeable<Action>(items: readonly Action[] = []): readonly Action[] {
  return items.slice(0, TRANSACTION_ACTIONS);
}

const IN_TRANSACTION = { namesValue: true };

interface Action {
  readonly kind: WriteKind;
  readonly request: WriteInput;
}

function actionsIn(item: TransactWriteItem): readonly Action[] {
  const { ConditionCheck, Put, Delete, Update } = item;
  const actions: readonly (readonly [WriteKind, WriteInput | undefined])[] = [
    ['check', ConditionCheck],
    ['put', Put],
    ['delete', Delete],
    ['update', Update],
  ];
  return actions.flatMap(([kind, request]) => (request === undefined ? [] : [{ kind, request }]));
}

function checkCount(items: readonly unknown[] | undefined): void {
  checkMembers([
    {
      member: 'transactItems',
      value: items,
      required: true,
      minimumLength: 1,
      maximumLength: TRANSACTION_ACTIONS,
    },
  ]);
}

function transactWrite(
  cloud: Cloud,
  store: DynamoStore,
  input: Checked<TransactWriteItemsInput>,
): TransactWriteItemsOutput {
  checkMembers([
    {
      member: 'clientRequestToken',
      value: input.ClientRequestToken,
      minimumLength: 1,
      maximumLength: 36,
    },
    capacityConstraint(input.ReturnConsumedCapacity),
    metricsConstraint(input.ReturnItemCollectionMetrics),
  ]);
  checkCount(input.TransactItems);
  const writes = input.TransactItems.map(parseAction);
  const done = repeated(cloud, store, input);
  if (done !== undefined) return done;
  const bound = writes.map((write) => ({ write, table: store.table(write.tableName) }));
  checkTargets(bound);
  const outcomes = judgeAll(bound, ({ table, write }) => judgeWrite(store, table, write));
  checkSize(outcomes.map(({ before, after }) => after ?? before));
  for (const outcome of outcomes) commitWrite(store, outcome);
  const answer = answerOf(cloud, input, outcomes);
  remember(cloud, store, input, outcomes);
  return answer;
}

function parseAction(item: TransactWriteItem): ParsedWrite {
  const [action, other] = actionsIn(item);
  if (action === undefined || other !== undefined) {
    throw new ValidationException(
      'TransactItems can only contain one of Check, Put, Update or Delete',
    );
  }
  const { kind, request } = action;
  checkMembers([tableNameConstraint(request.TableName)]);
  return parseWrite(kind, request, IN_TRANSACTION);
}

interface Bound {
  readonly write: ParsedWrite;
  readonly table: TableRecord;
}

/** @throws ValidationException for empty keys and for two actions on one item, which do not cancel the transaction */
function checkTargets(bound: readonly Bound[]): void {
  const seen = new Set<string>();
  for (const { write, table } of bound) {
    checkKeyValues(table.key, write.given);
    if (!namesOf(table.key).every((name) => isScalar(write.given, name))) continue;
    const target = `${table.id}/${orderOf(write.given, table.key)}`;
    if (seen.has(target)) {
      throw new ValidationException(
        'Transaction request cannot include multiple operations on one item',
      );
    }
    seen.add(target);
  }
}

function isScalar(item: Item, name: string): boolean {
  return ['S', 'N', 'B'].includes(item.get(name)?.type ?? '');
}

/** @throws TransactionCanceledException with a reason for each that cannot be */
function judgeAll<Target, Outcome>(
  targets: readonly Target[],
  judge: (target: Target) => Outcome,
): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  const reasons = targets.map((target): CancellationReason => {
    try {
      outcomes.push(judge(target));
      return { Code: 'None' };
    } catch (error) {
      return reasonOf(error);
    }
  });
  if (reasons.some(({ Code }) => Code !== 'None')) throw new TransactionCanceledException(reasons);
  return outcomes;
}

function reasonOf(error: unknown): CancellationReason {
  if (error instanceof ConditionalCheckFailedException) {
    const item = error.members['Item'] as SdkItem | undefined;
    return {
      Code: 'ConditionalCheckFailed',
      Message: error.message,
      ...(item !== undefined && { Item: item }),
    };
  }
  if (error instanceof ValidationException) {
    return { Code: 'ValidationError', Message: error.message };
  }
  throw error;
}

function checkSize(items: readonly (Item | undefined)[]): void {
  const bytes = items.reduce((sum, item) => sum + (item === undefined ? 0 : itemBytes(item)), 0);
  if (bytes > TRANSACTION_BYTES) {
    throw new ValidationException(
      `The aggregated size of the items of a transaction exceeds the limit of ${TRANSACTION_BYTES} bytes`,
    );
  }
}

function answerOf(
  cloud: Cloud,
  input: TransactWriteItemsInput,
  outcomes: readonly WriteOutcome[],
): TransactWriteItemsOutput {
  const units = outcomes.map((outcome) => ({
    table: outcome.table,
    units: { ...writeUnits(outcome) },
  }));
  const metrics: Record<string, ItemCollectionMetrics[]> = {};
  for (const outcome of outcomes) {
    const metric = collectionMetrics(outcome, input.ReturnItemCollectionMetrics);
    const { name } = outcome.table;
    if (metric !== undefined) metrics[name] = [...(metrics[name] ?? []), metric];
  }
  const capacities = capacitiesOf(cloud, units, input.ReturnConsumedCapacity, 'Write');
  return {
    ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
    ...(Object.keys(metrics).length > 0 && { ItemCollectionMetrics: metrics }),
  };
}

/** The capacity by table; each unit counts twice, for preparing and committing. */
function capacitiesOf(
  cloud: Cloud,
  all: readonly { readonly table: TableRecord; readonly units: Units }[],
  wanted: TransactWriteItemsInput['ReturnConsumedCapacity'],
  kind: 'Read' | 'Write',
): ConsumedCapacity[] {
  const tables = new Map(all.map(({ table }) => [table.id, table]));
  return [...tables.values()].flatMap((table) => {
    const units = addUnits(all.filter((one) => one.table.id === table.id).map((one) => one.units));
    const capacity = consumedCapacity(cloud, table, units, wanted, { kind, factor: 2 });
    return capacity === undefined ? [] : [capacity];
  });
}

/** The answer to a repeated request with the same token within ten minutes, which is not executed again. */
function repeated(
  cloud: Cloud,
  store: DynamoStore,
  input: TransactWriteItemsInput,
): TransactWriteItemsOutput | undefined {
  const { ClientRequestToken: token } = input;
  const known = token === undefined ? undefined : store.tokens.get(token);
  if (known === undefined || known.doneAt + TOKEN_MS < cloud.clock.now()) return undefined;
  if (known.request !== digest(input)) throw new IdempotentParameterMismatchException();
  const reads = JSON.parse(known.answer) as readonly (readonly [name: string, units: number])[];
  const units = reads.flatMap(([name, table]) => {
    const found = store.tables.get(name);
    return found === undefined ? [] : [{ table: found, units: { table, indexes: new Map() } }];
  });
  // The repeated request consumes the capacity of reads.
  const capacities = capacitiesOf(cloud, units, input.ReturnConsumedCapacity, 'Read');
  return capacities.length > 0 ? { ConsumedCapacity: capacities } : {};
}

function remember(
  cloud: Cloud,
  store: DynamoStore,
  input: TransactWriteItemsInput,
  outcomes: readonly WriteOutcome[],
): void {
  const { ClientRequestToken: token } = input;
  if (token === undefined) return;
  const reads = outcomes.map(({ table, after }) => [
    table.name,
    readUnits(after === undefined ? 0 : itemBytes(after), true),
  ]);
  store.tokens.put(token, {
    request: digest(input),
    doneAt: cloud.clock.now(),
    answer: JSON.stringify(reads),
  });
}

/** The part of a request that must be equal for the same token. */
function digest({ TransactItems }: TransactWriteItemsInput): string {
  return createHash('sha256').update(JSON.stringify(TransactItems)).digest('hex');
}

function transactGet(
  cloud: Cloud,
  store: DynamoStore,
  input: Checked<TransactGetItemsInput>,
): TransactGetItemsOutput {
  checkMembers([capacityConstraint(input.ReturnConsumedCapacity)]);
  checkCount(input.TransactItems);
  const gets = input.TransactItems.map(({ Get }) => {
    checkMembers([tableNameConstraint(Get?.TableName)]);
    return {
      tableName: tableNameOf(Get?.TableName),
      projection: readProjection(Get ?? {}),
      key: readItem(Get?.Key),
    };
  });
  const bound = gets.map((get) => ({ ...get, table: store.table(get.tableName) }));
  for (const { key, table } of bound) checkKeyValues(table.key, key);
  checkGetTargets(bound);
  const found = judgeAll(bound, (get) => read(store, get));
  checkSize(found.map(({ item }) => item));
  const capacities = capacitiesOf(
    cloud,
    found.map(({ table, item }) => ({
      table,
      units: {
        table: readUnits(item === undefined ? 0 : itemBytes(item), true),
        indexes: new Map(),
      },
    })),
    input.ReturnConsumedCapacity,
    'Read',
  );
  return {
    Responses: found.map(({ item, projection }) =>
      item === undefined ? {} : { Item: toWireItem(applyProjection(item, projection)) },
    ),
    ...(capacities.length > 0 && { ConsumedCapacity: capacities }),
  };
}

interface BoundGet {
  readonly key: Item;
  readonly table: TableRecord;
  readonly projection: Projection;
}

function checkGetTargets(gets: readonly BoundGet[]): void {
  const seen = new Set<string>();
  for (const { key, table } of gets) {
    if (!namesOf(table.key).every((name) => isScalar(key, name))) continue;
    const target = `${table.id}/${orderOf(key, table.key)}`;
    if (seen.has(target)) {
      throw new ValidationException(
        'Transaction request cannot include multiple operations on one item',
      );
    }
    seen.add(target);
  }
}

function read(store: DynamoStore, get: BoundGet) {
  checkKey(get.table, get.key);
  return { ...get, item: store.items(get.table).get(get.key) };
}
