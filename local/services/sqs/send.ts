import { createHash } from 'node:crypto';
import type {
  MessageAttributeValue,
  SendMessageBatchRequest,
  SendMessageBatchRequestEntry,
  SendMessageRequest,
  SendMessageResult,
  SQS,
} from '@aws-sdk/client-sqs';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import type { Call } from '../../cloud/service.ts';
import { checkEntries, runBatch } from './batch.ts';
import { md5, md5OfAttributes } from './digest.ts';
import {
  BatchRequestTooLong,
  InvalidMessageContents,
  InvalidParameterValue,
  MissingParameter,
} from './errors.ts';
import {
  DEDUPLICATION_MS,
  LONGEST_DELAY_SECONDS,
  MESSAGE_ATTRIBUTES,
  MESSAGE_BYTES,
} from './limits.ts';
import { countUse } from './metrics.ts';
import { findQueue, isFifo, onQueue, secondsOf } from './queue.ts';
import type { SqsState } from './state.ts';
import { type MessageRecord, messageKey, type QueueRecord } from './store.ts';

/** Sending messages. */
export const sendOperations: OperationTable<SQS, SqsState> = {
  SendMessage: {
    permissions: (input: SendMessageRequest, { cloud }) =>
      onQueue(cloud, 'SendMessage', input.QueueUrl),
    run(input: SendMessageRequest, state, call) {
      return send(state, findQueue(state.store, input.QueueUrl), traced(input, call));
    },
  },
  SendMessageBatch: {
    permissions: (input: SendMessageBatchRequest, { cloud }) =>
      onQueue(cloud, 'SendMessage', input.QueueUrl),
    run(input: Checked<SendMessageBatchRequest>, state, call) {
      const queue = findQueue(state.store, input.QueueUrl);
      const entries = input.Entries;
      checkEntries(entries, 'SendMessageBatchRequestEntry');
      const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
      if (bytes > MESSAGE_BYTES) throw new BatchRequestTooLong(bytes, MESSAGE_BYTES);
      for (const entry of entries) checkBatchOrdering(queue, entry);
      return runBatch(entries, (entry) => send(state, queue, traced(entry, call)));
    },
  },
};

type Content = Omit<SendMessageRequest, 'QueueUrl'> & Partial<SendMessageBatchRequestEntry>;

/** Adds the request's tracing header to the message, unless the message has its own. */
function traced(content: Content, { traceHeader }: Call): Content {
  if (traceHeader === undefined || content.MessageSystemAttributes?.AWSTraceHeader !== undefined) {
    return content;
  }
  return {
    ...content,
    MessageSystemAttributes: {
      ...content.MessageSystemAttributes,
      AWSTraceHeader: { DataType: 'String', StringValue: traceHeader },
    },
  };
}

function send(state: SqsState, queue: QueueRecord, content: Content): SendMessageResult {
  checkContent(queue, content);
  const deduplicationId = deduplicationIdOf(queue, content);
  const former = deduplicationId && findFormer(state, queue, content, deduplicationId);
  const message = former || putMessage(state, queue, content, deduplicationId);
  countUse(state.cloud, queue.name, 'NumberOfMessagesSent');
  const attributesDigest = md5OfAttributes(content.MessageAttributes);
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5(content.MessageBody ?? ''),
    ...(attributesDigest !== undefined && { MD5OfMessageAttributes: attributesDigest }),
    ...(isFifo(queue) && { SequenceNumber: String(message.sequence).padStart(20, '0') }),
  };
}

