import { describe, expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createSqsService } from './index.ts';

const ARN = 'arn:aws:sqs:us-east-1:000000000000';
const QueueUrl = '/000000000000/q';
const FIFO = '/000000000000/q.fifo';
const policy = (more: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*', ...more },
    ],
  });

const set = (Attributes: object): Step => ['SetQueueAttributes', { QueueUrl, Attributes }];
const created = (Attributes: object): Step => ['CreateQueue', { QueueName: 'q', Attributes }];
const tags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, 'v']));

const queues: readonly Step[] = [
  ['CreateQueue', { QueueName: '' }],
  ['CreateQueue', { QueueName: 'a b' }],
  ['CreateQueue', { QueueName: 'a'.repeat(81) }],
  ['CreateQueue', { QueueName: 'q.fifo' }],
  ['CreateQueue', { QueueName: 'q', Attributes: { FifoQueue: 'true' } }],
  ['CreateQueue', { QueueName: 'a'.repeat(80) }],
  ['CreateQueue', { QueueName: 'q', tags: { team: 'ml' } }],
  created({}),
  created({ DelaySeconds: '0' }),
  created({ DelaySeconds: '1' }),
  ['GetQueueUrl', { QueueName: 'q' }],
  ['GetQueueUrl', { QueueName: 'missing' }],
  ['GetQueueAttributes', { QueueUrl }],
  ['GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] }],
  ['GetQueueAttributes', { QueueUrl, AttributeNames: ['DelaySeconds', 'QueueArn', 'Policy'] }],
  ['GetQueueAttributes', { QueueUrl, AttributeNames: ['Unknown'] }],
  ['GetQueueAttributes', { QueueUrl: '/000000000000/missing' }],
  { advanceSeconds: 5 },
  ...['-1', '0', '43200', '43201', 'x', '1.5', ''].map((value) =>
    set({ VisibilityTimeout: value }),
  ),
  ...['-1', '0', '900', '901'].map((value) => set({ DelaySeconds: value })),
  ...['-1', '0', '20', '21'].map((value) => set({ ReceiveMessageWaitTimeSeconds: value })),
  set({ ReceiveMessageWaitTimeSeconds: '0' }),
  ...['59', '60', '1209600', '1209601'].map((value) => set({ MessageRetentionPeriod: value })),
  ...['1023', '1024', '1048576', '1048577'].map((value) => set({ MaximumMessageSize: value })),
  ...['59', '60', '86400', '86401'].map((value) => set({ KmsDataKeyReusePeriodSeconds: value })),
  ...['true', 'false', 'yes'].map((value) => set({ SqsManagedSseEnabled: value })),
  set({ KmsMasterKeyId: 'alias/aws/sqs' }),
  set({ KmsMasterKeyId: '' }),
  set({ FifoQueue: 'true' }),
  set({ ContentBasedDeduplication: 'true' }),
  set({ DeduplicationScope: 'queue' }),
  set({ Unknown: '1' }),
  set({}),
  ...[
    '{',
    '{}',
    '[]',
    policy({}),
    policy({ Action: 'sqs:*' }),
    policy({ Action: 'sqs:Unknown' }),
    policy({ Action: 's3:GetObject' }),
    policy({ Effect: 'Maybe' }),
    policy({ Principal: undefined }),
    policy({
      Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:000000000000:t' } },
    }),
    '',
  ].map((Policy) => set({ Policy })),
  ['CreateQueue', { QueueName: 'dead' }],
  ['CreateQueue', { QueueName: 'dead.fifo', Attributes: { FifoQueue: 'true' } }],
  ...[
    '{',
    '{}',
    `{"deadLetterTargetArn":"${ARN}:dead"}`,
    `{"deadLetterTargetArn":"${ARN}:dead","maxReceiveCount":0}`,
    `{"deadLetterTargetArn":"${ARN}:dead","maxReceiveCount":1001}`,
    `{"deadLetterTargetArn":"${ARN}:dead","maxReceiveCount":1000,"more":1}`,
    `{"deadLetterTargetArn":"${ARN}:missing","maxReceiveCount":1}`,
    `{"deadLetterTargetArn":"${ARN}:dead.fifo","maxReceiveCount":1}`,
    `{"deadLetterTargetArn":"no arn","maxReceiveCount":1}`,
    `{"deadLetterTargetArn":"${ARN}:dead","maxReceiveCount":"1000"}`,
    `{"deadLetterTargetArn":"${ARN}:dead","maxReceiveCount":1}`,
  ].map((RedrivePolicy) => set({ RedrivePolicy })),
  ['ListDeadLetterSourceQueues', { QueueUrl: '/000000000000/dead' }],
  ['ListDeadLetterSourceQueues', { QueueUrl }],
  ...[
    '{',
    '{"redrivePermission":"allowAll"}',
    '{"redrivePermission":"denyAll"}',
    '{"redrivePermission":"byQueue"}',
    `{"redrivePermission":"byQueue","sourceQueueArns":["${ARN}:q"]}`,
    `{"redrivePermission":"allowAll","sourceQueueArns":["${ARN}:q"]}`,
    '{"redrivePermission":"other"}',
    JSON.stringify({
      redrivePermission: 'byQueue',
      sourceQueueArns: Array.from({ length: 11 }, (_, index) => `${ARN}:q${index}`),
    }),
  ].map(
    (RedriveAllowPolicy): Step => [
      'SetQueueAttributes',
      { QueueUrl: '/000000000000/dead', Attributes: { RedriveAllowPolicy } },
    ],
  ),
  ['GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] }],
  ['GetQueueAttributes', { QueueUrl: '/000000000000/dead', AttributeNames: ['All'] }],
  ['ListQueues'],
  ['ListQueues', { QueueNamePrefix: 'd' }],
  ['ListQueues', { QueueNamePrefix: 'none' }],
  ['ListQueues', { MaxResults: 2 }, 'page'],
  ['ListQueues', (answered) => ({ MaxResults: 2, NextToken: answered('page.NextToken') })],
  ['ListQueues', { MaxResults: 1, NextToken: 'wrong' }],
  ['ListQueues', { MaxResults: 0 }],
  ['ListQueues', { MaxResults: 1001 }],
  ['ListQueueTags', { QueueUrl }],
  ['TagQueue', { QueueUrl, Tags: { team: 'data', b: '' } }],
  ['ListQueueTags', { QueueUrl }],
  ['UntagQueue', { QueueUrl, TagKeys: ['team', 'missing'] }],
  ['ListQueueTags', { QueueUrl }],
  ['TagQueue', { QueueUrl, Tags: tags(50) }],
  ['TagQueue', { QueueUrl, Tags: tags(49) }],
  ['TagQueue', { QueueUrl, Tags: {} }],
  ['TagQueue', { QueueUrl, Tags: { ['k'.repeat(129)]: 'v' } }],
  ['TagQueue', { QueueUrl, Tags: { k: 'v'.repeat(257) } }],
  ['TagQueue', { QueueUrl, Tags: { 'aws:k': 'v' } }],
  [
    'AddPermission',
    { QueueUrl, Label: 'l', AWSAccountIds: ['111111111111'], Actions: ['SendMessage'] },
  ],
  [
    'AddPermission',
    { QueueUrl, Label: 'l', AWSAccountIds: ['111111111111'], Actions: ['SendMessage'] },
  ],
  [
    'AddPermission',
    { QueueUrl, Label: 'm', AWSAccountIds: ['1', '2'], Actions: ['ReceiveMessage', '*'] },
  ],
  ['AddPermission', { QueueUrl, Label: 'n', AWSAccountIds: ['1'], Actions: ['CreateQueue'] }],
  ['GetQueueAttributes', { QueueUrl, AttributeNames: ['Policy'] }],
  ['RemovePermission', { QueueUrl, Label: 'missing' }],
  ['RemovePermission', { QueueUrl, Label: 'l' }],
  ['GetQueueAttributes', { QueueUrl, AttributeNames: ['Policy'] }],
  ['PurgeQueue', { QueueUrl }],
  { advanceSeconds: 59 },
  ['PurgeQueue', { QueueUrl }],
  { advanceSeconds: 1 },
  ['PurgeQueue', { QueueUrl }],
  ['PurgeQueue', { QueueUrl: '/000000000000/missing' }],
  ['DeleteQueue', { QueueUrl }],
  ['DeleteQueue', { QueueUrl }],
  ['CreateQueue', { QueueName: 'q' }],
  ['PurgeQueue', { QueueUrl }],
  ['ListDeadLetterSourceQueues', { QueueUrl: '/000000000000/dead' }],
];

const send = (more: object): Step => ['SendMessage', { QueueUrl, MessageBody: 'm', ...more }];
const receive = (more: object = {}, as?: string): Step => [
  'ReceiveMessage',
  {
    QueueUrl,
    MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
    ...more,
  },
  as,
];
const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const handle = (answered: (path: string) => never, at = 0): string =>
  answered(`received.Messages.${at}.ReceiptHandle`);

const messages: readonly Step[] = [
  ['CreateQueue', { QueueName: 'q' }],
  send({ MessageBody: '' }),
  send({ MessageBody: '\u0000' }),
  send({ DelaySeconds: -1 }),
  send({ DelaySeconds: 901 }),
  send({ DelaySeconds: 900, MessageBody: 'delayed' }),
  send({ MessageGroupId: 'g', MessageDeduplicationId: 'd' }),
  send({ MessageAttributes: { a: text('') } }),
  send({ MessageAttributes: { a: { DataType: 'Other', StringValue: 'x' } } }),
  send({ MessageAttributes: { a: { DataType: 'Number', StringValue: 'x' } } }),
  send({ MessageAttributes: { a: { DataType: 'String' } } }),
  send({ MessageAttributes: { a: { StringValue: 'x' } } }),
  send({ MessageAttributes: { 'aws.x': text('x') } }),
  send({ MessageAttributes: { '.x': text('x') } }),
  send({ MessageAttributes: { 'a..x': text('x') } }),
  send({ MessageAttributes: { ['n'.repeat(257)]: text('x') } }),
  ...[10, 11].map((count) =>
    send({
      MessageAttributes: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`a${index}`, text('x')]),
      ),
    }),
  ),
  send({
    MessageBody: 'all kinds',
    MessageAttributes: {
      text: text('t'),
      number: { DataType: 'Number.int', StringValue: '1' },
      bytes: { DataType: 'Binary.png', BinaryValue: Uint8Array.of(1, 2) },
    },
    MessageSystemAttributes: { AWSTraceHeader: text('Root=1') },
  }),
  send({ MessageSystemAttributes: { Other: text('x') } }),
  { advanceSeconds: 1 },
  receive({ MaxNumberOfMessages: 0 }),
  receive({ MaxNumberOfMessages: 11 }),
  receive({ VisibilityTimeout: 43_201 }),
  receive({ WaitTimeSeconds: 21 }),
  receive({ VisibilityTimeout: 10 }, 'received'),
  receive(),
  ['GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] }],
  [
    'ChangeMessageVisibility',
    (answered) => ({ QueueUrl, ReceiptHandle: handle(answered), VisibilityTimeout: 43_201 }),
  ],
  [
    'ChangeMessageVisibility',
    (answered) => ({ QueueUrl, ReceiptHandle: handle(answered), VisibilityTimeout: 0 }),
  ],
  ['ChangeMessageVisibility', { QueueUrl, ReceiptHandle: 'wrong', VisibilityTimeout: 0 }],
  receive({ VisibilityTimeout: 0, MessageAttributeNames: ['a0', 'text'] }),
  receive({ VisibilityTimeout: 0, MessageAttributeNames: ['a.*'] }),
  receive({ VisibilityTimeout: 0, MessageSystemAttributeNames: ['SentTimestamp'] }),
  receive({ VisibilityTimeout: 0, MessageAttributeNames: [], MessageSystemAttributeNames: [] }),
  { advanceSeconds: 9 },
  receive({ VisibilityTimeout: 0, MessageAttributeNames: ['n*', 'bytes'] }),
  { advanceSeconds: 1 },
  receive({ VisibilityTimeout: 30, MessageAttributeNames: ['n*', 'bytes'] }, 'received'),
  ['DeleteMessage', (answered) => ({ QueueUrl, ReceiptHandle: handle(answered) })],
  ['DeleteMessage', (answered) => ({ QueueUrl, ReceiptHandle: handle(answered) })],
  ['DeleteMessage', { QueueUrl, ReceiptHandle: 'wrong' }],
  [
    'ChangeMessageVisibility',
    (answered) => ({ QueueUrl, ReceiptHandle: handle(answered), VisibilityTimeout: 1 }),
  ],
  { advanceSeconds: 900 },
  receive({}, 'received'),
  ['DeleteMessageBatch', { QueueUrl, Entries: [] }],
  [
    'DeleteMessageBatch',
    (answered) => ({
      QueueUrl,
      Entries: [
        { Id: 'a', ReceiptHandle: handle(answered) },
        { Id: 'b', ReceiptHandle: 'wrong' },
      ],
    }),
  ],
  [
    'ChangeMessageVisibilityBatch',
    (answered) => ({
      QueueUrl,
      Entries: [
        { Id: 'a', ReceiptHandle: handle(answered, 1), VisibilityTimeout: 0 },
        { Id: 'b', ReceiptHandle: 'wrong', VisibilityTimeout: 0 },
        { Id: 'c', ReceiptHandle: handle(answered, 1), VisibilityTimeout: 43_201 },
      ],
    }),
  ],
  ['SendMessageBatch', { QueueUrl, Entries: [] }],
  [
    'SendMessageBatch',
    {
      QueueUrl,
      Entries: [
        { Id: 'a', MessageBody: 'x' },
        { Id: 'a', MessageBody: 'y' },
      ],
    },
  ],
  ['SendMessageBatch', { QueueUrl, Entries: [{ Id: 'a b', MessageBody: 'x' }] }],
  ...[10, 11].map(
    (count): Step => [
      'SendMessageBatch',
      {
        QueueUrl,
        Entries: Array.from({ length: count }, (_, index) => ({
          Id: `${index}`,
          MessageBody: index === 3 ? '\u0000' : 'x',
          DelaySeconds: index === 4 ? 901 : 0,
        })),
      },
    ],
  ),
  ['PurgeQueue', { QueueUrl }],
  set({ MessageRetentionPeriod: '60' }),
  send({ MessageBody: 'kept for a minute' }),
  { advanceSeconds: 59 },
  receive({ VisibilityTimeout: 0 }),
  { advanceSeconds: 1 },
  receive(),
  ['cloudwatch:ListMetrics', { Namespace: 'AWS/SQS' }],
  [
    'cloudwatch:GetMetricStatistics',
    {
      Namespace: 'AWS/SQS',
      MetricName: 'NumberOfMessagesSent',
      Dimensions: [{ Name: 'QueueName', Value: 'q' }],
      StartTime: new Date('2026-01-01T00:00:00Z'),
      EndTime: new Date('2026-01-01T01:00:00Z'),
      Period: 3_600,
      Statistics: ['Sum', 'SampleCount'],
    },
  ],
];

