import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Place } from './fifo.ts';
import type { TopicRecord } from './store.ts';

/** A published message, as it is delivered to subscribers. */
export interface PublishedMessage {
  readonly id: string;
  readonly topic: TopicRecord;
  readonly subject: string | undefined;
  /** The text for a protocol. */
  readonly textFor: (protocol: string) => string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly timestamp: string;
  /** On standard topics, the group for fair queues. */
  readonly groupId: string | undefined;
  readonly traceHeader: string | undefined;
  /** On FIFO topics only. */
  readonly place: Place | undefined;
}

/** Records a metric of a topic under AWS's name in `AWS/SNS`. */
export function count(cloud: Cloud, topic: TopicRecord, name: string): void {
  cloud.recordMetric({
    namespace: 'AWS/SNS',
    name,
    dimensions: { TopicName: topic.name },
    value: 1,
    unit: 'Count',
  });
}
