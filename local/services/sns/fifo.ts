import { createHash } from 'node:crypto';
import { InvalidParameterException } from './errors.ts';
import { DEDUPLICATION_MS, FIFO_ID_CHARACTERS } from './limits.ts';
import type { SnsState } from './state.ts';
import type { FormerMessage, TopicRecord } from './store.ts';

/** Default attributes of FIFO topics. */
export const FIFO_DEFAULTS: Readonly<Record<string, string>> = {
  FifoTopic: 'true',
  ContentBasedDeduplication: 'false',
};

/** The ordering parameters of a publisher. */
export interface Ordering {
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

/** The position of a message in a FIFO topic. */
export interface Place {
  readonly groupId: string;
  readonly deduplicationId: string;
  readonly sequence: string;
}

export function isFifo(topic: TopicRecord): boolean {
  return topic.attributes['FifoTopic'] === 'true';
}

/**
 * Validates the ids of a message for a FIFO topic.
 *
 * @throws InvalidParameterException if they are missing, or given to a standard topic
 */
export function checkOrdering(topic: TopicRecord, text: string, ordering: Ordering): void {
  const { MessageDeduplicationId: deduplicationId, MessageGroupId: groupId } = ordering;
  checkId('MessageGroupId', groupId);
  checkId('MessageDeduplicationId', deduplicationId);
  if (!isFifo(topic)) {
    if (deduplicationId === undefined) return;
    throw new InvalidParameterException(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
  if (groupId === undefined || groupId === '') {
    throw new InvalidParameterException('The MessageGroupId parameter is required for FIFO topics');
  }
  if (deduplicationIdOf(topic, text, ordering) === undefined) {
    throw new InvalidParameterException(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
}

function checkId(name: string, id: string | undefined): void {
  if (id === undefined || (id.length <= FIFO_ID_CHARACTERS && /^[\x21-\x7e]*$/.test(id))) return;
  throw new InvalidParameterException(`${name} Reason: The ${name} is not valid`);
}

/** Two messages with this id are duplicates; undefined if the topic needs an id and has none. */
export function deduplicationIdOf(
  topic: TopicRecord,
  text: string,
  { MessageDeduplicationId: given }: Ordering,
): string | undefined {
  if (given !== undefined && given !== '') return given;
  if (topic.attributes['ContentBasedDeduplication'] !== 'true') return undefined;
  return createHash('sha256').update(text).digest('hex');
}

/** Finds the same message within the last five minutes; deletes an older one. */
export function findFormer(
  { cloud, store }: SnsState,
  topic: TopicRecord,
  scope: string,
): FormerMessage | undefined {
  const former = store.deduplication.get(`${topic.arn}|${scope}`);
  if (former === undefined || former.at > cloud.clock.now() - DEDUPLICATION_MS) return former;
  store.deduplication.delete(`${topic.arn}|${scope}`);
  return undefined;
}

/** Duplicates are detected in the whole topic or, with `FifoThroughputScope`, in the message's group. */
export function scopeOf(topic: TopicRecord, groupId: string, deduplicationId: string): string {
  return topic.attributes['FifoThroughputScope'] === 'MessageGroup'
    ? `${groupId}|${deduplicationId}`
    : deduplicationId;
}
