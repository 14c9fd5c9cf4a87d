import type {
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityRequest,
  DeleteMessageBatchRequest,
  DeleteMessageRequest,
  Message,
  MessageAttributeValue,
  ReceiveMessageRequest,
  ReceiveMessageResult,
  SQS,
} from '@aws-sdk/client-sqs';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import type { Call } from '../../cloud/service.ts';
import { checkEntries, runBatch } from './batch.ts';
import { md5, md5OfAttributes } from './digest.ts';
import { InvalidParameterValue, MessageNotInflight, ReceiptHandleIsInvalid } from './errors.ts';
import { LONGEST_VISIBILITY_SECONDS, LONGEST_WAIT_SECONDS } from './limits.ts';
import { countUse } from './metrics.ts';
import {
  findQueue,
  isFifo,
  onQueue,
  queueArn,
  queueNameOf,
  redriveOf,
  secondsOf,
} from './queue.ts';
import type { SqsState } from './state.ts';
import { type MessageRecord, messageKey, type QueueRecord, type SqsStore } from './store.ts';

/** Receiving messages, and the operations that take a receipt handle. */
export const receiveOperations: OperationTable<SQS, SqsState> = {
  ReceiveMessage: {
    permissions: (input: ReceiveMessageRequest, { cloud }) =>
      onQueue(cloud, 'ReceiveMessage', input.QueueUrl),
    run: (input: ReceiveMessageRequest, state, call) => receive(state, input, call),
  },
  DeleteMessage: {
    permissions: (input: DeleteMessageRequest, { cloud }) =>
      onQueue(cloud, 'DeleteMessage', input.QueueUrl),
    run: (input: DeleteMessageRequest, state) =>
      remove(state, findQueue(state.store, input.QueueUrl), input.ReceiptHandle),
  },
  DeleteMessageBatch: {
    permissions: (input: DeleteMessageBatchRequest, { cloud }) =>
      onQueue(cloud, 'DeleteMessage', input.QueueUrl),
    run(input: Checked<DeleteMessageBatchRequest>, state) {
      const queue = findQueue(state.store, input.QueueUrl);
      const entries = input.Entries;
      checkEntries(entries, 'DeleteMessageBatchRequestEntry');
      return runBatch(entries, (entry) => remove(state, queue, entry.ReceiptHandle));
    },
  },
  ChangeMessageVisibility: {
    permissions: (input: ChangeMessageVisibilityRequest, { cloud }) =>
      onQueue(cloud, 'ChangeMessageVisibility', input.QueueUrl),
    run: (input: ChangeMessageVisibilityRequest, state) =>
      changeVisibility(state, findQueue(state.store, input.QueueUrl), input),
  },
  ChangeMessageVisibilityBatch: {
    permissions: (input: ChangeMessageVisibilityBatchRequest, { cloud }) =>
      onQueue(cloud, 'ChangeMessageVisibility', input.QueueUrl),
    run(input: Checked<ChangeMessageVisibilityBatchRequest>, state) {
      const queue = findQueue(state.store, input.QueueUrl);
      const entries = input.Entries;
      checkEntries(entries, 'ChangeMessageVisibilityBatchRequestEntry');
      return runBatch(entries, (entry) => changeVisibility(state, queue, entry));
    },
  },
};

