import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cloud } from '../cloud/cloud.ts';
import { createEventBridgeService } from '../services/eventbridge/index.ts';
import { createIamService } from '../services/iam/index.ts';
import { createSnsService } from '../services/sns/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { createStsService } from '../services/sts/index.ts';
import { DiskFullError, MemoryStore } from '../store/index.ts';
import { createTestCloud, settle } from '../testing/cloud.testing.ts';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const INBOX = 'arn:aws:sqs:us-east-1:000000000000:inbox';
const DEAD_LETTERS = 'arn:aws:sqs:us-east-1:000000000000:dead-letters';
const ROLE = 'arn:aws:iam::000000000000:role/sender';

/** A store whose disk is full: writes stay in memory, and no commit is reported. */
class FullStore extends MemoryStore {
  isFull = false;

  override async committed(): Promise<void> {
    if (this.isFull) throw new DiskFullError('/nowhere', 1);
  }
}

let cloud: Cloud;
let store: FullStore;

async function call<Output = unknown>(
  service: 'eventbridge' | 'iam' | 'sns' | 'sqs',
  operation: string,
  input: object,
): Promise<Output> {
  return cloud.call(ACCOUNT, service, operation, input);
}

/** Creates a queue to which every principal can send. */
async function createQueue(arn: string): Promise<void> {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: arn },
  });
  await call('sqs', 'CreateQueue', { QueueName: arn.split(':')[5], Attributes: { Policy } });
}

async function messagesIn(arn: string): Promise<number> {
  const { Messages = [] } = await call<{ readonly Messages?: readonly unknown[] }>(
    'sqs',
    'ReceiveMessage',
    { QueueUrl: arn.split(':')[5], MaxNumberOfMessages: 10 },
  );
  return Messages.length;
}

beforeEach(async () => {
  store = new FullStore();
  cloud = createTestCloud(
    [
      createIamService,
      createStsService,
      createSqsService,
      createSnsService,
      createEventBridgeService,
    ],
    { store },
  );
  await cloud.start();
  for (const arn of [INBOX, DEAD_LETTERS]) await createQueue(arn);
});

afterEach(() => cloud.stop());

describe('While the disk is full', () => {
  it.each([
    ['itself', undefined],
    ['a role', ROLE],
  ])(
    'an event reaches its target once, by %s, and not the dead-letter queue',
    async (_, RoleArn) => {
      const trust = { Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' };
      await call('iam', 'CreateRole', {
        RoleName: 'sender',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', ...trust },
        }),
      });
      await call('eventbridge', 'PutRule', { Name: 'all', EventPattern: '{"source":["aws.s3"]}' });
      await call('eventbridge', 'PutTargets', {
        Rule: 'all',
        Targets: [
          {
            Id: 'inbox',
            Arn: INBOX,
            ...(RoleArn !== undefined && { RoleArn }),
            RetryPolicy: { MaximumRetryAttempts: 0 },
            DeadLetterConfig: { Arn: DEAD_LETTERS },
          },
        ],
      });
      store.isFull = true;

      cloud.publish({ source: 'aws.s3', 'detail-type': 'Created', resources: [], detail: {} });
      await settle();

      store.isFull = false;
      expect([await messagesIn(INBOX), await messagesIn(DEAD_LETTERS)]).toEqual([1, 0]);
    },
  );

  it('a notification reaches its subscriber once, although its publisher gets an error', async () => {
    const { TopicArn } = await call<{ readonly TopicArn: string }>('sns', 'CreateTopic', {
      Name: 'people',
    });
    await call('sns', 'Subscribe', {
      TopicArn,
      Protocol: 'sqs',
      Endpoint: INBOX,
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS }) },
    });
    store.isFull = true;

    await expect(call('sns', 'Publish', { TopicArn, Message: 'hello' })).rejects.toThrow(
      DiskFullError,
    );

    store.isFull = false;
    expect([await messagesIn(INBOX), await messagesIn(DEAD_LETTERS)]).toEqual([1, 0]);
  });
});
