import { expect, it } from 'vitest';
import type { Service } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createIamService } from '../iam/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStsService } from '../sts/index.ts';
import { createSnsService } from './index.ts';

const SNS = 'arn:aws:sns:us-east-1:000000000000';
const SQS = 'arn:aws:sqs:us-east-1:000000000000';
const TopicArn = `${SNS}:t`;
const FIFO = `${SNS}:f.fifo`;
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const OPEN =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}';
const subscribe = (
  Protocol: string,
  Endpoint: string,
  Attributes?: object,
  topic = TopicArn,
): Step => ['Subscribe', { TopicArn: topic, Protocol, Endpoint, Attributes }];
const publish = (more: object): Step => ['Publish', { TopicArn, Message: 'm', ...more }];
const fifo = (more: object): Step => [
  'Publish',
  { TopicArn: FIFO, Message: 'm', MessageGroupId: 'g', ...more },
];
const set = (AttributeName: string, AttributeValue: string | undefined): Step => [
  'SetTopicAttributes',
  { TopicArn, AttributeName, AttributeValue },
];
const received = (queue: string): Step => [
  'sqs:ReceiveMessage',
  {
    QueueUrl: `/000000000000/${queue}`,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 3_600,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  },
];
const number = (StringValue: string) => ({ n: { DataType: 'Number', StringValue } });
const filtered = (policy: object | string, scope?: string): readonly Step[] => [
  [
    'SetSubscriptionAttributes',
    (answered) => ({
      SubscriptionArn: answered('filtered.SubscriptionArn'),
      AttributeName: 'FilterPolicy',
      AttributeValue: typeof policy === 'string' ? policy : JSON.stringify(policy),
    }),
  ],
  ...(scope === undefined
    ? []
    : [
        [
          'SetSubscriptionAttributes',
          (answered: (path: string) => never) => ({
            SubscriptionArn: answered('filtered.SubscriptionArn'),
            AttributeName: 'FilterPolicyScope',
            AttributeValue: scope,
          }),
        ] as const,
      ]),
];
const entries = (...PublishBatchRequestEntries: readonly object[]): Step => [
  'PublishBatch',
  { TopicArn, PublishBatchRequestEntries },
];

