import type {
  PublishBatchInput,
  PublishBatchRequestEntry,
  PublishBatchResponse,
  PublishInput,
  PublishResponse,
  SNS,
} from '@aws-sdk/client-sns';
import { parseJson } from '../../../engine/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import type { Call } from '../../cloud/service.ts';
import { deliver } from './deliver.ts';
import {
  BatchException,
  InvalidParameterException,
  NotFoundException,
  Unsupported,
} from './errors.ts';
import {
  checkOrdering,
  deduplicationIdOf,
  findFormer,
  isFifo,
  type Ordering,
  scopeOf,
} from './fifo.ts';
import { BATCH_ENTRIES, ENTRY_ID_CHARACTERS, MESSAGE_BYTES } from './limits.ts';
import { count, type PublishedMessage } from './message.ts';
import { checkMessageAttributes } from './message-attributes.ts';
import type { SnsState } from './state.ts';
import type { SnsStore, TopicRecord } from './store.ts';

/** Publishing: the response comes after each delivery succeeded or failed. */
export const publishOperations: OperationTable<SNS, SnsState> = {
  Publish: {
    permissions: (input: PublishInput) => ({
      action: 'sns:Publish',
      resource: input.TopicArn ?? input.TargetArn ?? '*',
    }),
    async run(input: PublishInput, state, call): Promise<PublishResponse> {
      const { cloud, store } = state;
      if (input.PhoneNumber !== undefined) throw new Unsupported('text messages to phone numbers');
      const message = checkContent(cloud, targetOf(store, input), input, call);
      return publish(state, message, input);
    },
  },
  PublishBatch: {
    permissions: (input: PublishBatchInput) => ({
      action: 'sns:Publish',
      resource: input.TopicArn ?? '*',
    }),
    run: (input: Checked<PublishBatchInput>, state, call) => publishBatch(state, input, call),
  },
};

/** @throws InvalidParameterException */
function targetOf(store: SnsStore, { TopicArn, TargetArn }: PublishInput): TopicRecord {
  if (TopicArn !== undefined) return store.topic(TopicArn);
  if (TargetArn !== undefined) return targetTopic(store, TargetArn);
  throw new InvalidParameterException(
    'TopicArn or TargetArn Reason: no value for required parameter',
  );
}

/** A target that is not a topic is a platform endpoint, which this runtime lacks. */
function targetTopic(store: SnsStore, targetArn: string): TopicRecord {
  try {
    return store.topic(targetArn, 'TargetArn');
  } catch (error) {
    if (!(error instanceof NotFoundException)) throw error;
    throw new InvalidParameterException(
      'TargetArn Reason: No endpoint found for the target arn specified',
    );
  }
}

/** AWS validates a batch as a whole: one invalid entry refuses all of them. */
async function publishBatch(
  state: SnsState,
  input: Checked<PublishBatchInput>,
  call: Call,
): Promise<PublishBatchResponse> {
  const { cloud, store } = state;
  const topic = store.topic(input.TopicArn);
  const entries = input.PublishBatchRequestEntries;
  checkBatch(entries);
  const messages = entries.map((entry) => ({
    entry,
    message: checkContent(cloud, topic, entry, call),
  }));
  const Successful: { Id: string; MessageId: string }[] = [];
  for (const { entry, message } of messages) {
    const published = await publish(state, message, entry);
    Successful.push({ Id: entry.Id ?? '', ...published });
  }
  return { Successful, Failed: [] };
}

/** @throws BatchException */
function checkBatch(entries: readonly PublishBatchRequestEntry[]): void {
  if (entries.length === 0) {
    throw new BatchException('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  }
  if (entries.length > BATCH_ENTRIES) {
    throw new BatchException(
      'TooManyEntriesInBatchRequest',
      'The batch request contains more entries than permissible.',
    );
  }
  const ids = entries.map(({ Id = '' }) => Id);
  if (new Set(ids).size < ids.length) {
    throw new BatchException(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    );
  }
  for (const id of ids) checkEntryId(id);
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MESSAGE_BYTES) {
    throw new BatchException(
      'BatchRequestTooLong',
      'The length of all the messages put together is more than the limit.',
    );
  }
}

function checkEntryId(id: string): void {
  if (id.length > ENTRY_ID_CHARACTERS) {
    throw new BatchException(
      'InvalidBatchEntryId',
      `The Id of a batch entry in the batch request is too long: ${id}`,
    );
  }
  if (!/^[A-Za-z0-9_-]+$/.test(id)) {
    throw new BatchException(
      'InvalidBatchEntryId',
      `The Id of a batch entry in the batch request contains an impermissible character: ${id}`,
    );
  }
}

/** Validates the content of a message. @throws InvalidParameterException, InvalidParameterValueException */
function checkContent(
  cloud: Cloud,
  topic: TopicRecord,
  input: Content,
  { traceHeader }: Call,
): PublishedMessage {
  const text = input.Message ?? '';
  if (text === '') throw new InvalidParameterException('Empty message');
  if (sizeOf(input) > MESSAGE_BYTES) throw new InvalidParameterException('Message too long');
  if (input.Subject !== undefined && !/^[^\n\r]{1,100}$/.test(input.Subject)) {
    throw new InvalidParameterException('Subject');
  }
  checkMessageAttributes(input.MessageAttributes);
  const message = messageOf(cloud, topic, { ...input, traceHeader });
  checkOrdering(topic, text, input);
  return message;
}

/** Names, types and values of attributes count toward the size. */
function sizeOf({ Message = '', MessageAttributes: attributes = {} }: Content): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.byteLength ?? 0),
    Buffer.byteLength(Message),
  );
}

