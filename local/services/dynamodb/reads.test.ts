import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  PutItemCommand,
  paginateQuery,
  paginateScan,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DynamoTest,
  INDEXED,
  N,
  S,
  sentence,
  startDynamo,
} from '../../testing/dynamodb.testing.ts';

let test: DynamoTest;
let TableName: string;

beforeAll(async () => {
  test = await startDynamo();
  TableName = await test.newTable(INDEXED);
  for (const pk of ['a', 'b', 'c']) {
    for (let sk = -2; sk <= 10; sk += 1) {
      await test.dynamodb.send(
        new PutItemCommand({
          TableName,
          Item: {
            pk: S(pk),
            sk: N(sk),
            even: { BOOL: sk % 2 === 0 },
            shown: S(`${pk}${sk}`),
            ...(sk > 0 && { gk: S(sk < 5 ? 'low' : 'high') }),
            ...(sk > 7 && { lk: S(String(99 - sk)) }),
          },
        }),
      );
    }
  }
});

afterAll(() => test.runtime.stop());

async function query(input: Partial<QueryCommandInput>): Promise<readonly string[]> {
  const { Items = [] } = await test.dynamodb.send(new QueryCommand({ TableName, ...input }));
  return Items.map(({ pk, sk }) => `${pk?.S}${sk?.N}`);
}

const ofA = (condition = '', values: object = {}) => ({
  KeyConditionExpression: `pk = :a${condition}`,
  ExpressionAttributeValues: { ':a': S('a'), ...values } as never,
});

