import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Place } from './fifo.ts';
import type { TopicRecord } from './store.ts';

/** A message on its way to subscribers. */
export interface PublishedMessage {
  readonly id: string;
  readonly topic: TopicRecord;
  readonly subject: string | undefined;
  /** The text for a protocol. */
  readonly textFor: (protocol: string) => string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly timestamp: string;
  /** Of messages in a standard topic for fair queues. */
  readonly groupId: string | undefined;
  readonly traceHeader: string | undefined;
  /** Of messages in a FIFO topic. */
  readonly place: Place | undefined;
}

/** Counts under AWS's name in `AWS/SNS`. */
export function count(cloud: Cloud, topic: TopicRecord, name: string): void {
  cloud.recordMetric({
    namespace: 'AWS/SNS',
    name,
    dimensions: { TopicName: topic.name },
    value: 1,
    unit: 'Count',
  });
}
