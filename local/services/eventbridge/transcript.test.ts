import { describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../../cloud/cloud.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createIamService } from '../iam/index.ts';
import { createLogsService } from '../logs/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStsService } from '../sts/index.ts';
import { createEventBridgeService } from './index.ts';

const ARN = 'arn:aws:events:us-east-1:000000000000';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';
const QueueUrl = '/000000000000/q';
const EventPattern = '{"source":["mine"]}';
const OPEN = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' }],
});
const Tags = [
  { Key: 'b', Value: '2' },
  { Key: 'a', Value: '1' },
];

const buses: readonly Step[] = [
  ['ListEventBuses'],
  ['DescribeEventBus'],
  ['CreateEventBus', { Name: 'a/b' }],
  ['CreateEventBus', { Name: 'default' }],
  ['CreateEventBus', { Name: 'own', Description: 'mine', Tags }],
  ['CreateEventBus', { Name: 'own' }],
  { advanceSeconds: 1 },
  ['CreateEventBus', { Name: 'other', DeadLetterConfig: { Arn: QUEUE } }],
  ['DescribeEventBus', { Name: 'own' }],
  ['DescribeEventBus', { Name: `${ARN}:event-bus/own` }],
  ['DescribeEventBus', { Name: 'missing' }],
  ['UpdateEventBus', { Name: 'own', Description: 'changed' }],
  ['UpdateEventBus', { Name: 'missing' }],
  ['DescribeEventBus', { Name: 'own' }],
  ['ListEventBuses', { NamePrefix: 'o' }],
  ['ListEventBuses', { Limit: 1 }, 'page'],
  ['ListEventBuses', (answered) => ({ Limit: 1, NextToken: answered('page.NextToken') })],
  ['ListEventBuses', { Limit: 3 }],
  ['ListEventBuses', { NextToken: 'wrong' }],
  [
    'PutPermission',
    {
      EventBusName: 'own',
      StatementId: 's',
      Action: 'events:PutEvents',
      Principal: '111111111111',
    },
  ],
  [
    'PutPermission',
    { EventBusName: 'own', StatementId: 't', Action: 'events:PutEvents', Principal: '*' },
  ],
  ['DescribeEventBus', { Name: 'own' }],
  [
    'PutPermission',
    {
      EventBusName: 'own',
      StatementId: 's',
      Action: 'events:PutEvents',
      Principal: '222222222222',
    },
  ],
  ['RemovePermission', { EventBusName: 'own', StatementId: 'missing' }],
  ['RemovePermission', { EventBusName: 'own', StatementId: 's' }],
  ['DescribeEventBus', { Name: 'own' }],
  ['RemovePermission', { EventBusName: 'own', RemoveAllPermissions: true }],
  ['DescribeEventBus', { Name: 'own' }],
  ['PutPermission', { EventBusName: 'own', Policy: '{' }],
  ['PutPermission', { EventBusName: 'own' }],
  ['ListTagsForResource', { ResourceARN: `${ARN}:event-bus/own` }],
  ['TagResource', { ResourceARN: `${ARN}:event-bus/own`, Tags: [{ Key: 'b', Value: '3' }] }],
  ['UntagResource', { ResourceARN: `${ARN}:event-bus/own`, TagKeys: ['a'] }],
  ['ListTagsForResource', { ResourceARN: `${ARN}:event-bus/own` }],
  ['ListTagsForResource', { ResourceARN: `${ARN}:event-bus/missing` }],
  ['ListTagsForResource', { ResourceARN: `${ARN}:archive/own` }],
  ['PutRule', { Name: 'r', EventBusName: 'own', EventPattern }],
  ['DeleteEventBus', { Name: 'own' }],
  ['DeleteEventBus', { Name: 'default' }],
  ['DeleteEventBus', { Name: 'missing' }],
  ['DeleteRule', { Name: 'r', EventBusName: 'own' }],
  ['DeleteEventBus', { Name: 'own' }],
  ['DescribeEventBus', { Name: 'own' }],
  ...Array.from({ length: 99 }, (_, index): Step => ['CreateEventBus', { Name: `bus-${index}` }]),
];

