import type {
  CreateTableInput,
  CreateTableOutput,
  DeleteTableInput,
  DeleteTableOutput,
  DescribeTableInput,
  DescribeTableOutput,
  DynamoDB,
  GlobalSecondaryIndexUpdate,
  ListTablesInput,
  ListTablesOutput,
  Tag,
  UpdateTableInput,
  UpdateTableOutput,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import {
  LimitExceededException,
  ResourceInUseException,
  ResourceNotFoundException,
  ValidationException,
} from '../errors.ts';
import { GLOBAL_INDEXES, LIST_TABLES_LIMIT } from '../limits.ts';
import { tableNameOf } from '../names.ts';
import { onTable } from '../permissions.ts';
import { readPolicy } from '../policy.ts';
import { checkMembers } from '../request-checks.ts';
import type { DynamoDbState } from '../state.ts';
import type { DynamoStore } from '../store.ts';
import { describeTable } from '../table-description.ts';
import type { IndexRecord, TableRecord } from '../table-record.ts';
import {
  checkNames,
  invalid,
  readAttributes,
  readEncryption,
  readIndex,
  readTable,
  readThroughput,
  refuseStream,
  refuseUnsupported,
  throughputConstraints,
} from '../table-request.ts';
import { checkTags } from '../tags.ts';

/** Tables and their indexes. */
export const tableOperations: OperationTable<DynamoDB, DynamoDbState> = {
  CreateTable: {
    permissions: (input: CreateTableInput, { cloud }) => [
      onTable(cloud, 'CreateTable', input.TableName),
      ...(input.Tags === undefined ? [] : [onTable(cloud, 'TagResource', input.TableName)]),
    ],
    run: (input: Checked<CreateTableInput>, { cloud, store }) => createTable(cloud, store, input),
  },
  DescribeTable: {
    readOnly: true,
    permissions: (input: DescribeTableInput, { cloud }) =>
      onTable(cloud, 'DescribeTable', input.TableName),
    run: (input: DescribeTableInput, { cloud, store }): DescribeTableOutput => ({
      Table: describeTable(cloud, store, findTable(store, input.TableName)),
    }),
  },
  UpdateTable: {
    permissions: (input: UpdateTableInput, { cloud }) =>
      onTable(cloud, 'UpdateTable', input.TableName),
    run: (input: UpdateTableInput, { cloud, store }) => updateTable(cloud, store, input),
  },
  DeleteTable: {
    permissions: (input: DeleteTableInput, { cloud }) =>
      onTable(cloud, 'DeleteTable', input.TableName),
    run: (input: DeleteTableInput, { cloud, store }) => deleteTable(cloud, store, input),
  },
  ListTables: {
    readOnly: true,
    permissions: () => ({ action: 'dynamodb:ListTables', resource: '*' }),
    run: (input: ListTablesInput, { store }) => listTables(store, input),
  },
};

/** @throws ValidationException, ResourceNotFoundException naming the table */
export function findTable(store: DynamoStore, nameOrArn: string | undefined): TableRecord {
  if (nameOrArn === undefined) {
    throw new ValidationException(
      "The parameter 'TableName' is required but was not present in the request",
    );
  }
  const name = tableNameOf(nameOrArn);
  const table = store.tables.get(name);
  if (table === undefined) throw ResourceNotFoundException.ofTable(name);
  return table;
}

function createTable(
  cloud: Cloud,
  store: DynamoStore,
  input: Checked<CreateTableInput>,
): CreateTableOutput {
  refuseUnsupported(input, ['WarmThroughput', 'OnDemandThroughput', 'GlobalTableSourceArn']);
  const shape = readTable(input);
  refuseStream(input.StreamSpecification);
  if (store.tables.has(shape.name)) {
    throw new ResourceInUseException(`Table already exists: ${shape.name}`);
  }
  const now = cloud.clock.now();
  const encryptionKey = readEncryption(cloud, input.SSESpecification);
  const policy =
    input.ResourcePolicy === undefined ? undefined : readPolicy(cloud, input.ResourcePolicy);
  const table: TableRecord = {
    ...shape,
    id: cloud.random.uuid(),
    createdAt: now,
    ...(shape.billingMode === 'PAY_PER_REQUEST' && { onDemandSince: now }),
    tableClass: input.TableClass ?? 'STANDARD',
    hasTableClass: input.TableClass !== undefined,
    deletionProtection: input.DeletionProtectionEnabled === true,
    ...(encryptionKey !== undefined && { encryptionKey }),
    ...(policy !== undefined && { policy }),
    tags: readTags(input.Tags),
  };
  store.save(table);
  return { TableDescription: describeTable(cloud, store, table, 'CREATING') };
}

function readTags(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return checkTags({}, tags ?? []);
}

function deleteTable(cloud: Cloud, store: DynamoStore, input: DeleteTableInput): DeleteTableOutput {
  const table = findTable(store, input.TableName);
  if (table.deletionProtection) {
    throw new ValidationException(
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
  }
  const { TableName, TableStatus, ...described } = describeTable(cloud, store, table, 'DELETING');
  store.delete(table);
  return {
    TableDescription: {
      ...(TableName !== undefined && { TableName }),
      ...(TableStatus !== undefined && { TableStatus }),
      ...described,
    },
  };
}

function listTables(store: DynamoStore, input: ListTablesInput): ListTablesOutput {
  checkMembers([
    {
      member: 'exclusiveStartTableName',
      value: input.ExclusiveStartTableName,
      pattern: '[a-zA-Z0-9_.-]+',
      minimumLength: 3,
      maximumLength: 255,
    },
    { member: 'limit', value: input.Limit, minimum: 1, maximum: LIST_TABLES_LIMIT },
  ]);
  const limit = input.Limit ?? LIST_TABLES_LIMIT;
  const { ExclusiveStartTableName: after } = input;
  const range = { limit: limit + 1, ...(after !== undefined && { after }) };
  const names = Array.from(store.tables.entries(range), ([name]) => name);
  const TableNames = names.slice(0, limit);
  const last = TableNames.at(-1);
  return {
    TableNames,
    ...(names.length > limit && last !== undefined && { LastEvaluatedTableName: last }),
  };
}

function updateTable(cloud: Cloud, store: DynamoStore, input: UpdateTableInput): UpdateTableOutput {
  refuseUnsupported(input, [
    'ReplicaUpdates',
    'WarmThroughput',
    'OnDemandThroughput',
    'MultiRegionConsistency',
    'GlobalTableWitnessUpdates',
  ]);
  checkMembers([
    { member: 'billingMode', value: input.BillingMode, oneOf: ['PROVISIONED', 'PAY_PER_REQUEST'] },
    ...throughputConstraints(input.ProvisionedThroughput),
  ]);
  refuseStream(input.StreamSpecification);
  const table = findTable(store, input.TableName);
  checkAnything(input);
  const changed = [withBilling, withIndexes, withSettings].reduce(
    (current, change) => change(cloud, current, input),
    table,
  );
  store.save(changed);
  return { TableDescription: describeTable(cloud, store, changed, 'UPDATING') };
}

function checkAnything(input: UpdateTableInput): void {
  const { TableName: _name, AttributeDefinitions: _definitions, ...changes } = input;
  if (Object.values(changes).some((value) => value !== undefined)) return;
  throw new ValidationException(
    'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
  );
}

function withBilling(cloud: Cloud, table: TableRecord, input: UpdateTableInput): TableRecord {
  const { BillingMode, ProvisionedThroughput } = input;
  const billingMode = BillingMode ?? table.billingMode;
  if (BillingMode === undefined && ProvisionedThroughput === undefined) return table;
  if (billingMode === 'PROVISIONED' && ProvisionedThroughput === undefined) {
    if (table.billingMode === 'PROVISIONED') return table;
    throw invalid('ProvisionedThroughput must be specified when BillingMode is PROVISIONED');
  }
  const throughput = readThroughput(billingMode, ProvisionedThroughput);
  const isSame =
    table.billingMode === 'PROVISIONED' &&
    billingMode === 'PROVISIONED' &&
    throughput.readUnits === table.throughput.readUnits &&
    throughput.writeUnits === table.throughput.writeUnits;
  if (isSame && input.GlobalSecondaryIndexUpdates === undefined) {
    throw new ValidationException(
      `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${throughput.readUnits}. Requested ReadCapacityUnits: ${throughput.readUnits}. Current WriteCapacityUnits provisioned for the table: ${throughput.writeUnits}. Requested WriteCapacityUnits: ${throughput.writeUnits}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
    );
  }
  const becomesOnDemand =
    billingMode === 'PAY_PER_REQUEST' && table.billingMode !== 'PAY_PER_REQUEST';
  return {
    ...table,
    billingMode,
    throughput,
    ...(becomesOnDemand && { onDemandSince: cloud.clock.now() }),
  };
}

function withIndexes(_cloud: Cloud, table: TableRecord, input: UpdateTableInput): TableRecord {
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  const online = updates.filter(({ Create, Delete }) => Create ?? Delete);
  if (online.length > 1) {
    throw new LimitExceededException(
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  }
  return updates.reduce((current, update) => withIndex(current, update, input), table);
}

function withIndex(
  table: TableRecord,
  { Create, Delete, Update }: GlobalSecondaryIndexUpdate,
  input: UpdateTableInput,
): TableRecord {
  if (Create !== undefined) {
    const attributes = mergeAttributes(table, input);
    const index = readIndex('global', Create, attributes, table.billingMode);
    const indexes = [...table.indexes, index];
    checkNames(indexes);
    if (indexes.filter(({ kind }) => kind === 'global').length > GLOBAL_INDEXES) {
      throw invalid(`GlobalSecondaryIndex count exceeds the per-table limit of ${GLOBAL_INDEXES}`);
    }
    return { ...table, attributes, indexes };
  }
  const name = Delete?.IndexName ?? Update?.IndexName;
  if (name === undefined) {
    throw invalid(
      'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null',
    );
  }
  const found = table.indexes.find((index) => index.kind === 'global' && index.name === name);
  if (found === undefined) {
    throw new ResourceNotFoundException(
      `Requested resource not found: Index: ${name} not found for table: ${table.name}`,
    );
  }
  if (Delete !== undefined) {
    return { ...table, indexes: table.indexes.filter((index) => index !== found) };
  }
  const throughput = readThroughput('PROVISIONED', Update?.ProvisionedThroughput);
  const replace = (index: IndexRecord) => (index === found ? { ...found, throughput } : index);
  return { ...table, indexes: table.indexes.map(replace) };
}

/** The attribute definitions of a table and of a request. */
function mergeAttributes(table: TableRecord, input: UpdateTableInput): TableRecord['attributes'] {
  const given = readAttributes(input.AttributeDefinitions ?? []);
  const known = new Set(table.attributes.map(([name]) => name));
  return [...table.attributes, ...given.filter(([name]) => !known.has(name))];
}

function withSettings(cloud: Cloud, table: TableRecord, input: UpdateTableInput): TableRecord {
  const { SSESpecification, DeletionProtectionEnabled, TableClass } = input;
  const { encryptionKey: former, ...rest } = table;
  const encryptionKey =
    SSESpecification === undefined ? former : readEncryption(cloud, SSESpecification);
  return {
    ...rest,
    ...(encryptionKey !== undefined && { encryptionKey }),
    ...(DeletionProtectionEnabled !== undefined && {
      deletionProtection: DeletionProtectionEnabled,
    }),
    ...(TableClass !== undefined && { tableClass: TableClass, hasTableClass: true }),
  };
}
