import type {
  GlobalSecondaryIndexDescription,
  IndexStatus,
  KeySchemaElement,
  LocalSecondaryIndexDescription,
  Projection,
  TableDescription,
  TableStatus,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../cloud/cloud.ts';
import { indexArn, tableArn } from './names.ts';
import type { DynamoStore } from './store.ts';
import type { IndexRecord, KeyAttributes, TableRecord, Throughput } from './table-record.ts';

/** @param status of the table and its global indexes; changes are complete when they are answered */
export function describeTable(
  cloud: Cloud,
  store: DynamoStore,
  table: TableRecord,
  status: TableStatus & IndexStatus = 'ACTIVE',
): TableDescription {
  const items = store.items(table);
  const isOnDemand = table.billingMode === 'PAY_PER_REQUEST';
  const ofKind = (kind: IndexRecord['kind']) =>
    table.indexes.filter((index) => index.kind === kind);
  const global = ofKind('global').map((index) =>
    describeGlobal(cloud, store, table, index, status),
  );
  const local = ofKind('local').map((index) => describeLocal(cloud, store, table, index));
  return {
    AttributeDefinitions: table.attributes.map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    TableName: table.name,
    KeySchema: keySchema(table.key),
    TableStatus: status,
    CreationDateTime: new Date(table.createdAt),
    ProvisionedThroughput: describeThroughput(isOnDemand ? undefined : table.throughput),
    TableSizeBytes: items.bytes,
    ItemCount: items.count,
    TableArn: tableArn(cloud, table.name),
    TableId: table.id,
    ...(table.onDemandSince !== undefined && {
      BillingModeSummary: {
        BillingMode: table.billingMode,
        ...(isOnDemand && { LastUpdateToPayPerRequestDateTime: new Date(table.onDemandSince) }),
      },
    }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
    ...(table.encryptionKey !== undefined && {
      SSEDescription: {
        Status: 'ENABLED',
        SSEType: 'KMS',
        KMSMasterKeyArn: table.encryptionKey,
      },
    }),
    ...(table.hasTableClass && { TableClassSummary: { TableClass: table.tableClass } }),
    DeletionProtectionEnabled: table.deletionProtection,
  };
}

function keySchema({ partition, sort }: KeyAttributes): KeySchemaElement[] {
  return [
    { AttributeName: partition, KeyType: 'HASH' },
    ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' as const }]),
  ];
}

function describeThroughput(throughput: Throughput | undefined) {
  return {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: throughput?.readUnits ?? 0,
    WriteCapacityUnits: throughput?.writeUnits ?? 0,
  };
}

function describeLocal(
  cloud: Cloud,
  store: DynamoStore,
  table: TableRecord,
  index: IndexRecord,
): LocalSecondaryIndexDescription {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.key),
    Projection: describeProjection(index),
    IndexSizeBytes: 0,
    ItemCount: store.items(table).indexCount(index.name),
    IndexArn: indexArn(cloud, table.name, index.name),
  };
}

function describeGlobal(
  cloud: Cloud,
  store: DynamoStore,
  table: TableRecord,
  index: IndexRecord,
  status: IndexStatus,
): GlobalSecondaryIndexDescription {
  return {
    ...describeLocal(cloud, store, table, index),
    IndexStatus: status,
    ProvisionedThroughput: describeThroughput(
      table.billingMode === 'PAY_PER_REQUEST' ? undefined : index.throughput,
    ),
  };
}

function describeProjection({ projection, included }: IndexRecord): Projection {
  return {
    ProjectionType: projection,
    ...(projection === 'INCLUDE' && { NonKeyAttributes: [...included] }),
  };
}