describe('a query', () => {
  it('returns the items of a partition in numerical order', async () => {
    expect(await query(ofA())).toEqual(
      ['-2', '-1', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10'].map((n) => `a${n}`),
    );
    expect(await query({ ...ofA(), ScanIndexForward: false, Limit: 2 })).toEqual(['a10', 'a9']);
  });

  it.each([
    [' AND sk = :x', { ':x': N('3.0') }, ['a3']],
    [' AND sk < :x', { ':x': N(0) }, ['a-2', 'a-1']],
    [' AND sk <= :x', { ':x': N(-1) }, ['a-2', 'a-1']],
    [' AND sk > :x', { ':x': N(9) }, ['a10']],
    [' AND sk >= :x', { ':x': N(9) }, ['a9', 'a10']],
    [' AND sk BETWEEN :x AND :y', { ':x': N(8), ':y': N(9) }, ['a8', 'a9']],
    [' AND :x > sk', { ':x': N(-1) }, ['a-2']],
  ])('finds the items with pk = :a%s', async (condition, values, found) => {
    expect(await query(ofA(condition, values))).toEqual(found);
  });

  it('filters after reading, and returns both counts', async () => {
    const { Count, ScannedCount, Items } = await test.dynamodb.send(
      new QueryCommand({
        TableName,
        ...ofA('', { ':true': { BOOL: true } }),
        FilterExpression: 'even = :true',
        Select: 'COUNT',
      }),
    );

    expect({ Count, ScannedCount, Items }).toEqual({
      Count: 7,
      ScannedCount: 13,
      Items: undefined,
    });
  });

  it('of a global index finds the items with its key and its projection', async () => {
    const { Items = [] } = await test.dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: 'global',
        KeyConditionExpression: 'gk = :g AND sk <= :two',
        ExpressionAttributeValues: { ':g': S('low'), ':two': N(2) },
      }),
    );

    expect(new Set(Items.map((item) => item['shown']?.S))).toEqual(
      new Set(['a1', 'a2', 'b1', 'b2', 'c1', 'c2']),
    );
    expect(Object.keys(Items[0] ?? {}).sort()).toEqual(['gk', 'pk', 'shown', 'sk']);
  });

  it('of a local index reads missing attributes from the table', async () => {
    const input = { IndexName: 'local', ...ofA() };
    const keys = await test.dynamodb.send(new QueryCommand({ TableName, ...input }));
    const all = await test.dynamodb.send(
      new QueryCommand({ TableName, ...input, Select: 'ALL_ATTRIBUTES' }),
    );

    expect(keys.Items?.map(({ sk }) => sk?.N)).toEqual(['10', '9', '8']);
    expect(Object.keys(keys.Items?.[0] ?? {}).sort()).toEqual(['lk', 'pk', 'sk']);
    expect(Object.keys(all.Items?.[0] ?? {})).toContain('shown');
  });

  it('continues page by page, also on indexes', async () => {
    const found: string[] = [];
    const pages = paginateQuery(
      { client: test.dynamodb, pageSize: 4 },
      {
        TableName,
        IndexName: 'global',
        KeyConditionExpression: 'gk = :g',
        ExpressionAttributeValues: { ':g': S('high') },
      },
    );
    for await (const { Items = [] } of pages) {
      found.push(...Items.map(({ pk, sk }) => `${pk?.S}${sk?.N}`));
    }

    expect(found).toHaveLength(18);
    expect(new Set(found).size).toBe(18);
  });

  it('ends a page at a megabyte', async () => {
    const table = await test.newTable(INDEXED);
    for (let sk = 0; sk < 5; sk += 1) {
      await test.dynamodb.send(
        new PutItemCommand({
          TableName: table,
          Item: { pk: S('a'), sk: N(sk), big: S('b'.repeat(300 * 1024)) },
        }),
      );
    }

    const { Items, LastEvaluatedKey } = await test.dynamodb.send(
      new QueryCommand({ TableName: table, ...ofA() }),
    );

    expect(Items).toHaveLength(3);
    expect(LastEvaluatedKey).toEqual({ pk: S('a'), sk: N(2) });
  });

  it('sorts text by its bytes and finds prefixes', async () => {
    const table = await test.newTable({
      KeySchema: INDEXED.KeySchema,
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    });
    for (const sk of ['b', 'a\0b', 'a', 'ab', 'a\0', '\uFFFD', '😀', 'B', 'a\u0001']) {
      await test.dynamodb.send(
        new PutItemCommand({ TableName: table, Item: { pk: S('a'), sk: S(sk) } }),
      );
    }
    const sorted = async (condition?: string, values?: object) => {
      const { Items = [] } = await test.dynamodb.send(
        new QueryCommand({ TableName: table, ...ofA(condition, values) }),
      );
      return Items.map(({ sk }) => sk?.S);
    };

    expect(await sorted()).toEqual(['B', 'a', 'a\0', 'a\0b', 'a\u0001', 'ab', 'b', '\uFFFD', '😀']);
    expect(await sorted(' AND begins_with(sk, :x)', { ':x': S('a\0') })).toEqual(['a\0', 'a\0b']);
    expect(await sorted(' AND sk > :x', { ':x': S('a') })).toEqual([
      'a\0',
      'a\0b',
      'a\u0001',
      'ab',
      'b',
      '\uFFFD',
      '😀',
    ]);
    expect(await sorted(' AND sk <= :x', { ':x': S('a\0') })).toEqual(['B', 'a', 'a\0']);
  });

  // Messages: dynalite's tests against AWS and paritysuite/dynamodb-conformance, 2026-10.
  it.each<[string, Partial<QueryCommandInput>, string]>([
    [
      'no key condition',
      {},
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    ],
    [
      'a condition without the partition key',
      { KeyConditionExpression: 'sk = :n', ExpressionAttributeValues: { ':n': N(1) } },
      'Query condition missed key schema element: pk',
    ],
    [
      'OR',
      ofA(' OR sk = :n', { ':n': N(1) }),
      'Invalid operator used in KeyConditionExpression: OR',
    ],
    [
      'two conditions on a key',
      ofA(' AND sk > :n AND sk < :m', { ':n': N(1), ':m': N(2) }),
      'Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key',
    ],
    [
      'a value of another type',
      ofA(' AND sk = :n', { ':n': S('1') }),
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    [
      'a number that text begins with',
      ofA(' AND begins_with(sk, :n)', { ':n': N(1) }),
      'Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    [
      'a filter on a key',
      { ...ofA(' AND sk > :n', { ':n': N(1) }), FilterExpression: 'sk > :n' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
    ],
    [
      'an unknown index',
      { ...ofA(), IndexName: 'unknown' },
      'The table does not have the specified index: unknown',
    ],
    [
      'a consistent read of a global index',
      {
        IndexName: 'global',
        KeyConditionExpression: 'gk = :g',
        ExpressionAttributeValues: { ':g': S('low') },
        ConsistentRead: true,
      },
      'Consistent reads are not supported on global secondary indexes',
    ],
    [
      'a starting key elsewhere',
      { ...ofA(), ExclusiveStartKey: { pk: S('b'), sk: N(1) } },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    [
      'a limit of none',
      { ...ofA(), Limit: 0 },
      "1 validation error detected: Value '0' at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
  ])('is refused for %s', async (_what, input, message) => {
    expect(await sentence(query(input))).toBe(`ValidationException: ${message}`);
  });
});

describe('a scan', () => {
  it('is rejected for a limit beyond 32 bits', async () => {
    const scan = test.dynamodb.send(new ScanCommand({ TableName, Limit: 2_147_483_648 }));

    expect(await sentence(scan)).toBe(
      'SerializationException: NUMBER_VALUE can not be converted to an Integer',
    );
  });

  it('returns all items, with and without segments', async () => {
    const segments = await Promise.all(
      [0, 1, 2].map(async (Segment) => {
        const keys: string[] = [];
        const pages = paginateScan(
          { client: test.dynamodb, pageSize: 5 },
          { TableName, Segment, TotalSegments: 3 },
        );
        for await (const { Items = [] } of pages) {
          keys.push(...Items.map(({ pk, sk }) => `${pk?.S}${sk?.N}`));
        }
        return keys;
      }),
    );

    const { Count } = await test.dynamodb.send(new ScanCommand({ TableName }));

    expect(Count).toBe(39);
    expect(new Set(segments.flat()).size).toBe(39);
    expect(segments.flat()).toHaveLength(39);
  });

  it('of an index returns its projection', async () => {
    const { Items } = await test.dynamodb.send(new ScanCommand({ TableName, IndexName: 'local' }));

    expect(Items).toHaveLength(9);
  });

  it('is rejected for a segment beyond the total', async () => {
    const scan = test.dynamodb.send(new ScanCommand({ TableName, Segment: 2, TotalSegments: 2 }));

    expect(await sentence(scan)).toBe(
      'ValidationException: The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2',
    );
  });
});

const put = (pk: string) => ({ PutRequest: { Item: { pk: S(pk) } } });

const puts = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    PutRequest: { Item: { pk: S(`k${index}`), n: N(index) } },
  }));

