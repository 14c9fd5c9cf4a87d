import {
  AddPermissionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { errorOf, type RecordedCase } from '../../testing/recorded-answers.testing.ts';
import { createSqsService } from '../sqs/index.ts';
import { createSnsService } from './index.ts';

// What AWS answered stands in the snapshots of LocalStack's tests (Apache-2.0), which are recorded against
// AWS: tests/aws/services/sns/*.snapshot.json, commit 8b9a79f0 (2026-03-23).

const ARN = 'arn:aws:sns:us-east-1:000000000000:';
const TOPIC = `${ARN}recorded`;
const FIFO = `${ARN}recorded.fifo`;
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:recorded';

let runtime: TestRuntime;
let sns: SNSClient;
let sqs: SQSClient;
let subscription: string;

beforeAll(async () => {
  runtime = await startTestRuntime([createSnsService, createSqsService]);
  sns = new SNSClient(runtime.clientConfig);
  sqs = new SQSClient(runtime.clientConfig);
  for (const QueueName of ['recorded', 'dead'])
    await sqs.send(new CreateQueueCommand({ QueueName }));
  await sns.send(new CreateTopicCommand({ Name: 'recorded', Tags: [{ Key: 'a', Value: '1' }] }));
  await sns.send(
    new CreateTopicCommand({ Name: 'recorded.fifo', Attributes: { FifoTopic: 'true' } }),
  );
  subscription = (await subscribe({ RawMessageDelivery: 'True' })) ?? '';
});

afterAll(() => runtime.stop());

async function subscribe(Attributes: Record<string, string>, more: object = {}) {
  const input = { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE, Attributes, ...more };
  return (await sns.send(new SubscribeCommand(input))).SubscriptionArn;
}

const create =
  (Attributes: Record<string, string>, more: object = {}) =>
  () =>
    sns.send(new CreateTopicCommand({ Name: 'recorded', Attributes, ...more }));
const set = (AttributeName: string, AttributeValue: string) => () =>
  sns.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn: subscription,
      AttributeName,
      AttributeValue,
    }),
  );
const policy = (value: object) => set('FilterPolicy', JSON.stringify(value));
const filtered =
  (value: object, FilterPolicyScope = 'MessageAttributes') =>
  () =>
    subscribe(
      { FilterPolicy: JSON.stringify(value), FilterPolicyScope },
      { Endpoint: `${QUEUE}-filtered` },
    );
const attribute = (name: string, value: object) => () =>
  sns.send(
    new PublishCommand({
      TopicArn: TOPIC,
      Message: 'm',
      MessageAttributes: { [name]: value as { DataType: string } },
    }),
  );
const batch =
  (...entries: { Id: string; Message?: string; MessageGroupId?: string }[]) =>
  () =>
    sns.send(
      new PublishBatchCommand({
        TopicArn: TOPIC,
        PublishBatchRequestEntries: entries.map((entry) => ({ Message: 'm', ...entry })),
      }),
    );
const many = (count: number) => Array.from({ length: count }, (_, index) => `value${index}`);
const ids = (count: number) => many(count).map((Id) => ({ Id }));
const publish = (input: object) => () =>
  sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'm', ...input }));

const INVALID = 'InvalidParameter';
const VALUE = 'ParameterValueInvalid';

