import {
  AddPermissionCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  RemovePermissionCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { errorOf, type RecordedCase } from '../../testing/recorded-answers.testing.ts';
import { createSqsService } from './index.ts';

// What AWS answered stands in the snapshots of LocalStack's tests (Apache-2.0), which are recorded against
// AWS: tests/aws/services/sqs/test_sqs.snapshot.json, commit 8b9a79f0 (2026-03-23).

const STANDARD = '/000000000000/recorded';
const FIFO = '/000000000000/recorded.fifo';

let runtime: TestRuntime;
let sqs: SQSClient;
let clock: VirtualClock;

beforeAll(async () => {
  clock = createVirtualClock();
  runtime = await startTestRuntime([createSqsService], { clock });
  sqs = new SQSClient(runtime.clientConfig);
  await sqs.send(new CreateQueueCommand({ QueueName: 'recorded' }));
  const Attributes = { FifoQueue: 'True' } as const;
  await sqs.send(new CreateQueueCommand({ QueueName: 'recorded.fifo', Attributes }));
  await sqs.send(
    new AddPermissionCommand({
      QueueUrl: STANDARD,
      Label: 'l',
      AWSAccountIds: ['000000000000'],
      Actions: ['SendMessage'],
    }),
  );
});

afterAll(() => runtime.stop());

const send =
  (QueueUrl: string, more: object = {}) =>
  () =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'm', ...more }));
const batch =
  (QueueUrl: string, ...Entries: Partial<SendMessageBatchRequestEntry>[]) =>
  () =>
    sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: Entries.map((entry, index) => ({ Id: `${index}`, MessageBody: 'm', ...entry })),
      }),
    );
const create = (Attributes: Record<string, string>) => () =>
  sqs.send(new CreateQueueCommand({ QueueName: 'another', Attributes }));
const set = (QueueUrl: string, Attributes: Record<string, string>) => () =>
  sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));

const VALUE = 'InvalidParameterValue';
const ID_CHARACTERS =
  'can only include alphanumeric and punctuation characters. 1 to 128 in length.';
const ENTRY_ID =
  'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
const NO_ID =
  'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly';

const RESERVED = "Names that begin with 'AWS.' or 'Amazon.' are reserved.";
const CHARACTERS =
  'It can contain alphanumeric characters, underscores, hyphens and periods, cannot begin or end with a period or have periods in succession, and has 1 to 256 characters.';