const steps: readonly Step[] = [
  ['CreateTopic', { Name: 't' }],
  ['CreateTopic', { Name: 'f.fifo', Attributes: { FifoTopic: 'true' } }],
  ...['q', 'raw', 'dead', 'filtered'].map(
    (QueueName): Step => ['sqs:CreateQueue', { QueueName, Attributes: { Policy: OPEN } }],
  ),
  ['sqs:CreateQueue', { QueueName: 'q.fifo', Attributes: { Policy: OPEN, FifoQueue: 'true' } }],
  set('DataProtectionPolicy', '{}'),
  set('Policy', ''),
  set('Policy', '[]'),
  set('Policy', '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}'),
  set('DeliveryPolicy', '[]'),
  set('DeliveryPolicy', '{"http":{}}'),
  set('ContentBasedDeduplication', 'true'),
  set('SignatureVersion', '3'),
  set('SignatureVersion', '2'),
  set('DisplayName', undefined),
  ['SetTopicAttributes', { TopicArn }],
  [
    'AddPermission',
    {
      TopicArn,
      Label: 'l',
      AWSAccountId: ['111111111111', '222222222222'],
      ActionName: ['Publish', 'Subscribe'],
    },
  ],
  ['AddPermission', { TopicArn, Label: 'm', AWSAccountId: [], ActionName: ['Publish'] }],
  ['GetTopicAttributes', { TopicArn }],
  [
    'TagResource',
    {
      ResourceArn: TopicArn,
      Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })),
    },
  ],
  ['ListTopics', { NextToken: 'wrong' }],
  ['ListSubscriptions', { NextToken: 'wrong' }],
  ['GetTopicAttributes', {}],
  ['GetSubscriptionAttributes', { SubscriptionArn: '' }],
  ['GetSubscriptionAttributes', { SubscriptionArn: 'PendingConfirmation' }],
  ['ConfirmSubscription', { TopicArn, Token: 'wrong' }],
  ...['sms', 'application', 'firehose', 'email-json', 'https'].map((protocol) =>
    subscribe(protocol, 'x'),
  ),
  subscribe('https', 'https://example.com/'),
  subscribe('http', 'http://example.com/'),
  subscribe('sqs', `${SQS}:q.fifo`),
  subscribe('lambda', FUNCTION, undefined, FIFO),
  subscribe('sqs', `${SQS}:q`, { DeliveryPolicy: '{' }),
  subscribe('sqs', `${SQS}:q`, { DeliveryPolicy: '[]' }),
  subscribe('sqs', `${SQS}:q`, { FilterPolicyScope: 'MessageBody' }),
  subscribe('sqs', `${SQS}:q`, {
    FilterPolicy: '{"a":[{"anything-but":["x"]}]}',
    FilterPolicyScope: 'Other',
  }),
  subscribe('sqs', `${SQS}:q`, { RedrivePolicy: '{}' }),
  subscribe('sqs', `${SQS}:q`, { RedrivePolicy: '{"deadLetterTargetArn":5}' }),
  subscribe(
    'sqs',
    `${SQS}:q.fifo`,
    { RedrivePolicy: `{"deadLetterTargetArn":"${SQS}:dead"}` },
    FIFO,
  ),
  subscribe('sqs', `${SQS}:q`, { RawMessageDelivery: 'yes' }),
  subscribe('lambda', FUNCTION, { RawMessageDelivery: 'true' }),
  subscribe('lambda', FUNCTION),
  subscribe('sqs', `${SQS}:q`),
  subscribe('sqs', `${SQS}:raw`, { RawMessageDelivery: 'true' }),
  subscribe('sqs', `${SQS}:q.fifo`, { RawMessageDelivery: 'true' }, FIFO),
  [
    'Subscribe',
    { TopicArn, Protocol: 'sqs', Endpoint: `${SQS}:filtered`, ReturnSubscriptionArn: true },
    'filtered',
  ],
  ['ListSubscriptionsByTopic', { TopicArn }],
  // What is published, and what arrives.
  publish({ PhoneNumber: '+15550100' }),
  publish({ TargetArn: TopicArn, TopicArn: undefined }),
  publish({ TargetArn: `${SNS}:endpoint/x`, TopicArn: undefined }),
  publish({ TargetArn: TopicArn }),
  publish({ MessageStructure: 'json', Message: '[]' }),
  publish({ MessageStructure: 'json', Message: '{"default":5}' }),
  publish({ MessageStructure: 'json', Message: '{"default":"d","lambda":5,"sqs":"for queues"}' }),
  ...[100, 101].map((length) => publish({ Subject: 's'.repeat(length) })),
  ...[' a', 'ä', ''].map((Subject) => publish({ Subject })),
  ...[262_144, 262_145].map((length) => publish({ Message: 'x'.repeat(length) })),
  ...['x', '', '1e400', '-1.5', '0x10', '12345678901234567890'].map((value) =>
    publish({ MessageAttributes: number(value) }),
  ),
  publish({ MessageAttributes: { '': { DataType: 'String', StringValue: 'x' } } }),
  ...['a.', '.a', 'a..b', 'AWS.x', 'a b', 'a'.repeat(257)].map((name) =>
    publish({ MessageAttributes: { [name]: { DataType: 'String', StringValue: 'x' } } }),
  ),
  publish({ MessageAttributes: { a: { DataType: 'String' } } }),
  publish({ MessageAttributes: { a: { DataType: 'Binary', StringValue: 'x' } } }),
  publish({ MessageAttributes: { a: { DataType: 'Binary', StringValue: '' } } }),
  publish({ MessageAttributes: { a: { DataType: 'String', BinaryValue: Buffer.from('x') } } }),
  publish({ MessageAttributes: { a: { DataType: 'String', BinaryValue: Buffer.alloc(0) } } }),
  publish({ MessageAttributes: { a: { DataType: '', StringValue: 'x' } } }),
  publish({ MessageAttributes: { a: { DataType: 'String', StringValue: 'a\u0000b' } } }),
  publish({
    MessageAttributes: {
      a: { DataType: 'String.Array', StringValue: '["x",1]' },
      b: { DataType: 'Binary', BinaryValue: Buffer.from('y') },
      ...number('5'),
    },
    Subject: 'Sub',
  }),
  received('q'),
  received('raw'),
  entries(
    { Id: 'a', Message: 'one', MessageStructure: 'json' },
    { Id: 'b', Message: '' },
    { Id: 'c', Message: 'm', Subject: 's' },
  ),
  entries({ Id: 'a b', Message: 'm' }),
  entries({ Id: 'a'.repeat(81), Message: 'm' }),
  entries({ Id: '', Message: 'm' }),
  entries(...Array.from({ length: 11 }, (_, i) => ({ Id: `${i}`, Message: 'm' }))),
  entries({ Id: 'a', Message: 'x'.repeat(200_000) }, { Id: 'b', Message: 'x'.repeat(100_000) }),
  // Ordered topics.
  fifo({ MessageGroupId: undefined }),
  fifo({}),
  fifo({ MessageGroupId: 'a b', MessageDeduplicationId: 'x' }),
  fifo({ MessageGroupId: 'g'.repeat(129), MessageDeduplicationId: 'x' }),
  fifo({ MessageDeduplicationId: 'ä' }),
  fifo({ MessageDeduplicationId: 'x' }),
  fifo({ MessageDeduplicationId: 'x', Message: 'again' }),
  fifo({ MessageDeduplicationId: 'x', MessageGroupId: 'h' }),
  { advanceSeconds: 299 },
  fifo({ MessageDeduplicationId: 'x', Message: 'still known' }),
  { advanceSeconds: 1 },
  fifo({ MessageDeduplicationId: 'x', Message: 'forgotten' }),
  [
    'SetTopicAttributes',
    { TopicArn: FIFO, AttributeName: 'ContentBasedDeduplication', AttributeValue: 'true' },
  ],
  fifo({ Message: 'content' }),
  fifo({ Message: 'content' }),
  [
    'SetTopicAttributes',
    { TopicArn: FIFO, AttributeName: 'FifoThroughputScope', AttributeValue: 'MessageGroup' },
  ],
  fifo({ Message: 'scoped', MessageGroupId: 'h' }),
  fifo({ Message: 'scoped' }),
  fifo({ Message: 'scoped' }),
  [
    'SetTopicAttributes',
    { TopicArn: FIFO, AttributeName: 'FifoThroughputScope', AttributeValue: 'Other' },
  ],
  [
    'PublishBatch',
    {
      TopicArn: FIFO,
      PublishBatchRequestEntries: [
        { Id: 'a', Message: 'm' },
        { Id: 'b', Message: 'm', MessageGroupId: 'g' },
      ],
    },
  ],
  received('q.fifo'),
  // Filters.
  ['sqs:PurgeQueue', { QueueUrl: '/000000000000/filtered' }],
  ...filtered('[]'),
  ...filtered({ a: 'x' }),
  ...filtered({ a: [] }),
  ...filtered({ a: [{ unknown: 1 }] }),
  ...filtered({ a: { b: ['x'] } }),
  ...filtered({ a: ['x'], b: ['x'], c: ['x'], d: ['x'], e: ['x'], f: ['x'] }),
  ...filtered({ a: Array.from({ length: 151 }, (_, i) => `${i}`) }),
  ...filtered({
    a: Array.from({ length: 15 }, (_, i) => `${i}`),
    b: Array.from({ length: 11 }, (_, i) => `${i}`),
  }),
  ...filtered({ n: [{ numeric: ['>', 4, '<=', 5] }] }),
  publish({ Message: 'four', MessageAttributes: number('4') }),
  publish({ Message: 'five', MessageAttributes: number('5') }),
  publish({ Message: 'six', MessageAttributes: number('6') }),
  ...filtered({ a: ['x', { prefix: 'y' }, { exists: false }] }),
  publish({ Message: 'absent' }),
  publish({ Message: 'y', MessageAttributes: { a: { DataType: 'String', StringValue: 'yes' } } }),
  publish({ Message: 'z', MessageAttributes: { a: { DataType: 'String', StringValue: 'z' } } }),
  ...filtered({ a: ['x'] }),
  publish({
    Message: 'array',
    MessageAttributes: { a: { DataType: 'String.Array', StringValue: '["x",1]' } },
  }),
  publish({
    Message: 'broken array',
    MessageAttributes: { a: { DataType: 'String.Array', StringValue: '[' } },
  }),
  publish({
    Message: 'binary',
    MessageAttributes: { a: { DataType: 'Binary', BinaryValue: Buffer.from('x') } },
  }),
  ...filtered({ a: { b: ['x'] } }, 'MessageBody'),
  ...filtered({ a: { b: ['x'] } }),
  publish({ Message: '{"a":{"b":"x"}}' }),
  publish({ Message: '{"a":[{"b":"x"}]}' }),
  publish({ Message: '{"a":{"b":"y"}}' }),
  publish({ Message: 'text' }),
  publish({ Message: '5' }),
  received('filtered'),
  received('filtered'),
  // A function that fails, and a dead-letter queue that is missing.
  [
    'SetSubscriptionAttributes',
    (answered) => ({
      SubscriptionArn: answered('filtered.SubscriptionArn'),
      AttributeName: 'RedrivePolicy',
      AttributeValue: `{"deadLetterTargetArn":"${SQS}:missing"}`,
    }),
  ],
  [
    'SetSubscriptionAttributes',
    (answered) => ({
      SubscriptionArn: answered('filtered.SubscriptionArn'),
      AttributeName: 'FilterPolicy',
      AttributeValue: '{}',
    }),
  ],
  ['sqs:DeleteQueue', { QueueUrl: '/000000000000/filtered' }],
  publish({ Message: '{}' }),
  { advanceSeconds: 60 },
  ...[
    'NumberOfMessagesPublished',
    'NumberOfNotificationsDelivered',
    'NumberOfNotificationsFailed',
    'NumberOfNotificationsFailedToRedriveToDlq',
    'NumberOfNotificationsFilteredOut',
    'NumberOfNotificationsFilteredOut-InvalidAttributes',
    'PublishSize',
  ].map(
    (MetricName): Step => [
      'cloudwatch:GetMetricStatistics',
      {
        Namespace: 'AWS/SNS',
        MetricName,
        Dimensions: [{ Name: 'TopicName', Value: 't' }],
        StartTime: new Date('2026-01-01T00:00:00Z'),
        EndTime: new Date('2026-01-02T00:00:00Z'),
        Period: 86_400,
        Statistics: ['Sum'],
      },
    ],
  ),
];

/** A Lambda that notes its events. */
function lambdaOf(noted: string[]): Service {
  return {
    name: 'lambda',
    accessDenied: (message) => new ServiceError('AccessDeniedException', message),
    operations: {
      Invoke: {
        permissions: () => [],
        run({ Payload }: { readonly Payload: Uint8Array }) {
          noted.push(Buffer.from(Payload).toString().slice(0, 1_500));
        },
      },
    },
  };
}

it('SNS answers at its edges as in the transcript', async () => {
  const noted: string[] = [];
  const transcript = await transcriptOf(
    'sns',
    [
      createIamService,
      createStsService,
      createCloudWatchService,
      createSqsService,
      createSnsService,
      () => lambdaOf(noted),
    ],
    steps,
  );

  const whole = `${transcript}\nInvoked:\n${noted.join('\n')}\n`;
  await expect(whole).toMatchFileSnapshot('transcripts/edges.txt');
});
