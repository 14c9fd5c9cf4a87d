import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeEndpointsCommand,
  DescribeLimitsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../host/clock.ts';
import {
  type DynamoTest,
  INDEXED,
  N,
  refusal,
  S,
  sentence,
  startDynamo,
} from '../../testing/dynamodb.testing.ts';

const clock = createVirtualClock(Date.UTC(2026, 10, 20));
const HOUR_MS = 60 * 60 * 1_000;
let test: DynamoTest;

beforeAll(async () => {
  test = await startDynamo({ clock });
});

afterAll(() => test.runtime.stop());

const create = (input: object) =>
  test.dynamodb.send(
    new CreateTableCommand({
      TableName: 'refused',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      ...input,
    }),
  );

const update = (TableName: string, input: object) =>
  test.dynamodb.send(new UpdateTableCommand({ TableName, ...input }));

async function describeTable(TableName: string) {
  const { Table } = await test.dynamodb.send(new DescribeTableCommand({ TableName }));
  return Table;
}

const arn = (name: string) => `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`;

const removeProtected = () =>
  test.dynamodb.send(new DeleteTableCommand({ TableName: 'protected' }));

describe('a table', () => {
  it('is described as it was created', async () => {
    const answer = await create({ ...INDEXED, TableName: 'described', TableClass: 'STANDARD' });
    await waitUntilTableExists(
      { client: test.dynamodb, maxWaitTime: 30 },
      { TableName: 'described' },
    );
    const found = await describeTable('described');

    expect(answer.TableDescription?.TableStatus).toBe('CREATING');
    expect(found).toEqual({
      TableName: 'described',
      TableStatus: 'ACTIVE',
      TableArn: arn('described'),
      TableId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      CreationDateTime: new Date(clock.now()),
      KeySchema: INDEXED.KeySchema,
      AttributeDefinitions: INDEXED.AttributeDefinitions,
      ProvisionedThroughput: {
        NumberOfDecreasesToday: 0,
        ReadCapacityUnits: 0,
        WriteCapacityUnits: 0,
      },
      BillingModeSummary: {
        BillingMode: 'PAY_PER_REQUEST',
        LastUpdateToPayPerRequestDateTime: new Date(clock.now()),
      },
      TableClassSummary: { TableClass: 'STANDARD' },
      DeletionProtectionEnabled: false,
      ItemCount: 0,
      TableSizeBytes: 0,
      GlobalSecondaryIndexes: [
        {
          ...INDEXED.GlobalSecondaryIndexes[0],
          IndexStatus: 'ACTIVE',
          IndexArn: `${arn('described')}/index/global`,
          IndexSizeBytes: 0,
          ItemCount: 0,
          ProvisionedThroughput: {
            NumberOfDecreasesToday: 0,
            ReadCapacityUnits: 0,
            WriteCapacityUnits: 0,
          },
        },
      ],
      LocalSecondaryIndexes: [
        {
          ...INDEXED.LocalSecondaryIndexes[0],
          IndexArn: `${arn('described')}/index/local`,
          IndexSizeBytes: 0,
          ItemCount: 0,
        },
      ],
    });
  });

  it('may be named by its ARN', async () => {
    const TableName = await test.newTable();
    await test.dynamodb.send(
      new PutItemCommand({ TableName: arn(TableName), Item: { pk: S('a') } }),
    );

    const { Item } = await test.dynamodb.send(
      new GetItemCommand({ TableName: arn(TableName), Key: { pk: S('a') } }),
    );

    expect(Item).toEqual({ pk: S('a') });
  });

  it('is deleted with its items', async () => {
    const TableName = await test.newTable();
    await test.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: S('a') } }));

    await test.dynamodb.send(new DeleteTableCommand({ TableName }));
    const gone = await sentence(describeTable(TableName));
    await create({ TableName });
    const { Count } = await test.dynamodb.send(new ScanCommand({ TableName }));

    expect(gone).toBe(
      `ResourceNotFoundException: Requested resource not found: Table: ${TableName} not found`,
    );
    expect(Count).toBe(0);
  });

  it('that is protected is not deleted', async () => {
    await create({ TableName: 'protected', DeletionProtectionEnabled: true });

    expect(await sentence(removeProtected())).toBe(
      'ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
    await update('protected', { DeletionProtectionEnabled: false });
    expect((await removeProtected()).TableDescription?.TableStatus).toBe('DELETING');
  });

  it('is listed page by page', async () => {
    for (const name of ['zz1', 'zz2', 'zz3']) await create({ TableName: name });

    const page = await test.dynamodb.send(
      new ListTablesCommand({ ExclusiveStartTableName: 'zz0', Limit: 2 }),
    );
    const rest = await test.dynamodb.send(
      new ListTablesCommand({
        ...(page.LastEvaluatedTableName !== undefined && {
          ExclusiveStartTableName: page.LastEvaluatedTableName,
        }),
      }),
    );

    expect(page.TableNames).toEqual(['zz1', 'zz2']);
    expect(rest.TableNames).toEqual(['zz3']);
    expect(rest.LastEvaluatedTableName).toBeUndefined();
  });

  it('adds and deletes global indexes, which contain its items', async () => {
    const TableName = await test.newTable();
    await test.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: S('a'), gk: S('g') } }));
    const query = () =>
      test.dynamodb.send(
        new QueryCommand({
          TableName,
          IndexName: 'late',
          KeyConditionExpression: 'gk = :g',
          ExpressionAttributeValues: { ':g': S('g') },
        }),
      );

    await update(TableName, {
      AttributeDefinitions: [{ AttributeName: 'gk', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'late',
            KeySchema: [{ AttributeName: 'gk', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        },
      ],
    });
    const { Items } = await query();
    await update(TableName, { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'late' } }] });

    expect(Items).toEqual([{ pk: S('a'), gk: S('g') }]);
    expect(await sentence(query())).toBe(
      'ValidationException: The table does not have the specified index: late',
    );
  });

  it('changes its billing, class and encryption', async () => {
    const TableName = await test.newTable();

    await update(TableName, {
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      SSESpecification: { Enabled: true },
    });

    expect(await describeTable(TableName)).toMatchObject({
      BillingModeSummary: { BillingMode: 'PROVISIONED' },
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
      TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
      SSEDescription: {
        Status: 'ENABLED',
        SSEType: 'KMS',
        KMSMasterKeyArn: 'arn:aws:kms:us-east-1:000000000000:alias/aws/dynamodb',
      },
    });
  });

  it.each<[string, object, string]>([
    [
      'the throughput of a table on demand',
      { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      'ValidationException: One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    ],
    [
      'no throughput where it is provisioned',
      { BillingMode: 'PROVISIONED' },
      'ValidationException: One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    ],
    [
      'a short name',
      { TableName: 'ab' },
      'ValidationException: TableName must be at least 3 characters long and at most 255 characters long',
    ],
    [
      'a key attribute without a type',
      { AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }] },
      'ValidationException: One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [pk], AttributeDefinitions: [other]',
    ],
    [
      'an attribute that is no key',
      {
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'more', AttributeType: 'S' },
        ],
      },
      'ValidationException: One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    ],
    [
      'an unknown billing mode',
      { BillingMode: 'FREE' },
      "ValidationException: 1 validation error detected: Value 'FREE' at 'billingMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]",
    ],
    [
      // dynamodb-conformance, createTable: the global index comes first.
      'names of indexes that are too short',
      {
        LocalSecondaryIndexes: [{ ...INDEXED.LocalSecondaryIndexes[0], IndexName: 'l1' }],
        GlobalSecondaryIndexes: [{ ...INDEXED.GlobalSecondaryIndexes[0], IndexName: 'g1' }],
      },
      "ValidationException: 2 validation errors detected: Value 'g1' at 'globalSecondaryIndexes.1.member.indexName' failed to satisfy constraint: Member must have length greater than or equal to 3; Value 'l1' at 'localSecondaryIndexes.1.member.indexName' failed to satisfy constraint: Member must have length greater than or equal to 3",
    ],
  ])('is refused for %s', async (_what, input, message) => {
    expect(await sentence(create(input))).toBe(message);
  });

  it('is rejected if it exists', async () => {
    const TableName = await test.newTable();

    expect(await sentence(create({ TableName }))).toBe(
      `ResourceInUseException: Table already exists: ${TableName}`,
    );
  });

  it('names streams as unsupported', async () => {
    const stream = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } };
    const refused = await refusal(create(stream));
    await create({ TableName: 'no-stream', StreamSpecification: { StreamEnabled: false } });

    expect(refused.name).toBe('NotImplemented');
    expect(refused.message).toContain('StreamSpecification: streams');
    expect(await refusal(update('no-stream', stream))).toMatchObject({ name: 'NotImplemented' });
  });
});