const target = (more: object): Step => [
  'PutTargets',
  { Rule: 'r', Targets: [{ Id: '1', Arn: QUEUE, ...more }] },
];

const rules: readonly Step[] = [
  ['PutRule', { Name: 'r' }],
  ['PutRule', { Name: 'r', EventPattern: '{' }],
  ['PutRule', { Name: 'r', EventPattern: '{}' }],
  ['PutRule', { Name: 'r', EventPattern: '{"source":"mine"}' }],
  ['PutRule', { Name: 'r', EventPattern: '{"source":[{"unknown":1}]}' }],
  ['PutRule', { Name: 'r', EventBusName: 'missing', EventPattern }],
  ['PutRule', { Name: 'r', EventPattern, RoleArn: 'arn:aws:iam::000000000000:role/missing' }],
  ['PutRule', { Name: 'r', EventPattern, Description: 'why', Tags }],
  ['PutRule', { Name: 'timed', ScheduleExpression: 'rate(5 minutes)', State: 'DISABLED' }],
  ['PutRule', { Name: 'both', ScheduleExpression: 'cron(0 10 * * ? *)', EventPattern }],
  ['DescribeRule', { Name: 'r' }],
  ['DescribeRule', { Name: 'timed' }],
  ['DescribeRule', { Name: 'missing' }],
  ['ListRules'],
  ['ListRules', { NamePrefix: 'b' }],
  ['ListRules', { Limit: 2 }, 'page'],
  ['ListRules', (answered) => ({ Limit: 2, NextToken: answered('page.NextToken') })],
  ['DisableRule', { Name: 'r' }],
  ['EnableRule', { Name: 'timed' }],
  ['EnableRule', { Name: 'missing' }],
  ['ListRules'],
  ['PutRule', { Name: 'r', EventPattern: '{"source":["other"]}' }],
  ['DescribeRule', { Name: 'r' }],
  ['ListTagsForResource', { ResourceARN: `${ARN}:rule/r` }],
  target({ Arn: 'no arn' }),
  target({ Input: '{', Arn: QUEUE }),
  target({ Input: '{}', InputPath: '$' }),
  target({ InputPath: 'x' }),
  target({ InputTransformer: { InputTemplate: '<a>', InputPathsMap: { b: '$.b' } } }),
  target({ InputTransformer: { InputTemplate: '<a>', InputPathsMap: { a: 'x' } } }),
  target({ InputTransformer: { InputTemplate: '"a', InputPathsMap: {} } }),
  target({ Arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:s' }),
  target({ Arn: 'arn:aws:ecs:us-east-1:000000000000:cluster/c', RoleArn: `${ARN}:x` }),
  target({ Arn: `${QUEUE}.fifo` }),
  target({ RetryPolicy: { MaximumRetryAttempts: 186 } }),
  target({ RetryPolicy: { MaximumEventAgeInSeconds: 59 } }),
  target({}),
  target({ Input: '"changed"' }),
  [
    'PutTargets',
    {
      Rule: 'r',
      Targets: ['2', '3', '4', '5'].map((Id) => ({ Id, Arn: `${QUEUE}${Id}`, InputPath: '$.id' })),
    },
  ],
  ['PutTargets', { Rule: 'r', Targets: [{ Id: '6', Arn: QUEUE }] }],
  ['PutTargets', { Rule: 'missing', Targets: [{ Id: '1', Arn: QUEUE }] }],
  ['ListTargetsByRule', { Rule: 'r' }],
  ['ListTargetsByRule', { Rule: 'r', Limit: 4 }, 'page'],
  [
    'ListTargetsByRule',
    (answered) => ({ Rule: 'r', Limit: 4, NextToken: answered('page.NextToken') }),
  ],
  ['ListRuleNamesByTarget', { TargetArn: QUEUE }],
  ['ListRuleNamesByTarget', { TargetArn: `${QUEUE}x` }],
  ['DeleteRule', { Name: 'r' }],
  ['RemoveTargets', { Rule: 'r', Ids: ['1', 'missing'] }],
  ['RemoveTargets', { Rule: 'r', Ids: ['2', '3', '4', '5'] }],
  ['ListTargetsByRule', { Rule: 'r' }],
  ['DeleteRule', { Name: 'r' }],
  ['DeleteRule', { Name: 'r' }],
  ['ListTagsForResource', { ResourceARN: `${ARN}:rule/r` }],
  ...Array.from(
    { length: 31 },
    (_, index): Step => [
      'PutRule',
      { Name: `wild-${index}`, EventPattern: '{"source":[{"wildcard":"a*"}]}' },
    ],
  ),
  ['TestEventPattern', { EventPattern, Event: '{"source":"mine"}' }],
  [
    'TestEventPattern',
    {
      EventPattern,
      Event:
        '{"id":"1","source":"mine","detail-type":"d","account":"1","region":"r","time":"2026-01-01T00:00:00Z","resources":[],"detail":{}}',
    },
  ],
  ...['{', 'null', '[]', '"text"', '1', '{}'].map(
    (Event): Step => ['TestEventPattern', { EventPattern, Event }],
  ),
  ...['id', 'account', 'source', 'time', 'region', 'detail-type', 'resources', 'detail'].map(
    (missing): Step => [
      'TestEventPattern',
      {
        EventPattern: '{"account":["1"]}',
        Event: JSON.stringify({
          id: '1',
          source: 'mine',
          'detail-type': 'd',
          account: '1',
          region: 'r',
          time: '2026-01-01T00:00:00Z',
          resources: [],
          detail: {},
          [missing]: undefined,
        }),
      },
    ],
  ),
];

const entry = (more: object = {}) => ({
  Source: 'mine',
  DetailType: 'happened',
  Detail: '{"n":1,"text":"a \\"b\\"","list":[1,2]}',
  ...more,
});
const receive: Step = [
  'sqs:ReceiveMessage',
  { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0, MessageSystemAttributeNames: ['All'] },
];
const redeliver = (more: object): readonly Step[] => [
  ['sqs:PurgeQueue', { QueueUrl }],
  target(more),
  ['PutEvents', { Entries: [entry({ Resources: ['a'], Time: new Date(1_000) })] }],
  { advanceSeconds: 61 },
  receive,
];

const delivery: readonly Step[] = [
  ['sqs:CreateQueue', { QueueName: 'q', Attributes: { Policy: OPEN } }],
  ['sqs:CreateQueue', { QueueName: 'dead', Attributes: { Policy: OPEN } }],
  ['CreateEventBus', { Name: 'own' }],
  ['PutRule', { Name: 'r', EventPattern }],
  ['PutRule', { Name: 'o', EventBusName: 'own', EventPattern }],
  ['PutTargets', { Rule: 'o', EventBusName: 'own', Targets: [{ Id: '1', Arn: QUEUE }] }],
  ['PutEvents', { Entries: [] }],
  ['PutEvents', { Entries: [entry({ Source: 'aws.s3' })] }],
  ['PutEvents', { Entries: [entry({ Source: undefined })] }],
  ['PutEvents', { Entries: [entry({ DetailType: undefined })] }],
  ['PutEvents', { Entries: [entry({ Detail: undefined })] }],
  ['PutEvents', { Entries: [entry({ Detail: '{' })] }],
  ['PutEvents', { Entries: [entry({ Detail: '[]' })] }],
  ['PutEvents', { Entries: [entry({ EventBusName: 'missing' }), entry()] }],
  ['PutEvents', { Entries: Array.from({ length: 11 }, () => entry()) }],
  ['PutEvents', { Entries: [entry({ EventBusName: 'own', TraceHeader: 'Root=1' })] }],
  receive,
  ...redeliver({}),
  ...redeliver({ Input: '{"constant":true}' }),
  ...redeliver({ InputPath: '$.detail' }),
  ...redeliver({ InputPath: '$.detail.text' }),
  ...redeliver({ InputPath: '$.detail.missing' }),
  ...redeliver({
    InputTransformer: {
      InputPathsMap: { n: '$.detail.n', text: '$.detail.text', list: '$.detail.list', no: '$.no' },
      InputTemplate:
        '{"n":<n>,"text":<text>,"list":<list>,"no":<no>,"in":"is <n> and <text>","rule":"<aws.events.rule-name>","arn":<aws.events.rule-arn>,"time":<aws.events.event.ingestion-time>}',
    },
  }),
  ...redeliver({
    InputTransformer: { InputPathsMap: { text: '$.detail.text' }, InputTemplate: '"Say <text>"' },
  }),
  ...redeliver({
    InputTransformer: { InputPathsMap: {}, InputTemplate: '<aws.events.event.json>' },
  }),
  ['PutRule', { Name: 'timed', ScheduleExpression: 'rate(1 minute)' }],
  ['PutTargets', { Rule: 'timed', Targets: [{ Id: '1', Arn: QUEUE }] }],
  ['sqs:PurgeQueue', { QueueUrl }],
  { advanceSeconds: 59 },
  receive,
  { advanceSeconds: 1 },
  receive,
  ['DisableRule', { Name: 'timed' }],
  ['sqs:PurgeQueue', { QueueUrl }],
  { advanceSeconds: 61 },
  receive,
  target({
    Arn: `${QUEUE}-missing`,
    DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:dead' },
    RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 },
  }),
  ['PutEvents', { Entries: [entry()] }],
  { advanceSeconds: 120 },
  [
    'sqs:ReceiveMessage',
    {
      QueueUrl: '/000000000000/dead',
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    },
  ],
  target({ Arn: `${QUEUE}-missing`, DeadLetterConfig: { Arn: `${QUEUE}-missing` } }),
  ['PutEvents', { Entries: [entry()] }],
  { advanceSeconds: 120 },
  ['cloudwatch:ListMetrics', { Namespace: 'AWS/Events' }],
  [
    'cloudwatch:GetMetricStatistics',
    {
      Namespace: 'AWS/Events',
      MetricName: 'MatchedEvents',
      Dimensions: [{ Name: 'RuleName', Value: 'r' }],
      StartTime: new Date('2026-01-01T00:00:00Z'),
      EndTime: new Date('2026-01-01T01:00:00Z'),
      Period: 3_600,
      Statistics: ['Sum', 'SampleCount', 'Maximum'],
    },
  ],
];

const LOGS = 'arn:aws:logs:us-east-1:000000000000:log-group';
const logs = (policyName: string, Resource: string): Step => [
  'logs:PutResourcePolicy',
  {
    policyName,
    policyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource,
        },
      ],
    }),
  },
];
const dead = { DeadLetterConfig: { Arn: `${QUEUE}-dead` } };
const receiveDead: Step = [
  'sqs:ReceiveMessage',
  {
    QueueUrl: '/000000000000/q-dead',
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
  },
];

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
const targets: readonly Step[] = [
  ['sqs:CreateQueue', { QueueName: 'q-dead', Attributes: { Policy: OPEN } }],
  ['logs:CreateLogGroup', { logGroupName: '/aws/events/all' }],
  ['logs:CreateLogGroup', { logGroupName: '/aws/events/closed' }],
  logs('events', `${LOGS}:/aws/events/all:*`),
  ['PutRule', { Name: 'r', EventPattern }],
  [
    'PutTargets',
    {
      Rule: 'r',
      Targets: [
        { Id: 'log', Arn: `${LOGS}:/aws/events/all` },
        { Id: 'star', Arn: `${LOGS}:/aws/events/all:*` },
        { Id: 'closed', Arn: `${LOGS}:/aws/events/closed`, ...dead },
        { Id: 'lost', Arn: `${LOGS}:/aws/events/missing`, ...dead },
      ],
    },
  ],
  ['PutEvents', { Entries: [entry()] }],
  ['logs:FilterLogEvents', { logGroupName: '/aws/events/all' }],
  ['logs:FilterLogEvents', { logGroupName: '/aws/events/closed' }],
  receiveDead,
];

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:busy';
/** A function that is always throttled. */
const busyFunction: ServiceFactory = () => ({
  name: 'lambda',
  operations: {
    Invoke: {
      permissions: () => [{ action: 'lambda:InvokeFunction', resource: FUNCTION }],
      run: () => {
        throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 });
      },
    },
  },
  accessDenied: (message) => new ServiceError('AccessDeniedException', message),
  resourcePolicy: () => ({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: FUNCTION,
      },
    ],
  }),
});
const minutes = (count: number): readonly Step[] =>
  Array.from({ length: count }, () => ({ advanceSeconds: 60 }));
