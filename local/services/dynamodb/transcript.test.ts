import { describe, expect, it } from 'vitest';
import { INDEXED, N, S } from '../../testing/dynamodb.testing.ts';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createDynamoDbService } from './index.ts';

const TableName = 'orders';
const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/orders';
const SIMPLE = {
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
};
const ON_DEMAND = { TableName, ...INDEXED, BillingMode: 'PAY_PER_REQUEST' };
const provisioned = (read: number, write: number) => ({
  ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: write },
});
const [globalIndex] = INDEXED.GlobalSecondaryIndexes;
const ITEM = {
  pk: S('a'),
  sk: N(1),
  gk: S('g'),
  lk: S('l'),
  shown: S('yes'),
  shy: S('no'),
  price: N('12.50'),
  isTrue: { BOOL: true },
  isNull: { NULL: true },
  octets: { B: Uint8Array.of(1, 2, 3) },
  words: { SS: ['x', 'y'] },
  ints: { NS: ['1', '2'] },
  arr: { L: [S('first'), N(2), { L: [] }] },
  obj: { M: { nested: N(1), deep: { M: { deeper: S('d') } } } },
};
const KEY = { pk: S('a'), sk: N(1) };

const tables: readonly Step[] = [
  ['DescribeLimits'],
  ['DescribeEndpoints'],
  ['CreateTable', { TableName: 'ab', ...SIMPLE }],
  ['CreateTable', { TableName: 'a b c', ...SIMPLE }],
  ['CreateTable', { TableName: 'simple', ...SIMPLE, KeySchema: [] }],
  ['CreateTable', { TableName: 'simple', ...SIMPLE, AttributeDefinitions: [] }],
  [
    'CreateTable',
    {
      TableName: 'simple',
      ...SIMPLE,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'pk', KeyType: 'RANGE' },
      ],
    },
  ],
  [
    'CreateTable',
    { TableName: 'simple', ...SIMPLE, KeySchema: [{ AttributeName: 'pk', KeyType: 'RANGE' }] },
  ],
  [
    'CreateTable',
    {
      TableName: 'simple',
      ...SIMPLE,
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'unused', AttributeType: 'S' },
      ],
    },
  ],
  [
    'CreateTable',
    {
      TableName: 'simple',
      ...SIMPLE,
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'pk', AttributeType: 'N' },
      ],
    },
  ],
  ['CreateTable', { TableName: 'simple', ...SIMPLE, ...provisioned(1, 1) }],
  ['CreateTable', { TableName: 'simple', ...SIMPLE, BillingMode: 'PROVISIONED' }],
  [
    'CreateTable',
    { TableName: 'simple', ...SIMPLE, BillingMode: 'PROVISIONED', ...provisioned(0, 1) },
  ],
  [
    'CreateTable',
    { TableName: 'simple', ...SIMPLE, BillingMode: 'PROVISIONED', ...provisioned(1, 0) },
  ],
  [
    'CreateTable',
    {
      TableName: 'simple',
      ...SIMPLE,
      GlobalSecondaryIndexes: [{ ...globalIndex, KeySchema: SIMPLE.KeySchema, Projection: {} }],
    },
  ],
  [
    'CreateTable',
    {
      TableName: 'simple',
      ...SIMPLE,
      GlobalSecondaryIndexes: [
        {
          IndexName: 'all',
          KeySchema: SIMPLE.KeySchema,
          Projection: { ProjectionType: 'ALL', NonKeyAttributes: ['a'] },
        },
      ],
    },
  ],
  [
    'CreateTable',
    {
      TableName: 'simple',
      ...SIMPLE,
      GlobalSecondaryIndexes: [
        {
          IndexName: 'include',
          KeySchema: SIMPLE.KeySchema,
          Projection: { ProjectionType: 'INCLUDE' },
        },
      ],
    },
  ],
  [
    'CreateTable',
    {
      TableName: 'simple',
      ...SIMPLE,
      LocalSecondaryIndexes: [
        {
          IndexName: 'local',
          KeySchema: SIMPLE.KeySchema,
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    },
  ],
  ['CreateTable', { TableName: 'simple', ...SIMPLE, TableClass: 'STANDARD_INFREQUENT_ACCESS' }],
  ['CreateTable', { TableName: 'simple', ...SIMPLE }],
  [
    'CreateTable',
    {
      ...ON_DEMAND,
      Tags: [{ Key: 'team', Value: 'ml' }],
      DeletionProtectionEnabled: true,
      SSESpecification: { Enabled: true },
      StreamSpecification: { StreamEnabled: false },
    },
  ],
  ['DescribeTable', { TableName }],
  ['DescribeTable', { TableName: ARN }],
  ['DescribeTable', { TableName: 'missing' }],
  ['ListTables'],
  ['ListTables', { Limit: 1 }],
  ['ListTables', { Limit: 1, ExclusiveStartTableName: 'orders' }],
  ['ListTables', { Limit: 2, ExclusiveStartTableName: 'missing' }],
  ['ListTables', { Limit: 0 }],
  ['ListTables', { Limit: 101 }],
  ['DeleteTable', { TableName }],
  ['UpdateTable', { TableName }],
  ['UpdateTable', { TableName, DeletionProtectionEnabled: false }],
  ['UpdateTable', { TableName, BillingMode: 'PAY_PER_REQUEST' }],
  ['UpdateTable', { TableName, BillingMode: 'PROVISIONED', ...provisioned(5, 5) }],
  [
    'UpdateTable',
    {
      TableName,
      BillingMode: 'PROVISIONED',
      ...provisioned(5, 5),
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'global', ...provisioned(3, 2) } }],
    },
  ],
  { advanceSeconds: 60 },
  ['UpdateTable', { TableName, ...provisioned(5, 5) }],
  ['UpdateTable', { TableName, ...provisioned(7, 5) }],
  { advanceSeconds: 60 },
  [
    'UpdateTable',
    {
      TableName,
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'global', ...provisioned(4, 2) } }],
    },
  ],
  { advanceSeconds: 60 },
  [
    'UpdateTable',
    {
      TableName,
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'missing', ...provisioned(4, 2) } }],
    },
  ],
  [
    'UpdateTable',
    { TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'missing' } }] },
  ],
  [
    'UpdateTable',
    {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'gk', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [{ Create: { ...globalIndex, ...provisioned(1, 1) } }],
    },
  ],
  [
    'UpdateTable',
    {
      TableName,
      AttributeDefinitions: [
        ...INDEXED.AttributeDefinitions,
        { AttributeName: 'other', AttributeType: 'B' },
      ],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'second',
            KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
            ...provisioned(1, 1),
          },
        },
      ],
    },
  ],
  { advanceSeconds: 60 },
  ['DescribeTable', { TableName }],
  [
    'UpdateTable',
    { TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'second' } }] },
  ],
  { advanceSeconds: 60 },
  ['DescribeTable', { TableName }],
  ['DescribeTimeToLive', { TableName }],
  [
    'UpdateTimeToLive',
    { TableName, TimeToLiveSpecification: { Enabled: false, AttributeName: 'ttl' } },
  ],
  [
    'UpdateTimeToLive',
    { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } },
  ],
  [
    'UpdateTimeToLive',
    { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } },
  ],
  ['DescribeTimeToLive', { TableName }],
  { advanceSeconds: 3_601 },
  ['DescribeTimeToLive', { TableName }],
  [
    'UpdateTimeToLive',
    { TableName, TimeToLiveSpecification: { Enabled: false, AttributeName: 'other' } },
  ],
  [
    'UpdateTimeToLive',
    { TableName, TimeToLiveSpecification: { Enabled: false, AttributeName: 'ttl' } },
  ],
  ['DescribeContinuousBackups', { TableName }],
  [
    'UpdateContinuousBackups',
    { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
  ],
  ['DescribeContinuousBackups', { TableName }],
  ['ListTagsOfResource', { ResourceArn: ARN }],
  [
    'TagResource',
    {
      ResourceArn: ARN,
      Tags: [
        { Key: 'team', Value: 'data' },
        { Key: 'b', Value: '' },
      ],
    },
  ],
  ['ListTagsOfResource', { ResourceArn: ARN }],
  ['UntagResource', { ResourceArn: ARN, TagKeys: ['team', 'missing'] }],
  ['ListTagsOfResource', { ResourceArn: ARN }],
  ['ListTagsOfResource', { ResourceArn: `${ARN}x` }],
  ['ListTagsOfResource', { ResourceArn: 'no-arn' }],
  ['GetResourcePolicy', { ResourceArn: ARN }],
  ['PutResourcePolicy', { ResourceArn: ARN, Policy: '{' }],
  [
    'PutResourcePolicy',
    {
      ResourceArn: ARN,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::000000000000:role/r' },
            Action: 'dynamodb:GetItem',
            Resource: ARN,
          },
        ],
      }),
    },
    'policy',
  ],
  ['GetResourcePolicy', { ResourceArn: ARN }],
  ['DeleteResourcePolicy', { ResourceArn: ARN, ExpectedRevisionId: 'other' }],
  ['DeleteResourcePolicy', { ResourceArn: ARN }],
  ['DeleteResourcePolicy', { ResourceArn: ARN }],
  ['DeleteTable', { TableName }],
  ['DescribeTable', { TableName }],
  { advanceSeconds: 60 },
  ['DescribeTable', { TableName }],
  ['DeleteTable', { TableName }],
];

