import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import { createDynamoDbService } from './index.ts';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const TableName = 'table';

let clock: VirtualClock;
let cloud: Cloud;

beforeEach(async () => {
  clock = createVirtualClock();
  cloud = createTestCloud([createDynamoDbService], { clock });
  await call('CreateTable', table(TableName));
});

afterEach(() => cloud.stop());

type Answer = Readonly<Record<string, never>>;

function call(operation: string, input: object): Promise<Answer> {
  return cloud.call<Answer>(ACCOUNT, 'dynamodb', operation, input);
}

const key = (name: string, KeyType: string) => ({ AttributeName: name, KeyType });
const table = (name: string, more: object = {}) => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['p', 's'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [key('p', 'HASH'), key('s', 'RANGE')],
  ...more,
});
const text = (length: number, of = 'x') => ({ S: of.repeat(length) });
const item = (more: object = {}) => ({ p: text(1), s: text(1), ...more });
const put = (more: object) => ['PutItem', { TableName, Item: item(more) }] as const;
const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));
const nested = (levels: number): object =>
  levels === 1
    ? { S: 'x' }
    : levels % 2 === 0
      ? { L: [nested(levels - 1)] }
      : { M: { m: nested(levels - 1) } };
const get = (index: number) => ({ p: { S: String(index) }, s: text(1) });
const index = (number: number) => ({
  IndexName: `index-${number}`,
  KeySchema: [key('p', 'HASH'), key('s', 'RANGE')],
  Projection: { ProjectionType: 'KEYS_ONLY' },
});
const condition = (ConditionExpression: string, values: object = {}, names: object = {}) =>
  [
    'PutItem',
    {
      TableName,
      Item: item(),
      ConditionExpression,
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
      ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    },
  ] as const;
/** A condition that is true of an item that is missing. */
const MISSING = 'attribute_not_exists(p)';
/** The bytes of an item but those of its filler: three names, and two values of one letter. */
const REST = 5;

type Request = readonly [operation: string, input: object];

/**
 * Each limit as the greatest request that is taken, and the least one that is not.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
const LIMITS: readonly (readonly [
  what: string,
  most: number,
  request: (size: number) => Request,
])[] = [
  ['bytes of an item', 409_600, (size) => put({ f: text(size - REST) })],
  ['bytes of a partition key', 2_048, (size) => put({ p: text(size) })],
  ['bytes of a partition key in UTF-8', 1_024, (size) => put({ p: text(size, 'ü') })],
  ['bytes of a sort key', 1_024, (size) => put({ s: text(size) })],
  ['levels', 32, (size) => put({ f: nested(size) })],
  ['digits of a number', 38, (size) => put({ f: { N: '1'.repeat(size) } })],
  ['decimal exponent', 125, (size) => put({ f: { N: `9e${size}` } })],
  ['negative decimal exponent', 130, (size) => put({ f: { N: `1e-${size}` } })],
  [
    'bytes of an expression',
    4_096,
    (size) => condition(`${MISSING}${' '.repeat(size - MISSING.length)}`),
  ],
  [
    'operands of IN',
    100,
    (size) =>
      condition(
        `${MISSING} OR p IN (${times(size, (number) => `:v${number}`).join(',')})`,
        Object.fromEntries(times(size, (number) => [`:v${number}`, text(1)])),
      ),
  ],
  [
    'bytes of a placeholder of a name',
    255,
    (size) => {
      const name = `#${'n'.repeat(size - 1)}`;
      return condition(`attribute_not_exists(${name})`, {}, { [name]: 'p' });
    },
  ],
  [
    'bytes of a placeholder of a value',
    255,
    (size) => {
      const name = `:${'n'.repeat(size - 1)}`;
      return condition(`${MISSING} OR p = ${name}`, { [name]: text(1) });
    },
  ],
  [
    'keys of BatchGetItem',
    100,
    (size) => ['BatchGetItem', { RequestItems: { [TableName]: { Keys: times(size, get) } } }],
  ],
  [
    'requests of BatchWriteItem',
    25,
    (size) => [
      'BatchWriteItem',
      {
        RequestItems: {
          [TableName]: times(size, (number) => ({ PutRequest: { Item: get(number) } })),
        },
      },
    ],
  ],
  [
    'actions of TransactWriteItems',
    100,
    (size) => [
      'TransactWriteItems',
      { TransactItems: times(size, (number) => ({ Put: { TableName, Item: get(number) } })) },
    ],
  ],
  [
    'characters of a client request token',
    36,
    (size) => [
      'TransactWriteItems',
      {
        ClientRequestToken: 't'.repeat(size),
        TransactItems: [{ Put: { TableName, Item: item() } }],
      },
    ],
  ],
  [
    'actions of TransactGetItems',
    100,
    (size) => [
      'TransactGetItems',
      { TransactItems: times(size, (number) => ({ Get: { TableName, Key: get(number) } })) },
    ],
  ],
  [
    'local indexes',
    5,
    (size) => ['CreateTable', table('other', { LocalSecondaryIndexes: times(size, index) })],
  ],
  [
    'global indexes',
    20,
    (size) => ['CreateTable', table('other', { GlobalSecondaryIndexes: times(size, index) })],
  ],
  [
    'tags',
    50,
    (size) => [
      'CreateTable',
      table('other', { Tags: times(size, (number) => ({ Key: `k${number}`, Value: 'v' })) }),
    ],
  ],
  ['characters of a table name', 255, (size) => ['CreateTable', table('t'.repeat(size))]],
  ['the page of ListTables', 100, (size) => ['ListTables', { Limit: size }]],
  [
    'segments of a scan',
    1_000_000,
    (size) => ['Scan', { TableName, Segment: 0, TotalSegments: size }],
  ],
];

describe('a request may have', () => {
  it.each(LIMITS)('%s: %i', async (_, most, request) => {
    await call(...request(most));

    await expect(call(...request(most + 1))).rejects.toMatchObject({ status: 400 });
  });

  it.each<[what: string, least: number, request: (size: number) => Request]>([
    ['characters of a table name', 3, (size) => ['CreateTable', table('t'.repeat(size))]],
    ['the limit of a query', 1, (Limit) => ['Scan', { TableName, Limit }]],
    ['segments', 1, (size) => ['Scan', { TableName, Segment: 0, TotalSegments: size }]],
  ])('%s: at least %i', async (_, least, request) => {
    await call(...request(least));

    await expect(call(...request(least - 1))).rejects.toMatchObject({ status: 400 });
  });
});

/** Items of almost 400 KB: ten are less than 4 MB, 41 less than 16 MB. */
async function fill(count: number): Promise<object[]> {
  const keys = times(count, get);
  for (const each of keys)
    await call('PutItem', { TableName, Item: { ...each, f: text(409_000) } });
  return keys;
}