async function publish(
  state: SnsState,
  message: PublishedMessage,
  input: Content,
): Promise<Published> {
  return isFifo(message.topic) ? publishOnce(state, message, input) : publishAll(state, message);
}

interface Published {
  readonly MessageId: string;
  /** Of FIFO topics. */
  readonly SequenceNumber?: string;
}

type Content = PublishInput | PublishBatchRequestEntry;
type Traced = Content & { readonly traceHeader: string | undefined };

/** A duplicate within five minutes is accepted and not delivered. */
async function publishOnce(
  state: SnsState,
  unplaced: PublishedMessage,
  input: Content & Ordering,
): Promise<Published> {
  const { cloud, store } = state;
  const { topic } = unplaced;
  const groupId = input.MessageGroupId ?? '';
  const deduplicationId = deduplicationIdOf(topic, input.Message ?? '', input) ?? '';
  const scope = scopeOf(topic, groupId, deduplicationId);
  const former = findFormer(state, topic, scope);
  if (former !== undefined) return { MessageId: former.id, SequenceNumber: former.sequence };
  const sequence = store.nextSequence();
  const message = {
    ...unplaced,
    place: { groupId, deduplicationId, sequence },
  };
  store.forgetDuplicates();
  store.deduplication.put(`${topic.arn}|${scope}`, {
    id: message.id,
    sequence,
    at: cloud.clock.now(),
  });
  await store.inOrder(topic, async () => {
    await publishAll(state, message);
  });
  return { MessageId: message.id, SequenceNumber: sequence };
}

function messageOf(cloud: Cloud, topic: TopicRecord, input: Traced): PublishedMessage {
  const text = input.Message ?? '';
  return {
    id: cloud.random.uuid(),
    topic,
    subject: input.Subject,
    textFor: input.MessageStructure === 'json' ? structured(text) : () => text,
    attributes: input.MessageAttributes ?? {},
    timestamp: new Date(cloud.clock.now()).toISOString(),
    groupId: input.MessageGroupId,
    traceHeader: input.traceHeader,
    place: undefined,
  };
}

async function publishAll(
  { cloud, store }: SnsState,
  message: PublishedMessage,
): Promise<Published> {
  const { topic } = message;
  keepVisible(cloud, message);
  count(cloud, topic, 'NumberOfMessagesPublished');
  await Promise.all(
    store.subscriptionsOf(topic.arn).map((subscription) => deliver(cloud, message, subscription)),
  );
  return { MessageId: message.id };
}

function structured(text: string): (protocol: string) => string {
  let texts: Readonly<Record<string, unknown>> | null;
  try {
    texts = parseJson(text) as Readonly<Record<string, unknown>> | null;
  } catch (cause) {
    const error = new InvalidParameterException(
      'Message Structure - JSON message body failed to parse',
    );
    throw Object.assign(error, { cause });
  }
  if (typeof texts?.['default'] !== 'string') {
    throw new InvalidParameterException(
      'Message Structure - No default entry in JSON message body',
    );
  }
  return (protocol) => {
    const own = Object.hasOwn(texts, protocol) ? texts[protocol] : undefined;
    return typeof own === 'string' ? own : String(texts['default']);
  };
}

/** E-mail is not sent, so published messages are written where AWS logs deliveries. */
function keepVisible(cloud: Cloud, message: PublishedMessage): void {
  cloud.writeLogLine({
    logGroup: `sns/${cloud.region}/${cloud.accountId}/${message.topic.name}`,
    logStream: message.timestamp.slice(0, 10),
    message: JSON.stringify({
      messageId: message.id,
      timestamp: message.timestamp,
      ...(message.subject !== undefined && { subject: message.subject }),
      message: message.textFor('default'),
    }),
  });
}
