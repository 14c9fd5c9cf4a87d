import {
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../host/clock.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import {
  type DynamoTest,
  N,
  refusal,
  S,
  sentence,
  startDynamo,
} from '../../testing/dynamodb.testing.ts';
import { createDynamoDbService } from './index.ts';

const clock = createVirtualClock();
let test: DynamoTest;
let TableName: string;

beforeAll(async () => {
  test = await startDynamo({ clock });
  TableName = await test.newTable();
});

afterAll(() => test.runtime.stop());

const write = (TransactItems: readonly object[], options: object = {}) =>
  test.dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: TransactItems as TransactWriteItem[],
      ...options,
    }),
  );

const put = (pk: string, options: object = {}) => ({
  Put: { TableName, Item: { pk: S(pk), n: N(1) }, ...options },
});

const ifAbsent = { ConditionExpression: 'attribute_not_exists(pk)' };

async function read(pk: string) {
  const { Item } = await test.dynamodb.send(new GetItemCommand({ TableName, Key: { pk: S(pk) } }));
  return Item;
}

const puts = (count: number) => Array.from({ length: count }, (_, index) => put(`m${index}`));

describe('a transaction', () => {
  it('of thousands of actions is rejected before they are parsed', () => {
    // Parsing 5,000 updates of 40 attributes would take seconds.
    const cloud = createTestCloud([]);
    const { operations } = createDynamoDbService(cloud);
    const TransactItems = puts(5_000);

    const writing = operations['TransactWriteItems']?.permissions({ TransactItems }, cloud);
    const gets = TransactItems.map(({ Put }) => ({ Get: { TableName, Key: Put.Item } }));
    const reading = operations['TransactGetItems']?.permissions({ TransactItems: gets }, cloud);

    expect(writing).toHaveLength(100);
    expect(reading).toHaveLength(100);
  });

  it('does all of its actions', async () => {
    await write([put('old'), put('gone'), put('checked')]);

    const answer = await write(
      [
        put('new', ifAbsent),
        {
          Update: {
            TableName,
            Key: { pk: S('old') },
            UpdateExpression: 'SET n = n + :one',
            ExpressionAttributeValues: { ':one': N(1) },
          },
        },
        { Delete: { TableName, Key: { pk: S('gone') } } },
        {
          ConditionCheck: {
            TableName,
            Key: { pk: S('checked') },
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
      ],
      { ReturnConsumedCapacity: 'TOTAL' },
    );

    expect([await read('new'), await read('old'), await read('gone')]).toEqual([
      { pk: S('new'), n: N(1) },
      { pk: S('old'), n: N(2) },
      undefined,
    ]);
    expect(answer.ConsumedCapacity).toEqual([
      { TableName, CapacityUnits: 8, WriteCapacityUnits: 8 },
    ]);
  });

  it('does none if a condition fails, and names the condition, with the item if requested', async () => {
    await write([put('held')]);

    const refused = await refusal(
      write([
        put('not written'),
        put('held', { ...ifAbsent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      ]),
    );

    expect(refused).toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { pk: S('held'), n: N(1) },
        },
      ],
    });
    expect(await read('not written')).toBeUndefined();
  });

  it('is cancelled for a key of another type, with the reason’s message', async () => {
    const refused = await refusal(write([{ Put: { TableName, Item: { pk: N(5) } } }]));

    expect(refused).toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [
        {
          Code: 'ValidationError',
          Message:
            'One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
        },
      ],
    });
  });

  // paritysuite/dynamodb-conformance, transactWriteItems and transactions, 2026-10-09.
  it.each<[string, () => readonly object[], string]>([
    [
      'two actions on one item',
      () => [put('twice'), { Delete: { TableName, Key: { pk: S('twice') } } }],
      'ValidationException: Transaction request cannot include multiple operations on one item',
    ],
    [
      'an action that is two',
      () => [{ ...put('a'), Delete: { TableName, Key: { pk: S('a') } } }],
      'ValidationException: TransactItems can only contain one of Check, Put, Update or Delete',
    ],
    [
      'an update without an expression',
      () => [{ Update: { TableName, Key: { pk: S('a') } } }],
      "ValidationException: 1 validation error detected: Value null at 'transactItems.1.member.update.updateExpression' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a check without a condition',
      () => [{ ConditionCheck: { TableName, Key: { pk: S('a') } } }],
      "ValidationException: 1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null",
    ],
    [
      'no action',
      () => [],
      "ValidationException: 1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'a missing table',
      () => [{ Put: { TableName: 'nothing', Item: { pk: S('a') } } }],
      'ResourceNotFoundException: Requested resource not found',
    ],
    [
      'an empty key',
      () => [put('')],
      'ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    ],
    [
      'an expression that does not parse, before a missing table',
      () => [
        { Put: { TableName: 'nothing', Item: { pk: S('a') } } },
        put('b', { ConditionExpression: 'attribute_not_exists(' }),
      ],
      'ValidationException: Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "("',
    ],
    [
      'an item that is too large',
      () => [put('a', { Item: { pk: S('a'), big: S('b'.repeat(401 * 1024)) } })],
      'ValidationException: Item size has exceeded the maximum allowed size',
    ],
  ])('is refused for %s', async (_what, actions, message) => {
    expect(await sentence(write(actions()))).toBe(message);
  });

  it('is rejected for 101 actions, and done for 100', async () => {
    expect(await sentence(write(puts(101)))).toMatch(
      /^ValidationException: 1 validation error detected: Value '\[.+\]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/,
    );
    await write(puts(100));
    expect(await read('m99')).toBeDefined();
  });

  it('lets one of many with the same items succeed', async () => {
    const wanted = ['left', 'right'];
    const takers = Array.from({ length: 20 }, (_, owner) =>
      write(
        wanted.map((pk) => put(pk, { Item: { pk: S(pk), owner: N(owner) }, ...ifAbsent })),
      ).then(
        () => owner,
        () => undefined,
      ),
    );

    const winners = (await Promise.all(takers)).filter((owner) => owner !== undefined);

    expect(winners).toHaveLength(1);
    const owners = await Promise.all(wanted.map(async (pk) => (await read(pk))?.['owner']));
    expect(owners).toEqual([N(winners[0] ?? -1), N(winners[0] ?? -1)]);
  });
});

