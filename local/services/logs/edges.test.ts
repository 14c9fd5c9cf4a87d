import { expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createLogsService } from './index.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const ARN = 'arn:aws:logs:us-east-1:000000000000:log-group:/g';
const G = { logGroupName: '/g' };
const S = { ...G, logStreamName: 's' };
const line = (message: string, offsetMs = 0) => ({ message, timestamp: START + offsetMs });
const put = (logStreamName: string, ...logEvents: readonly object[]): Step => [
  'PutLogEvents',
  { ...G, logStreamName, logEvents },
];
const read = (more: object): Step => ['GetLogEvents', { ...S, ...more }];
const filter = (more: object): Step => ['FilterLogEvents', { ...G, ...more }];
const metricFilter = (filterName: string, more: object = {}, transformation: object = {}): Step => [
  'PutMetricFilter',
  {
    ...G,
    filterName,
    filterPattern: '{ $.n > 1 }',
    metricTransformations: [
      { metricName: 'm', metricNamespace: 'N', metricValue: '1', ...transformation },
    ],
    ...more,
  },
];
const DAY_MS = 86_400_000;
const policy = (policyName: string): Step => [
  'PutResourcePolicy',
  {
    policyName,
    policyDocument:
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"logs:PutLogEvents","Resource":"*"}}',
  },
];
const embedded = (directives: readonly object[], more: object = {}) =>
  line(JSON.stringify({ _aws: { Timestamp: START, CloudWatchMetrics: directives }, ...more }), 5);
