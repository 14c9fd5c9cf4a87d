import { type AttributeValue, CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../host/clock.ts';
import { createDynamoDbService } from '../services/dynamodb/index.ts';
import { startTestRuntime, type TestRuntime } from './cloud.testing.ts';

export interface DynamoTest {
  readonly runtime: TestRuntime;
  readonly dynamodb: DynamoDBClient;
  /** Creates an on-demand table with the key `pk` and returns its name. */
  newTable(options?: object): Promise<string>;
}

export async function startDynamo(options: { readonly clock?: Clock } = {}): Promise<DynamoTest> {
  const runtime = await startTestRuntime([createDynamoDbService], options);
  const dynamodb = new DynamoDBClient(runtime.clientConfig);
  let tables = 0;
  return {
    runtime,
    dynamodb,
    async newTable(table = {}) {
      tables += 1;
      const TableName = `table-${tables}`;
      await dynamodb.send(
        new CreateTableCommand({
          TableName,
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
          ...table,
        }),
      );
      return TableName;
    },
  };
}

/** The options of a table with the keys `pk` and `sk`, a global index on `gk` and a local index on `lk`. */
export const INDEXED = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
    { AttributeName: 'gk', AttributeType: 'S' },
    { AttributeName: 'lk', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'global',
      KeySchema: [
        { AttributeName: 'gk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['shown'] },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'local',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'lk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
} as const;

export const S = (value: string): AttributeValue => ({ S: value });
export const N = (value: number | string): AttributeValue => ({ N: String(value) });

/** The name, message and members of an error. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ readonly name: string; readonly message: string }> {
  return await call.then(
    (answer) => {
      throw new Error(`the call succeeded: ${JSON.stringify(answer)}`);
    },
    (error: { readonly name: string; readonly message: string }) => error,
  );
}

/** Only the message of an error. */
export async function sentence(call: Promise<unknown>): Promise<string> {
  const { name, message } = await refusal(call);
  return `${name}: ${message}`;
}
