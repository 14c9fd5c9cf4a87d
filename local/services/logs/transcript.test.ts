import { expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createLogsService } from './index.ts';

const G = { logGroupName: '/g' };
const S = { ...G, logStreamName: 's' };
const ARN = 'arn:aws:logs:us-east-1:000000000000:log-group:/g';
const START = Date.parse('2026-01-01T00:00:00Z');
const DAY_MS = 86_400_000;
const line = (message: string, at = 0) => ({ message, timestamp: START + at });
const put = (...logEvents: readonly object[]): Step => ['PutLogEvents', { ...S, logEvents }];
const filter = (filterPattern: string): Step => ['FilterLogEvents', { ...G, filterPattern }];

const steps: readonly Step[] = [
  ['CreateLogGroup', { logGroupName: '' }],
  ['CreateLogGroup', { logGroupName: 'a b' }],
  ['CreateLogGroup', { logGroupName: 'g'.repeat(513) }],
  ['CreateLogGroup', { ...G, tags: { team: 'ml' } }],
  ['CreateLogGroup', G],
  ['CreateLogGroup', { logGroupName: '/h' }],
  ['DescribeLogGroups'],
  ['DescribeLogGroups', { logGroupNamePrefix: '/h' }],
  ['DescribeLogGroups', { logGroupNamePattern: 'g' }],
  ['DescribeLogGroups', { limit: 1 }, 'page'],
  ['DescribeLogGroups', (answered) => ({ limit: 1, nextToken: answered('page.nextToken') })],
  ['DescribeLogGroups', { limit: 0 }],
  ['DescribeLogGroups', { limit: 51 }],
  ['DescribeLogGroups', { logGroupNamePrefix: 'a', logGroupNamePattern: 'b' }],
  ...[0, 1, 2, 3_653, 3_654].map(
    (retentionInDays): Step => ['PutRetentionPolicy', { ...G, retentionInDays }],
  ),
  ['DescribeLogGroups', { logGroupNamePrefix: '/g' }],
  ['DeleteRetentionPolicy', G],
  ['PutRetentionPolicy', { logGroupName: 'missing', retentionInDays: 1 }],
  ['CreateLogStream', { ...G, logStreamName: 'a:b' }],
  ['CreateLogStream', { logGroupName: 'missing', logStreamName: 's' }],
  ['CreateLogStream', S],
  ['CreateLogStream', S],
  ['CreateLogStream', { ...G, logStreamName: 't' }],
  ['DescribeLogStreams', G],
  ['DescribeLogStreams', { logGroupIdentifier: `${ARN}:*` }],
  ['DescribeLogStreams', { ...G, logStreamNamePrefix: 't' }],
  ['DescribeLogStreams', { ...G, orderBy: 'LastEventTime', descending: true }],
  ['DescribeLogStreams', { ...G, orderBy: 'LastEventTime', logStreamNamePrefix: 's' }],
  ['DescribeLogStreams', { ...G, limit: 1 }, 'page'],
  ['DescribeLogStreams', (answered) => ({ ...G, nextToken: answered('page.nextToken') })],
  put(),
  put(line('late', 1), line('early')),
  put(line('', 1)),
  put(line('too old', -15 * DAY_MS), line('kept', 0), line('too new', 3 * 3_600_000)),
  put(line('first', 0), line('over a day', DAY_MS + 1)),
  put(
    line('{"level":"ERROR","count":3,"user":{"name":"ann"},"ok":true}', 10),
    line('{"level":"INFO","count":5,"user":{"name":"bob"},"none":null}', 20),
    line('[1.2.3.4] GET /a 404 10', 30),
    line('plain ERROR text', 40),
    line('plain WARN text', 50),
  ),
  ['PutLogEvents', { ...G, logStreamName: 'missing', logEvents: [line('x')] }],
  ['DescribeLogStreams', G],
  ['GetLogEvents', S],
  ['GetLogEvents', { ...S, startFromHead: true, limit: 2 }, 'page'],
  [
    'GetLogEvents',
    (answered) => ({ ...S, limit: 2, nextToken: answered('page.nextForwardToken') }),
  ],
  ['GetLogEvents', (answered) => ({ ...S, nextToken: answered('page.nextBackwardToken') })],
  ['GetLogEvents', { ...S, startTime: START + 20, endTime: START + 40, startFromHead: true }],
  ['GetLogEvents', { ...S, startTime: START + 40, endTime: START + 20 }],
  ['GetLogEvents', { ...S, limit: 0 }],
  ['GetLogEvents', { ...S, limit: 10_001 }],
  ['GetLogEvents', { ...S, nextToken: 'wrong' }],
  ['FilterLogEvents', G],
  ['FilterLogEvents', { ...G, limit: 2 }, 'page'],
  ['FilterLogEvents', (answered) => ({ ...G, limit: 2, nextToken: answered('page.nextToken') })],
  ['FilterLogEvents', { ...G, startTime: START + 20, endTime: START + 40 }],
  ['FilterLogEvents', { ...G, logStreamNames: ['t'] }],
  ['FilterLogEvents', { ...G, logStreamNamePrefix: 's', limit: 1 }],
  ...[
    'ERROR',
    'plain ERROR',
    '?ERROR ?WARN',
    'plain -WARN',
    '"plain ERROR"',
    '%ERR.R%',
    '{ $.level = "ERROR" }',
    '{ $.level != "ERROR" }',
    '{ $.count > 3 }',
    '{ $.count >= 3 }',
    '{ $.count < 5 }',
    '{ $.count <= 5 }',
    '{ $.count = 3 || $.count = 5 }',
    '{ $.count = 3 && $.level = "INFO" }',
    '{ $.user.name = "a*" }',
    '{ $.ok IS TRUE }',
    '{ $.none IS NULL }',
    '{ $.ok EXISTS }',
    '{ $.ok NOT EXISTS }',
    '[ip, method, path, status=404, size>9]',
    '[ip, method, path, status!=404, size]',
    '[...,size=10]',
    '{ $.count > }',
    '[',
    '{ level = 1 }',
  ].map(filter),
  ...['ERROR', '{', ''].map(
    (filterPattern): Step => [
      'PutMetricFilter',
      {
        ...G,
        filterName: 'f',
        filterPattern,
        metricTransformations: [
          {
            metricName: 'errors',
            metricNamespace: 'N',
            metricValue: '1',
            defaultValue: 0,
            unit: 'Count',
          },
        ],
      },
    ],
  ),
  ['DescribeMetricFilters', G],
  ['DescribeMetricFilters', { metricName: 'errors', metricNamespace: 'N' }],
  ['DescribeMetricFilters', { ...G, filterNamePrefix: 'g' }],
  put(line('counted', 60)),
  ['cloudwatch:ListMetrics', { Namespace: 'N' }],
  ['DeleteMetricFilter', { ...G, filterName: 'f' }],
  ['DeleteMetricFilter', { ...G, filterName: 'f' }],
  ['ListTagsForResource', { resourceArn: ARN }],
  ['TagResource', { resourceArn: ARN, tags: { team: 'data', b: '' } }],
  ['UntagResource', { resourceArn: ARN, tagKeys: ['b'] }],
  ['ListTagsForResource', { resourceArn: ARN }],
  ['ListTagsForResource', { resourceArn: `${ARN}x` }],
  ['PutResourcePolicy', { policyName: 'p', policyDocument: '{' }],
  [
    'PutResourcePolicy',
    {
      policyName: 'p',
      policyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"logs:PutLogEvents","Resource":"*"}]}',
    },
  ],
  ['DescribeResourcePolicies'],
  ['DeleteResourcePolicy', { policyName: 'p' }],
  ['DeleteResourcePolicy', { policyName: 'p' }],
  ['PutRetentionPolicy', { ...G, retentionInDays: 1 }],
  { advanceSeconds: 90_000 },
  ['GetLogEvents', S],
  ['DeleteLogStream', S],
  ['DeleteLogStream', S],
  ['DeleteLogGroup', G],
  ['DeleteLogGroup', G],
];

it('CloudWatch Logs answers as in the transcript', async () => {
  const transcript = await transcriptOf(
    'logs',
    [createLogsService, createCloudWatchService],
    steps,
  );

  await expect(transcript).toMatchFileSnapshot('transcripts/logs.txt');
});