const put = (Item: object, more: object = {}): Step => ['PutItem', { TableName, Item, ...more }];
const update = (UpdateExpression: string, more: object = {}): Step => [
  'UpdateItem',
  { TableName, Key: KEY, UpdateExpression, ReturnValues: 'UPDATED_NEW', ...more },
];
const values = (more: object) => ({ ExpressionAttributeValues: more });

const items: readonly Step[] = [
  ['CreateTable', ON_DEMAND],
  put({}),
  put({ pk: S('a') }),
  put({ pk: S(''), sk: N(1) }),
  put({ pk: N(1), sk: N(1) }),
  put({ pk: S('a'), sk: N('x') }),
  put({ pk: S('a'), sk: N(1), gk: N(1) }),
  put({ pk: S('a'), sk: N(1), lk: S('') }),
  put({ ...KEY, a: {} }),
  put({ ...KEY, a: { S: 'a', N: '1' } }),
  put({ ...KEY, a: { SS: [] } }),
  put({ ...KEY, a: { SS: ['x', 'x'] } }),
  put({ ...KEY, a: { NS: ['1', '1.0'] } }),
  put({ ...KEY, a: { BS: [Uint8Array.of(1), Uint8Array.of(1)] } }),
  put({ ...KEY, a: { NULL: false } }),
  put({ ...KEY, a: N('1e126') }),
  put({ ...KEY, a: N('1e-131') }),
  put({ ...KEY, a: N('9.9999999999999999999999999999999999999e125') }),
  put({ ...KEY, a: N('123456789012345678901234567890123456789') }),
  put({ ...KEY, a: N('') }),
  put({ pk: S('p'.repeat(2_049)), sk: N(1) }),
  put(ITEM, { ReturnConsumedCapacity: 'INDEXES', ReturnItemCollectionMetrics: 'SIZE' }),
  put(ITEM, { ReturnValues: 'ALL_OLD', ReturnConsumedCapacity: 'TOTAL' }),
  put(ITEM, { ReturnValues: 'ALL_NEW' }),
  put({ ...KEY, shy: S('no') }, { ConditionExpression: 'attribute_not_exists(pk)' }),
  put(
    { ...KEY, shy: S('no') },
    {
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  ),
  ['GetItem', { TableName, Key: KEY, ReturnConsumedCapacity: 'TOTAL' }],
  ['GetItem', { TableName, Key: KEY, ConsistentRead: true, ReturnConsumedCapacity: 'INDEXES' }],
  ['GetItem', { TableName, Key: { pk: S('a') } }],
  ['GetItem', { TableName, Key: { ...KEY, gk: S('g') } }],
  ['GetItem', { TableName, Key: { pk: S('b'), sk: N(1) }, ReturnConsumedCapacity: 'TOTAL' }],
  ['GetItem', { TableName: 'missing', Key: KEY }],
  ...[
    'shy',
    'shy, price',
    'obj.nested',
    'obj.deep.deeper, arr[0]',
    'arr[1], arr[2]',
    'arr[9]',
    'obj.nested, obj',
    '#n',
    'shy,',
    '',
    'size',
    'arr[x]',
  ].map((ProjectionExpression): Step => ['GetItem', { TableName, Key: KEY, ProjectionExpression }]),
  [
    'GetItem',
    {
      TableName,
      Key: KEY,
      ProjectionExpression: '#n',
      ExpressionAttributeNames: { '#n': 'shy' },
    },
  ],
  [
    'GetItem',
    {
      TableName,
      Key: KEY,
      ProjectionExpression: 'shy',
      ExpressionAttributeNames: { '#n': 'shy' },
    },
  ],
  update('SET #a = :a', {
    ExpressionAttributeNames: { '#a': 'added' },
    ...values({ ':a': N(1) }),
  }),
  update('SET added = added + :a, price = price - :a', values({ ':a': N(1) })),
  update('SET added = if_not_exists(absent, :a)', values({ ':a': N(5) })),
  update('SET added = if_not_exists(added, :a)', values({ ':a': N(6) })),
  update('SET arr = list_append(arr, :l)', values({ ':l': { L: [S('last')] } })),
  update('SET arr = list_append(:l, arr)', values({ ':l': { L: [S('zeroth')] } })),
  update('SET arr[1] = :l', values({ ':l': S('changed') })),
  update('SET arr[99] = :l', values({ ':l': S('appended') })),
  update('SET obj.nested = :l, obj.added = :l', values({ ':l': S('changed') })),
  update('SET absent.nested = :l', values({ ':l': S('changed') })),
  update('SET added = shy + :l', values({ ':l': N(1) })),
  update('SET added = absent', {}),
  update('SET added = list_append(added, :l)', values({ ':l': { L: [] } })),
  update('SET added = :a, added = :a', values({ ':a': N(1) })),
  update('SET obj = :a, obj.nested = :a', values({ ':a': N(1) })),
  update('SET added = :a SET extra = :a', values({ ':a': N(1) })),
  update('SET added = :a', values({ ':a': N(1), ':b': N(2) })),
  update('SET added = :b', values({ ':a': N(1) })),
  update('SET pk = :a', values({ ':a': S('b') })),
  update('REMOVE pk'),
  update('REMOVE arr[0], obj.nested, absent'),
  update('ADD added :a', values({ ':a': N(1) })),
  update('ADD fresh :a', values({ ':a': N(1) })),
  update('ADD words :a', values({ ':a': { SS: ['z', 'x'] } })),
  update('ADD freshWords :a', values({ ':a': { SS: ['z'] } })),
  update('ADD words :a', values({ ':a': { NS: ['1'] } })),
  update('ADD shy :a', values({ ':a': N(1) })),
  update('ADD shy :a', values({ ':a': S('x') })),
  update('DELETE words :a', values({ ':a': { SS: ['z', 'q'] } })),
  update('DELETE words :a', values({ ':a': S('z') })),
  update('DELETE ints :a', values({ ':a': { NS: ['1', '2'] } })),
  update('DELETE absent :a', values({ ':a': { NS: ['1', '2'] } })),
  update('CHANGE a'),
  update(''),
  update('SET'),
  ...['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'].map(
    (ReturnValues): Step =>
      update('SET shy = :h REMOVE fresh', {
        ReturnValues,
        ...values({ ':h': S(ReturnValues) }),
      }),
  ),
  ['UpdateItem', { TableName, Key: { pk: S('new'), sk: N(2) }, ReturnValues: 'ALL_NEW' }],
  [
    'UpdateItem',
    {
      TableName,
      Key: { pk: S('new'), sk: N(3) },
      UpdateExpression: 'SET a = :a',
      ConditionExpression: 'attribute_exists(pk)',
      ...values({ ':a': N(1) }),
    },
  ],
  ['DeleteItem', { TableName, Key: { pk: S('new'), sk: N(2) }, ReturnValues: 'ALL_OLD' }],
  ['DeleteItem', { TableName, Key: { pk: S('new'), sk: N(2) }, ReturnValues: 'ALL_OLD' }],
  ['DeleteItem', { TableName, Key: { pk: S('new'), sk: N(2) }, ReturnValues: 'UPDATED_OLD' }],
  ['DeleteItem', { TableName, Key: KEY, ReturnConsumedCapacity: 'INDEXES' }],
];

const CONDITIONS = [
  'price = :n',
  'price <> :n',
  'price < :n',
  'price <= :n',
  'price > :n',
  'price >= :n',
  ':n = price',
  'price BETWEEN :n AND :n',
  'price BETWEEN :low AND :n',
  'price BETWEEN :n AND :low',
  'price IN (:low, :n)',
  'price IN (:low)',
  'NOT price = :n',
  'price = :n AND shy = :no',
  'price = :low OR shy = :no',
  'price = :low OR shy = :yes AND price = :n',
  '(price = :low OR shy = :no) AND price = :n',
  'attribute_exists(obj.deep.deeper)',
  'attribute_exists(obj.deep.lost)',
  'attribute_not_exists(arr[2])',
  'attribute_not_exists(arr[3])',
  'attribute_type(price, :type)',
  'attribute_type(shy, :type)',
  'begins_with(shy, :no)',
  'begins_with(shy, :yes)',
  'begins_with(price, :no)',
  'contains(words, :x)',
  'contains(words, :no)',
  'contains(ints, :one)',
  'contains(shy, :o)',
  'contains(arr, :first)',
  'size(words) = :two',
  'size(shy) = :two',
  'size(arr) > :two',
  'size(obj) = :two',
  'size(octets) > :two',
  'size(price) = :two',
  'size(absent) = :two',
  'shy < :n',
  'isTrue = :true',
  'isNull = :null',
  'words = :set',
  'absent = :n',
  'absent <> :n',
  'price',
  'price = ',
  '= :n',
  'price = :n AND',
  'size(price)',
  'unknown(price)',
  'attribute_exists(:n)',
  'attribute_exists(price, shy)',
  'price BETWEEN :n',
  'price IN ()',
  '(price = :n',
  'price = :n)',
  'price = = :n',
  'table = :n',
  'begins_with(shy, shy)',
  'price == :n',
];
const CONDITION_VALUES: Readonly<Record<string, object>> = {
  ':n': N('12.5'),
  ':low': N('-3'),
  ':no': S('no'),
  ':yes': S('yes'),
  ':type': S('N'),
  ':x': S('x'),
  ':one': N('1.0'),
  ':o': S('o'),
  ':first': S('first'),
  ':two': N(2),
  ':true': { BOOL: true },
  ':null': { NULL: true },
  ':set': { SS: ['y', 'x'] },
};

/** Only the values that an expression words: others are an error. */
function valuesIn(expression: string): object {
  const words = [...expression.matchAll(/:\w+/g)].map(([name]) => name);
  if (words.length === 0) return {};
  return values(Object.fromEntries(words.map((name) => [name, CONDITION_VALUES[name]])));
}

const conditions: readonly Step[] = [
  ['CreateTable', ON_DEMAND],
  put(ITEM),
  ...CONDITIONS.map(
    (ConditionExpression): Step => [
      'UpdateItem',
      { TableName, Key: KEY, ConditionExpression, ...valuesIn(ConditionExpression) },
    ],
  ),
];

const query = (KeyConditionExpression: string, given: object, more: object = {}): Step => [
  'Query',
  { TableName, KeyConditionExpression, ...values(given), ...more },
];
const A = { ':p': S('a') };

const reads: readonly Step[] = [
  ['CreateTable', ON_DEMAND],
  ...[-5, 1, 2, 3, 10].map((sk) =>
    put({ pk: S('a'), sk: N(sk), lk: S(`l${sk}`), gk: S('g'), shown: N(sk), shy: N(sk) }),
  ),
  put({ pk: S('b'), sk: N(1), shy: S('b') }),
  query('pk = :p', A),
  query(':p = pk', A),
  query('pk = :p', A, { ScanIndexForward: false, Limit: 2 }),
  query('pk = :p', A, { Limit: 2, ExclusiveStartKey: { pk: S('a'), sk: N(2) } }),
  query('pk = :p', A, { Limit: 1, ScanIndexForward: false, ExclusiveStartKey: KEY }),
  query('pk = :p', A, { Limit: 0 }),
  query('pk = :p', A, { ExclusiveStartKey: { pk: S('b'), sk: N(2) } }),
  query('pk = :p', A, { ExclusiveStartKey: { pk: S('a') } }),
  query('pk = :p', A, { Select: 'COUNT', ReturnConsumedCapacity: 'TOTAL' }),
  query('pk = :p', A, { ConsistentRead: true, ReturnConsumedCapacity: 'INDEXES', Limit: 1 }),
  query('pk = :p', A, { Select: 'SPECIFIC_ATTRIBUTES' }),
  query('pk = :p', A, { ProjectionExpression: 'sk' }),
  query('pk = :p', A, { Select: 'COUNT', ProjectionExpression: 'sk' }),
  query('pk = :p', A, { Select: 'ALL_PROJECTED_ATTRIBUTES' }),
  ...['=', '<', '<=', '>', '>='].map((operator) =>
    query(`pk = :p AND sk ${operator} :s`, { ...A, ':s': N(2) }, { ProjectionExpression: 'sk' }),
  ),
  query('pk = :p AND sk BETWEEN :s AND :t', { ...A, ':s': N(1), ':t': N(3) }),
  query('pk = :p AND sk BETWEEN :t AND :s', { ...A, ':s': N(1), ':t': N(3) }),
  query('pk = :p AND begins_with(sk, :s)', { ...A, ':s': S('1') }),
  query('pk = :p AND sk <> :s', { ...A, ':s': N(1) }),
  query('pk > :p', A),
  query('sk = :s', { ':s': N(1) }),
  query('pk = :p OR sk = :s', { ...A, ':s': N(1) }),
  query('pk = :p AND shy = :s', { ...A, ':s': N(1) }),
  query('pk = :p AND sk = :s AND sk = :s', { ...A, ':s': N(1) }),
  query('pk = :p AND size(sk) = :s', { ...A, ':s': N(1) }),
  query('pk = :p', { ':p': N(1) }),
  query('pk = :p AND begins_with(lk, :l)', { ...A, ':l': S('l1') }, { IndexName: 'local' }),
  query('pk = :p', A, { IndexName: 'local', ScanIndexForward: false, Limit: 2 }),
  query('pk = :p', A, { IndexName: 'local', ProjectionExpression: 'shy' }),
  query('gk = :g', { ':g': S('g') }, { IndexName: 'global' }),
  query('gk = :g AND sk > :s', { ':g': S('g'), ':s': N(2) }, { IndexName: 'global', Limit: 1 }),
  query('gk = :g', { ':g': S('g') }, { IndexName: 'global', ProjectionExpression: 'shy' }),
  query('gk = :g', { ':g': S('g') }, { IndexName: 'global', Select: 'ALL_ATTRIBUTES' }),
  query('gk = :g', { ':g': S('g') }, { IndexName: 'global', ConsistentRead: true }),
  query('gk = :g', { ':g': S('g') }, { IndexName: 'missing' }),
  query('pk = :p', { ...A, ':f': N(2) }, { FilterExpression: 'shy > :f' }),
  query('pk = :p', { ...A, ':f': N(2) }, { FilterExpression: 'shy > :f', Limit: 4 }),
  query('pk = :p', { ...A, ':f': N(2) }, { FilterExpression: 'sk > :f' }),
  ['Query', { TableName }],
  ['Query', { TableName: 'missing', KeyConditionExpression: 'pk = :p', ...values(A) }],
  ['Scan', { TableName, ReturnConsumedCapacity: 'TOTAL' }],
  ['Scan', { TableName, Limit: 4 }],
  ['Scan', { TableName, ExclusiveStartKey: KEY, Limit: 1 }],
  ['Scan', { TableName, Select: 'COUNT', ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }],
  ['Scan', { TableName, FilterExpression: 'shy = :f', ...values({ ':f': S('b') }) }],
  ['Scan', { TableName, IndexName: 'global', ProjectionExpression: 'shown' }],
  ['Scan', { TableName, IndexName: 'local', Select: 'ALL_PROJECTED_ATTRIBUTES', Limit: 2 }],
  ['Scan', { TableName, TotalSegments: 2 }],
  ['Scan', { TableName, Segment: 0 }],
  ['Scan', { TableName, Segment: 2, TotalSegments: 2 }],
  ['Scan', { TableName, Segment: 0, TotalSegments: 2, ProjectionExpression: 'pk, sk' }],
  ['Scan', { TableName, Segment: 1, TotalSegments: 2, ProjectionExpression: 'pk, sk' }],
  ['Scan', { TableName, Segment: 0, TotalSegments: 0 }],
];

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ pk: S('a'), sk: N(index) }));

