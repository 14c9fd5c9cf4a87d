import { describe, expect, it } from 'vitest';
import { INDEXED, N, S } from '../../testing/dynamodb.testing.ts';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createDynamoDbService } from './index.ts';

// The limits: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html

const TableName = 'orders';
const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/orders';
const KEY = { pk: S('a'), sk: N(1) };
const attribute = (AttributeName: string, AttributeType = 'S') => ({
  AttributeName,
  AttributeType,
});
const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' });
const create = (more: object = {}): Step => [
  'CreateTable',
  {
    TableName,
    KeySchema: [hash('pk'), range('sk')],
    AttributeDefinitions: [
      attribute('pk'),
      attribute('sk', 'N'),
      ...(/Indexes/.test(Object.keys(more).join()) ? [attribute('lk')] : []),
    ],
    BillingMode: 'PAY_PER_REQUEST',
    ...more,
  },
];
const local = (IndexName: string, more: object = {}) => ({
  IndexName,
  KeySchema: [hash('pk'), range('lk')],
  Projection: { ProjectionType: 'KEYS_ONLY' },
  ...more,
});
const global = (IndexName: string, more: object = {}) => ({
  IndexName,
  KeySchema: [hash('lk')],
  Projection: { ProjectionType: 'ALL' },
  ...more,
});
const indexes = (count: number, index: (name: string) => object) =>
  Array.from({ length: count }, (_, position) => index(`index${position}`));
const THROUGHPUT = { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } };
const updateIndexes = (...GlobalSecondaryIndexUpdates: readonly object[]): Step => [
  'UpdateTable',
  { TableName, AttributeDefinitions: [attribute('lk')], GlobalSecondaryIndexUpdates },
];
const policyOf = (padding: number) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'x'.repeat(padding),
        Effect: 'Allow',
        Principal: '*',
        Action: 'dynamodb:GetItem',
        Resource: ARN,
      },
    ],
  });
const tagsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));