describe('a batch', () => {
  it('writes and reads many items of many tables', async () => {
    const [one, other] = [await test.newTable(), await test.newTable()];

    await test.dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [one]: puts(20), [other]: puts(5) } }),
    );
    await test.dynamodb.send(
      new BatchWriteItemCommand({
        RequestItems: { [one]: [{ DeleteRequest: { Key: { pk: S('k0') } } }] },
      }),
    );
    const { Responses, UnprocessedKeys } = await test.dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: {
          [one]: { Keys: ['k0', 'k1', 'k19'].map((pk) => ({ pk: S(pk) })) },
          [other]: { Keys: [{ pk: S('k4') }], ProjectionExpression: 'n' },
        },
      }),
    );

    expect(Responses?.[one]).toHaveLength(2);
    expect(Responses?.[other]).toEqual([{ n: N(4) }]);
    expect(UnprocessedKeys).toEqual({});
  });

  it('is rejected as a whole for one invalid request', async () => {
    const table = await test.newTable();
    const write = (requests: readonly object[]) =>
      sentence(
        test.dynamodb.send(
          new BatchWriteItemCommand({ RequestItems: { [table]: requests as never } }),
        ),
      );

    expect(await write([put('a'), { DeleteRequest: { Key: { pk: S('a') } } }])).toBe(
      'ValidationException: Provided list of item keys contains duplicates',
    );
    expect(await write([put('a'), { PutRequest: { Item: { pk: N(5) } } }])).toBe(
      'ValidationException: The provided key element does not match the schema',
    );
    expect(await write(Array.from({ length: 26 }, (_, index) => put(`k${index}`)))).toMatch(
      /Map value must satisfy constraint: \[Member must have length less than or equal to 25, Member must have length greater than or equal to 1\]$/,
    );
    const { Count } = await test.dynamodb.send(new ScanCommand({ TableName: table }));
    expect(Count).toBe(0);
  });

  it('reads at most a hundred keys', async () => {
    const Keys = Array.from({ length: 101 }, (_, index) => ({ pk: S(`k${index}`) }));
    const read = test.dynamodb.send(
      new BatchGetItemCommand({ RequestItems: { [await test.newTable()]: { Keys } } }),
    );

    expect(await sentence(read)).toMatch(
      /^ValidationException: 1 validation error detected: Value at 'RequestItems\.table-\d+\.member\.Keys' failed to satisfy constraint: Member must have length less than or equal to 100$/,
    );
  });
});