const batches: readonly Step[] = [
  ['CreateTable', ON_DEMAND],
  ['BatchWriteItem', { RequestItems: {} }],
  ['BatchWriteItem', { RequestItems: { missing: [{ PutRequest: { Item: KEY } }] } }],
  ['BatchWriteItem', { RequestItems: { [TableName]: [] } }],
  ['BatchWriteItem', { RequestItems: { [TableName]: [{}] } }],
  ['BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Item: { pk: S('a') } } }] } }],
  [
    'BatchWriteItem',
    {
      RequestItems: {
        [TableName]: [{ PutRequest: { Item: KEY } }, { DeleteRequest: { Key: KEY } }],
      },
    },
  ],
  ...[25, 26].map(
    (count): Step => [
      'BatchWriteItem',
      {
        RequestItems: { [TableName]: many(count).map((Item) => ({ PutRequest: { Item } })) },
        ReturnConsumedCapacity: 'INDEXES',
        ReturnItemCollectionMetrics: 'SIZE',
      },
    ],
  ),
  ['BatchGetItem', { RequestItems: {} }],
  ['BatchGetItem', { RequestItems: { [TableName]: { Keys: [] } } }],
  ['BatchGetItem', { RequestItems: { [TableName]: { Keys: [KEY, KEY] } } }],
  ['BatchGetItem', { RequestItems: { missing: { Keys: [KEY] } } }],
  ...[100, 101].map(
    (count): Step => [
      'BatchGetItem',
      {
        RequestItems: { [TableName]: { Keys: many(count), ProjectionExpression: 'sk' } },
        ReturnConsumedCapacity: 'TOTAL',
      },
    ],
  ),
  [
    'BatchGetItem',
    {
      RequestItems: {
        [TableName]: {
          Keys: [KEY],
          ConsistentRead: true,
          ProjectionExpression: '#s',
          ExpressionAttributeNames: { '#s': 'sk' },
        },
      },
      ReturnConsumedCapacity: 'TOTAL',
    },
  ],
  ['TransactGetItems', { TransactItems: [] }],
  [
    'TransactGetItems',
    {
      TransactItems: [
        { Get: { TableName, Key: KEY, ProjectionExpression: 'sk' } },
        { Get: { TableName, Key: { pk: S('missing'), sk: N(1) } } },
      ],
      ReturnConsumedCapacity: 'TOTAL',
    },
  ],
  ['TransactWriteItems', { TransactItems: [{}] }],
  [
    'TransactWriteItems',
    {
      TransactItems: [{ Put: { TableName, Item: KEY } }, { Delete: { TableName, Key: KEY } }],
    },
  ],
  [
    'TransactWriteItems',
    {
      ClientRequestToken: 'token',
      TransactItems: [
        { Put: { TableName, Item: { pk: S('t'), sk: N(1), a: N(1) } } },
        {
          Update: {
            TableName,
            Key: KEY,
            UpdateExpression: 'SET a = :a',
            ...values({ ':a': N(1) }),
          },
        },
        { Delete: { TableName, Key: { pk: S('a'), sk: N(2) } } },
        {
          ConditionCheck: {
            TableName,
            Key: { pk: S('a'), sk: N(3) },
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
      ],
      ReturnConsumedCapacity: 'TOTAL',
      ReturnItemCollectionMetrics: 'SIZE',
    },
  ],
  [
    'TransactWriteItems',
    {
      ClientRequestToken: 'token',
      TransactItems: [{ Put: { TableName, Item: { pk: S('t'), sk: N(2) } } }],
    },
  ],
  [
    'TransactWriteItems',
    {
      TransactItems: [
        { Put: { TableName, Item: { pk: S('t'), sk: N(9) } } },
        {
          ConditionCheck: {
            TableName,
            Key: KEY,
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ],
    },
  ],
  ['GetItem', { TableName, Key: { pk: S('t'), sk: N(9) } }],
  { advanceSeconds: 601 },
  [
    'TransactWriteItems',
    {
      ClientRequestToken: 'token',
      TransactItems: [{ Put: { TableName, Item: { pk: S('t'), sk: N(2) } } }],
    },
  ],
];

describe('DynamoDB answers', () => {
  it.each(Object.entries({ tables, items, conditions, reads, batches }))(
    'about %s as in the transcript',
    async (name, steps) => {
      const transcript = await transcriptOf('dynamodb', [createDynamoDbService], steps);

      await expect(transcript).toMatchFileSnapshot(`transcripts/${name}.txt`);
    },
  );
});