const tables: readonly Step[] = [
  ['CreateTable', {}],
  ['DescribeTable', {}],
  create({ AttributeDefinitions: [attribute('pk'), attribute('sk', 'N'), attribute('x')] }),
  create({
    AttributeDefinitions: ['pk', 'sk', 'lk', 'x'].map((name) => attribute(name)),
    LocalSecondaryIndexes: [local('one')],
  }),
  create({ SSESpecification: { KMSMasterKeyId: 'k' } }),
  ...['k', 'alias/own', 'arn:aws:kms:us-east-1:000000000000:key/k'].map((KMSMasterKeyId) =>
    create({
      TableName: `sealed-${KMSMasterKeyId.length}`,
      SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId },
    }),
  ),
  create({ TableName: 'policed', ResourcePolicy: '{' }),
  create({
    TableName: 'policed',
    ResourcePolicy: policyOf(1).replaceAll(ARN, ARN.replace('orders', 'policed')),
  }),
  ['GetResourcePolicy', { ResourceArn: ARN.replace('orders', 'policed') }],
  ['TagResource', { ResourceArn: ARN.replace('orders', 'policed'), Tags: tagsOf(51) }],
  create({ LocalSecondaryIndexes: [] }),
  create({ GlobalSecondaryIndexes: [] }),
  create({ LocalSecondaryIndexes: indexes(6, local) }),
  create({ GlobalSecondaryIndexes: indexes(21, global) }),
  create({ LocalSecondaryIndexes: [local('one'), local('one')] }),
  create({ LocalSecondaryIndexes: [local('one')], GlobalSecondaryIndexes: [global('one')] }),
  create({ LocalSecondaryIndexes: [local('one', { KeySchema: [hash('pk')] })] }),
  create({ LocalSecondaryIndexes: [local('one', { KeySchema: [hash('lk'), range('pk')] })] }),
  create({ LocalSecondaryIndexes: [local('one', { KeySchema: [hash('pk'), hash('lk')] })] }),
  create({
    LocalSecondaryIndexes: [local('one', { KeySchema: [hash('pk'), range('lk'), range('sk')] })],
  }),
  create({ GlobalSecondaryIndexes: [global('one', THROUGHPUT)] }),
  create({ GlobalSecondaryIndexes: [global('one', { KeySchema: [hash('undefined')] })] }),
  create({ GlobalSecondaryIndexes: [global('one', { Projection: undefined })] }),
  create({ GlobalSecondaryIndexes: [global('one', { Projection: { ProjectionType: 'SOME' } })] }),
  create({
    GlobalSecondaryIndexes: [
      global('one', { Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'a'] } }),
    ],
  }),
  create({ BillingMode: 'PROVISIONED', ...THROUGHPUT, GlobalSecondaryIndexes: [global('one')] }),
  create({ BillingMode: undefined }),
  create({ SSESpecification: { Enabled: false, KMSMasterKeyId: 'key' } }),
  create({ SSESpecification: { KMSMasterKeyId: 'key' } }),
  create({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } }),
  create({ TableName: undefined }),
  create({ KeySchema: undefined }),
  create({ KeySchema: [hash('pk'), hash('sk')] }),
  create({ KeySchema: [hash('pk'), range('undefined')] }),
  create({ KeySchema: [hash('pk'), range('sk'), range('lk')] }),
  create({ AttributeDefinitions: [attribute('pk', 'X')] }),
  create({ Tags: tagsOf(51) }),
  create({ Tags: [...tagsOf(1), ...tagsOf(1)] }),
  create({ ResourcePolicy: '{' }),
  create({ ResourcePolicy: policyOf(20 * 1_024) }),
  create({
    LocalSecondaryIndexes: indexes(5, local),
    Tags: tagsOf(50),
    ResourcePolicy: policyOf(1),
    SSESpecification: { Enabled: true, KMSMasterKeyId: 'alias/mine' },
  }),
  ['DescribeTable', { TableName }],
  ['GetResourcePolicy', { ResourceArn: ARN }, 'policy'],
  ['PutResourcePolicy', { ResourceArn: ARN, Policy: policyOf(2), ExpectedRevisionId: 'NO_POLICY' }],
  [
    'PutResourcePolicy',
    (answered) => ({
      ResourceArn: ARN,
      Policy: policyOf(2),
      ExpectedRevisionId: answered('policy.RevisionId'),
    }),
  ],
  ['DeleteResourcePolicy', { ResourceArn: ARN }],
  ['PutResourcePolicy', { ResourceArn: ARN, Policy: policyOf(2), ExpectedRevisionId: 'NO_POLICY' }],
  ['DeleteResourcePolicy', { ResourceArn: ARN, ExpectedRevisionId: 'NO_POLICY' }],
  ['GetResourcePolicy', { ResourceArn: 'no arn' }],
  ['GetResourcePolicy', {}],
  ['ListTagsOfResource', { ResourceArn: ARN }, 'tags'],
  [
    'ListTagsOfResource',
    (answered) => ({ ResourceArn: ARN, NextToken: answered('tags.NextToken') }),
  ],
  ['TagResource', { ResourceArn: ARN, Tags: [{ Key: 'new', Value: '' }] }],
  ['TagResource', { ResourceArn: ARN, Tags: [{ Key: 'k1', Value: 'changed' }] }],
  ['TagResource', { ResourceArn: ARN, Tags: [...tagsOf(1), ...tagsOf(1)] }],
  ['DescribeTable', {}],
  ['DeleteTable', {}],
  updateIndexes({ Create: global('aaa') }, { Create: global('bbb') }),
  updateIndexes({ Create: global('aaa') }),
  { advanceSeconds: 60 },
  updateIndexes({ Create: global('aaa') }),
  updateIndexes({ Create: global('index1') }),
  updateIndexes({ Create: global('bbb', THROUGHPUT) }),
  updateIndexes({ Delete: { IndexName: 'aaa' } }, { Create: global('ccc') }),
  updateIndexes({ Update: { IndexName: 'aaa', ...THROUGHPUT } }),
  updateIndexes({}),
  ['UpdateTable', { TableName, BillingMode: 'PROVISIONED' }],
  ['UpdateTable', { TableName, ...THROUGHPUT }],
  ['UpdateTable', { TableName, SSESpecification: { Enabled: false } }],
  ['UpdateTable', { TableName, TableClass: 'STANDARD_INFREQUENT_ACCESS' }],
  { advanceSeconds: 60 },
  ['DescribeTable', { TableName }],
  [
    'UpdateTable',
    {
      TableName,
      BillingMode: 'PROVISIONED',
      ...THROUGHPUT,
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'aaa', ...THROUGHPUT } }],
    },
  ],
  { advanceSeconds: 60 },
  ['UpdateTable', { TableName, BillingMode: 'PROVISIONED' }],
  ['UpdateTable', { TableName, BillingMode: 'PAY_PER_REQUEST' }],
  { advanceSeconds: 60 },
  ['DescribeTable', { TableName }],
  ['UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true } }],
  ['UpdateTimeToLive', { TableName }],
  [
    'UpdateTimeToLive',
    { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } },
  ],
  { advanceSeconds: 3_599 },
  [
    'UpdateTimeToLive',
    { TableName, TimeToLiveSpecification: { Enabled: false, AttributeName: 'ttl' } },
  ],
  { advanceSeconds: 1 },
  [
    'UpdateTimeToLive',
    { TableName, TimeToLiveSpecification: { Enabled: false, AttributeName: 'ttl' } },
  ],
  ['DescribeTimeToLive', {}],
  [
    'UpdateContinuousBackups',
    {
      TableName,
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: 35,
      },
    },
  ],
  { advanceSeconds: 60 },
  [
    'UpdateContinuousBackups',
    {
      TableName,
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: 1,
      },
    },
  ],
  [
    'UpdateContinuousBackups',
    {
      TableName,
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: 36,
      },
    },
  ],
  { advanceSeconds: 40 * 86_400 },
  ['DescribeContinuousBackups', { TableName }],
  [
    'UpdateContinuousBackups',
    { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } },
  ],
];