const DIRECTIVE = { Namespace: 'E', Dimensions: [['d']], Metrics: [{ Name: 'x', Unit: 'Count' }] };
const named = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const steps: readonly Step[] = [
  ...['a b', '', 'a'.repeat(512), 'a'.repeat(513), 'aws/x'].map(
    (logGroupName): Step => ['CreateLogGroup', { logGroupName }],
  ),
  ['CreateLogGroup', { ...G, kmsKeyId: 'key', tags: { team: 'ml' } }],
  ['CreateLogGroup', { logGroupName: '/h', logGroupClass: 'INFREQUENT_ACCESS' }],
  ['DescribeLogGroups', { logGroupIdentifiers: ['/g'] }],
  ['DescribeLogGroups', { nextToken: 'wrong' }],
  [
    'TagResource',
    { resourceArn: ARN, tags: Object.fromEntries(named(50, 'k').map((name) => [name, ''])) },
  ],
  ['TagResource', { resourceArn: 'no arn', tags: { a: '' } }],
  ...['s', 't', 'u'].map((logStreamName): Step => ['CreateLogStream', { ...G, logStreamName }]),
  ['CreateLogStream', { ...G, logStreamName: 'a'.repeat(513) }],
  ['CreateLogStream', { ...G, logStreamName: 'a*' }],
  ['DescribeLogStreams', { ...G, orderBy: 'Other' }],
  ['DescribeLogStreams', { ...G, orderBy: 'LastEventTime' }],
  // Limits of a request.
  put('s', ...Array.from({ length: 10_001 }, () => line('x'))),
  put('s', line('x'.repeat(1_048_576 - 26))),
  put('s', line('x'.repeat(1_048_576 - 25))),
  put('s', line('x'.repeat(524_288 - 26)), line('y'.repeat(524_288 - 25))),
  put('s', line('first', -DAY_MS), line('exactly a day', 0)),
  put('s', line('first', -DAY_MS - 1), line('more than a day', 0)),
  put('s', line('too old', -14 * DAY_MS - 1)),
  put('s', line('old enough', -14 * DAY_MS + 1)),
  put('s', line('in two hours', 7_200_000)),
  put('s', line('in more than two hours', 7_200_001)),
  put('t', line('a', 10), line('b', 10), line('c', 20)),
  put('t', line('d', 15)),
  put(
    'u',
    line('{"n":1}', 12),
    line('{"n":2.5}', 13),
    line('{"n":"3"}', 14),
    line('{"n":true}', 15),
  ),
  ['DescribeLogStreams', { ...G, orderBy: 'LastEventTime', descending: true }],
  ['DescribeLogStreams', { ...G, orderBy: 'LastEventTime', descending: true, limit: 2 }, 'streams'],
  [
    'DescribeLogStreams',
    (answered) => ({
      ...G,
      orderBy: 'LastEventTime',
      descending: true,
      limit: 2,
      nextToken: answered('streams.nextToken'),
    }),
  ],
  ['DescribeLogStreams', { ...G, nextToken: 'wrong' }],
  read({ logStreamName: 't' }),
  read({ logStreamName: 't', startTime: START + 10, endTime: START + 15, startFromHead: true }),
  read({ logStreamName: 't', startTime: START + 15, endTime: START + 20 }),
  read({ logStreamName: 't', startTime: START + 20, endTime: START + 20 }),
  ['GetLogEvents', { ...G, logStreamName: 't', limit: 1 }, 'back'],
  [
    'GetLogEvents',
    (answered) => ({
      ...G,
      logStreamName: 't',
      limit: 1,
      nextToken: answered('back.nextBackwardToken'),
    }),
    'back',
  ],
  [
    'GetLogEvents',
    (answered) => ({
      ...G,
      logStreamName: 't',
      limit: 5,
      nextToken: answered('back.nextBackwardToken'),
    }),
    'end',
  ],
  [
    'GetLogEvents',
    (answered) => ({
      ...G,
      logStreamName: 't',
      limit: 5,
      nextToken: answered('end.nextBackwardToken'),
    }),
  ],
  [
    'GetLogEvents',
    (answered) => ({ ...G, logStreamName: 't', nextToken: answered('back.nextForwardToken') }),
  ],
  read({ logStreamName: 'missing' }),
  read({ logGroupName: undefined, logGroupIdentifier: ARN, logStreamName: 't', limit: 1 }),
  // Filters in all streams: in order of time, then of arrival.
  filter({ startTime: START, endTime: START + 16, logStreamNames: ['t', 'u'] }),
  filter({ startTime: START + 10, endTime: START + 11, limit: 1 }),
  filter({ startTime: START + 16, endTime: START + 10 }),
  filter({ logStreamNames: ['t'], logStreamNamePrefix: 't' }),
  filter({ logStreamNames: ['missing'] }),
  filter({ logStreamNames: named(101, 's') }),
  filter({ nextToken: 'wrong' }),
  filter({ limit: 10_001 }),
  ['FilterLogEvents', { ...G, logStreamNames: ['t', 'u'], limit: 3 }, 'page'],
  [
    'FilterLogEvents',
    (answered) => ({
      ...G,
      logStreamNames: ['t', 'u'],
      limit: 3,
      nextToken: answered('page.nextToken'),
    }),
    'page',
  ],
  [
    'FilterLogEvents',
    (answered) => ({
      ...G,
      logStreamNames: ['t', 'u'],
      limit: 3,
      nextToken: answered('page.nextToken'),
    }),
  ],
  ...[
    '{ $.n = 2.5 }',
    '{ $.n = 2.50 }',
    '{ $.n != 1 }',
    '{ $.n = "3" }',
    '{ $.n = 3 }',
    '{ $.n IS TRUE }',
    '{ $.n IS FALSE }',
    '{ $.n >= 1 && ($.n < 2 || $.n = 2.5) }',
    '{ ($.n = 1) || ($.n = 2.5) && $.n = 9 }',
    '{ $.["n"] = 1 }',
    "{ $.['n'] = 1 }",
    '{ $[0] = 1 }',
    '{ $.n = * }',
    '{ $.n = %2% }',
    '{ $.n = "2*" }',
    '{ $.n NOT EXISTS }',
    '{ $.m IS NULL }',
    '{ $.n = 1',
    '{ $.n == 1 }',
    '{ }',
    '{ $.n = 1 && }',
    `{ ${'('.repeat(50)}$.n = 1${')'.repeat(50)} }`,
    'a b',
    '-a',
    '?a ?b',
    '?a b',
    '"a',
    '"\\"a"',
    'a*b',
    '%[ab]%',
    '%(%',
    '[x]',
    '[x=a]',
    '[x!=a]',
  ].map((filterPattern) => filter({ filterPattern, logStreamNames: ['t', 'u'] })),
  // Metric filters.
  metricFilter('plain'),
  metricFilter('word', { filterPattern: 'counted' }, { metricName: 'w', metricValue: '2.5' }),
  metricFilter('bad', {}, { metricValue: 'x' }),
  metricFilter('dimensions', {}, { dimensions: { d: '$.d' } }),
  metricFilter('none', { metricTransformations: [] }),
  metricFilter('a:b'),
  metricFilter(
    'everything',
    { filterPattern: '' },
    { metricName: 'all', metricValue: '1', defaultValue: 0 },
  ),
  ['DescribeMetricFilters', { ...G, limit: 1 }, 'filters'],
  [
    'DescribeMetricFilters',
    (answered) => ({ ...G, limit: 1, nextToken: answered('filters.nextToken') }),
  ],
  ['DescribeMetricFilters', { ...G, filterNamePrefix: 'w' }],
  ['DescribeMetricFilters', { metricName: 'm' }],
  ['DescribeMetricFilters', { metricNamespace: 'N', metricName: 'other' }],
  put('u', line('{"n":5}', 30), line('{"n":1}', 31), line('{"n":"x"}', 32), line('counted', 33)),
  // Embedded metrics.
  put(
    'u',
    embedded([DIRECTIVE], { d: 'one', x: 3 }),
    embedded([DIRECTIVE], { d: 'one', x: [1, 2] }),
    embedded([DIRECTIVE], { d: 'one', x: 'text' }),
    embedded([DIRECTIVE], { x: 3 }),
    embedded([{ ...DIRECTIVE, Dimensions: [[]] }], { x: 3 }),
    embedded([{ ...DIRECTIVE, Dimensions: undefined }], { x: 4 }),
    embedded([{ ...DIRECTIVE, Namespace: 'AWS/E' }], { d: 'one', x: 3 }),
    embedded([{ ...DIRECTIVE, Namespace: 5 }], { d: 'one', x: 3 }),
    embedded([{ ...DIRECTIVE, Metrics: [] }], { d: 'one', x: 3 }),
    embedded([{ ...DIRECTIVE, Metrics: [{ Name: 'y' }, { Name: 'x', StorageResolution: 1 }] }], {
      d: 'two',
      x: 3,
      y: 1,
    }),
    embedded([{ ...DIRECTIVE, Metrics: [{ Name: 'x', Unit: 'Other' }] }], { d: 'three', x: 3 }),
    embedded([{ ...DIRECTIVE, Metrics: named(100, 'm').map((Name) => ({ Name })) }], {
      d: 'four',
      m99: 1,
    }),
    embedded([{ ...DIRECTIVE, Metrics: named(101, 'm').map((Name) => ({ Name })) }], {
      d: 'five',
      m0: 1,
    }),
    embedded([{ ...DIRECTIVE, Dimensions: [named(30, 'd')] }], {
      ...Object.fromEntries(named(30, 'd').map((name) => [name, 'v'])),
      x: 1,
    }),
    embedded([{ ...DIRECTIVE, Dimensions: [named(31, 'd')] }], {
      ...Object.fromEntries(named(31, 'd').map((name) => [name, 'v'])),
      x: 1,
    }),
    embedded([DIRECTIVE], { d: 'six', x: Array.from({ length: 100 }, () => 1) }),
    embedded([DIRECTIVE], { d: 'seven', x: Array.from({ length: 101 }, () => 1) }),
  ),
  { advanceSeconds: 60 },
  ['cloudwatch:ListMetrics'],
  ...[
    ['N', 'm', []],
    ['N', 'w', []],
    ['N', 'all', []],
    ['E', 'x', [{ Name: 'd', Value: 'one' }]],
    ['E', 'x', []],
  ].map(
    ([Namespace, MetricName, Dimensions]): Step => [
      'cloudwatch:GetMetricStatistics',
      {
        Namespace,
        MetricName,
        Dimensions,
        StartTime: new Date(START),
        EndTime: new Date(START + 3_600_000),
        Period: 60,
        Statistics: ['Sum', 'SampleCount'],
      },
    ],
  ),
  ...named(11, 'p').map(policy),
  ['DescribeResourcePolicies', { limit: 3 }, 'policies'],
  [
    'DescribeResourcePolicies',
    (answered) => ({ limit: 3, nextToken: answered('policies.nextToken') }),
  ],
  ['PutResourcePolicy', { policyName: 'q', policyDocument: '{"Statement":[]}' }],
  // Both times of FilterLogEvents are included.
  ['CreateLogStream', { ...G, logStreamName: 'span' }],
  put('span', line('one', 10), line('two', 20)),
  ...[
    { startTime: START + 20 },
    { startTime: START + 21 },
    { endTime: START + 10 },
    { endTime: START + 9 },
  ].map((more) => filter({ logStreamNames: ['span'], ...more })),
  ['DeleteLogStream', { ...G, logStreamName: 'span' }],
  ['DeleteLogStream', { ...G, logStreamName: 'span' }],
  filter({ filterPattern: `{ ${'('.repeat(30)}$.n = 1${')'.repeat(30)} }` }),
  ...['{ $.list = "[1,2]" }', '{ $.nothing IS NULL }', '{ $.n = "1" }'].map((filterPattern) =>
    filter({ filterPattern }),
  ),
  // Retention removes events, then streams are deleted with their group.
  ['PutRetentionPolicy', { ...G, retentionInDays: 1 }],
  { advanceSeconds: 86_400 - 3_600 },
  read({ logStreamName: 't', limit: 1 }),
  { advanceSeconds: 7_200 },
  read({ logStreamName: 't' }),
  ['DescribeLogStreams', G],
  ['DeleteLogStream', { ...G, logStreamName: 't' }],
  ['DeleteLogGroup', G],
  ['CreateLogGroup', G],
  ['DescribeLogStreams', G],
  ['DescribeMetricFilters', G],
];

it('CloudWatch Logs answers at its edges as in the transcript', async () => {
  const transcript = await transcriptOf(
    'logs',
    [createLogsService, createCloudWatchService],
    steps,
  );

  await expect(transcript).toMatchFileSnapshot('transcripts/edges.txt');
});