const refusals: readonly RecordedCase[] = [
  [
    'a delay for a FIFO queue',
    send(FIFO, { DelaySeconds: 2, MessageGroupId: 'g', MessageDeduplicationId: 'd' }),
    400,
    VALUE,
    'Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
  ],
  [
    'a message without an id for a FIFO queue',
    send(FIFO, { MessageGroupId: 'g' }),
    400,
    VALUE,
    NO_ID,
  ],
  [
    'a message without a group for a FIFO queue',
    send(FIFO, { MessageDeduplicationId: 'd' }),
    400,
    'MissingParameter',
    'The request must contain the parameter MessageGroupId.',
  ],
  [
    'a group with a space',
    send(FIFO, { MessageGroupId: 'group 123', MessageDeduplicationId: 'd' }),
    400,
    VALUE,
    `Value group 123 for parameter MessageGroupId is invalid. Reason: MessageGroupId ${ID_CHARACTERS}`,
  ],
  [
    'an empty group for a standard queue',
    send(STANDARD, { MessageGroupId: '' }),
    400,
    VALUE,
    `Value  for parameter MessageGroupId is invalid. Reason: MessageGroupId ${ID_CHARACTERS}`,
  ],
  [
    'a long group',
    send(STANDARD, { MessageGroupId: 'a'.repeat(129) }),
    400,
    VALUE,
    `Value ${'a'.repeat(129)} for parameter MessageGroupId is invalid. Reason: MessageGroupId ${ID_CHARACTERS}`,
  ],
  [
    'an id with a space',
    send(FIFO, { MessageGroupId: 'g', MessageDeduplicationId: 'group 123' }),
    400,
    VALUE,
    `Value group 123 for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId ${ID_CHARACTERS}`,
  ],
  [
    'an empty attribute',
    send(STANDARD, {
      MessageAttributes: { ErrorDetails: { DataType: 'String', StringValue: '' } },
    }),
    400,
    VALUE,
    "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
  ],
  [
    // As boto3 users report it from AWS; LocalStack has no recording of it.
    'an attribute that is not the number it claims to be',
    send(STANDARD, { MessageAttributes: { n: { DataType: 'Number', StringValue: 'abc' } } }),
    400,
    VALUE,
    "Can't cast the value of message (user) attribute 'n' to a number.",
  ],
  ['a batch with an odd id', batch(STANDARD, { Id: 'a b' }), 400, 'InvalidBatchEntryId', ENTRY_ID],
  ['a batch with an empty id', batch(STANDARD, { Id: '' }), 400, 'InvalidBatchEntryId', ENTRY_ID],
  [
    'a batch of deletions with an odd id',
    () =>
      sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: STANDARD,
          Entries: [{ Id: 'invalid:id', ReceiptHandle: 'x' }],
        }),
      ),
    400,
    'InvalidBatchEntryId',
    ENTRY_ID,
  ],
  [
    'a batch of twenty',
    batch(STANDARD, ...Array.from({ length: 20 }, () => ({}))),
    400,
    'TooManyEntriesInBatchRequest',
    'Maximum number of entries per request are 10. You have sent 20.',
  ],
  [
    'a batch for a FIFO queue without a group',
    batch(FIFO, { MessageDeduplicationId: 'd' }),
    400,
    VALUE,
    'The request must contain the parameter MessageGroupId.',
  ],
  [
    'a batch for a FIFO queue without an id',
    batch(FIFO, { MessageGroupId: 'g' }),
    400,
    VALUE,
    NO_ID,
  ],
  [
    'a standard queue that becomes FIFO',
    set(STANDARD, { FifoQueue: 'true' }),
    400,
    'InvalidAttributeName',
    'Unknown Attribute FifoQueue.',
  ],
  [
    'a FIFO queue that becomes standard',
    set(FIFO, { FifoQueue: 'false' }),
    400,
    'InvalidAttributeValue',
    'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
  ],
  [
    'a standard queue that is made as not FIFO',
    create({ FifoQueue: 'false' }),
    400,
    'InvalidAttributeName',
    'Unknown Attribute FifoQueue.',
  ],
  [
    'a standard queue with deduplication',
    create({ ContentBasedDeduplication: 'true' }),
    400,
    'InvalidAttributeName',
    'Unknown Attribute ContentBasedDeduplication.',
  ],
  [
    'a standard queue with a scope of deduplication',
    create({ DeduplicationScope: 'queue' }),
    400,
    'InvalidAttributeName',
    'You can specify the DeduplicationScope only when FifoQueue is set to true.',
  ],
  [
    'a standard queue with a limit of throughput',
    create({ FifoThroughputLimit: 'perQueue' }),
    400,
    'InvalidAttributeName',
    'You can specify the FifoThroughputLimit only when FifoQueue is set to true.',
  ],
  [
    'a wait of 21 seconds',
    () => sqs.send(new ReceiveMessageCommand({ QueueUrl: STANDARD, WaitTimeSeconds: 21 })),
    400,
    VALUE,
    'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
  ],
  // From the developer guide, which gives the rules; the sentences are not recorded.
  ...[
    ...['AWS.trace', 'aws.x', 'Amazon.x', 'AMAZON.x'].map((name) => [name, RESERVED] as const),
    ...['.x', 'x.', 'a..b', 'a b'].map((name) => [name, CHARACTERS] as const),
  ].map(
    ([name, reason]): RecordedCase => [
      `an attribute called ${name}`,
      send(STANDARD, { MessageAttributes: { [name]: { DataType: 'String', StringValue: 'v' } } }),
      400,
      VALUE,
      `The name of message (user) attribute '${name}' is invalid. ${reason}`,
    ],
  ),
  [
    'eleven attributes',
    send(STANDARD, {
      MessageAttributes: Object.fromEntries(
        Array.from('abcdefghijk').map((name) => [name, { DataType: 'String', StringValue: 'v' }]),
      ),
    }),
    400,
    VALUE,
    'Number of message attributes [11] exceeds the allowed maximum [10].',
  ],
  [
    'an empty tag key',
    () => sqs.send(new TagQueueCommand({ QueueUrl: STANDARD, Tags: { '': 'v' } })),
    400,
    VALUE,
    'Tag keys must be between 1 and 128 characters in length.',
  ],
  [
    'a tag key of 129 characters at creation',
    () =>
      sqs.send(new CreateQueueCommand({ QueueName: 'tagged', tags: { ['k'.repeat(129)]: '' } })),
    400,
    VALUE,
    'Tag keys must be between 1 and 128 characters in length.',
  ],
  [
    'another scope of deduplication',
    set(FIFO, { DeduplicationScope: 'group' }),
    400,
    'InvalidAttributeValue',
    'Invalid value for the parameter DeduplicationScope.',
  ],
  [
    'another boolean',
    set(FIFO, { ContentBasedDeduplication: 'yes' }),
    400,
    'InvalidAttributeValue',
    'Invalid value for the parameter ContentBasedDeduplication.',
  ],
  [
    'a label twice',
    () =>
      sqs.send(
        new AddPermissionCommand({
          QueueUrl: STANDARD,
          Label: 'l',
          AWSAccountIds: ['000000000000'],
          Actions: ['SendMessage'],
        }),
      ),
    400,
    VALUE,
    'Value l for parameter Label is invalid. Reason: Already exists.',
  ],
  [
    'the end of a label that is not there',
    () => sqs.send(new RemovePermissionCommand({ QueueUrl: STANDARD, Label: 'l2' })),
    400,
    VALUE,
    "Value l2 for parameter Label is invalid. Reason: can't find label.",
  ],
];