const values = (more: object) => ({ ExpressionAttributeValues: more });
const update = (UpdateExpression: string, more: object = {}): Step => [
  'UpdateItem',
  { TableName, Key: KEY, UpdateExpression, ReturnValues: 'ALL_NEW', ...more },
];
const check = (ConditionExpression: string, more: object = {}): Step => [
  'UpdateItem',
  { TableName, Key: KEY, ConditionExpression, ...more },
];
const B = (...octets: readonly number[]) => ({ B: Uint8Array.from(octets) });
const nested = (levels: number): object =>
  levels === 0
    ? S('end')
    : levels % 2 === 0
      ? { L: [nested(levels - 1)] }
      : { M: { a: nested(levels - 1) } };
const put = (Item: object, more: object = {}): Step => [
  'PutItem',
  { TableName, Item: { ...KEY, ...Item }, ...more },
];
const names = (count: number, txt = 'n') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`#${txt}${index}`, `a${index}`]));

const expressions: readonly Step[] = [
  ['CreateTable', { TableName, ...INDEXED, BillingMode: 'PAY_PER_REQUEST' }],
  put({
    octs: B(1, 2, 3),
    byteSet: { BS: [Uint8Array.of(2), Uint8Array.of(1)] },
    nums: { NS: ['3', '-1', '0'] },
    lst: { L: [B(1), N(0), S('x'), { M: { m: N(1) } }] },
    mp: { M: { a: { L: [N(1), N(2)] }, b: { BOOL: false } } },
    isYes: { BOOL: true },
    isNull: { NULL: true },
    nil: N(0),
    small: N('-1.5e-3'),
    txt: S('äö'),
  }),
  ['GetItem', { TableName, Key: KEY }],
  ...[32, 31].map((levels) => put({ deep: nested(levels) })),
  // 400 KiB with the names and the key.
  ...[409_580, 409_600, 409_601].map((length) =>
    put({ x: S('x'.repeat(length - 7)) }, { ReturnConsumedCapacity: 'TOTAL' }),
  ),
  put({ pk: S('p'.repeat(2_048)) }),
  put({ pk: S('') }),
  put({
    octs: B(1, 2, 3),
    byteSet: { BS: [Uint8Array.of(2), Uint8Array.of(1)] },
    nums: { NS: ['3', '-1', '0'] },
    lst: { L: [B(1), N(0), S('x'), { M: { m: N(1) } }] },
    mp: { M: { a: { L: [N(1), N(2)] }, b: { BOOL: false } } },
    isYes: { BOOL: true },
    isNull: { NULL: true },
    nil: N(0),
    small: N('-1.5e-3'),
    txt: S('äö'),
  }),
  check('contains(octs, :b)', values({ ':b': B(2, 3) })),
  check('contains(octs, :b)', values({ ':b': B(1, 2) })),
  check('contains(octs, :b)', values({ ':b': B(3, 2) })),
  check('contains(txt, :b)', values({ ':b': S('ä') })),
  check('contains(byteSet, :b)', values({ ':b': B(1) })),
  check('contains(byteSet, :b)', values({ ':b': B(3) })),
  check('contains(byteSet, :b)', values({ ':b': S('x') })),
  check('contains(nums, :b)', values({ ':b': S('3') })),
  check('contains(lst, :b)', values({ ':b': B(1) })),
  check('contains(lst, :b)', values({ ':b': { M: { m: N('1.0') } } })),
  ...['nil', 'isYes', 'isNull', 'mp', 'absent'].map((name) =>
    check(`contains(${name}, :b)`, values({ ':b': S('a') })),
  ),
  check('begins_with(octs, :b)', values({ ':b': B(1, 2) })),
  check('begins_with(octs, :b)', values({ ':b': B(2) })),
  check('octs < :b', values({ ':b': B(1, 2, 4) })),
  check('octs < :b', values({ ':b': B(1, 2) })),
  check('byteSet = :b', values({ ':b': { BS: [Uint8Array.of(1), Uint8Array.of(2)] } })),
  check('nums = :b', values({ ':b': { NS: ['0', '3', '-1.0'] } })),
  check('lst = :b', values({ ':b': { L: [B(1), N(0), S('x')] } })),
  check('map = :b', values({ ':b': { M: { b: { BOOL: false }, a: { L: [N(1), N(2)] } } } })),
  check('small < nil'),
  check('nil > small AND small BETWEEN :a AND :b', values({ ':a': N(-1), ':b': N(0) })),
  check('nil BETWEEN :a AND :b', values({ ':a': S('a'), ':b': N(0) })),
  check('nil BETWEEN :a AND :b', values({ ':a': { BOOL: true }, ':b': { BOOL: true } })),
  check('nil BETWEEN small AND :b', values({ ':b': N(0) })),
  check('isYes > :b', values({ ':b': { BOOL: true } })),
  check(':a = :a', values({ ':a': N(1) })),
  check('nil = nil'),
  check('(nil) = (:a)', values({ ':a': N(0) })),
  check('((nil = :a))', values({ ':a': N(0) })),
  check('nil IN (nil)'),
  check(`nil IN (${Array.from({ length: 100 }, () => ':a').join()})`, values({ ':a': N(0) })),
  check(`nil IN (${Array.from({ length: 101 }, () => ':a').join()})`, values({ ':a': N(0) })),
  check('size(txt) = :a', values({ ':a': N(2) })),
  check('size(txt) BETWEEN :a AND :b', values({ ':a': N(3), ':b': N(4) })),
  check('size(:a) = :a', values({ ':a': N(2) })),
  check('size(size(txt)) = :a', values({ ':a': N(2) })),
  check('contains(size(txt), :a)', values({ ':a': N(2) })),
  check('begins_with(txt, :a)', values({ ':a': N(2) })),
  check('begins_with(:a, txt)', values({ ':a': S('äöü') })),
  check('attribute_type(txt, :a)', values({ ':a': S('X') })),
  check('attribute_type(txt, :a)', values({ ':a': N(1) })),
  check('attribute_type(txt, nil)'),
  check('attribute_type(isNull, :a)', values({ ':a': S('NULL') })),
  check('contains(txt, txt)'),
  check('attribute_exists()'),
  check('attribute_exists(size(txt))'),
  check('list_append(lst, lst)'),
  check('attribute_exists(nil) = :a', values({ ':a': N(1) })),
  check('begins_with(txt, :a) > nil', values({ ':a': S('ä') })),
  check('(nil = :a) = :a', values({ ':a': N(1) })),
  check('attribute_exists(nil) ='),
  check('if_not_exists(a, :a) = :a', values({ ':a': N(1) })),
  check('NOT NOT nil = :a', values({ ':a': N(1) })),
  check('NOT (nil = :a OR isYes = :a) AND NOT attribute_exists(absent)', values({ ':a': N(1) })),
  check('attribute_exists(lst[3].m) AND attribute_exists(mp.a[1])'),
  check('attribute_exists(lst.m)'),
  check('attribute_exists(mp[0])'),
  check('attribute_exists(#n)', { ExpressionAttributeNames: { '#n': 'a.b' } }),
  check('attribute_exists(n#)'),
  check('nil ! :a', values({ ':a': N(1) })),
  check("nil = 'x'"),
  check('nil = 1'),
  check('nil = :a', { ExpressionAttributeValues: {} }),
  check('nil = :a', { ExpressionAttributeNames: {}, ...values({ ':a': N(1) }) }),
  check('nil = :a', values({ a: N(1) })),
  check('nil = :a', values({ ':a-b': N(1) })),
  check('nil = :a', values({ ':a': {} })),
  check('nil = :a', values({ ':a': N('x') })),
  check('attribute_exists(#n)', { ExpressionAttributeNames: { n: 'a' } }),
  check('attribute_exists(#n)', { ExpressionAttributeNames: { '#n': '' } }),
  ['UpdateItem', { TableName, Key: KEY, ExpressionAttributeNames: { '#n': 'a' } }],
  ['UpdateItem', { TableName, Key: KEY, ...values({ ':n': N(1) }) }],
  ...[254, 255].map((length) =>
    check(`attribute_exists(#${'n'.repeat(length)})`, {
      ExpressionAttributeNames: { [`#${'n'.repeat(length)}`]: 'nil' },
    }),
  ),
  // An expression of 4096 octs.
  ...[4_096, 4_097].map((length) => check('attribute_exists(nil)'.padEnd(length))),
  // 300 operators.
  ...[300, 301].map((count) =>
    check(
      Array.from({ length: count + 1 }, () => '#n=#n')
        .join(' OR ')
        .slice(0, 4_000),
      {
        ExpressionAttributeNames: { '#n': 'nil' },
      },
    ),
  ),
  ...[150, 151].map((count) =>
    check(Array.from({ length: count }, () => 'a=:a').join(' OR '), values({ ':a': N(0) })),
  ),
  [
    'GetItem',
    {
      TableName,
      Key: KEY,
      ProjectionExpression: Object.keys(names(9)).join(),
      ExpressionAttributeNames: names(9),
    },
  ],
  ...[
    'lst[0], lst[3].m',
    'map.a[0], mp.b',
    'lst[0].x',
    'mp.a.x',
    'nil[0]',
    'lst[0], lst[0]',
    'lst, lst[0]',
  ].map((ProjectionExpression): Step => ['GetItem', { TableName, Key: KEY, ProjectionExpression }]),
  update('SET nil = (nil + :a)', values({ ':a': N('0.5') })),
  update('SET nil = :a - nil', values({ ':a': N('1e10') })),
  update('SET nil = nil + nil + :a', values({ ':a': N(1) })),
  update('SET #a = (:a)', { ExpressionAttributeNames: { '#a': 'b' }, ...values({ ':a': N(1) }) }),
  update('SET nil = nil + txt'),
  update('SET nil = :a + :b', values({ ':a': S('x'), ':b': N(1) })),
  update('SET nil = nil * :a', values({ ':a': N(1) })),
  update('SET nil = size(txt)'),
  update('SET nil = contains(txt, :a)', values({ ':a': N(1) })),
  update('SET nil = unknown(txt)'),
  update('SET nil = if_not_exists(nil)'),
  update('SET nil = if_not_exists(nil, :a, :a)', values({ ':a': N(1) })),
  update('SET nil = if_not_exists(:a, :a)', values({ ':a': N(1) })),
  update('SET nil = if_not_exists(if_not_exists(nil, :a), :a)', values({ ':a': N(1) })),
  update('SET nil = if_not_exists(absent, :a) + :a', values({ ':a': N(1) })),
  update('SET lst = list_append(if_not_exists(absent, lst), :a)', values({ ':a': { L: [] } })),
  update('SET lst = list_append(lst, :a)', values({ ':a': N(1) })),
  update('SET lst = list_append(nil, lst)'),
  update('SET nil = list_append(lst, lst) + nil'),
  update('SET lst = list_append((nil + nil), lst)'),
  update('SET lst = list_append(absent, lst)'),
  update('SET lst[0] = lst[1], lst[3].m = :a', values({ ':a': S('set') })),
  update('SET lst[0].x = :a', values({ ':a': N(1) })),
  update('SET nil.x = :a', values({ ':a': N(1) })),
  update('SET nil[0] = :a', values({ ':a': N(1) })),
  update('SET mp[0] = :a', values({ ':a': N(1) })),
  update('SET lst.a = :a', values({ ':a': N(1) })),
  update('SET mp.c = mp.b, mp.a[5] = :a', values({ ':a': N(3) })),
  update('SET mp.a = :a, mp.b = :a REMOVE mp.c', values({ ':a': N(3) })),
  update('SET lst[0] = :a, lst[0].b = :a', values({ ':a': N(3) })),
  update('SET lst[1] = :a REMOVE lst[1]', values({ ':a': N(3) })),
  update('SET mp.a = :a, mp[0] = :a', values({ ':a': N(3) })),
  ...[31, 32].map((levels) => update('SET mp.deep = :a', values({ ':a': nested(levels) }))),
  update('REMOVE mp.deep'),
  update('REMOVE lst[1], lst[2]'),
  update('REMOVE lst[9], nil[0], mp.x, absent.x'),
  update('REMOVE nil.x.y'),
  update('REMOVE nil, nil'),
  update('REMOVE'),
  update('SET a = :a,', values({ ':a': N(1) })),
  update('SET a :a', values({ ':a': N(1) })),
  update('SET (a) = :a', values({ ':a': N(1) })),
  update('SET a = :a ADD b :a DELETE nums :n', values({ ':a': N(1), ':n': { NS: ['3'] } })),
  update('ADD a :a ADD b :a', values({ ':a': N(1) })),
  update('ADD byteSet :a', values({ ':a': { BS: [Uint8Array.of(9)] } })),
  update('DELETE byteSet :a', values({ ':a': { BS: [Uint8Array.of(1), Uint8Array.of(9)] } })),
  update('ADD txt :a', values({ ':a': { SS: ['x'] } })),
  update('ADD a :a', values({ ':a': { L: [] } })),
  update('ADD a :a', values({ ':a': { BOOL: true } })),
  update('ADD lst :a', values({ ':a': N(1) })),
  update('ADD mp.a :a', values({ ':a': N(1) })),
  update('ADD a b'),
  update('DELETE nums :a', values({ ':a': N(1) })),
  update('DELETE nums :a', values({ ':a': { SS: ['x'] } })),
  update('DELETE txt :a', values({ ':a': { SS: ['x'] } })),
  update('ADD nums :a', values({ ':a': { NS: ['-2.50', '1e2'] } })),
  update('ADD a :a', values({ ':a': N('9.9999999999999999999999999999999999999e125') })),
  update('ADD a :a', values({ ':a': N('9.9999999999999999999999999999999999999e125') })),
  update('SET sk = :a', values({ ':a': N(1) })),
  update('SET pk.x = :a', values({ ':a': N(1) })),
  update('SET gk = :a', values({ ':a': N(1) })),
  update('SET gk = :a', values({ ':a': S('') })),
  update('SET gk = :a', values({ ':a': S('g') })),
  update('SET lk = :a', { ...values({ ':a': S('l') }), ReturnConsumedCapacity: 'INDEXES' }),
  update('SET lk = :a', { ...values({ ':a': S('m') }), ReturnConsumedCapacity: 'INDEXES' }),
  update('SET shown = :a', { ...values({ ':a': S('m') }), ReturnConsumedCapacity: 'INDEXES' }),
  update('SET shown = :a', { ...values({ ':a': S('m') }), ReturnConsumedCapacity: 'INDEXES' }),
  update('REMOVE gk', { ReturnConsumedCapacity: 'INDEXES' }),
  update('SET table = :a', values({ ':a': N(1) })),
  update('SET a = :a', { ...values({ ':a': N(1) }), ConditionExpression: 'a <> :a' }),
  update('SET a = :a', { ...values({ ':a': nested(32) }) }),
];

