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

const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/table';
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'padding',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::000000000000:root' },
      Action: 'dynamodb:GetItem',
      Resource: ARN,
    },
  ],
});
const update = (UpdateExpression: string, ExpressionAttributeValues: object) =>
  ['UpdateItem', { TableName, Key: item(), UpdateExpression, ExpressionAttributeValues }] as const;

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
  [
    'operators of an expression',
    300,
    (size) => {
      const [first, operators] = size % 2 === 0 ? ['NOT attribute_exists(p)', 2] : [MISSING, 1];
      return condition(`${first}${' OR p = :v'.repeat((size - operators) / 2)}`, { ':v': text(1) });
    },
  ],
  [
    'bytes of placeholders with what they stand for',
    2_097_152,
    (size) => {
      const shown = { ':v': { L: [text(size - 6)] } };
      return condition(`${MISSING} OR p = :v`, shown);
    },
  ],
  [
    'bytes of an item after an update',
    409_600,
    (size) => update('SET f = :v', { ':v': text(size - REST) }),
  ],
  ['levels after an update', 32, (size) => update('SET f = :v', { ':v': nested(size) })],
  [
    'bytes of a policy',
    20_480,
    (size) => [
      'PutResourcePolicy',
      { ResourceArn: ARN, Policy: POLICY.replace('padding', 'p'.repeat(size - POLICY.length + 7)) },
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

/** Items whose sizes are these: the filler takes what names and keys leave. */
async function fillExactly(sizes: readonly number[]): Promise<object[]> {
  const keys = sizes.map((_, number) => get(number));
  for (const [number, size] of sizes.entries()) {
    const rest = 4 + String(number).length;
    await call('PutItem', { TableName, Item: { ...keys[number], f: text(size - rest) } });
  }
  return keys;
}

const ITEM_BYTES = 409_600;

describe('the last byte of', () => {
  it('16 MB of a batch is part of it', async () => {
    const full = times(40, () => ITEM_BYTES);
    const Keys = await fillExactly([...full, 16 * 1_048_576 - 40 * ITEM_BYTES, 6]);

    const { UnprocessedKeys } = await call('BatchGetItem', {
      RequestItems: { [TableName]: { Keys } },
    });

    expect(UnprocessedKeys).toEqual({ [TableName]: { Keys: Keys.slice(41) } });
  });

  it.each([
    [0, 200],
    [1, 400],
  ])('4 MB of a transaction is part of it, and %i more is not', async (more, status) => {
    const full = times(10, () => ITEM_BYTES);
    const keys = await fillExactly([...full, 4 * 1_048_576 - 10 * ITEM_BYTES + more]);
    const TransactItems = keys.map((Key) => ({ Get: { TableName, Key } }));

    const answer = await call('TransactGetItems', { TransactItems }).then(
      () => 200,
      (error: { readonly status: number }) => error.status,
    );

    expect(answer).toBe(status);
  });

  it.each([
    [0, 3],
    [1, 2],
  ])('1 MB of a page is part of it: with %i more it has %i items', async (more, count) => {
    const rest = 1_048_576 - 2 * ITEM_BYTES + more;
    await call('PutItem', { TableName, Item: item({ f: text(ITEM_BYTES - REST) }) });
    for (const [s, size] of [
      ['y', ITEM_BYTES],
      ['z', rest],
    ] as const) {
      await call('PutItem', { TableName, Item: item({ s: { S: s }, f: text(size - REST) }) });
    }

    const page = await call('Query', {
      TableName,
      KeyConditionExpression: 'p = :p',
      ExpressionAttributeValues: { ':p': text(1) },
    });

    expect(page).toMatchObject({ Count: count, ScannedCount: count });
    expect('LastEvaluatedKey' in page).toBe(count === 2);
  });
});

// The shapes of https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html and its siblings.
it('has no capacities in its answer unless they are asked for', async () => {
  const Put = { TableName, Item: item() };
  const Key = item();

  expect([
    await call('BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: Put }] } }),
    await call('BatchGetItem', { RequestItems: { [TableName]: { Keys: [Key] } } }),
    await call('TransactWriteItems', { ClientRequestToken: 't', TransactItems: [{ Put }] }),
    await call('TransactWriteItems', { ClientRequestToken: 't', TransactItems: [{ Put }] }),
    await call('TransactGetItems', { TransactItems: [{ Get: { TableName, Key } }] }),
  ]).toEqual([
    { UnprocessedItems: {} },
    { Responses: { [TableName]: [Key] }, UnprocessedKeys: {} },
    {},
    {},
    { Responses: [{ Item: Key }] },
  ]);
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

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html: not after five years.
  it('of expiry an item is deleted by the next sweep, unless it is five years old', async () => {
    await cloud.start();
    await change(true);
    const hour = 60 * 60;
    const sweep = clock.now() / 1_000 + hour;
    const fiveYears = 5 * 365 * 24 * hour;
    const kept = { now: sweep, old: sweep - fiveYears, older: sweep - fiveYears - 1 };
    const dropped = { past: sweep - 1, almostOld: sweep - fiveYears + 1 };
    for (const [name, at] of Object.entries({ ...kept, ...dropped })) {
      const Item = { p: { S: name }, s: text(1), ttl: { N: String(at) } };
      await call('PutItem', { TableName, Item });
    }

    clock.advance(hour * 1_000);

    const { Items } = await call('Scan', { TableName });
    const names = (Items as unknown as readonly { p: { S: string } }[]).map(({ p }) => p.S);
    expect(names.sort()).toEqual(Object.keys(kept).sort());
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
