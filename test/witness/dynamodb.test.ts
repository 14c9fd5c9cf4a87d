import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Runtime, silentLogger, startRuntime } from '../../local/index.ts';

/**
 * Sends the same requests to the local DynamoDB and to dynalite, whose answers were tested against AWS. Known
 * differences of dynalite from AWS are documented at the request.
 */
type CreateServer = (options: object) => Server;

let runtime: Runtime;
let dynalite: Server;
let ours: string;
let theirs: string;

beforeAll(async () => {
  const createServer = createRequire(import.meta.url)('dynalite') as CreateServer;
  dynalite = createServer({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  dynalite.listen(0, '127.0.0.1');
  await once(dynalite, 'listening');
  theirs = `http://127.0.0.1:${(dynalite.address() as AddressInfo).port}`;
  runtime = await startRuntime({ ephemeral: true, port: 0, logger: silentLogger });
  ours = runtime.endpoint;
  for (const endpoint of [ours, theirs]) await prepare(endpoint);
});

afterAll(async () => {
  await runtime.stop();
  dynalite.close();
});

const S = (text: string) => ({ S: text });
const N = (number: number | string) => ({ N: String(number) });

/** Sends a raw request, so that neither the SDK nor a model corrects it. */
async function send(endpoint: string, operation: string, input: object): Promise<unknown> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261120/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      'x-amz-date': '20261120T000000Z',
    },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as Readonly<Record<string, unknown>>;
  return { status: response.status, body: normal(body) };
}