const query = (KeyConditionExpression: string, given: object, more: object = {}): Step => [
  'Query',
  { TableName, KeyConditionExpression, ...values(given), ...more },
];
const A = { ':p': S('a') };
const BYTES_TABLE = 'bytes';

const reads: readonly Step[] = [
  ['CreateTable', { TableName, ...INDEXED, BillingMode: 'PAY_PER_REQUEST' }],
  [
    'CreateTable',
    {
      TableName: BYTES_TABLE,
      KeySchema: [hash('pk'), range('sk')],
      AttributeDefinitions: [attribute('pk', 'B'), attribute('sk', 'B')],
      BillingMode: 'PAY_PER_REQUEST',
    },
  ],
  ...[1, 2, 200].map(
    (octet): Step => [
      'PutItem',
      { TableName: BYTES_TABLE, Item: { pk: B(1), sk: B(octet, 1), n: N(octet) } },
    ],
  ),
  ['PutItem', { TableName: BYTES_TABLE, Item: { pk: B(), sk: B(1) } }],
  ['PutItem', { TableName: BYTES_TABLE, Item: { pk: B(1), sk: B(...new Uint8Array(1_025)) } }],
  ['PutItem', { TableName: BYTES_TABLE, Item: { pk: B(1), sk: B(...new Uint8Array(1_024)) } }],
  [
    'Query',
    {
      TableName: BYTES_TABLE,
      KeyConditionExpression: 'pk = :p AND begins_with(sk, :s)',
      ...values({ ':p': B(1), ':s': B(200) }),
    },
  ],
  [
    'Query',
    {
      TableName: BYTES_TABLE,
      KeyConditionExpression: 'pk = :p AND sk > :s',
      ...values({ ':p': B(1), ':s': B(1, 1) }),
    },
  ],
  ...['-10', '-5', '0', '0.5', '5', '10'].map((sk) =>
    put({ sk: { N: sk }, lk: S(`l${sk}`), gk: S('g'), shown: S('x'.repeat(2_000)) }),
  ),
  query('pk = :p', A, { ReturnConsumedCapacity: 'TOTAL', ProjectionExpression: 'sk' }),
  query('pk = :p', A, {
    ReturnConsumedCapacity: 'TOTAL',
    ProjectionExpression: 'sk',
    ConsistentRead: true,
  }),
  query('pk = :p AND pk = :p', A),
  query('pk = :p AND pk = :q', { ...A, ':q': S('b') }),
  query('pk = :p AND lk = :p', A),
  query('pk = sk', {}),
  query('pk = :p AND sk = pk', A),
  query('pk = :p AND sk BETWEEN size(pk) AND :s', { ...A, ':s': N(0) }),
  query('pk = :p AND sk BETWEEN :s AND pk', { ...A, ':s': N(0) }),
  query('pk = :p AND size(sk) BETWEEN :s AND :s', { ...A, ':s': N(0) }),
  query('pk = :p AND :s BETWEEN sk AND sk', { ...A, ':s': N(0) }),
  query(':p = :p', A),
  query('pk = :p AND (sk = :s)', { ...A, ':s': N(5) }, { ProjectionExpression: 'sk' }),
  query(':s < sk AND pk = :p', { ...A, ':s': N(0) }, { ProjectionExpression: 'sk' }),
  query('pk = :p AND sk.a = :s', { ...A, ':s': N(0) }),
  query('pk = :p AND sk = size(pk)', A),
  query('pk = :p AND NOT sk = :s', { ...A, ':s': N(0) }),
  query('pk = :p AND sk IN (:s)', { ...A, ':s': N(0) }),
  query('pk = :p AND attribute_exists(sk)', A),
  query('pk = :p AND contains(sk, :s)', { ...A, ':s': N(0) }),
  query('begins_with(pk, :p)', A),
  query('pk BETWEEN :p AND :p', A),
  query('pk = :p AND begins_with(:s, sk)', { ...A, ':s': S('0') }),
  query('pk = :p AND sk = :s', { ...A, ':s': S('0') }),
  query(
    'pk = :p AND sk BETWEEN :s AND :s',
    { ...A, ':s': N('0.50') },
    { ProjectionExpression: 'sk' },
  ),
  query('pk = :p', A, { ExclusiveStartKey: { pk: S('a'), sk: N(0) }, ProjectionExpression: 'sk' }),
  query('pk = :p', A, { ExclusiveStartKey: { pk: S('a'), sk: S('0') } }),
  query('pk = :p', A, { ExclusiveStartKey: { pk: S('a'), sk: N(0), x: N(0) } }),
  query(
    'pk = :p AND sk > :s',
    { ...A, ':s': N(0) },
    { ExclusiveStartKey: { pk: S('a'), sk: N(-5) } },
  ),
  query(
    'pk = :p AND sk > :s',
    { ...A, ':s': N(0) },
    {
      ExclusiveStartKey: { pk: S('a'), sk: N(5) },
      ProjectionExpression: 'sk',
    },
  ),
  query(
    'gk = :p',
    { ':p': S('g') },
    {
      IndexName: 'global',
      ExclusiveStartKey: { gk: S('g'), sk: N(5) },
    },
  ),
  query(
    'gk = :p',
    { ':p': S('g') },
    {
      IndexName: 'global',
      ExclusiveStartKey: { gk: S('g'), sk: N(5), pk: S('a') },
      ProjectionExpression: 'sk',
    },
  ),
  query('gk = :p', { ':p': S('') }, { IndexName: 'global' }),
  query('pk = :p', { ':p': S('') }),
  query('pk = :p', A, { Select: 'ALL_ATTRIBUTES', ProjectionExpression: 'sk' }),
  query('pk = :p', A, { Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: 'sk', Limit: 1 }),
  query('pk = :p', A, { Select: 'OTHER' }),
  query('pk = :p', A, { IndexName: 'local', Select: 'ALL_ATTRIBUTES', Limit: 1 }),
  query('pk = :p', A, { IndexName: 'local', ReturnConsumedCapacity: 'INDEXES', Limit: 1 }),
  query('pk = :p', { ...A, ':q': N(1) }),
  query('pk = :p', A, { ExpressionAttributeNames: { '#a': 'a' } }),
  query('', A),
  query('pk = :p', A, { FilterExpression: '' }),
  query('pk = :p', A, { FilterExpression: 'shown = :p', Select: 'COUNT', Limit: 6 }),
  query('pk = :p', A, { FilterExpression: 'pk = :p' }),
  query('pk = :p', A, { ConditionalOperator: 'AND' }),
  ['Query', { TableName, IndexName: '', KeyConditionExpression: 'pk = :p', ...values(A) }],
  ['Query', { TableName: ARN, KeyConditionExpression: 'pk = :p', ...values(A), Limit: 1 }],
  ['Scan', { TableName, ExclusiveStartKey: { pk: S('a') } }],
  ['Scan', { TableName, ExclusiveStartKey: { pk: S('a'), sk: S('x') } }],
  ['Scan', { TableName, Limit: 0 }],
  ['Scan', { TableName, FilterExpression: 'sk > :s', ...values({ ':s': N(0) }), Select: 'COUNT' }],
  ['Scan', { TableName, Segment: 1, TotalSegments: 1 }],
  ['Scan', { TableName, Segment: 0, TotalSegments: 1_000_000, ExclusiveStartKey: KEY }],
  ['Scan', { TableName, Segment: -1, TotalSegments: 1 }],
  ['Scan', { TableName, Segment: 0, TotalSegments: 1_000_001 }],
  ['Scan', { TableName, Segment: 0, TotalSegments: 1_000_000, Select: 'COUNT' }],
  ['Scan', { TableName, IndexName: 'global', Limit: 2 }, 'page'],
  [
    'Scan',
    (answered) => ({
      TableName,
      IndexName: 'global',
      Limit: 2,
      ExclusiveStartKey: answered('page.LastEvaluatedKey'),
    }),
  ],
  ['Scan', { TableName, IndexName: 'global', ConsistentRead: true }],
  ['Scan', { TableName, IndexName: 'missing' }],
  // A page has a megabyte.
  ...[21, 22, 23].map((sk) => put({ sk: N(sk), big: S('x'.repeat(400_000)) })),
  query('pk = :p AND sk > :s', { ...A, ':s': N(20) }, { ProjectionExpression: 'sk' }),
  ['Scan', { TableName, ProjectionExpression: 'sk', ReturnConsumedCapacity: 'TOTAL' }],
];

