import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { createCleanup } from '../../cloud/cleanup.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';
import { DEDUPLICATION_MS } from './limits.ts';

export interface QueueRecord {
  readonly name: string;
  /** The attributes that were set; computed ones are not stored. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface MessageRecord {
  readonly key: string;
  readonly id: string;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttributeValue>>;
  readonly systemAttributes: Readonly<Record<string, string>>;
  readonly sentAt: number;
  readonly visibleAt: number;
  readonly receiveCount: number;
  readonly firstReceivedAt?: number;
  /** The handle of the latest receipt; older ones still delete, as on AWS. */
  readonly receipt?: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequence: number;
}

/** A move of messages from a dead-letter queue. */
export interface MoveRecord {
  readonly sourceArn: string;
  readonly targetArn: string | undefined;
  readonly moved: number;
  readonly startedAt: number;
}

/** Queues and their messages. */
export class SqsStore {
  readonly queues: Table<QueueRecord>;
  readonly #messages: Table<MessageRecord>;
  /** Recent deduplication ids of FIFO queues, by `queue|id`. */
  readonly deduplication: Table<{
    readonly id: string;
    readonly sequence: number;
    readonly at: number;
  }>;
  /** Call it with each new id: ids expire after five minutes. */
  readonly forgetDuplicates: () => void;
  readonly #listeners = new Map<string, Set<() => void>>();
  #sequence: number;

  constructor(cloud: Cloud) {
    this.queues = cloud.store.table('sqs.queues', {
      name: 'string',
      attributes: 'object',
      tags: 'object',
      createdAt: 'number',
      modifiedAt: 'number',
    });
    this.#messages = cloud.store.table('sqs.messages', {
      key: 'string',
      id: 'string',
      body: 'string',
      systemAttributes: 'object',
      sentAt: 'number',
      visibleAt: 'number',
      receiveCount: 'number',
      sequence: 'number',
    });
    this.deduplication = cloud.store.table('sqs.deduplication', {
      id: 'string',
      sequence: 'number',
      at: 'number',
    });
    this.forgetDuplicates = createCleanup(cloud.clock, this.deduplication, DEDUPLICATION_MS);
    this.#sequence = cloud.clock.now() * 1_000;
  }

  /** Rises with every message, also across restarts. */
  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  *messages(queue: string): Generator<MessageRecord> {
    for (const [, message] of this.#messages.entries({ prefix: `${queue}|` })) yield message;
  }

  message(key: string): MessageRecord | undefined {
    return this.#messages.get(key);
  }

  /** Stores a new or changed message and wakes the queue's long polls. */
  put(message: MessageRecord): void {
    this.#messages.put(message.key, message);
    for (const listener of this.#listeners.get(queueOf(message.key)) ?? []) listener();
  }

  remove(key: string): boolean {
    return this.#messages.delete(key);
  }

  /** Calls back at every change of a queue, until the returned function is called. */
  listen(queue: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(queue) ?? new Set();
    this.#listeners.set(queue, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(queue);
    };
  }
}

export function messageKey(queue: string, sequence: number): string {
  return `${queue}|${sequence.toString().padStart(17, '0')}`;
}

function queueOf(key: string): string {
  return key.slice(0, key.lastIndexOf('|'));
}
