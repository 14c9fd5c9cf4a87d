import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../host/clock.ts';
import { createCloudWatchService } from '../services/cloudwatch/index.ts';
import { createLogsService } from '../services/logs/index.ts';
import { createSnsService } from '../services/sns/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

let clock: VirtualClock;
let runtime: TestRuntime;
let sns: SNSClient;
let sqs: SQSClient;

beforeEach(async () => {
  clock = createVirtualClock();
  runtime = await startTestRuntime(
    [createSnsService, createSqsService, createLogsService, createCloudWatchService],
    { clock },
  );
  sns = new SNSClient(runtime.clientConfig);
  sqs = new SQSClient(runtime.clientConfig);
});

afterEach(async () => {
  await runtime.stop();
});

async function createTopic(name: string, attributes: Record<string, string>): Promise<string> {
  const { TopicArn = '' } = await sns.send(
    new CreateTopicCommand({ Name: name, Attributes: attributes }),
  );
  return TopicArn;
}

const fifo = (more: Record<string, string> = {}) =>
  createTopic('orders.fifo', { FifoTopic: 'true', ...more });

/** Subscribes a queue with raw message delivery. */
async function subscribe(TopicArn: string, queue: string): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: queue,
      ...(queue.endsWith('.fifo') && { Attributes: { FifoQueue: 'true' } }),
    }),
  );
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: `arn:aws:sqs:us-east-1:000000000000:${queue}`,
      Attributes: { RawMessageDelivery: 'true' },
    }),
  );
  return QueueUrl;
}

async function received(QueueUrl: string) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages.map(({ Body, Attributes }) => [
    Body,
    Attributes?.MessageGroupId,
    Attributes?.MessageDeduplicationId,
  ]);
}

const publish = (
  TopicArn: string,
  Message: string,
  MessageGroupId: string,
  MessageDeduplicationId?: string,
) =>
  sns.send(
    new PublishCommand({
      TopicArn,
      Message,
      MessageGroupId,
      ...(MessageDeduplicationId !== undefined && { MessageDeduplicationId }),
    }),
  );

/** The error of SNS for a request that it refuses. */
async function refusal(
  command: PublishCommand | PublishBatchCommand | SubscribeCommand,
): Promise<{ readonly message?: string } | undefined> {
  const [outcome] = await Promise.allSettled([sns.send(command as PublishCommand)]);
  return outcome.status === 'rejected' ? outcome.reason : undefined;
}

describe('a FIFO topic', () => {
  it('delivers in order, with groups and sequence numbers', async () => {
    const topic = await fifo();
    const queue = await subscribe(topic, 'orders.fifo');

    const published = await Promise.all(
      ['a', 'b', 'c'].map((text) => publish(topic, text, 'g', `id-${text}`)),
    );

    const numbers = published.map(({ SequenceNumber = '' }) => SequenceNumber);
    expect(new Set(numbers).size).toBe(3);
    expect(numbers[0]).toMatch(/^\d{20}$/);
    const messages = await received(queue);
    expect(messages.map(([, ...ids]) => ids)).toEqual(
      messages.map(([text]) => ['g', `id-${text}`]),
    );
    expect(new Set(messages.map(([text]) => text))).toEqual(new Set(['a', 'b', 'c']));
  });

  it('accepts the same message once in five minutes', async () => {
    const topic = await fifo({ ContentBasedDeduplication: 'true' });
    const queue = await subscribe(topic, 'orders.fifo');

    const first = await publish(topic, 'a', 'g');
    clock.advance(299_000);
    const again = await publish(topic, 'a', 'g');
    clock.advance(1_000);
    const later = await publish(topic, 'a', 'g');

    expect(again.MessageId).toBe(first.MessageId);
    expect(again.SequenceNumber).toBe(first.SequenceNumber);
    expect(later.MessageId).not.toBe(first.MessageId);
    expect((await received(queue)).map(([text]) => text)).toEqual(['a', 'a']);
  });

  it('detects duplicates per group only if configured', async () => {
    const topic = await fifo({ FifoThroughputScope: 'MessageGroup' });

    const one = await publish(topic, 'a', 'g1', 'same');
    const other = await publish(topic, 'a', 'g2', 'same');

    expect(other.MessageId).not.toBe(one.MessageId);
  });

  it('delivers to a standard queue too', async () => {
    const topic = await fifo();
    const queue = await subscribe(topic, 'plain');

    await publish(topic, 'a', 'g', 'id');

    expect(await received(queue)).toMatchObject([['a', 'g', undefined]]);
  });

  it('shows its attributes', async () => {
    const topic = await fifo();

    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topic }));

    expect(Attributes).toMatchObject({ FifoTopic: 'true', ContentBasedDeduplication: 'false' });
  });

  it('refuses messages without a group', async () => {
    const topic = await fifo();

    const groupless = await refusal(new PublishCommand({ TopicArn: topic, Message: 'a' }));
    const idless = await refusal(
      new PublishCommand({ TopicArn: topic, Message: 'a', MessageGroupId: 'g' }),
    );
    const batch = await refusal(
      new PublishBatchCommand({
        TopicArn: topic,
        PublishBatchRequestEntries: [{ Id: '1', Message: 'a' }],
      }),
    );

    expect(groupless).toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
    });
    expect(idless).toMatchObject({
      message: expect.stringContaining('ContentBasedDeduplication'),
    });
    // AWS refuses the whole batch, not only the entry.
    expect(batch).toMatchObject({ message: groupless?.message });
  });

  it('accepts only queues as subscribers, and only FIFO topics accept FIFO queues', async () => {
    const topic = await fifo();
    const standard = await createTopic('plain', {});

    const mail = await refusal(
      new SubscribeCommand({ TopicArn: topic, Protocol: 'email', Endpoint: 'a@example.com' }),
    );
    const queue = await refusal(
      new SubscribeCommand({
        TopicArn: standard,
        Protocol: 'sqs',
        Endpoint: 'arn:aws:sqs:us-east-1:000000000000:orders.fifo',
      }),
    );

    expect(mail).toMatchObject({ name: 'InvalidParameterException' });
    expect(queue).toMatchObject({
      message: expect.stringContaining('FIFO SQS Queues can not be subscribed'),
    });
  });

  it.each([
    ['orders', { FifoTopic: 'true' }],
    ['orders.fifo', {}],
    ['orders', { ContentBasedDeduplication: 'true' }],
  ])('has a valid name: %s %o is refused', async (name, attributes) => {
    await expect(createTopic(name, attributes)).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});
