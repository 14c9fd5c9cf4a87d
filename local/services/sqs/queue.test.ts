import { expect, it } from 'vitest';
import { redriveOf } from './queue.ts';
import type { QueueRecord } from './store.ts';

const ARN = 'arn:aws:sqs:us-east-1:000000000000:dead';

function queue(RedrivePolicy: string): QueueRecord {
  return { name: 'q', attributes: { RedrivePolicy }, tags: {}, createdAt: 0, modifiedAt: 0 };
}

// What SetQueueAttributes took before it judged it:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
it.each([
  '',
  '{',
  'null',
  '1',
  '"x"',
  '[]',
  '{}',
  '{"deadLetterTargetArn":null,"maxReceiveCount":1}',
  `{"deadLetterTargetArn":"${ARN}"}`,
  `{"deadLetterTargetArn":"${ARN}","maxReceiveCount":"x"}`,
])('reads the stored redrive policy %s as none', (text) => {
  expect(redriveOf(queue(text))).toBeUndefined();
});

it.each([3, '3'])('reads a redrive policy of %j receives', (maxReceiveCount) => {
  expect(redriveOf(queue(JSON.stringify({ deadLetterTargetArn: ARN, maxReceiveCount })))).toEqual({
    deadLetterTargetArn: ARN,
    maxReceiveCount: 3,
  });
});