const refusals: readonly RecordedCase[] = [
  [
    'a topic that is not there',
    () => sns.send(new GetTopicAttributesCommand({ TopicArn: `${ARN}none` })),
    404,
    'NotFound',
    'Topic does not exist',
  ],
  [
    'a topic whose ARN is none',
    () => sns.send(new GetTopicAttributesCommand({ TopicArn: 'x' })),
    400,
    INVALID,
    'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
  ],
  [
    'a topic of another region',
    () =>
      sns.send(
        new GetTopicAttributesCommand({ TopicArn: TOPIC.replace('us-east-1', 'eu-west-1') }),
      ),
    400,
    INVALID,
    'Invalid parameter: TopicArn',
  ],
  [
    'a topic that is there with another attribute',
    create({ DisplayName: 'x' }),
    400,
    INVALID,
    'Invalid parameter: Attributes Reason: Topic already exists with different attributes',
  ],
  [
    'a topic that is there with another tag',
    create({}, { Tags: [{ Key: 'b', Value: '2' }] }),
    400,
    INVALID,
    'Invalid parameter: Tags Reason: Topic already exists with different tags',
  ],
  [
    'a FIFO topic whose name does not say so',
    create({ FifoTopic: 'true' }),
    400,
    INVALID,
    'Invalid parameter: Topic Name',
  ],
  [
    'a tag twice',
    () =>
      sns.send(
        new TagResourceCommand({
          ResourceArn: TOPIC,
          Tags: [
            { Key: 'k', Value: '1' },
            { Key: 'k', Value: '2' },
          ],
        }),
      ),
    400,
    INVALID,
    'Invalid parameter: Duplicated keys are not allowed.',
  ],
  [
    'a permission for what SNS does not do',
    () =>
      sns.send(
        new AddPermissionCommand({
          TopicArn: TOPIC,
          Label: 'l',
          AWSAccountId: ['000000000000'],
          ActionName: ['Nothing'],
        }),
      ),
    400,
    INVALID,
    'Invalid parameter: Policy statement action out of service scope!',
  ],
  [
    'an unknown protocol',
    () => subscribe({}, { Protocol: 'test-protocol' }),
    400,
    INVALID,
    'Invalid parameter: Amazon SNS does not support this protocol string: test-protocol',
  ],
  [
    'the URL of a queue',
    () => subscribe({}, { Endpoint: 'http://sqs/000000000000/recorded' }),
    400,
    INVALID,
    'Invalid parameter: SQS endpoint ARN',
  ],
  [
    'a phone number that is none',
    () => subscribe({}, { Protocol: 'sms', Endpoint: '+15--551234567' }),
    400,
    INVALID,
    'Invalid SMS endpoint: +15--551234567',
  ],
  [
    'a subscription that is there with another attribute',
    () => subscribe({ RawMessageDelivery: 'false' }),
    400,
    INVALID,
    'Invalid parameter: Attributes Reason: Subscription already exists with different attributes',
  ],
  [
    'the end of a subscription without its id',
    () => sns.send(new UnsubscribeCommand({ SubscriptionArn: TOPIC })),
    400,
    INVALID,
    'Invalid parameter: SubscriptionId',
  ],
  ['an unknown attribute', set('Fake', 'x'), 400, INVALID, 'Invalid parameter: AttributeName'],
  [
    'raw delivery that is neither true nor false',
    set('RawMessageDelivery', 'test-ValUe'),
    400,
    INVALID,
    'Invalid parameter: RawMessageDelivery: Invalid value [test-ValUe]. Must be true or false.',
  ],
  [
    'raw delivery that is neither, at once',
    () => subscribe({ RawMessageDelivery: 'wrongvalue' }, { Endpoint: `${QUEUE}-2` }),
    400,
    INVALID,
    'Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [wrongvalue]. Must be true or false.',
  ],
  [
    'a redrive policy that is not JSON',
    set('RedrivePolicy', '{invalidjson}'),
    400,
    INVALID,
    "Invalid parameter: RedrivePolicy: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
  ],
  [
    'a redrive policy with an odd ARN',
    set('RedrivePolicy', '{"deadLetterTargetArn":"x"}'),
    400,
    INVALID,
    'Invalid parameter: RedrivePolicy: deadLetterTargetArn is an invalid arn',
  ],
  [
    'a filter that is not JSON',
    set('FilterPolicy', '{invalidjson}'),
    400,
    INVALID,
    "Invalid parameter: FilterPolicy: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
  ],
  [
    'a filter of nested keys by attributes',
    policy({ a: { b: ['x'] } }),
    400,
    INVALID,
    'Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy',
  ],
  [
    'a filter of an unknown scope',
    set('FilterPolicyScope', 'RandomValue'),
    400,
    INVALID,
    'Invalid parameter: FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes',
  ],
  [
    'a filter of 151 values',
    filtered({ key: many(151) }),
    400,
    INVALID,
    'Invalid parameter: Attributes Reason: FilterPolicy: Filter policy is too complex',
  ],
  [
    'a filter of 100 times 51 values',
    filtered({ key1: many(100), key2: many(51) }),
    400,
    INVALID,
    'Invalid parameter: Attributes Reason: FilterPolicy: Filter policy is too complex',
  ],
  [
    'a filter of 216 nested combinations',
    filtered(
      { key_a: { key_b: { key_c: many(4) } }, key_d: { key_e: many(3) }, key_f: many(3) },
      'MessageBody',
    ),
    400,
    INVALID,
    'Invalid parameter: Attributes Reason: FilterPolicy: Filter policy is too complex',
  ],
  [
    'a filter of 152 combinations by $or',
    filtered({
      source: many(4),
      $or: [
        { metricName: many(6) },
        { metricType: many(4), $or: [{ metricId: [1, 2, 3, 4] }, { spaceId: [1, 2, 3, 4] }] },
      ],
    }),
    400,
    INVALID,
    'Invalid parameter: Attributes Reason: FilterPolicy: Filter policy is too complex',
  ],
  [
    'a filter of six keys',
    filtered({ a: ['1'], b: ['1'], c: ['1'], d: ['1'], e: ['1'], f: ['1'] }),
    400,
    INVALID,
    'Invalid parameter: Attributes Reason: FilterPolicy: Filter policy can not have more than 5 keys',
  ],
  [
    'a filter whose rule is not a list',
    filtered({ key: 'value_one' }),
    400,
    INVALID,
    'Invalid parameter: Attributes Reason: FilterPolicy: "key" must be an object or an array\n at [Source: (String)"{"key":"value_one"}"; line: 1, column: 9]',
  ],
  [
    'an empty text as attribute',
    attribute('attr1', { DataType: 'String', StringValue: '' }),
    400,
    VALUE,
    "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'String'.",
  ],
  [
    'a text as binary attribute',
    attribute('attr1', { DataType: 'Binary', StringValue: 'x' }),
    400,
    VALUE,
    "The message attribute 'attr1' with type 'Binary' must use field 'Binary'.",
  ],
  [
    'bytes as number',
    attribute('attr1', { DataType: 'Number', BinaryValue: Buffer.from('1') }),
    400,
    VALUE,
    "The message attribute 'attr1' with type 'Number' must use field 'String'.",
  ],
  [
    'an attribute of an unknown type',
    attribute('attr1', { DataType: 'Stringy', StringValue: 'x' }),
    400,
    VALUE,
    "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
  ],
  [
    'an attribute with an odd name',
    attribute('a^b', { DataType: 'String', StringValue: 'x' }),
    400,
    VALUE,
    "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
  ],
  [
    'an attribute that begins with a dot',
    attribute('.a', { DataType: 'String', StringValue: 'x' }),
    400,
    VALUE,
    "Invalid message attribute name starting with character '.' was found.",
  ],
  [
    'an attribute that ends with a dot',
    attribute('a.', { DataType: 'String', StringValue: 'x' }),
    400,
    VALUE,
    "Invalid message attribute name ending with character '.' was found.",
  ],
  [
    'an attribute with two dots',
    attribute('a..b', { DataType: 'String', StringValue: 'x' }),
    400,
    VALUE,
    "Message attribute name can not have successive '.' character.",
  ],
  [
    'an attribute with a long name',
    attribute('a'.repeat(257), { DataType: 'String', StringValue: 'x' }),
    400,
    VALUE,
    'Length of message attribute name must be less than 256 bytes.',
  ],
  [
    'a long message',
    publish({ Message: 'x'.repeat(262_145) }),
    400,
    INVALID,
    'Invalid parameter: Message too long',
  ],
  [
    'a long message with its attributes',
    publish({
      Message: 'x'.repeat(262_140),
      MessageAttributes: { attr: { DataType: 'String', StringValue: 'x' } },
    }),
    400,
    INVALID,
    'Invalid parameter: Message too long',
  ],
  ['an empty subject', publish({ Subject: '' }), 400, INVALID, 'Invalid parameter: Subject'],
  [
    'a message without a group for a FIFO topic',
    publish({ TopicArn: FIFO }),
    400,
    INVALID,
    'Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
  ],
  [
    'a message without an id for a FIFO topic',
    publish({ TopicArn: FIFO, MessageGroupId: 'g' }),
    400,
    INVALID,
    'Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  ],
  [
    'a batch of eleven',
    batch(...ids(11)),
    400,
    'TooManyEntriesInBatchRequest',
    'The batch request contains more entries than permissible.',
  ],
  [
    'a batch with one id twice',
    batch({ Id: 'a' }, { Id: 'a' }),
    400,
    'BatchEntryIdsNotDistinct',
    'Two or more batch entries in the request have the same Id.',
  ],
  [
    'a batch with an odd id',
    batch({ Id: 'message.id' }),
    400,
    'InvalidBatchEntryId',
    'The Id of a batch entry in the batch request contains an impermissible character: message.id',
  ],
  [
    'a batch with a long id',
    batch({ Id: 'a'.repeat(81) }),
    400,
    'InvalidBatchEntryId',
    `The Id of a batch entry in the batch request is too long: ${'a'.repeat(81)}`,
  ],
  [
    'a batch that is too long',
    batch({ Id: 'a', Message: 'x'.repeat(131_073) }, { Id: 'b', Message: 'x'.repeat(131_072) }),
    400,
    'BatchRequestTooLong',
    'The length of all the messages put together is more than the limit.',
  ],
];

describe('SNS refuses as AWS was recorded', () => {
  it.each(refusals)('%s', async (_what, call, status, code, message) => {
    expect(await errorOf(call())).toEqual({ status, code, message });
  });

  it('accepts the same subscription again', async () => {
    expect(
      await subscribe({ RawMessageDelivery: 'true', FilterPolicyScope: 'MessageAttributes' }),
    ).toBe(subscription);
    expect(await subscribe({})).toBe(subscription);
  });

  it('accepts the same topic again', async () => {
    expect(
      await errorOf(create({ FifoTopic: 'false' }, { Tags: [{ Key: 'a', Value: '1' }] })()),
    ).toBe('succeeded');
  });

  it('shows the subscriber, and the delivery policy', async () => {
    const input = { SubscriptionArn: subscription };
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand(input));
    const topic = await sns.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));

    expect(Attributes).toMatchObject({
      RawMessageDelivery: 'true',
      SubscriptionPrincipal: 'arn:aws:iam::000000000000:root',
    });
    expect(Attributes).not.toHaveProperty('FilterPolicyScope');
    expect(JSON.parse(topic.Attributes?.['EffectiveDeliveryPolicy'] ?? '')).toMatchObject({
      http: { defaultHealthyRetryPolicy: { numRetries: 3 } },
    });
  });
});