/** Messages without the prefix that AWS has added to some of them since dynalite was written. */
function normal(body: Readonly<Record<string, unknown>>): unknown {
  const { message, Message = message, ...rest } = body;
  if (typeof Message !== 'string') return rest;
  const type = String(rest['__type']).split('#')[1];
  return {
    type,
    message: Message.replace(/^1 validation error detected: (?!Value (?:null|'))/, ''),
  };
}

async function prepare(endpoint: string): Promise<void> {
  await send(endpoint, 'CreateTable', {
    TableName: 'witnessed',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
      { AttributeName: 'gk', AttributeType: 'S' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      {
        IndexName: 'index',
        KeySchema: [{ AttributeName: 'gk', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
  await untilActive(endpoint);
  for (let sk = -3; sk <= 12; sk += 1) {
    await send(endpoint, 'PutItem', {
      TableName: 'witnessed',
      Item: {
        pk: S('a'),
        sk: N(sk),
        words: S(`item ${sk}`),
        // Sorted, because dynalite keeps the order of sets and AWS sorts them.
        labels: { SS: [`${sk}`, 'x'] },
        doc: { M: { deep: { L: [N(sk), S('s')] } } },
        ...(sk % 3 === 0 && { gk: S('third') }),
      },
    });
  }
}

async function untilActive(endpoint: string): Promise<void> {
  for (;;) {
    const answer = await send(endpoint, 'DescribeTable', { TableName: 'witnessed' });
    if (JSON.stringify(answer).includes('"TableStatus":"ACTIVE"')) return;
  }
}

const TableName = 'witnessed';
const Key = { pk: S('a'), sk: N(1) };
const withValues = (values: object) => ({ ExpressionAttributeValues: values });
const put = (input: object) => ['PutItem', { TableName, Item: { ...Key }, ...input }] as const;
const update = (UpdateExpression: string, input: object = {}) =>
  ['UpdateItem', { TableName, Key, UpdateExpression, ReturnValues: 'ALL_NEW', ...input }] as const;
const query = (input: object) => ['Query', { TableName, ...input }] as const;
const ofA = (condition: string, values: object = {}) => ({
  KeyConditionExpression: `pk = :a${condition}`,
  ExpressionAttributeValues: { ':a': S('a'), ...values },
});

const requests: readonly (readonly [operation: string, input: object])[] = [
  ['GetItem', { TableName, Key }],
  ['GetItem', { TableName, Key, ProjectionExpression: 'doc.deep[1], words' }],
  ['GetItem', { TableName, Key: { pk: S('a') } }],
  ['GetItem', { TableName, Key: { pk: S('a'), sk: S('1') } }],
  ['GetItem', { TableName: 'absent', Key }],
  ['GetItem', { TableName, Key, ProjectionExpression: 'a, a.b' }],
  ['GetItem', { TableName, Key, ProjectionExpression: 'a.b, a[1]' }],
  put({ ConditionExpression: 'attribute_not_exists(pk)' }),
  put({ ConditionExpression: 'words = :w', ...withValues({ ':w': S('other') }) }),
  put({ ConditionExpression: 'status = :s', ...withValues({ ':s': S('x') }) }),
  put({ ConditionExpression: 'attribute_exists(:v)', ...withValues({ ':v': S('x') }) }),
  put({ ConditionExpression: 'begins_with(words, :v)', ...withValues({ ':v': N(1) }) }),
  put({ ConditionExpression: 'attribute_type(words, :v)', ...withValues({ ':v': S('X') }) }),
  put({ ConditionExpression: 'size(words, sk) > :v', ...withValues({ ':v': N(1) }) }),
  put({
    ConditionExpression: 'words BETWEEN :a AND :b',
    ...withValues({ ':a': N(2), ':b': N(1) }),
  }),
  put({ ConditionExpression: 'unknown(words)' }),
  put({ ConditionExpression: 'contains(words, words)' }),
  put({ ConditionExpression: '((attribute_exists(words)))' }),
  put({ ConditionExpression: 'words = #w' }),
  put({ ConditionExpression: 'attribute_exists(words)', ExpressionAttributeNames: { w: 'x' } }),
  put({ ConditionExpression: 'attribute_exists(words)', ExpressionAttributeNames: { '#w': 'x' } }),
  put({ ConditionExpression: 'attribute_exists(words)', ...withValues({ ':w': S('x') }) }),
  put({ ConditionExpression: 'attribute_exists(words)', ExpressionAttributeValues: {} }),
  put({ ExpressionAttributeNames: { '#w': 'x' } }),
  put({ Item: { ...Key, bad: {} } }),
  put({ Item: { ...Key, bad: { S: 'a', N: '1' } } }),
  put({ Item: { ...Key, bad: { N: 'abc' } } }),
  put({ Item: { ...Key, bad: { N: '1e126' } } }),
  put({ Item: { ...Key, bad: { NS: [] } } }),
  put({ Item: { ...Key, bad: { BS: [] } } }),
  put({ Item: { ...Key, bad: { NULL: false } } }),
  put({ Item: { pk: S('a') } }),
  put({ Item: { pk: S('a'), sk: S('1') } }),
  put({ Item: { ...Key, pk: S('') } }),
  put({ Item: { ...Key, pk: S('p'.repeat(2_049)) } }),
  put({ Item: { ...Key, gk: N(1) } }),
  put({ Item: { ...Key, big: S('b'.repeat(410_000)) } }),
  put({ ReturnValues: 'ALL_NEW' }),
  put({ ReturnConsumedCapacity: 'SOME' }),
  update(
    'SET words = :w, doc.deep[0] = :n REMOVE labels',
    withValues({ ':w': S('w'), ':n': N(7) }),
  ),
  update('SET tally = if_not_exists(tally, :z) + :n', withValues({ ':z': N(0), ':n': N('1.5') })),
  update('SET #l = list_append(:x, doc.deep)', {
    ...withValues({ ':x': { L: [S('first')] } }),
    ExpressionAttributeNames: { '#l': 'list' },
  }),
  update('ADD tally :n, tags :t', withValues({ ':n': N('0.1'), ':t': { SS: ['b', 'c'] } })),
  update('DELETE tags :t', withValues({ ':t': { SS: ['b'] } })),
  update('SET pk = :w', withValues({ ':w': S('w') })),
  update('SET words = :w SET doc = :w', withValues({ ':w': S('w') })),
  update('SET words = :w, words = :w', withValues({ ':w': S('w') })),
  update('SET doc = :w, doc.deep = :w', withValues({ ':w': S('w') })),
  update('SET words = nowhere', {}),
  update('SET words = words + :n', withValues({ ':n': N(1) })),
  update('SET words = :w + :n', withValues({ ':w': S('w'), ':n': N(1) })),
  update('SET nowhere.deep = :w', withValues({ ':w': S('w') })),
  update('SET gk = :n', withValues({ ':n': { L: [] } })),
  update('', {}),
  [
    'UpdateItem',
    {
      TableName,
      Key,
      UpdateExpression: 'SET tally = :n',
      ReturnValues: 'UPDATED_OLD',
      ...withValues({ ':n': N(9) }),
    },
  ],
  [
    'UpdateItem',
    {
      TableName,
      Key,
      UpdateExpression: 'SET tally = :n',
      ReturnValues: 'UPDATED_NEW',
      ...withValues({ ':n': N(8) }),
    },
  ],
  ['DeleteItem', { TableName, Key: { pk: S('a'), sk: N(12) }, ReturnValues: 'ALL_OLD' }],
  query(ofA('')),
  query({ ...ofA(' AND sk > :x', { ':x': N(3) }), ScanIndexForward: false, Limit: 3 }),
  query(ofA(' AND sk BETWEEN :x AND :y', { ':x': N(-2), ':y': N('1.5') })),
  query({ ...ofA('', { ':w': S('item 3') }), FilterExpression: 'words = :w' }),
  query({ ...ofA(''), Select: 'COUNT' }),
  query({ ...ofA(''), ExclusiveStartKey: { pk: S('a'), sk: N(9) } }),
  query({
    IndexName: 'index',
    KeyConditionExpression: 'gk = :g',
    ...withValues({ ':g': S('third') }),
    Select: 'COUNT',
  }),
  query({ KeyConditionExpression: 'sk = :n', ...withValues({ ':n': N(1) }) }),
  query(ofA(' AND begins_with(sk, :n)', { ':n': S('1') })),
  query({ ...ofA(''), IndexName: 'nothing' }),
  query({ ...ofA(' AND sk > :x', { ':x': N(3) }), FilterExpression: 'sk > :x' }),
  query({}),
  ['Scan', { TableName, Select: 'COUNT' }],
  ['Scan', { TableName, Segment: 1 }],
  ['Scan', { TableName, TotalSegments: 1 }],
  ['Scan', { TableName, Segment: 3, TotalSegments: 3 }],
  ['BatchGetItem', { RequestItems: { witnessed: { Keys: [Key, Key] } } }],
  ['BatchGetItem', { RequestItems: { witnessed: { Keys: [Key], ProjectionExpression: 'words' } } }],
  [
    'BatchWriteItem',
    { RequestItems: { witnessed: [{ PutRequest: { Item: Key } }, { DeleteRequest: { Key } }] } },
  ],
  ['BatchWriteItem', { RequestItems: { absent: [{ DeleteRequest: { Key } }] } }],
  ['DescribeTable', { TableName: 'absent' }],
  ['DeleteTable', { TableName: 'absent' }],
  [
    'CreateTable',
    {
      TableName: 'refused',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    },
  ],
  [
    'CreateTable',
    {
      TableName: 'refused',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'RANGE' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  ],
  [
    'CreateTable',
    {
      TableName: 'refused',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      LocalSecondaryIndexes: [],
    },
  ],
  ['ListTables', { Limit: 101 }],
];

describe('dynalite and the local DynamoDB', () => {
  it.each(requests.map(([operation, input], index) => ({ operation, input, index })))(
    'answer request $index alike: $operation',
    async ({ operation, input }) => {
      const expected = await send(theirs, operation, input);

      expect(await send(ours, operation, input)).toEqual(expected);
    },
  );
});
