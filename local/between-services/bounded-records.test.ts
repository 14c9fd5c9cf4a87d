import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../cloud/cloud.ts';
import { createVirtualClock, type VirtualClock } from '../host/clock.ts';
import { createSnsService } from '../services/sns/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { createTestCloud } from '../testing/cloud.testing.ts';

/** A runtime that runs for long must delete records after AWS's own periods. The tests count records, not time. */
const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const A_MINUTE = 10;
/** Records of twice the deduplication interval of five minutes, and of the current minute. */
const RECENT = 11 * A_MINUTE;

let clock: VirtualClock;
let cloud: Cloud;

beforeEach(async () => {
  clock = createVirtualClock();
  cloud = createTestCloud([createSnsService, createSqsService], { clock });
  await cloud.start();
});

afterEach(() => cloud.stop());

function sizeOf(table: string): number {
  return cloud.store.table(table).size;
}

async function everyMinute(minutes: number, one: (id: string) => Promise<unknown>): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    for (let turn = 0; turn < A_MINUTE; turn += 1) await one(`${minute}-${turn}`);
    clock.advance(MINUTE_MS);
  }
}

describe('a runtime that runs for long', () => {
  it('deletes deduplication ids of queues and topics', async () => {
    await cloud.call(ACCOUNT, 'sqs', 'CreateQueue', {
      QueueName: 'jobs.fifo',
      Attributes: { FifoQueue: 'true' },
    });
    const { TopicArn } = await cloud.call<{ readonly TopicArn: string }>(
      ACCOUNT,
      'sns',
      'CreateTopic',
      { Name: 'news.fifo', Attributes: { FifoTopic: 'true' } },
    );

    await everyMinute(60, async (id) => {
      const ids = { MessageGroupId: 'g', MessageDeduplicationId: id };
      await cloud.call(ACCOUNT, 'sns', 'Publish', { TopicArn, Message: 'x', ...ids });
      const sent = { QueueUrl: 'jobs.fifo', MessageBody: 'x', ...ids };
      await cloud.call(ACCOUNT, 'sqs', 'SendMessage', sent);
      expect(sizeOf('sqs.deduplication')).toBeLessThanOrEqual(RECENT);
      expect(sizeOf('sns.deduplication')).toBeLessThanOrEqual(RECENT);
    });

    // They are needed for five minutes.
    expect(sizeOf('sqs.deduplication')).toBeGreaterThan(5 * A_MINUTE - 1);
  });

  it('deletes messages without a receiver after the retention period', async () => {
    const QueueUrl = 'dead-letters';
    await cloud.call(ACCOUNT, 'sqs', 'CreateQueue', {
      QueueName: QueueUrl,
      Attributes: { MessageRetentionPeriod: '3600' },
    });
    const send = (MessageBody: string) =>
      cloud.call(ACCOUNT, 'sqs', 'SendMessage', { QueueUrl, MessageBody });

    await everyMinute(3 * 60, send);

    expect(sizeOf('sqs.messages')).toBeLessThanOrEqual(61 * A_MINUTE);
    clock.advance(2 * HOUR_MS);
    expect(sizeOf('sqs.messages')).toBe(0);
    expect(
      await cloud.call(ACCOUNT, 'sqs', 'GetQueueAttributes', {
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    ).toEqual({ Attributes: { ApproximateNumberOfMessages: '0' } });
  });

  it('keeps the last ten redrives of a dead-letter queue', async () => {
    const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:dead-letters';
    await cloud.call(ACCOUNT, 'sqs', 'CreateQueue', { QueueName: 'dead-letters' });
    await cloud.call(ACCOUNT, 'sqs', 'CreateQueue', {
      QueueName: 'jobs',
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 }) },
    });
    const SourceArn = deadLetterTargetArn;

    await everyMinute(3, () => cloud.call(ACCOUNT, 'sqs', 'StartMessageMoveTask', { SourceArn }));

    expect(sizeOf('sqs.moves')).toBe(10);
    const { Results } = await cloud.call<{ readonly Results: readonly object[] }>(
      ACCOUNT,
      'sqs',
      'ListMessageMoveTasks',
      { SourceArn, MaxResults: 10 },
    );
    expect(Results).toHaveLength(10);
  });
});