async function receive(
  state: SqsState,
  input: ReceiveMessageRequest,
  call: Call,
): Promise<ReceiveMessageResult> {
  const { cloud, store } = state;
  const count = input.MaxNumberOfMessages ?? 1;
  if (count < 1 || count > 10) {
    throw new InvalidParameterValue(
      `Value ${count} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  }
  const queue = findQueue(store, input.QueueUrl);
  const waitSeconds = input.WaitTimeSeconds ?? secondsOf(queue, 'ReceiveMessageWaitTimeSeconds');
  if (waitSeconds < 0 || waitSeconds > LONGEST_WAIT_SECONDS) {
    throw new InvalidParameterValue(
      `Value ${waitSeconds} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= ${LONGEST_WAIT_SECONDS}, if provided.`,
    );
  }
  const { VisibilityTimeout: visibility = 0 } = input;
  if (visibility < 0 || visibility > LONGEST_VISIBILITY_SECONDS) {
    throw new InvalidParameterValue(
      `Value ${visibility} for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= ${LONGEST_VISIBILITY_SECONDS}, if provided.`,
    );
  }
  const end = cloud.clock.now() + waitSeconds * 1_000;
  for (;;) {
    const messages = take(state, findQueue(store, input.QueueUrl), input, count);
    if (messages.length > 0) {
      countUse(cloud, queue.name, 'NumberOfMessagesReceived', messages.length);
      return { Messages: messages };
    }
    if (cloud.clock.now() >= end || call.signal?.aborted === true) {
      countUse(cloud, queue.name, 'NumberOfEmptyReceives');
      return {};
    }
    await change(state, queue.name, end, call.signal);
  }
}

/** Resolves when the queue may have a message, at `end`, or when the client has gone. */
function change(
  { cloud, store }: SqsState,
  queue: string,
  end: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve) => {
    let next = end;
    for (const message of store.messages(queue)) next = Math.min(next, message.visibleAt);
    const finish = () => {
      timer.cancel();
      forget();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = cloud.clock.setTimer(Math.max(1, next - cloud.clock.now()), finish);
    const forget = store.listen(queue, finish);
    signal?.addEventListener('abort', finish);
  });
}

function take(
  state: SqsState,
  queue: QueueRecord,
  input: ReceiveMessageRequest,
  count: number,
): Message[] {
  const { cloud, store } = state;
  const now = cloud.clock.now();
  const redrive = redriveOf(queue);
  const visibility = input.VisibilityTimeout ?? secondsOf(queue, 'VisibilityTimeout');
  const oldest = now - secondsOf(queue, 'MessageRetentionPeriod') * 1_000;
  const taken: Message[] = [];
  for (const message of available(store, queue, now, oldest)) {
    if (taken.length === count) break;
    if (redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount) {
      moveToDeadLetters(state, queue, redrive.deadLetterTargetArn, message);
      continue;
    }
    const received: MessageRecord = {
      ...message,
      receiveCount: message.receiveCount + 1,
      firstReceivedAt: message.firstReceivedAt ?? now,
      visibleAt: now + visibility * 1_000,
      receipt: cloud.random.hex(32),
    };
    store.put(received);
    taken.push(render(cloud, queue, received, input));
  }
  return taken;
}

/** The messages that can be received, in order; removes messages past their retention. */
function available(
  store: SqsStore,
  queue: QueueRecord,
  now: number,
  oldest: number,
): readonly MessageRecord[] {
  const found: MessageRecord[] = [];
  const blocked = new Set<string>();
  for (const message of Array.from(store.messages(queue.name))) {
    const group = isFifo(queue) ? message.groupId : undefined;
    if (message.sentAt < oldest) store.remove(message.key);
    else if (message.visibleAt > now) {
      // In a FIFO queue a message in flight blocks the later messages of its group.
      if (group !== undefined) blocked.add(group);
    } else if (group === undefined || !blocked.has(group)) found.push(message);
  }
  return isFifo(queue) ? byGroup(found) : found;
}

/**
 * One group after the other: a receive takes as many messages of one group as it can. The group whose first
 * message has been visible for the longest time comes first.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
function byGroup(messages: readonly MessageRecord[]): readonly MessageRecord[] {
  const groups = new Map<string, MessageRecord[]>();
  for (const message of messages) {
    const group = groups.get(message.groupId ?? '');
    if (group === undefined) groups.set(message.groupId ?? '', [message]);
    else group.push(message);
  }
  return [...groups.values()]
    .toSorted(([a], [b]) => (a?.visibleAt ?? 0) - (b?.visibleAt ?? 0))
    .flat();
}

function moveToDeadLetters(
  { cloud, store }: SqsState,
  source: QueueRecord,
  targetArn: string,
  message: MessageRecord,
): void {
  const target = queueNameOf(targetArn);
  if (!store.queues.has(target)) return;
  store.remove(message.key);
  const { receipt: _receipt, ...rest } = message;
  store.put({
    ...rest,
    key: messageKey(target, store.nextSequence()),
    systemAttributes: {
      ...message.systemAttributes,
      DeadLetterQueueSourceArn: queueArn(cloud, source.name),
    },
    visibleAt: cloud.clock.now(),
  });
}

function render(
  cloud: Cloud,
  queue: QueueRecord,
  message: MessageRecord,
  input: ReceiveMessageRequest,
): Message {
  const attributes = selectAttributes(message.attributes, input.MessageAttributeNames ?? []);
  const digest = md5OfAttributes(attributes);
  const wanted: readonly string[] = [
    ...(input.MessageSystemAttributeNames ?? []),
    ...(input.AttributeNames ?? []),
  ];
  const system = Object.entries(systemAttributesOf(cloud, queue, message)).filter(
    ([name]) => wanted.includes('All') || wanted.includes(name),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: handleOf(message),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(digest !== undefined && {
      MD5OfMessageAttributes: digest,
      MessageAttributes: { ...attributes },
    }),
  };
}

function selectAttributes(
  attributes: MessageRecord['attributes'],
  names: readonly string[],
): Readonly<Record<string, MessageAttributeValue>> {
  const isWanted = (name: string) =>
    names.some(
      (wanted) =>
        wanted === 'All' ||
        wanted === name ||
        (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes ?? {}).filter(([name]) => isWanted(name)));
}

function systemAttributesOf(
  cloud: Cloud,
  queue: QueueRecord,
  message: MessageRecord,
): Record<string, string> {
  return {
    SenderId: cloud.accountId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? 0),
    ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
    ...(isFifo(queue) && {
      MessageDeduplicationId: message.deduplicationId ?? '',
      SequenceNumber: String(message.sequence).padStart(20, '0'),
    }),
    ...message.systemAttributes,
  };
}

function isLatest(message: MessageRecord, handle: string | undefined): boolean {
  return handle === handleOf(message);
}

function handleOf(message: MessageRecord): string {
  return Buffer.from(`${message.key} ${message.receipt}`).toString('base64');
}

/** The message of a receipt handle; undefined if it was deleted. */
function messageOf(
  store: SqsStore,
  queue: QueueRecord,
  handle: string | undefined,
): MessageRecord | undefined {
  const text = Buffer.from(handle ?? '', 'base64').toString();
  const [key = '', receipt] = text.split(' ');
  if (receipt === undefined || !key.startsWith(`${queue.name}|`)) {
    throw new ReceiptHandleIsInvalid(handle);
  }
  return store.message(key);
}

/**
 * Deleting a deleted message succeeds, as on AWS. A message of a FIFO queue can be deleted only while its receipt
 * handle is valid: afterwards another consumer may receive it.
 */
function remove(
  { cloud, store }: SqsState,
  queue: QueueRecord,
  handle: string | undefined,
): object {
  const message = messageOf(store, queue, handle);
  if (message !== undefined) {
    if (isFifo(queue) && (message.visibleAt <= cloud.clock.now() || !isLatest(message, handle))) {
      throw new InvalidParameterValue(
        `Value ${handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
      );
    }
    store.remove(message.key);
    countUse(cloud, queue.name, 'NumberOfMessagesDeleted');
  }
  return {};
}

function changeVisibility(
  { cloud, store }: SqsState,
  queue: QueueRecord,
  input: {
    readonly ReceiptHandle?: string | undefined;
    readonly VisibilityTimeout?: number | undefined;
  },
): object {
  const seconds = input.VisibilityTimeout ?? 0;
  if (seconds < 0 || seconds > LONGEST_VISIBILITY_SECONDS) {
    throw new InvalidParameterValue(
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and ${LONGEST_VISIBILITY_SECONDS}.`,
    );
  }
  const message = messageOf(store, queue, input.ReceiptHandle);
  const now = cloud.clock.now();
  if (message === undefined || message.visibleAt <= now) throw new MessageNotInflight();
  store.put({ ...message, visibleAt: now + seconds * 1_000 });
  return {};
}