describe('SQS refuses as AWS was recorded', () => {
  it.each(refusals)('%s', async (_what, call, status, code, message) => {
    expect(await errorOf(call())).toMatchObject({ status, message });
    expect(
      ((await errorOf(call())) as { code: string }).code.replace(/^AWS\.SimpleQueueService\./, ''),
    ).toBe(code);
  });

  it('a second purge within a minute', async () => {
    await sqs.send(new CreateQueueCommand({ QueueName: 'purged' }));
    const purge = () => sqs.send(new PurgeQueueCommand({ QueueUrl: '/000000000000/purged' }));
    await purge();

    expect(await errorOf(purge())).toMatchObject({
      status: 403,
      message: 'Only one PurgeQueue operation on purged is allowed every 60 seconds.',
    });
    clock.advance(60_000);
    expect(await errorOf(purge())).toBe('succeeded');
  });

  it('the deletion of a FIFO message whose receipt has expired', async () => {
    await send(FIFO, { MessageGroupId: 'gx', MessageDeduplicationId: 'dx' })();
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: FIFO, VisibilityTimeout: 1 }),
    );
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle ?? '';
    clock.advance(1_600);

    expect(
      await errorOf(sqs.send(new DeleteMessageCommand({ QueueUrl: FIFO, ReceiptHandle }))),
    ).toMatchObject({
      status: 400,
      message: `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    });
  });

  it('accepts true in any letter case', async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: FIFO, AttributeNames: ['FifoQueue'] }),
    );

    expect(Attributes).toEqual({ FifoQueue: 'true' });
  });
});

describe('listings', () => {
  it('have pages if MaxResults is given', async () => {
    const target = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:recorded',
      maxReceiveCount: 1,
    });
    for (const QueueName of ['paged-1', 'paged-2', 'paged-3']) {
      await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { RedrivePolicy: target } }));
    }
    const first = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: 'paged', MaxResults: 2 }),
    );
    const second = await sqs.send(
      new ListQueuesCommand({
        QueueNamePrefix: 'paged',
        MaxResults: 2,
        NextToken: first.NextToken,
      }),
    );
    const sources = await sqs.send(
      new ListDeadLetterSourceQueuesCommand({ QueueUrl: STANDARD, MaxResults: 2 }),
    );

    expect([first.QueueUrls?.length, second.QueueUrls?.length, second.NextToken]).toEqual([
      2,
      1,
      undefined,
    ]);
    expect([sources.queueUrls?.length, sources.NextToken === undefined]).toEqual([2, false]);
  });
});

const make = async (name: string, attributes: Record<string, string> = {}) => {
  const QueueName = `${name}.fifo`;
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'TRUE', ...attributes };
  await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const QueueUrl = `/000000000000/${QueueName}`;
  return {
    put: (group: string, body: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: group })),
    take: async (count: number) => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: count }),
      );
      return Messages;
    },
    show: (ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout })),
    remove: (ReceiptHandle: string | undefined) =>
      sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
  };
};
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

describe('a FIFO queue of several groups', () => {
  // test_fifo_receive_message_group_id_ordering
  it('delivers one group after the other', async () => {
    const queue = await make('groups');
    await queue.put('1', 'g1-m1');
    await queue.put('2', 'g2-m1');
    await queue.put('1', 'g1-m2');
    await queue.put('1', 'g1-m3');

    expect(bodies(await queue.take(10))).toEqual(['g1-m1', 'g1-m2', 'g1-m3', 'g2-m1']);
  });

  // test_fifo_message_group_visibility_after_delete
  it('delivers the other groups first after one was received and deleted', async () => {
    const queue = await make('deleted');
    for (const body of ['g1-m1', 'g2-m1', 'g1-m2', 'g2-m2', 'g1-m3', 'g1-m4', 'g3-m1']) {
      clock.advance(1);
      await queue.put(body.slice(0, 2), body);
    }
    const first = await queue.take(2);
    for (const { ReceiptHandle } of first) await queue.remove(ReceiptHandle);

    expect(bodies(first)).toEqual(['g1-m1', 'g1-m2']);
    expect(bodies(await queue.take(10))).toEqual(['g2-m1', 'g2-m2', 'g1-m3', 'g1-m4', 'g3-m1']);
  });

  // test_fifo_message_group_visibility_after_change_message_visibility
  it('delivers the visible messages of a group that has messages in flight', async () => {
    const queue = await make('visible');
    await queue.put('1', 'g1-m1');
    await queue.put('1', 'g1-m2');
    await queue.put('2', 'g2-m1');
    const [first] = await queue.take(2);
    await queue.show(first?.ReceiptHandle, 1);
    clock.advance(2_000);

    expect(bodies(await queue.take(3))).toEqual(['g2-m1', 'g1-m1']);
  });

  // test_sqs_fifo_same_dedup_id_different_message_groups, test_sqs_fifo_message_group_scope_no_throughput_setting
  it.each([
    ['queue', ['same']],
    ['messageGroup', ['same', 'same']],
  ])('takes duplicates to be those of the %s', async (DeduplicationScope, received) => {
    const queue = await make(`scope-${DeduplicationScope}`, { DeduplicationScope });
    await queue.put('1', 'same');
    await queue.put('2', 'same');

    expect(bodies(await queue.take(10))).toEqual(received);
  });
});

describe('attributes', () => {
  it.each([
    ['SqsManagedSseEnabled', 'TRUE', 'true'],
    ['SqsManagedSseEnabled', 'False', 'false'],
  ])('%s of %s is taken as %s', async (name, given, kept) => {
    const QueueName = `boolean-${kept}`;
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { [name]: given } }));

    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: `/000000000000/${QueueName}`,
        AttributeNames: ['SqsManagedSseEnabled'],
      }),
    );
    expect(Attributes).toEqual({ [name]: kept });
  });
});

const ARN = 'arn:aws:sqs:us-east-1:000000000000';
const redrive = (more: object) => ({ RedrivePolicy: JSON.stringify(more) });
const to = (queue: string, maxReceiveCount: unknown = 1) =>
  redrive({ deadLetterTargetArn: `${ARN}:${queue}`, maxReceiveCount });
const allow = (more: object) => ({ RedriveAllowPolicy: JSON.stringify(more) });

describe('attributes that AWS refuses', () => {
  beforeAll(async () => {
    await sqs.send(
      new CreateQueueCommand({
        QueueName: 'closed',
        Attributes: allow({ redrivePermission: 'denyAll' }),
      }),
    );
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html. The sentences are those
  // that users report from AWS: rubyonjets/jets#101 (a member that is missing), moto's and ElasticMQ's tests (the others).
  it.each<[string, Record<string, string>, string, string]>([
    [
      'a dead-letter queue that is not there',
      to('none'),
      VALUE,
      'Dead letter target does not exist.',
    ],
    [
      'a dead-letter queue of another region',
      redrive({
        deadLetterTargetArn: `${ARN}:recorded`.replace('us-east-1', 'eu-west-1'),
        maxReceiveCount: 1,
      }),
      VALUE,
      'Dead letter target does not exist.',
    ],
    [
      'a dead-letter queue of another type',
      to('recorded.fifo'),
      VALUE,
      'Dead-letter queue must be same type of queue as the source.',
    ],
    [
      'no maxReceiveCount',
      redrive({ deadLetterTargetArn: `${ARN}:recorded` }),
      VALUE,
      'Redrive policy does not contain mandatory attribute: maxReceiveCount.',
    ],
    [
      'no deadLetterTargetArn',
      redrive({ maxReceiveCount: 1 }),
      VALUE,
      'Redrive policy does not contain mandatory attribute: deadLetterTargetArn.',
    ],
    ...[0, 1_001, 1.5, 'many'].map((count): [string, Record<string, string>, string, string] => [
      `maxReceiveCount ${count}`,
      to('recorded', count),
      VALUE,
      `Invalid value for maxReceiveCount: ${count}, valid values are from 1 to 1000 both inclusive.`,
    ]),
    [
      'a target that is not an ARN',
      redrive({ deadLetterTargetArn: 'x', maxReceiveCount: 1 }),
      VALUE,
      'Invalid value for deadLetterTargetArn.',
    ],
    [
      'a source that its target denies',
      to('closed'),
      VALUE,
      'The redrive allow policy of the dead-letter queue does not allow this queue.',
    ],
    [
      'an unknown permission to redrive',
      allow({ redrivePermission: 'some' }),
      VALUE,
      'redrivePermission must be allowAll, denyAll or byQueue.',
    ],
    [
      'a permission by queue without queues',
      allow({ redrivePermission: 'byQueue' }),
      VALUE,
      'sourceQueueArns must be 1 to 10 ARNs of queues.',
    ],
    [
      'queues without a permission by queue',
      allow({ redrivePermission: 'allowAll', sourceQueueArns: [`${ARN}:recorded`] }),
      VALUE,
      'sourceQueueArns can be specified only when redrivePermission is byQueue.',
    ],
    [
      'two kinds of encryption',
      { KmsMasterKeyId: 'alias/aws/sqs', SqsManagedSseEnabled: 'true' },
      'InvalidAttributeName',
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    ],
    [
      'a policy that is not one',
      { Policy: '{"Statement":[{"Effect":"Perhaps"}]}' },
      'InvalidAttributeValue',
      'Invalid value for the parameter Policy.',
    ],
    [
      'a short time to reuse keys',
      { KmsDataKeyReusePeriodSeconds: '59' },
      'InvalidAttributeValue',
      'Invalid value for the parameter KmsDataKeyReusePeriodSeconds.',
    ],
  ])('%s', async (_what, attributes, code, message) => {
    const expected = { status: 400, code, message: expect.stringContaining(message) };

    expect(await errorOf(create(attributes)())).toEqual(expected);
    expect(await errorOf(set(STANDARD, attributes)())).toEqual(expected);
  });

  it('accept a redrive policy where the target allows the source', async () => {
    const QueueName = 'open-to-one';
    const Attributes = allow({
      redrivePermission: 'byQueue',
      sourceQueueArns: [`${ARN}:recorded`],
    });
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));

    expect(await errorOf(create(to(QueueName))())).toMatchObject({ code: VALUE });
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: STANDARD, Attributes: to(QueueName, '3') }),
    );
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: STANDARD, Attributes: { RedrivePolicy: '' } }),
    );
  });

  it('of one kind of encryption turn off the other', async () => {
    const QueueName = 'encrypted';
    const Attributes = { KmsMasterKeyId: 'alias/aws/sqs' };
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));

    const read = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: `/000000000000/${QueueName}`,
        AttributeNames: ['KmsMasterKeyId', 'SqsManagedSseEnabled'],
      }),
    );

    expect(read.Attributes).toEqual({ ...Attributes, SqsManagedSseEnabled: 'false' });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html
  it('51 tags', async () => {
    const Tags = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']));

    expect(await errorOf(sqs.send(new TagQueueCommand({ QueueUrl: STANDARD, Tags })))).toEqual({
      status: 400,
      code: VALUE,
      message: 'Too many tags added for queue recorded.',
    });
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
  it.each([
    ['Foo', 'Please refer to the appropriate WSDL for a list of valid actions.'],
    ['DeleteQueue', 'Only the queue owner is allowed to invoke this action.'],
  ])('the permission for %s', async (action, reason) => {
    const permission = {
      QueueUrl: STANDARD,
      Label: 'unknown',
      AWSAccountIds: ['000000000000'],
      Actions: [action],
    };

    expect(await errorOf(sqs.send(new AddPermissionCommand(permission)))).toEqual({
      status: 400,
      code: VALUE,
      message: `Value SQS:${action} for parameter ActionName is invalid. Reason: ${reason}`,
    });
  });
});
