import { createCleanup } from '../../cloud/cleanup.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';
import { checkArn } from './arn.ts';
import { NotFoundException } from './errors.ts';
import { DEDUPLICATION_MS } from './limits.ts';

/** An earlier message with the same deduplication id. */
export interface FormerMessage {
  readonly id: string;
  readonly sequence: string;
  readonly at: number;
}

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
  /** The ARN of the subscriber. */
  readonly principal?: string;
}

/** Topics and subscriptions. */
export class SnsStore {
  readonly topics: Table<TopicRecord>;
  readonly subscriptions: Table<SubscriptionRecord>;
  /** Recent messages of FIFO topics, by topic and deduplication id. */
  readonly deduplication: Table<FormerMessage>;
  /** Call it with each new id: ids expire after five minutes. */
  readonly forgetDuplicates: () => void;
  /** Resolves when the latest delivery of a FIFO topic has ended, by topic ARN. */
  readonly #delivering = new Map<string, Promise<void>>();
  readonly #cloud: Cloud;
  #sequence: bigint;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.topics = cloud.store.table('sns.topics', {
      arn: 'string',
      name: 'string',
      attributes: 'object',
      tags: 'object',
    });
    this.subscriptions = cloud.store.table('sns.subscriptions', {
      arn: 'string',
      topicArn: 'string',
      protocol: 'string',
      endpoint: 'string',
      attributes: 'object',
      confirmed: 'boolean',
    });
    this.deduplication = cloud.store.table('sns.deduplication', {
      id: 'string',
      sequence: 'string',
      at: 'number',
    });
    this.forgetDuplicates = createCleanup(cloud.clock, this.deduplication, DEDUPLICATION_MS);
    this.#sequence = 10_000_000_000_000_000_000n + BigInt(cloud.clock.now()) * 1_000n;
  }

  /** Rises with every message, also across restarts; 20 digits. */
  nextSequence(): string {
    this.#sequence += 1n;
    return String(this.#sequence);
  }

  /** Delivers the messages of a FIFO topic one after the other. */
  async inOrder(topic: TopicRecord, work: () => Promise<void>): Promise<void> {
    const before = this.#delivering.get(topic.arn) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#delivering.set(topic.arn, mine);
    try {
      await mine;
    } finally {
      if (this.#delivering.get(topic.arn) === mine) this.#delivering.delete(topic.arn);
    }
  }

  /** @throws InvalidParameterException for an invalid ARN, NotFoundException */
  topic(arn: string | undefined, member = 'TopicArn'): TopicRecord {
    const topic = this.topics.get(checkArn(this.#cloud, member, arn));
    if (topic === undefined) throw new NotFoundException();
    return topic;
  }

  /** @throws InvalidParameterException for an invalid ARN, NotFoundException */
  subscription(arn: string | undefined): SubscriptionRecord {
    const subscription = this.subscriptions.get(checkArn(this.#cloud, 'SubscriptionArn', arn));
    if (subscription === undefined) throw new NotFoundException('Subscription');
    return subscription;
  }

  /** A topic's subscriptions; their ARNs begin with the topic's. */
  subscriptionsOf(topicArn: string): readonly SubscriptionRecord[] {
    return [...this.subscriptions.entries({ prefix: `${topicArn}:` })].map(([, record]) => record);
  }
}