describe('items that are read together have at most', () => {
  it('4 MB in a transaction', async () => {
    const keys = await fill(11);
    const read = (count: number) =>
      call('TransactGetItems', {
        TransactItems: keys.slice(0, count).map((Key) => ({ Get: { TableName, Key } })),
      });

    await read(10);

    await expect(read(11)).rejects.toMatchObject({ status: 400 });
  });

  it('16 MB in a batch, which returns the keys of the others', async () => {
    const keys = await fill(43);

    const { Responses, UnprocessedKeys } = await call('BatchGetItem', {
      RequestItems: { [TableName]: { Keys: keys, ConsistentRead: true } },
    });

    expect(Responses).toMatchObject({ [TableName]: { length: 41 } });
    expect(UnprocessedKeys).toEqual({
      [TableName]: { Keys: keys.slice(41), ConsistentRead: true },
    });
  });
});

function change(Enabled: boolean): Promise<Answer> {
  return call('UpdateTimeToLive', {
    TableName,
    TimeToLiveSpecification: { Enabled, AttributeName: 'ttl' },
  });
}

describe('after a time', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
  it('of ten minutes the token of a transaction is forgotten', async () => {
    const write = (value: string) =>
      call('TransactWriteItems', {
        ClientRequestToken: 'token',
        TransactItems: [{ Put: { TableName, Item: item({ f: { S: value } }) } }],
      });
    await write('first');
    clock.advance(10 * 60 * 1_000);
    await expect(write('second')).rejects.toMatchObject({
      code: 'IdempotentParameterMismatchException',
    });
    clock.advance(1);

    await write('second');

    expect(await call('GetItem', { TableName, Key: item() })).toMatchObject({
      Item: { f: { S: 'second' } },
    });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
  it('of one hour the time to live can change again', async () => {
    await change(true);
    clock.advance(60 * 60 * 1_000 - 1);
    await expect(change(false)).rejects.toMatchObject({ code: 'ValidationException' });
    clock.advance(1);

    await change(false);
  });
});
