import { expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createIamService } from '../iam/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStsService } from '../sts/index.ts';
import { createSnsService } from './index.ts';

const TopicArn = 'arn:aws:sns:us-east-1:000000000000:t';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';
const OPEN =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}';
const set = (AttributeName: string, AttributeValue: string): Step => [
  'SetTopicAttributes',
  { TopicArn, AttributeName, AttributeValue },
];
const setOf = (AttributeName: string, AttributeValue: string): Step => [
  'SetSubscriptionAttributes',
  (answered) => ({
    SubscriptionArn: answered('subscription.SubscriptionArn'),
    AttributeName,
    AttributeValue,
  }),
];
const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const publish = (more: object = {}): Step => ['Publish', { TopicArn, Message: 'm', ...more }];
const receive: Step = [
  'sqs:ReceiveMessage',
  { QueueUrl: '/000000000000/q', VisibilityTimeout: 600, MessageAttributeNames: ['All'] },
];

const steps: readonly Step[] = [
  ...['', 'a b', 'a'.repeat(257), 't.fifo'].map((Name): Step => ['CreateTopic', { Name }]),
  [
    'CreateTopic',
    { Name: 't', Attributes: { DisplayName: 'Shown' }, Tags: [{ Key: 'a', Value: '1' }] },
  ],
  ['CreateTopic', { Name: 't' }],
  ['CreateTopic', { Name: 't', Attributes: { DisplayName: 'Other' } }],
  ['CreateTopic', { Name: 't', Tags: [{ Key: 'a', Value: '2' }] }],
  ['CreateTopic', { Name: 'u', Attributes: { Unknown: '1' } }],
  [
    'CreateTopic',
    { Name: 'f.fifo', Attributes: { FifoTopic: 'true', ContentBasedDeduplication: 'true' } },
  ],
  ['ListTopics'],
  ['GetTopicAttributes', { TopicArn }],
  ['GetTopicAttributes', { TopicArn: `${TopicArn}-missing` }],
  ['GetTopicAttributes', { TopicArn: 'no arn' }],
  set('DisplayName', 'New'),
  set('DisplayName', 'x'.repeat(101)),
  set('Policy', '{'),
  set('DeliveryPolicy', '{'),
  set('KmsMasterKeyId', 'alias/aws/sns'),
  set('TracingConfig', 'Active'),
  set('FifoTopic', 'true'),
  set('Unknown', '1'),
  ['GetTopicAttributes', { TopicArn }],
  [
    'AddPermission',
    { TopicArn, Label: 'l', AWSAccountId: ['111111111111'], ActionName: ['Publish'] },
  ],
  [
    'AddPermission',
    { TopicArn, Label: 'l', AWSAccountId: ['111111111111'], ActionName: ['Publish'] },
  ],
  ['AddPermission', { TopicArn, Label: 'm', AWSAccountId: ['1'], ActionName: ['Other'] }],
  ['GetTopicAttributes', { TopicArn }],
  ['RemovePermission', { TopicArn, Label: 'l' }],
  ['RemovePermission', { TopicArn, Label: 'l' }],
  ['ListTagsForResource', { ResourceArn: TopicArn }],
  ['TagResource', { ResourceArn: TopicArn, Tags: [{ Key: 'b', Value: '' }] }],
  ['UntagResource', { ResourceArn: TopicArn, TagKeys: ['a'] }],
  ['ListTagsForResource', { ResourceArn: TopicArn }],
  ['ListTagsForResource', { ResourceArn: `${TopicArn}-missing` }],
  ['sqs:CreateQueue', { QueueName: 'q', Attributes: { Policy: OPEN } }],
  ['sqs:CreateQueue', { QueueName: 'dead', Attributes: { Policy: OPEN } }],
  ['Subscribe', { TopicArn, Protocol: 'other', Endpoint: 'x' }],
  ['Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: 'x' }],
  ['Subscribe', { TopicArn, Protocol: 'email', Endpoint: 'no-address' }],
  ['Subscribe', { TopicArn, Protocol: 'lambda', Endpoint: QUEUE }],
  ['Subscribe', { TopicArn, Protocol: 'http', Endpoint: 'https://example.com' }],
  ['Subscribe', { TopicArn: `${TopicArn}-missing`, Protocol: 'sqs', Endpoint: QUEUE }],
  ['Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: QUEUE, Attributes: { FilterPolicy: '{' } }],
  ['Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: QUEUE, Attributes: { Unknown: '1' } }],
  ['Subscribe', { TopicArn, Protocol: 'email', Endpoint: 'me@example.com' }, 'mail'],
  ['Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: QUEUE }, 'subscription'],
  ['Subscribe', { TopicArn, Protocol: 'sqs', Endpoint: QUEUE }],
  [
    'Subscribe',
    { TopicArn, Protocol: 'sqs', Endpoint: QUEUE, Attributes: { RawMessageDelivery: 'true' } },
  ],
  ['ListSubscriptions'],
  ['ListSubscriptionsByTopic', { TopicArn }],
  ['GetTopicAttributes', { TopicArn }],
  [
    'GetSubscriptionAttributes',
    (answered) => ({ SubscriptionArn: answered('subscription.SubscriptionArn') }),
  ],
  ['GetSubscriptionAttributes', { SubscriptionArn: `${TopicArn}:missing` }],
  ['Publish', { TopicArn, Message: '' }],
  ['Publish', { TopicArn: `${TopicArn}-missing`, Message: 'm' }],
  ['Publish', { Message: 'm' }],
  publish({ Subject: 'x'.repeat(101) }),
  publish({ Subject: 'a\nb' }),
  publish({ MessageStructure: 'json' }),
  publish({ MessageStructure: 'json', Message: '{"sqs":"only"}' }),
  publish({ MessageStructure: 'other' }),
  publish({ MessageGroupId: 'g' }),
  publish({ MessageAttributes: { a: { DataType: 'Other', StringValue: 'x' } } }),
  publish({ MessageAttributes: { a: text('') } }),
  publish({ Message: 'x'.repeat(262_145) }),
  publish({ Subject: 'Hello', MessageAttributes: { kind: text('x') } }),
  receive,
  publish({ MessageStructure: 'json', Message: '{"default":"d","sqs":"for queues"}' }),
  receive,
  setOf('RawMessageDelivery', 'maybe'),
  setOf('RawMessageDelivery', 'true'),
  publish({ MessageAttributes: { kind: text('x'), n: { DataType: 'Number', StringValue: '5' } } }),
  receive,
  setOf('FilterPolicy', '{"kind":"x"}'),
  setOf('FilterPolicy', '{"kind":["x"]}'),
  publish({ Message: 'matches', MessageAttributes: { kind: text('x') } }),
  receive,
  publish({ Message: 'does not match', MessageAttributes: { kind: text('y') } }),
  receive,
  publish({ Message: 'has none' }),
  receive,
  setOf('FilterPolicyScope', 'MessageBody'),
  setOf('FilterPolicyScope', 'Other'),
  publish({ Message: '{"kind":"x"}' }),
  receive,
  publish({ Message: '{"kind":"y"}' }),
  receive,
  setOf('FilterPolicy', ''),
  setOf('RedrivePolicy', '{"deadLetterTargetArn":"no arn"}'),
  setOf('RedrivePolicy', '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead"}'),
  [
    'GetSubscriptionAttributes',
    (answered) => ({ SubscriptionArn: answered('subscription.SubscriptionArn') }),
  ],
  ['sqs:DeleteQueue', { QueueUrl: '/000000000000/q' }],
  publish({ Message: 'lost' }),
  { advanceSeconds: 3_600 },
  ['sqs:ReceiveMessage', { QueueUrl: '/000000000000/dead', MessageAttributeNames: ['All'] }],
  ['PublishBatch', { TopicArn, PublishBatchRequestEntries: [] }],
  [
    'PublishBatch',
    {
      TopicArn,
      PublishBatchRequestEntries: [
        { Id: 'a', Message: 'x' },
        { Id: 'b', Message: '' },
      ],
    },
  ],
  [
    'PublishBatch',
    {
      TopicArn,
      PublishBatchRequestEntries: [
        { Id: 'a', Message: 'x' },
        { Id: 'a', Message: 'y' },
      ],
    },
  ],
  ['Publish', { TopicArn: TopicArn.replace(/t$/, 'f.fifo'), Message: 'm' }],
  ['Publish', { TopicArn: TopicArn.replace(/t$/, 'f.fifo'), Message: 'm', MessageGroupId: 'g' }],
  ['cloudwatch:ListMetrics', { Namespace: 'AWS/SNS' }],
  ['Unsubscribe', (answered) => ({ SubscriptionArn: answered('subscription.SubscriptionArn') })],
  ['Unsubscribe', { SubscriptionArn: 'wrong' }],
  ['ListSubscriptionsByTopic', { TopicArn }],
  ['DeleteTopic', { TopicArn }],
  ['DeleteTopic', { TopicArn }],
  ['ListSubscriptions'],
];

it('SNS answers as in the transcript', async () => {
  const factories = [
    createIamService,
    createStsService,
    createCloudWatchService,
    createSqsService,
    createSnsService,
  ];

  const transcript = await transcriptOf('sns', factories, steps);

  await expect(transcript).toMatchFileSnapshot('transcripts/sns.txt');
});
