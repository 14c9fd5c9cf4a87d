import type { Cloud } from '../../cloud/cloud.ts';

type QueueMetric =
  | 'NumberOfMessagesSent'
  | 'NumberOfMessagesReceived'
  | 'NumberOfMessagesDeleted'
  | 'NumberOfEmptyReceives'
  | 'ApproximateNumberOfMessagesVisible'
  | 'ApproximateNumberOfMessagesNotVisible'
  | 'ApproximateNumberOfMessagesDelayed'
  | 'ApproximateAgeOfOldestMessage';

/** Records a metric of a queue under AWS's name in `AWS/SQS`. */
export function countUse(cloud: Cloud, queue: string, name: QueueMetric, value = 1): void {
  cloud.recordMetric({
    namespace: 'AWS/SQS',
    name,
    dimensions: { QueueName: queue },
    value,
    unit: name === 'ApproximateAgeOfOldestMessage' ? 'Seconds' : 'Count',
  });
}
