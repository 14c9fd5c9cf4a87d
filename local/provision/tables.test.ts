import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDbService } from '../services/dynamodb/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { type ProvisionReport, provision } from './provision.ts';

let runtime: TestRuntime;
let dynamodb: DynamoDBClient;

beforeEach(async () => {
  runtime = await startTestRuntime([createDynamoDbService]);
  dynamodb = new DynamoDBClient(runtime.clientConfig);
});

afterEach(() => runtime.stop());

const keys = {
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
};

function provisionTable(
  properties: object,
  options: { readonly Type?: string; readonly UpdateReplacePolicy?: string } = {},
): Promise<ProvisionReport> {
  const Table = { Type: 'AWS::DynamoDB::Table', Properties: properties, ...options };
  return provisionResources({ Table });
}

function provisionResources(Resources: object): Promise<ProvisionReport> {
  const Outputs = {
    ...('Table' in Resources && {
      Name: { Value: { Ref: 'Table' } },
      Arn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] } },
    }),
  };
  const template = { Resources, Outputs } as never;
  const stack = { name: 'stack', template, assets: [], dependencies: [] };
  return provision(runtime.cloud, { folder: '', stacks: [stack] });
}

async function tableNames(): Promise<readonly string[]> {
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
  return TableNames;
}

async function onlyTable(): Promise<string> {
  const [name = ''] = await tableNames();
  return name;
}

async function describeTable(TableName: string) {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  return Table;
}

describe('a table of a template', () => {
  it('has all that its properties say', async () => {
    const report = await provisionTable({
      ...keys,
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: 7,
      },
      SSESpecification: { SSEEnabled: true },
      DeletionProtectionEnabled: true,
      Tags: [{ Key: 'a', Value: 'b' }],
      ContributorInsightsSpecification: { Enabled: true },
    });

    const TableName = await onlyTable();
    const { TimeToLiveDescription } = await dynamodb.send(
      new DescribeTimeToLiveCommand({ TableName }),
    );
    const { ContinuousBackupsDescription } = await dynamodb.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );

    expect(TableName).toMatch(/^stack-Table-[0-9a-f]{12}-[0-9a-f]{8}$/);
    expect(await describeTable(TableName)).toMatchObject({
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      SSEDescription: { Status: 'ENABLED', SSEType: 'KMS' },
      DeletionProtectionEnabled: true,
    });
    expect(TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expires',
    });
    expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 7,
    });
    expect(report.stacks[0]?.notEmulated).toEqual([
      'Table (AWS::DynamoDB::Table): ContributorInsightsSpecification has no effect here',
    ]);
  });

  it('keeps its items through changes that need no replacement', async () => {
    await provisionTable(keys);
    const TableName = await onlyTable();
    const Key = { pk: { S: 'a' } };
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Key, gk: { S: 'g' } } }));

    const { stacks } = await provisionTable({
      ...keys,
      AttributeDefinitions: [
        ...keys.AttributeDefinitions,
        { AttributeName: 'gk', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'index',
          KeySchema: [{ AttributeName: 'gk', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key }));
    const described = await describeTable(TableName);

    expect(stacks[0]).toMatchObject({ updated: 1 });
    expect(Item).toEqual({ ...Key, gk: { S: 'g' } });
    expect(described?.GlobalSecondaryIndexes).toMatchObject([{ IndexName: 'index', ItemCount: 1 }]);
  });

  it('is replaced by a table of another key, and kept if its policy says so', async () => {
    const another = {
      ...keys,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    };
    await provisionTable(keys);
    const first = await tableNames();
    await provisionTable(another);
    const second = await tableNames();
    await provisionTable(keys, { UpdateReplacePolicy: 'Retain' });

    expect([first.length, second.length]).toEqual([1, 1]);
    expect(second).not.toEqual(first);
    expect(await tableNames()).toHaveLength(2);
  });

  it('that needs replacing and has a name is refused in the words of CloudFormation', async () => {
    await provisionTable({ ...keys, TableName: 'named' });
    const changed = provisionTable({
      ...keys,
      TableName: 'named',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'N' }],
    });

    await expect(changed).rejects.toThrow(
      'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename named and update the stack again.',
    );
  });

  it('stays when the template drops it, if its DeletionPolicy says so', async () => {
    const Table = { Type: 'AWS::DynamoDB::Table', Properties: keys };
    await provisionResources({ Table: { ...Table, DeletionPolicy: 'Retain' } });
    await provisionResources({});
    const retained = await tableNames();
    await provisionResources({ Table: { ...Table, DeletionPolicy: 'Delete' } });
    await provisionResources({});

    expect(retained).toHaveLength(1);
    expect(await tableNames()).toEqual([]);
  });

  it('has no stream, and the start says so by name', async () => {
    const report = await provisionTable({
      ...keys,
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });

    expect(report.stacks[0]?.notEmulated).toEqual([
      expect.stringMatching(
        /^Table: AWS::DynamoDB::Table was not created\. .*StreamSpecification: streams/,
      ),
    ]);
  });
});

describe('a global table', () => {
  const Type = 'AWS::DynamoDB::GlobalTable';

  it('of this region is a table', async () => {
    await provisionTable(
      {
        ...keys,
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        Replicas: [
          {
            Region: 'us-east-1',
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
            DeletionProtectionEnabled: true,
          },
        ],
      },
      { Type },
    );

    const TableName = await onlyTable();
    const { ContinuousBackupsDescription } = await dynamodb.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );

    expect(await describeTable(TableName)).toMatchObject({
      SSEDescription: { SSEType: 'KMS' },
      DeletionProtectionEnabled: true,
    });
    expect(
      ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
    ).toBe('ENABLED');
  });

  it('of more regions is refused by name', async () => {
    const Replicas = [{ Region: 'us-east-1' }, { Region: 'eu-west-1' }];

    await expect(provisionTable({ ...keys, Replicas }, { Type })).rejects.toThrow(
      'Replicas: stepmill has one region, us-east-1',
    );
  });
});