/** A target that fails for a while: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const retried = (RetryPolicy: object, waits: readonly Step[]): readonly Step[] => [
  target({
    Arn: FUNCTION,
    DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:q-dead' },
    RetryPolicy,
  }),
  ['PutEvents', { Entries: [entry()] }],
  ...waits,
  receiveDead,
  { advanceSeconds: 61 },
  ['sqs:PurgeQueue', { QueueUrl: '/000000000000/q-dead' }],
];
const template = (InputTemplate: string, more: object = {}) => ({
  InputTransformer: {
    InputPathsMap: { n: '$.detail.n', text: '$.detail.text', list: '$.detail.list', no: '$.no' },
    InputTemplate,
    ...more,
  },
});
const sized = (bytes: number, more: object = {}) => {
  const rest = 'mine'.length + 'happened'.length + '{"x":""}'.length;
  return entry({ Detail: `{"x":"${'x'.repeat(bytes - rest)}"}`, ...more });
};
const edges: readonly Step[] = [
  ['sqs:CreateQueue', { QueueName: 'q', Attributes: { Policy: OPEN } }],
  ['sqs:CreateQueue', { QueueName: 'q-dead', Attributes: { Policy: OPEN } }],
  ['PutRule', { Name: 'r', EventPattern }],
  ...[
    '{"in":"say \\"<n>\\" <list>","out":<text>}',
    '{"path":"\\\\","n":<n>,"text":"<text>"}',
    '{"path":"\\\\","n":<n>,"event":<aws.events.event>}',
    '"It is <no>, <n>, <list>, <text> of <aws.events.event>"',
    '"one <n>"\n"two <text>"',
    '{"missing":<no>,"text":"<no>"}',
  ].flatMap((text) => redeliver(template(text))),
  ...['"one" two', '{"a":"<n>', '', '"\\"', '{"a":<unknown>}'].map((text) =>
    target(template(text)),
  ),
  ...[1_048_576, 1_048_577].map((bytes): Step => ['PutEvents', { Entries: [sized(bytes)] }]),
  // The time counts as 14 bytes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
  ...[1_048_562, 1_048_563].map(
    (bytes): Step => ['PutEvents', { Entries: [sized(bytes, { Time: new Date(1_000) })] }],
  ),
  ['PutRule', { Name: 's', EventPattern }],
  ['PutTargets', { Rule: 's', Targets: [{ Id: '1', Arn: `${QUEUE}x` }] }],
  target({ Arn: `${QUEUE}x` }),
  ['ListRuleNamesByTarget', { TargetArn: `${QUEUE}x`, Limit: 1 }, 'page'],
  [
    'ListRuleNamesByTarget',
    (answered) => ({ TargetArn: `${QUEUE}x`, Limit: 1, NextToken: answered('page.NextToken') }),
  ],
  ['DisableRule', { Name: 's' }],
  ...retried({ MaximumRetryAttempts: 0 }, []),
  ...retried({ MaximumRetryAttempts: 2 }, minutes(15)),
  ...retried({ MaximumEventAgeInSeconds: 60 }, minutes(2)),
];

const factories = [
  createIamService,
  createStsService,
  createCloudWatchService,
  createEventBridgeService,
  createSqsService,
  createLogsService,
  busyFunction,
];

describe('EventBridge answers', () => {
  it.each(Object.entries({ buses, rules, delivery, targets, edges }))(
    'about %s as in the transcript',
    async (name, steps) => {
      const transcript = await transcriptOf('eventbridge', factories, steps);

      await expect(transcript).toMatchFileSnapshot(`transcripts/${name}.txt`);
    },
  );
});
