import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createSqsService } from './index.ts';

let runtime: TestRuntime;
let sqs: SQSClient;
let clock: VirtualClock;

beforeEach(async () => {
  clock = createVirtualClock();
  runtime = await startTestRuntime([createSqsService], { clock });
  sqs = new SQSClient(runtime.clientConfig);
});

afterEach(async () => {
  await runtime.stop();
});

async function createQueue(name: string, attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
  );
  return QueueUrl ?? '';
}

async function receive(QueueUrl: string, WaitTimeSeconds = 0): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages;
}

describe('a queue', () => {
  it('delivers a message with its attributes, hides it, and delivers it again until it is deleted', async () => {
    const QueueUrl = await createQueue('jobs', { VisibilityTimeout: '30' });
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'grün',
        MessageAttributes: {
          Number: { DataType: 'Number', StringValue: '7' },
          Bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2) },
        },
      }),
    );

    const [first] = await receive(QueueUrl);
    const hidden = await receive(QueueUrl);
    clock.advance(30_000);
    const [second] = await receive(QueueUrl);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));
    clock.advance(60_000);

    expect(first).toMatchObject({
      Body: 'grün',
      MessageAttributes: { Number: { StringValue: '7' } },
      Attributes: { ApproximateReceiveCount: '1' },
    });
    expect(hidden).toEqual([]);
    expect(second?.Attributes).toMatchObject({ ApproximateReceiveCount: '2' });
    expect(await receive(QueueUrl)).toEqual([]);
  });

  it('answers a long poll when a message arrives', async () => {
    const QueueUrl = await createQueue('jobs');

    const waiting = receive(QueueUrl, 20);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late' }));

    expect((await waiting).map(({ Body }) => Body)).toEqual(['late']);
  });

  it('delays messages and makes a failed one visible again after ChangeMessageVisibility', async () => {
    const QueueUrl = await createQueue('jobs');
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 10 }));
    const early = await receive(QueueUrl);
    clock.advance(10_000);
    const [message] = await receive(QueueUrl);

    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );

    expect(early).toEqual([]);
    expect(await receive(QueueUrl)).toHaveLength(1);
  });

  it('moves messages that fail too often to its dead-letter queue, and back', async () => {
    const deadLetters = await createQueue('dead');
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ['QueueArn'] }),
    );
    const deadLetterTargetArn = Attributes?.['QueueArn'];
    const QueueUrl = await createQueue('jobs', {
      VisibilityTimeout: '1',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }),
    });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));

    for (let attempt = 0; attempt < 3; attempt += 1) {
      await receive(QueueUrl);
      clock.advance(1_000);
    }
    const [dead] = await receive(deadLetters);
    clock.advance(60_000);
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: deadLetterTargetArn }));

    expect(dead).toMatchObject({
      Body: 'poison',
      Attributes: { DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:000000000000:jobs' },
    });
    expect(await receive(QueueUrl)).toHaveLength(1);
  });

  it('accepts batches, of which single entries may fail', async () => {
    const QueueUrl = await createQueue('jobs');

    const { Successful, Failed } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', MessageBody: 'fine' },
          { Id: 'b', MessageBody: 'late', DelaySeconds: 1_000 },
        ],
      }),
    );

    expect(Successful?.map(({ Id }) => Id)).toEqual(['a']);
    expect(Failed).toMatchObject([{ Id: 'b', SenderFault: true, Code: 'InvalidParameterValue' }]);
  });
});

describe('a FIFO queue', () => {
  it('keeps the order of a group, blocks it behind a message in flight, and drops duplicates', async () => {
    const QueueUrl = await createQueue('jobs.fifo', {
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
    });
    for (const [group, body] of [
      ['a', '1'],
      ['a', '2'],
      ['b', '3'],
      ['a', '1'],
    ] as const) {
      await sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: group }),
      );
    }

    const { Messages: [first] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const others = await receive(QueueUrl);

    expect(first?.Body).toBe('1');
    expect(others.map(({ Body }) => Body)).toEqual(['3']);
  });
});

describe('refusals', () => {
  it('carry the codes that old and new clients know', async () => {
    await createQueue('jobs', { DelaySeconds: '5' });

    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'missing' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      message: 'The specified queue does not exist.',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
    await expect(createQueue('jobs', { DelaySeconds: '6' })).rejects.toMatchObject({
      name: 'QueueNameExists',
    });
    await expect(createQueue('bad name')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(createQueue('other', { Colour: 'red' })).rejects.toMatchObject({
      name: 'InvalidAttributeName',
    });
  });
});