function checkContent(queue: QueueRecord, content: Content): void {
  const { MessageBody: body, DelaySeconds: delay } = content;
  if (body === undefined || body === '') throw new MissingParameter('MessageBody');
  if (hasForbiddenCharacter(body)) throw new InvalidMessageContents();
  const limit = secondsOf(queue, 'MaximumMessageSize');
  if (sizeOf(content) > limit) {
    throw new InvalidParameterValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
  if (delay !== undefined && (delay < 0 || delay > LONGEST_DELAY_SECONDS)) {
    throw new InvalidParameterValue(
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${LONGEST_DELAY_SECONDS}.`,
    );
  }
  checkOrdering(queue, content);
  const attributes = Object.entries(content.MessageAttributes ?? {});
  if (attributes.length > MESSAGE_ATTRIBUTES) {
    throw new InvalidParameterValue(
      `Number of message attributes [${attributes.length}] exceeds the allowed maximum [${MESSAGE_ATTRIBUTES}].`,
    );
  }
  for (const [name, attribute] of attributes) checkAttribute(name, attribute);
}

/** The characters of a group or deduplication id: `!` to `~`. */
const ORDERING_ID = /^[\x21-\x7e]{1,128}$/;

function checkOrdering(queue: QueueRecord, content: Content): void {
  if (isFifo(queue) && content.MessageGroupId === undefined) {
    throw new MissingParameter('MessageGroupId');
  }
  checkOrderingId('MessageGroupId', content.MessageGroupId);
  checkOrderingId('MessageDeduplicationId', content.MessageDeduplicationId);
  if (isFifo(queue)) {
    if (content.DelaySeconds) throw notForQueueType('DelaySeconds', content.DelaySeconds);
  } else if (content.MessageDeduplicationId !== undefined) {
    throw new InvalidParameterValue(
      `Value ${content.MessageDeduplicationId} for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type.`,
    );
  }
}

/** The grammar is AWS's. */
function notForQueueType(parameter: string, value: number): InvalidParameterValue {
  return new InvalidParameterValue(
    `Value ${value} for parameter ${parameter} is invalid. Reason: The request include parameter that is not valid for this queue type.`,
  );
}

function checkOrderingId(parameter: string, value: string | undefined): void {
  if (value === undefined || ORDERING_ID.test(value)) return;
  throw new InvalidParameterValue(
    `Value ${value} for parameter ${parameter} is invalid. Reason: ${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

/** AWS refuses a whole batch for a FIFO queue if one entry lacks its group or deduplication id. */
function checkBatchOrdering(queue: QueueRecord, entry: SendMessageBatchRequestEntry): void {
  if (!isFifo(queue)) return;
  if (entry.MessageGroupId === undefined) {
    throw new InvalidParameterValue('The request must contain the parameter MessageGroupId.');
  }
  deduplicationIdOf(queue, entry);
}

/** SQS accepts the characters of XML only. */
function hasForbiddenCharacter(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isAllowed =
      code === 0x9 ||
      code === 0xa ||
      code === 0xd ||
      (code >= 0x20 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd) ||
      code >= 0x10000;
    if (!isAllowed) return true;
  }
  return false;
}

/** A decimal number with an optional exponent. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const ATTRIBUTE_NAME = /^(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/;
const RESERVED_NAME = /^(?:aws|amazon)\./i;

function checkAttributeName(name: string): void {
  if (RESERVED_NAME.test(name)) {
    throw new InvalidParameterValue(
      `The name of message (user) attribute '${name}' is invalid. Names that begin with 'AWS.' or 'Amazon.' are reserved.`,
    );
  }
  if (!ATTRIBUTE_NAME.test(name)) {
    throw new InvalidParameterValue(
      `The name of message (user) attribute '${name}' is invalid. It can contain alphanumeric characters, underscores, hyphens and periods, cannot begin or end with a period or have periods in succession, and has 1 to 256 characters.`,
    );
  }
}

function checkAttribute(name: string, attribute: MessageAttributeValue): void {
  checkAttributeName(name);
  if (!/^(?:String|Number|Binary)(?:\..+)?$/.test(attribute.DataType ?? '')) {
    throw new InvalidParameterValue(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const { StringValue: text, BinaryValue: bytes } = attribute;
  if ((text === undefined || text === '') && (bytes === undefined || bytes.length === 0)) {
    throw new InvalidParameterValue(
      `Message (user) attribute '${name}' must contain a non-empty value of type '${attribute.DataType}'.`,
    );
  }
  if ((attribute.DataType ?? '').startsWith('Number') && text && !NUMBER.test(text)) {
    throw new InvalidParameterValue(
      `Can't cast the value of message (user) attribute '${name}' to a number.`,
    );
  }
}

function sizeOf(content: Content): number {
  const attributes = Object.entries(content.MessageAttributes ?? {});
  return attributes.reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.byteLength ?? 0),
    Buffer.byteLength(content.MessageBody ?? ''),
  );
}

function deduplicationIdOf(queue: QueueRecord, content: Content): string | undefined {
  if (!isFifo(queue)) return undefined;
  if (content.MessageDeduplicationId) return content.MessageDeduplicationId;
  if (queue.attributes['ContentBasedDeduplication'] === 'true') {
    return createHash('sha256')
      .update(content.MessageBody ?? '')
      .digest('hex');
  }
  throw new InvalidParameterValue(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

/** The key of a deduplication id: unique in the queue or, with `DeduplicationScope`, in its group. */
function deduplicationKey(queue: QueueRecord, content: Content, deduplicationId: string): string {
  const perGroup = queue.attributes['DeduplicationScope'] === 'messageGroup';
  const key = `${queue.name}|${deduplicationId}`;
  // Neither id can contain a space.
  return perGroup ? `${key} ${content.MessageGroupId}` : key;
}

function findFormer(
  { cloud, store }: SqsState,
  queue: QueueRecord,
  content: Content,
  deduplicationId: string,
) {
  const former = store.deduplication.get(deduplicationKey(queue, content, deduplicationId));
  return former !== undefined && former.at > cloud.clock.now() - DEDUPLICATION_MS
    ? former
    : undefined;
}

function putMessage(
  { cloud, store }: SqsState,
  queue: QueueRecord,
  content: Content,
  deduplicationId: string | undefined,
): MessageRecord {
  const now = cloud.clock.now();
  const sequence = store.nextSequence();
  const delaySeconds = content.DelaySeconds ?? secondsOf(queue, 'DelaySeconds');
  const message: MessageRecord = {
    key: messageKey(queue.name, sequence),
    id: cloud.random.uuid(),
    body: content.MessageBody ?? '',
    ...(content.MessageAttributes !== undefined && { attributes: content.MessageAttributes }),
    systemAttributes: Object.fromEntries(
      Object.entries(content.MessageSystemAttributes ?? {}).map(([name, value]) => [
        name,
        value?.StringValue ?? '',
      ]),
    ),
    sentAt: now,
    visibleAt: now + delaySeconds * 1_000,
    receiveCount: 0,
    ...(content.MessageGroupId !== undefined && { groupId: content.MessageGroupId }),
    ...(deduplicationId !== undefined && { deduplicationId }),
    sequence,
  };
  if (deduplicationId !== undefined) {
    const { id } = message;
    store.forgetDuplicates();
    const key = deduplicationKey(queue, content, deduplicationId);
    store.deduplication.put(key, { id, sequence, at: now });
  }
  store.put(message);
  return message;
}