describe('a raw message that cannot be delivered', () => {
  it('becomes a raw dead letter with its attributes', async () => {
    await sqs.send(new CreateQueueCommand({ QueueName: 'gone' }));
    await sns.send(new CreateTopicCommand({ Name: 'failing' }));
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: QUEUE.replace('recorded', 'dead'),
    });
    await subscribe(
      { RawMessageDelivery: 'true', RedrivePolicy },
      { TopicArn: `${ARN}failing`, Endpoint: QUEUE.replace('recorded', 'gone') },
    );
    await sqs.send(new DeleteQueueCommand({ QueueUrl: '/000000000000/gone' }));
    const MessageAttributes = { a: { DataType: 'String', StringValue: 'x' } };
    await sns.send(
      new PublishCommand({ TopicArn: `${ARN}failing`, Message: 'm', MessageAttributes }),
    );

    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: '/000000000000/dead', MessageAttributeNames: ['All'] }),
    );
    expect(Messages).toMatchObject([{ Body: 'm', MessageAttributes }]);
  });
});

/** How many items each page of a listing has. */
const pages = async (
  list: (NextToken?: string) => Promise<{ NextToken?: string | undefined; items: number }>,
) => {
  const sizes: number[] = [];
  let token: string | undefined;
  do {
    const { NextToken, items } = await list(token);
    sizes.push(items);
    token = NextToken;
  } while (token !== undefined);
  return sizes;
};

describe('listings of more than a hundred', () => {
  it('come in pages', async () => {
    for (const index of Array.from({ length: 101 }).keys()) {
      await sns.send(new CreateTopicCommand({ Name: `listed-${index}` }));
      await subscribe({}, { Endpoint: `${QUEUE}-${index}` });
    }
    const sizes = [
      await pages(async (NextToken) => {
        const page = await sns.send(new ListTopicsCommand({ NextToken }));
        return { NextToken: page.NextToken, items: page.Topics?.length ?? 0 };
      }),
      await pages(async (NextToken) => {
        const page = await sns.send(new ListSubscriptionsCommand({ NextToken }));
        return { NextToken: page.NextToken, items: page.Subscriptions?.length ?? 0 };
      }),
      await pages(async (NextToken) => {
        const page = await sns.send(
          new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC, NextToken }),
        );
        return { NextToken: page.NextToken, items: page.Subscriptions?.length ?? 0 };
      }),
    ];

    expect(sizes.map(([first]) => first)).toEqual([100, 100, 100]);
    expect(sizes.map((list) => list.length)).toEqual([2, 2, 2]);
  });
});
