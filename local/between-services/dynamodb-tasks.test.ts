import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDbService } from '../services/dynamodb/index.ts';
import { createStepFunctionsService } from '../services/stepfunctions/index.ts';
import { settle, startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

let runtime: TestRuntime;
let dynamodb: DynamoDBClient;
let sfn: SFNClient;
let machines = 0;

const TableName = 'claims';

beforeAll(async () => {
  runtime = await startTestRuntime([createDynamoDbService, createStepFunctionsService]);
  dynamodb = new DynamoDBClient(runtime.clientConfig);
  sfn = new SFNClient(runtime.clientConfig);
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});

afterAll(() => runtime.stop());

/** Runs one task state; a caught error is its output. */
async function run(resource: string, Arguments: object, roleArn = UNKNOWN_ROLE) {
  machines += 1;
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Task',
    States: {
      Task: { Type: 'Task', Resource: `arn:aws:states:::${resource}`, Arguments, End: true },
    },
  };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: `machine-${machines}`,
      roleArn,
      definition: JSON.stringify(definition),
    }),
  );
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
  for (;;) {
    await settle();
    const { status, output, error, cause } = await sfn.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    if (status !== 'RUNNING') {
      return {
        status,
        error,
        cause,
        output: output === undefined ? undefined : JSON.parse(output),
      };
    }
  }
}

/** A role that does not exist in IAM has the permissions of the account's own user. */
const UNKNOWN_ROLE = 'arn:aws:iam::000000000000:role/unknown';
const document = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } });
const claim = (owner: string) => ({
  TableName,
  Item: { pk: { S: owner }, owner: { S: owner } },
  ConditionExpression: 'attribute_not_exists(pk)',
});

describe('a task on an item', () => {
  it('fails with the name of the failed condition, in the words of Step Functions', async () => {
    await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'held' } } }));

    const optimized = await run('dynamodb:putItem', claim('held'));
    const sdk = await run('aws-sdk:dynamodb:putItem', claim('held'));

    expect(optimized).toMatchObject({
      error: 'DynamoDB.ConditionalCheckFailedException',
      cause: expect.stringMatching(
        /^The conditional request failed \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: [\w-]+; Proxy: null\)$/,
      ),
    });
    expect(sdk).toMatchObject({
      error: 'DynamoDb.ConditionalCheckFailedException',
      cause: expect.stringMatching(
        /^The conditional request failed \(Service: DynamoDb, Status Code: 400, Request ID: [\w-]+\)/,
      ),
    });
  });

  it('names other errors as the SDK for Java does', async () => {
    const missing = await run('dynamodb:getItem', { TableName: 'none', Key: { pk: { S: 'a' } } });
    const wrong = await run('dynamodb:updateItem', {
      TableName,
      Key: { pk: { S: 'held' } },
      UpdateExpression: 'SET counted = counted + :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    });

    expect(missing).toMatchObject({ error: 'DynamoDB.ResourceNotFoundException' });
    expect(wrong).toMatchObject({
      error: 'DynamoDB.AmazonDynamoDBException',
      cause: expect.stringContaining(
        'The provided expression refers to an attribute that does not exist in the item (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException;',
      ),
    });
  });

  it('returns the item and the metadata of the response', async () => {
    const put = await run('dynamodb:putItem', claim('mine'));
    const updated = await run('dynamodb:updateItem', {
      TableName,
      Key: { pk: { S: 'mine' } },
      UpdateExpression: 'ADD fence :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    });
    const found = await run('dynamodb:getItem', { TableName, Key: { pk: { S: 'mine' } } });
    const absent = await run('dynamodb:getItem', { TableName, Key: { pk: { S: 'nothing' } } });
    const removed = await run('aws-sdk:dynamodb:deleteItem', {
      TableName,
      Key: { pk: { S: 'mine' } },
    });

    const Item = { pk: { S: 'mine' }, owner: { S: 'mine' }, fence: { N: '1' } };
    expect(Object.keys(put.output)).toEqual(['SdkHttpMetadata', 'SdkResponseMetadata']);
    expect(updated.output).toMatchObject({ Attributes: Item });
    expect(found.output).toMatchObject({
      Item,
      SdkHttpMetadata: { HttpStatusCode: 200, HttpHeaders: { Server: 'Server' } },
    });
    expect(absent.output).not.toHaveProperty('Item');
    expect(removed.output).toEqual({});
  });

  it('lets exactly one of many executions take a claim', async () => {
    const runs = await Promise.all(
      Array.from({ length: 12 }, () => run('dynamodb:putItem', claim('wanted'))),
    );

    expect(runs.filter(({ status }) => status === 'SUCCEEDED')).toHaveLength(1);
    expect(new Set(runs.map(({ error }) => error))).toEqual(
      new Set([undefined, 'DynamoDB.ConditionalCheckFailedException']),
    );
  });

  it('follows the permissions of its role for items', async () => {
    const iam = new IAMClient(runtime.clientConfig);
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: 'claimer',
        AssumeRolePolicyDocument: document({
          Principal: { Service: 'states.amazonaws.com' },
          Action: 'sts:AssumeRole',
        }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'claimer',
        PolicyName: 'claims',
        PolicyDocument: document({
          Action: 'dynamodb:PutItem',
          Resource: `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`,
          Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['dataset#*'] } },
        }),
      }),
    );

    const allowed = await run('dynamodb:putItem', claim('dataset#1'), Role?.Arn);
    const denied = await run('dynamodb:putItem', claim('lock#1'), Role?.Arn);
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName, Key: { pk: { S: 'lock#1' } } }),
    );

    expect(allowed.status).toBe('SUCCEEDED');
    expect(denied.error).toBe('DynamoDB.AmazonDynamoDBException');
    expect(denied.cause).toContain('is not authorized to perform: dynamodb:PutItem on resource');
    expect(Item).toBeUndefined();
  });
});