const ordered = (MessageBody: string, more: object = {}): Step => [
  'SendMessage',
  { QueueUrl: FIFO, MessageBody, MessageGroupId: 'g', ...more },
];

const fifo: readonly Step[] = [
  ['CreateQueue', { QueueName: 'q.fifo', Attributes: { FifoQueue: 'true' } }],
  ['GetQueueAttributes', { QueueUrl: FIFO, AttributeNames: ['All'] }],
  ordered('a'),
  ordered('a', { MessageGroupId: undefined, MessageDeduplicationId: '1' }),
  ordered('a', { MessageDeduplicationId: '1', DelaySeconds: 1 }),
  ordered('a', { MessageDeduplicationId: 'x'.repeat(129) }),
  ordered('a', { MessageDeduplicationId: '1' }),
  ordered('b', { MessageDeduplicationId: '1' }),
  ordered('b', { MessageDeduplicationId: '2' }),
  ordered('c', { MessageDeduplicationId: '3', MessageGroupId: 'h' }),
  receive({ QueueUrl: FIFO, MaxNumberOfMessages: 1, VisibilityTimeout: 10 }, 'received'),
  receive({ QueueUrl: FIFO, VisibilityTimeout: 5 }),
  ['DeleteMessage', (answered) => ({ QueueUrl: FIFO, ReceiptHandle: handle(answered) })],
  receive({ QueueUrl: FIFO, VisibilityTimeout: 5 }),
  { advanceSeconds: 5 },
  receive({ QueueUrl: FIFO, ReceiveRequestAttemptId: 'attempt' }),
  receive({ QueueUrl: FIFO, ReceiveRequestAttemptId: 'attempt' }),
  { advanceSeconds: 294 },
  ordered('a', { MessageDeduplicationId: '1' }),
  { advanceSeconds: 1 },
  ordered('a', { MessageDeduplicationId: '1' }),
  [
    'SetQueueAttributes',
    { QueueUrl: FIFO, Attributes: { ContentBasedDeduplication: 'true', FifoQueue: 'true' } },
  ],
  ordered('content'),
  ordered('content'),
  [
    'SetQueueAttributes',
    {
      QueueUrl: FIFO,
      Attributes: { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' },
    },
  ],
  ['SetQueueAttributes', { QueueUrl: FIFO, Attributes: { DeduplicationScope: 'queue' } }],
  ['SetQueueAttributes', { QueueUrl: FIFO, Attributes: { FifoThroughputLimit: 'other' } }],
  ['GetQueueAttributes', { QueueUrl: FIFO, AttributeNames: ['All'] }],
  ['SetQueueAttributes', { QueueUrl: FIFO, Attributes: { FifoQueue: 'false' } }],
];

const moves: readonly Step[] = [
  ['CreateQueue', { QueueName: 'dead' }],
  ['CreateQueue', { QueueName: 'other' }],
  [
    'CreateQueue',
    {
      QueueName: 'q',
      Attributes: {
        RedrivePolicy: `{"deadLetterTargetArn":"${ARN}:dead","maxReceiveCount":2}`,
        VisibilityTimeout: '0',
      },
    },
  ],
  ...['1', '2', '3'].map((MessageBody) => send({ MessageBody })),
  receive(),
  receive(),
  receive(),
  ['GetQueueAttributes', { QueueUrl: '/000000000000/dead', AttributeNames: ['All'] }],
  ['StartMessageMoveTask', { SourceArn: `${ARN}:q` }],
  ['StartMessageMoveTask', { SourceArn: `${ARN}:missing` }],
  ['StartMessageMoveTask', { SourceArn: 'no arn' }],
  ['StartMessageMoveTask', { SourceArn: `${ARN}:dead`, DestinationArn: `${ARN}:missing` }],
  ['StartMessageMoveTask', { SourceArn: `${ARN}:dead` }],
  { advanceSeconds: 1 },
  ['ListMessageMoveTasks', { SourceArn: `${ARN}:dead` }],
  { advanceSeconds: 10 },
  ['ListMessageMoveTasks', { SourceArn: `${ARN}:dead`, MaxResults: 10 }],
  ['ListMessageMoveTasks', { SourceArn: `${ARN}:dead`, MaxResults: 11 }],
  ['ListMessageMoveTasks', { SourceArn: `${ARN}:missing` }],
  receive(),
  receive(),
  receive(),
  ['StartMessageMoveTask', { SourceArn: `${ARN}:dead`, DestinationArn: `${ARN}:other` }],
  { advanceSeconds: 10 },
  ['ListMessageMoveTasks', { SourceArn: `${ARN}:dead`, MaxResults: 10 }],
  receive({ QueueUrl: '/000000000000/other' }),
  ...[0, 1, 500, 501].map(
    (MaxNumberOfMessagesPerSecond): Step => [
      'StartMessageMoveTask',
      { SourceArn: `${ARN}:dead`, DestinationArn: `${ARN}:q`, MaxNumberOfMessagesPerSecond },
    ],
  ),
];

const entries = (...sizes: readonly number[]): Step => [
  'SendMessageBatch',
  {
    QueueUrl,
    Entries: sizes.map((size, index) => ({ Id: `${index}`, MessageBody: 'm'.repeat(size) })),
  },
];
const HALF_MIB = 524_288;
const sources = (count: number): Step =>
  set({
    RedriveAllowPolicy: JSON.stringify({
      redrivePermission: 'byQueue',
      sourceQueueArns: Array.from({ length: count }, (_, index) => `${ARN}:source-${index}`),
    }),
  });

/** Both sides of limits: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-quotas.html. */
const limits: readonly Step[] = [
  created({ MessageRetentionPeriod: '60' }),
  ...[0, 1, 1_000, 1_001].map((MaxResults): Step => ['ListQueues', { MaxResults }]),
  ...[128, 129].map(
    (length): Step => ['TagQueue', { QueueUrl, Tags: { ['k'.repeat(length)]: 'v' } }],
  ),
  ...[256, 257].map((length): Step => ['TagQueue', { QueueUrl, Tags: { k: 'v'.repeat(length) } }]),
  ['TagQueue', { QueueUrl, Tags: { '': 'v' } }],
  sources(0),
  sources(1),
  sources(10),
  sources(11),
  ...[-1, 0, 43_200, 43_201].map(
    (VisibilityTimeout): Step => ['ReceiveMessage', { QueueUrl, VisibilityTimeout }],
  ),
  // Allowed: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF (API_SendMessage.html).
  ...[
    0x8, 0x9, 0xa, 0xb, 0xc, 0xd, 0xe, 0x1f, 0x20, 0xd7ff, 0xe000, 0xfffd, 0xfffe, 0xffff, 0x1_0000,
    0x10_ffff,
  ].map((code) => send({ MessageBody: String.fromCodePoint(code) })),
  ['PurgeQueue', { QueueUrl }],
  entries(HALF_MIB, HALF_MIB),
  entries(HALF_MIB, HALF_MIB + 1),
  ['GetQueueAttributes', { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }],
  // The sweep drops what is older than the retention period.
  { advanceSeconds: 60 },
  ['GetQueueAttributes', { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }],
  { advanceSeconds: 60 },
  ['GetQueueAttributes', { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }],
];

const VISIBLE_AT_30 = { VisibilityTimeout: '30' };

/** A receipt handle of a FIFO queue, and the visibility of a message, end with the visibility timeout. */
const handles: readonly Step[] = [
  created(VISIBLE_AT_30),
  ['CreateQueue', { QueueName: 'q.fifo', Attributes: { FifoQueue: 'true', ...VISIBLE_AT_30 } }],
  send({ MessageBody: 'm' }),
  ...['m', 'n'].map(
    (MessageBody): Step => [
      'SendMessage',
      {
        QueueUrl: FIFO,
        MessageBody,
        MessageGroupId: MessageBody,
        MessageDeduplicationId: MessageBody,
      },
    ],
  ),
  ['ReceiveMessage', { QueueUrl }, 'standard'],
  ['ReceiveMessage', { QueueUrl: FIFO }, 'm'],
  ['ReceiveMessage', { QueueUrl: FIFO }, 'n'],
  { advanceSeconds: 29 },
  ...deleted(FIFO, 'm'),
  { advanceSeconds: 1 },
  ...deleted(FIFO, 'n'),
  [
    'ChangeMessageVisibility',
    (answered) => ({
      QueueUrl,
      ReceiptHandle: answered('standard.Messages.0.ReceiptHandle'),
      VisibilityTimeout: 1,
    }),
  ],
  ...deleted(QueueUrl, 'standard'),
];

function deleted(url: string, received: string): readonly Step[] {
  return [
    [
      'DeleteMessage',
      (answered) => ({
        QueueUrl: url,
        ReceiptHandle: answered(`${received}.Messages.0.ReceiptHandle`),
      }),
    ],
  ];
}

describe('SQS answers', () => {
  it.each(Object.entries({ queues, messages, fifo, moves, limits, handles }))(
    'about %s as in the transcript',
    async (name, steps) => {
      const factories = [createSqsService, createCloudWatchService];

      const transcript = await transcriptOf('sqs', factories, steps);

      await expect(transcript).toMatchFileSnapshot(`transcripts/${name}.txt`);
    },
  );
});