describe('a client request token', () => {
  const increment = {
    Update: {
      Key: { pk: S('counted') },
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': N(1) },
    },
  };
  const count = (ClientRequestToken: string, by = 1) =>
    write(
      [
        {
          Update: {
            ...increment.Update,
            TableName,
            ExpressionAttributeValues: { ':one': N(by) },
          },
        },
      ],
      { ClientRequestToken },
    );

  it('executes a repeated request once within ten minutes', async () => {
    await count('token');
    await count('token');
    const once = await read('counted');
    clock.advance(10 * 60 * 1_000 + 1);
    await count('token');

    expect(once?.['n']).toEqual(N(1));
    expect((await read('counted'))?.['n']).toEqual(N(2));
  });

  it('is rejected with another request', async () => {
    await count('other');

    expect((await refusal(count('other', 2))).name).toBe('IdempotentParameterMismatchException');
  });
});

describe('reading in a transaction', () => {
  it('returns an answer for each, empty if there is no item', async () => {
    await test.dynamodb.send(
      new PutItemCommand({ TableName, Item: { pk: S('seen'), a: N(1), b: N(2) } }),
    );

    const { Responses } = await test.dynamodb.send(
      new TransactGetItemsCommand({
        TransactItems: [
          { Get: { TableName, Key: { pk: S('seen') }, ProjectionExpression: 'a' } },
          { Get: { TableName, Key: { pk: S('unseen') } } },
        ],
      }),
    );

    expect(Responses).toEqual([{ Item: { a: N(1) } }, {}]);
  });
});

it('stores nothing of a rejected transaction', async () => {
  const before = await test.dynamodb.send(new ScanCommand({ TableName, Select: 'COUNT' }));
  await refusal(write([put('one more'), put('held', ifAbsent)]));

  const after = await test.dynamodb.send(new ScanCommand({ TableName, Select: 'COUNT' }));

  expect(after.Count).toBe(before.Count);
});
