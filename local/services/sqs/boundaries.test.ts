import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createVirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createSqsService } from './index.ts';

let runtime: TestRuntime;
let sqs: SQSClient;
let QueueUrl: string | undefined;

beforeAll(async () => {
  runtime = await startTestRuntime([createSqsService], { clock: createVirtualClock() });
  sqs = new SQSClient(runtime.clientConfig);
  const Attributes = { MaximumMessageSize: '1024' };
  ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'bounded', Attributes })));
});

afterAll(async () => {
  sqs.destroy();
  await runtime.stop();
});

async function isTaken(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => true,
    () => false,
  );
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html: 0 to 900 seconds.
it.each([
  [-1, false],
  [0, true],
  [900, true],
  [901, false],
])('takes a delay of %i seconds: %s', async (DelaySeconds, taken) => {
  const message = { QueueUrl, MessageBody: 'm', DelaySeconds };

  expect(await isTaken(sqs.send(new SendMessageCommand(message)))).toBe(taken);
});

it.each([
  [1_024, true],
  [1_025, false],
])('takes a message of %i bytes where 1,024 are allowed: %s', async (size, taken) => {
  const message = { QueueUrl, MessageBody: 'm'.repeat(size) };

  expect(await isTaken(sqs.send(new SendMessageCommand(message)))).toBe(taken);
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html: 1 to 10.
it.each([
  [0, false],
  [1, true],
  [10, true],
  [11, false],
])('gives %i messages at a time: %s', async (MaxNumberOfMessages, taken) => {
  const asked = { QueueUrl, MaxNumberOfMessages };

  expect(await isTaken(sqs.send(new ReceiveMessageCommand(asked)))).toBe(taken);
});

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html: 12 hours.
it.each([
  [-1, false],
  [0, true],
  [43_200, true],
  [43_201, false],
])('hides a message for %i seconds: %s', async (VisibilityTimeout, taken) => {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'm' }));
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  const change = { QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout };

  expect(await isTaken(sqs.send(new ChangeMessageVisibilityCommand(change)))).toBe(taken);
});
