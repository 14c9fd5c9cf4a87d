import type { Cloud } from '../../cloud.ts';
import type { Table } from '../../store/index.ts';
import { NotFoundException } from './errors.ts';

export interface TopicRecord {
  readonly arn: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SubscriptionRecord {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly confirmed: boolean;
}

/** Topics and subscriptions. */
export class SnsStore {
  readonly topics: Table<TopicRecord>;
  readonly subscriptions: Table<SubscriptionRecord>;

  constructor(cloud: Cloud) {
    this.topics = cloud.store.table('sns.topics');
    this.subscriptions = cloud.store.table('sns.subscriptions');
  }

  /** @throws NotFoundException */
  topic(arn: string | undefined): TopicRecord {
    const topic = this.topics.get(arn ?? '');
    if (topic === undefined) throw new NotFoundException();
    return topic;
  }

  /** @throws NotFoundException */
  subscription(arn: string | undefined): SubscriptionRecord {
    const subscription = this.subscriptions.get(arn ?? '');
    if (subscription === undefined) throw new NotFoundException('Subscription');
    return subscription;
  }

  /** A topic's subscriptions; their ARNs begin with the topic's. */
  subscriptionsOf(topicArn: string): readonly SubscriptionRecord[] {
    return [...this.subscriptions.entries({ prefix: `${topicArn}:` })].map(([, record]) => record);
  }
}