const setTtl = (TableName: string, Enabled: boolean) =>
  test.dynamodb.send(
    new UpdateTimeToLiveCommand({
      TableName,
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled },
    }),
  );

describe('time to live', () => {
  it('deletes expired items later, and no others', async () => {
    const TableName = await test.newTable();
    await setTtl(TableName, true);
    const seconds = Math.floor(clock.now() / 1_000);
    const items = {
      over: N(seconds + 60),
      later: N(seconds + 3 * 3_600),
      text: S(String(seconds)),
      ancient: N(seconds - 6 * 365 * 24 * 3_600),
    };
    for (const [pk, expires] of Object.entries(items)) {
      await test.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: S(pk), expires } }));
    }
    const left = async () => {
      const { Items = [] } = await test.dynamodb.send(new ScanCommand({ TableName }));
      return Items.map(({ pk }) => String(pk?.S)).sort((a, b) => a.localeCompare(b));
    };

    clock.advance(120_000);
    const soon = await left();
    clock.advance(HOUR_MS);

    // An expired item can be read until it is deleted.
    expect(soon).toEqual(['ancient', 'later', 'over', 'text']);
    expect(await left()).toEqual(['ancient', 'later', 'text']);
    const described = await test.dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(described.TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expires',
    });
  });

  it('is changed once an hour', async () => {
    const TableName = await test.newTable();
    const early = await sentence(setTtl(TableName, false));
    await setTtl(TableName, true);
    const again = await sentence(setTtl(TableName, true));
    const soon = await sentence(setTtl(TableName, false));
    clock.advance(HOUR_MS + 1);
    await setTtl(TableName, false);

    expect([early, again, soon]).toEqual([
      'ValidationException: TimeToLive is already disabled',
      'ValidationException: TimeToLive is already enabled',
      'ValidationException: Time to live has been modified multiple times within a fixed interval',
    ]);
  });
});

describe('the settings of a table', () => {
  it('tags', async () => {
    const TableName = await test.newTable({ Tags: [{ Key: 'a', Value: '1' }] });
    const ResourceArn = arn(TableName);
    await test.dynamodb.send(
      new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'b', Value: '2' }] }),
    );
    await test.dynamodb.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a'] }));

    const { Tags } = await test.dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn }));

    expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
  });

  it('point-in-time recovery', async () => {
    const TableName = await test.newTable();
    const describeBackups = async () => {
      const { ContinuousBackupsDescription } = await test.dynamodb.send(
        new DescribeContinuousBackupsCommand({ TableName }),
      );
      return ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    };
    const before = await describeBackups();

    await test.dynamodb.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    );

    expect(before).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' });
    expect(await describeBackups()).toMatchObject({
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 35,
    });
  });

  it('limits and an endpoint', async () => {
    const limits = await test.dynamodb.send(new DescribeLimitsCommand({}));
    const { Endpoints } = await test.dynamodb.send(new DescribeEndpointsCommand({}));

    expect(limits.TableMaxReadCapacityUnits).toBe(40_000);
    expect(`http://${Endpoints?.[0]?.Address}`).toBe(test.runtime.endpoint);
  });
});