const many = (count: number, size = 0) =>
  Array.from({ length: count }, (_, index) => ({
    pk: S('m'),
    sk: N(index),
    ...(size > 0 && { big: S('x'.repeat(size)) }),
  }));
const writeMany = (items: readonly object[]): Step => [
  'BatchWriteItem',
  { RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) } },
];
const transact = (...TransactItems: readonly object[]): Step => [
  'TransactWriteItems',
  { TransactItems },
];
const getAll = (...TransactItems: readonly object[]): Step => [
  'TransactGetItems',
  { TransactItems },
];
const Update = (more: object) => ({ Update: { TableName, Key: KEY, ...more } });

const batches: readonly Step[] = [
  ['CreateTable', { TableName, ...INDEXED, BillingMode: 'PAY_PER_REQUEST' }],
  ['BatchGetItem', {}],
  ['BatchWriteItem', {}],
  ['BatchGetItem', { RequestItems: { [TableName]: {} } }],
  ['BatchWriteItem', { RequestItems: { [TableName]: [{ DeleteRequest: {} }] } }],
  [
    'BatchWriteItem',
    {
      RequestItems: {
        [TableName]: [{ PutRequest: { Item: KEY }, DeleteRequest: { Key: KEY } }],
      },
    },
  ],
  [
    'BatchWriteItem',
    {
      RequestItems: {
        [TableName]: many(13).map((Item) => ({ PutRequest: { Item } })),
        other: many(13).map((Item) => ({ PutRequest: { Item } })),
      },
    },
  ],
  [
    'BatchGetItem',
    { RequestItems: { [TableName]: { Keys: many(60) }, other: { Keys: many(60) } } },
  ],
  ...[0, 1, 2].map((part) => writeMany(many(50, 390_000).slice(part * 20, part * 20 + 20))),
  [
    'BatchGetItem',
    {
      RequestItems: { [TableName]: { Keys: many(50), ProjectionExpression: 'sk' } },
      ReturnConsumedCapacity: 'TOTAL',
    },
  ],
  ['BatchWriteItem', { RequestItems: { [ARN]: [{ DeleteRequest: { Key: KEY } }] } }],
  [
    'BatchWriteItem',
    {
      RequestItems: { [TableName]: [{ PutRequest: { Item: { ...KEY, gk: S('g') } } }] },
      ReturnConsumedCapacity: 'INDEXES',
    },
  ],
  [
    'BatchGetItem',
    {
      RequestItems: { [TableName]: { Keys: [KEY], ProjectionExpression: '', AttributesToGet: [] } },
    },
  ],
  ['BatchGetItem', { RequestItems: { [TableName]: { Keys: [{ pk: S('a') }] } } }],
  transact(),
  transact(...many(101).map((Item) => ({ Put: { TableName, Item } }))),
  transact(Update({})),
  transact({ ConditionCheck: { TableName, Key: KEY } }),
  transact({ Put: { TableName, Item: KEY }, Delete: { TableName, Key: KEY } }),
  transact(Update({ UpdateExpression: 'SET a = :a', ...values({ ':a': N(1) }) }), {
    ConditionCheck: { TableName, Key: KEY, ConditionExpression: 'attribute_exists(pk)' },
  }),
  transact(Update({ UpdateExpression: 'SET pk = :a', ...values({ ':a': N(1) }) })),
  transact(Update({ UpdateExpression: 'SET a = nil + :a', ...values({ ':a': N(1) }) })),
  transact({ Put: { TableName, Item: { pk: S('a') } } }, { Put: { TableName, Item: KEY } }),
  transact({ Put: { TableName, Item: { pk: S('a'), sk: { L: [] } } } }),
  transact({ Put: { TableName: 'missing', Item: KEY } }),
  transact(...many(11, 390_000).map((Item) => ({ Put: { TableName, Item } }))),
  transact(
    { Put: { TableName, Item: { ...KEY, gk: N(1) } } },
    {
      Delete: {
        TableName,
        Key: { pk: S('b'), sk: N(1) },
        ConditionExpression: 'attribute_exists(pk)',
      },
    },
  ),
  getAll({ Get: { TableName, Key: KEY } }, { Get: { TableName, Key: KEY } }),
  getAll({ Get: { TableName, Key: { pk: S('a') } } }),
  getAll({ Get: { TableName: 'missing', Key: KEY } }),
  getAll({}),
  getAll({ Get: { TableName, Key: KEY, ProjectionExpression: 'pk,' } }),
  getAll(...many(101).map((Key) => ({ Get: { TableName, Key } }))),
  getAll(...many(11).map(({ pk, sk }) => ({ Get: { TableName, Key: { pk, sk } } }))),
  [
    'TransactWriteItems',
    {
      ClientRequestToken: 'same',
      TransactItems: [{ Put: { TableName, Item: { ...KEY, gk: S('g') } } }],
      ReturnConsumedCapacity: 'INDEXES',
    },
  ],
  [
    'TransactWriteItems',
    {
      ClientRequestToken: 'same',
      TransactItems: [{ Put: { TableName, Item: { ...KEY, gk: S('g') } } }],
      ReturnConsumedCapacity: 'INDEXES',
    },
  ],
  { advanceSeconds: 599 },
  [
    'TransactWriteItems',
    { ClientRequestToken: 'same', TransactItems: [{ Delete: { TableName, Key: KEY } }] },
  ],
  { advanceSeconds: 1 },
  [
    'TransactWriteItems',
    { ClientRequestToken: 'same', TransactItems: [{ Delete: { TableName, Key: KEY } }] },
  ],
  { advanceSeconds: 7_200 },
  ...['BatchGetItem', 'BatchWriteItem'].flatMap((operation): readonly Step[] => [
    [operation, {}],
    [operation, { RequestItems: {} }],
    [operation, { RequestItems: { 'a b': [] } }],
  ]),
];

describe('DynamoDB answers at its edges', () => {
  it.each(Object.entries({ tables, expressions, reads, batches }))(
    'about %s as in the transcript',
    async (name, steps) => {
      const transcript = await transcriptOf('dynamodb', [createDynamoDbService], steps);

      await expect(transcript).toMatchFileSnapshot(`transcripts/edges-of-${name}.txt`);
    },
  );
});
