import type { GetQueueAttributesRequest, GetQueueAttributesResult } from '@aws-sdk/client-sqs';
import {
  FifoAttributeOnly,
  InvalidAttributeName,
  InvalidAttributeValue,
  QueueNameExists,
} from './errors.ts';
import {
  LONGEST_DATA_KEY_REUSE_SECONDS,
  LONGEST_DELAY_SECONDS,
  LONGEST_RETENTION_SECONDS,
  LONGEST_VISIBILITY_SECONDS,
  LONGEST_WAIT_SECONDS,
  MESSAGE_BYTES,
  SHORTEST_DATA_KEY_REUSE_SECONDS,
  SHORTEST_RETENTION_SECONDS,
} from './limits.ts';
import { DEFAULT_ATTRIBUTES, findQueue, isFifo, queueArn } from './queue.ts';
import type { SqsState } from './state.ts';
import type { QueueRecord } from './store.ts';

/** The allowed range of each numeric attribute. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  VisibilityTimeout: [0, LONGEST_VISIBILITY_SECONDS],
  DelaySeconds: [0, LONGEST_DELAY_SECONDS],
  MaximumMessageSize: [1_024, MESSAGE_BYTES],
  MessageRetentionPeriod: [SHORTEST_RETENTION_SECONDS, LONGEST_RETENTION_SECONDS],
  ReceiveMessageWaitTimeSeconds: [0, LONGEST_WAIT_SECONDS],
  KmsDataKeyReusePeriodSeconds: [SHORTEST_DATA_KEY_REUSE_SECONDS, LONGEST_DATA_KEY_REUSE_SECONDS],
};

const OTHER_ATTRIBUTES: ReadonlySet<string> = new Set([
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'SqsManagedSseEnabled',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);

export function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const range = Object.hasOwn(RANGES, name) ? RANGES[name] : undefined;
    if (range === undefined) {
      if (!OTHER_ATTRIBUTES.has(name)) throw new InvalidAttributeName(name);
      if (VALUES[name]?.includes(value) === false) throw new InvalidAttributeValue(name);
      continue;
    }
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < range[0] || number > range[1]) {
      throw new InvalidAttributeValue(name);
    }
  }
}

/** AWS accepts `true` and `false` in any letter case. */
const BOOLEANS: ReadonlySet<string> = new Set([
  'FifoQueue',
  'ContentBasedDeduplication',
  'SqsManagedSseEnabled',
]);

const BOOLEAN = ['true', 'false'] as const;

/** The values that an attribute may have. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: BOOLEAN,
  ContentBasedDeduplication: BOOLEAN,
  SqsManagedSseEnabled: BOOLEAN,
  DeduplicationScope: ['messageGroup', 'queue'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

export function lowerCased(
  attributes: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value = '']) => [
      name,
      BOOLEANS.has(name) ? value.toLowerCase() : value,
    ]),
  );
}

/** @throws InvalidAttributeName in the one or the other of AWS's sentences */
export function refuseFifoAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(attributes)) {
    if (name === 'FifoQueue' || name === 'ContentBasedDeduplication') {
      throw new InvalidAttributeName(name);
    }
    if (name === 'DeduplicationScope' || name === 'FifoThroughputLimit') {
      throw new FifoAttributeOnly(name);
    }
  }
}

/** A queue cannot change between standard and FIFO. @throws InvalidAttributeName, InvalidAttributeValue */
export function checkKind(queue: QueueRecord, given: Readonly<Record<string, string>>): void {
  if (!isFifo(queue)) {
    refuseFifoAttributes(given);
  } else if (given['FifoQueue'] !== undefined && given['FifoQueue'] !== 'true') {
    throw new InvalidAttributeValue('FifoQueue', 'Modifying queue type is not supported.');
  }
}

/** Turning on one kind of encryption turns off the other. */
export function encryptionOf(
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if ((given['KmsMasterKeyId'] ?? '') !== '') return { SqsManagedSseEnabled: 'false' };
  return given['SqsManagedSseEnabled'] === 'true' ? { KmsMasterKeyId: '' } : {};
}

/** Creating an existing queue succeeds unless its attributes differ. */
export function checkSame(queue: QueueRecord, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const present = queue.attributes[name] ?? DEFAULT_ATTRIBUTES[name];
    if (present !== value) throw new QueueNameExists(name);
  }
}

export function getAttributes(
  state: SqsState,
  input: GetQueueAttributesRequest,
): GetQueueAttributesResult {
  const queue = findQueue(state.store, input.QueueUrl);
  const all = allAttributes(state, queue);
  const names: readonly string[] = input.AttributeNames ?? [];
  if (names.includes('All')) return { Attributes: all };
  const unknown = names.find((name) => !(name in all) && !OTHER_ATTRIBUTES.has(name));
  if (unknown !== undefined) throw new InvalidAttributeName(unknown);
  const wanted = Object.entries(all).filter(([name]) => names.includes(name));
  return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
}

function allAttributes(state: SqsState, queue: QueueRecord): Record<string, string> {
  const counts = countMessages(state, queue.name);
  const set = Object.entries(queue.attributes).filter(([, value]) => value !== '');
  return {
    QueueArn: queueArn(state.cloud, queue.name),
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1_000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1_000)),
    ...DEFAULT_ATTRIBUTES,
    ...(isFifo(queue) && {
      ContentBasedDeduplication: 'false',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
    }),
    ...Object.fromEntries(set),
  };
}

/** How many messages are visible, in flight and delayed. */
export function countMessages(
  { cloud, store }: SqsState,
  queue: string,
): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
  const now = cloud.clock.now();
  const counts = { visible: 0, inFlight: 0, delayed: 0 };
  for (const message of store.messages(queue)) {
    if (message.visibleAt <= now) counts.visible += 1;
    else if (message.receipt === undefined) counts.delayed += 1;
    else counts.inFlight += 1;
  }
  return counts;
}
