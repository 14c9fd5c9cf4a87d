import type {
  PublishBatchInput,
  PublishBatchRequestEntry,
  PublishBatchResponse,
  PublishInput,
  PublishResponse,
} from '@aws-sdk/client-sns';
import type { Cloud } from '../../cloud.ts';
import { operation } from '../../operation.ts';
import type { AnyOperation } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { deliver } from './deliver.ts';
import {
  InvalidParameterException,
  InvalidParameterValueException,
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
import { count, type PublishedMessage } from './message.ts';
import type { SnsStore, TopicRecord } from './store.ts';

/** 256 KiB: https://docs.aws.amazon.com/general/latest/gr/sns.html */
const MESSAGE_BYTES = 262_144;

/** Publishing: subscribers have the message, or cannot be reached, when the answer comes. */
export function publishOperations(
  cloud: Cloud,
  store: SnsStore,
): Readonly<Record<string, AnyOperation>> {
  return {
    Publish: operation(
      (input: PublishInput) => ({
        action: 'sns:Publish',
        resource: input.TopicArn ?? input.TargetArn ?? '*',
      }),
      async (input): Promise<PublishResponse> => {
        if (input.PhoneNumber !== undefined)
          throw new Unsupported('text messages to phone numbers');
        checkTarget(input);
        const topic = store.topic(input.TopicArn ?? input.TargetArn);
        return publish(cloud, store, topic, input);
      },
    ),
    PublishBatch: operation(
      (input: PublishBatchInput) => ({ action: 'sns:Publish', resource: input.TopicArn ?? '*' }),
      (input) => publishBatch(cloud, store, input),
    ),
  };
}

/** AWS looks at the form of the ARN before it looks for the topic. */
function checkTarget({ TopicArn, TargetArn }: PublishInput): void {
  const arn = TopicArn ?? TargetArn;
  if (arn === undefined) {
    throw new InvalidParameterException(
      'TopicArn or TargetArn Reason: no value for required parameter',
    );
  }
  const elements = arn.split(':').length;
  if (elements >= 6) return;
  const member = TopicArn === undefined ? 'TargetArn' : 'TopicArn';
  throw new InvalidParameterException(
    `${member} Reason: An ARN must have at least 6 elements, not ${elements}`,
  );
}

async function publishBatch(
  cloud: Cloud,
  store: SnsStore,
  input: PublishBatchInput,
): Promise<PublishBatchResponse> {
  const topic = store.topic(input.TopicArn);
  const response = { Successful: [] as object[], Failed: [] as object[] };
  for (const entry of input.PublishBatchRequestEntries ?? []) {
    try {
      const published = await publish(cloud, store, topic, entry);
      response.Successful.push({ Id: entry.Id, ...published });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { code: Code, message: Message } = error;
      response.Failed.push({ Id: entry.Id, Code, Message, SenderFault: error.fault === 'client' });
    }
  }
  return response as PublishBatchResponse;
}

async function publish(
  cloud: Cloud,
  store: SnsStore,
  topic: TopicRecord,
  input: PublishInput | PublishBatchRequestEntry,
): Promise<Published> {
  const text = input.Message ?? '';
  if (text === '') throw new InvalidParameterException('Empty message');
  if (Buffer.byteLength(text) > MESSAGE_BYTES)
    throw new InvalidParameterException('Message too long');
  if (input.Subject !== undefined && !/^[^\n\r]{1,100}$/.test(input.Subject)) {
    throw new InvalidParameterException('Subject');
  }
  checkAttributes(input);
  checkOrdering(topic, text, input);
  return isFifo(topic)
    ? publishOnce(cloud, store, topic, input)
    : publishAll(cloud, store, messageOf(cloud, topic, input));
}

function checkAttributes({ MessageAttributes: attributes = {} }: Content): void {
  for (const [name, { DataType: type = '', StringValue, BinaryValue }] of Object.entries(
    attributes,
  )) {
    if (!/^(?:Binary|Number|String)(?:\.|$)/.test(type)) {
      throw new InvalidParameterValueException(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const value = type.startsWith('Binary') ? BinaryValue : StringValue;
    if (value === undefined || value.length === 0) {
      throw new InvalidParameterValueException(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
      );
    }
  }
}

interface Published {
  readonly MessageId: string;
  /** Of FIFO topics. */
  readonly SequenceNumber?: string;
}

type Content = PublishInput | PublishBatchRequestEntry;

/** The same message again within five minutes is accepted and goes nowhere. */
async function publishOnce(
  cloud: Cloud,
  store: SnsStore,
  topic: TopicRecord,
  input: Content & Ordering,
): Promise<Published> {
  const groupId = input.MessageGroupId ?? '';
  const deduplicationId = deduplicationIdOf(topic, input.Message ?? '', input) ?? '';
  const scope = scopeOf(topic, groupId, deduplicationId);
  const former = findFormer(cloud, store, topic, scope);
  if (former !== undefined) return { MessageId: former.id, SequenceNumber: former.sequence };
  const sequence = store.nextSequence();
  const message = {
    ...messageOf(cloud, topic, input),
    place: { groupId, deduplicationId, sequence },
  };
  store.deduplication.put(`${topic.arn}|${scope}`, {
    id: message.id,
    sequence,
    at: cloud.clock.now(),
  });
  await store.inOrder(topic, async () => {
    await publishAll(cloud, store, message);
  });
  return { MessageId: message.id, SequenceNumber: sequence };
}

function messageOf(cloud: Cloud, topic: TopicRecord, input: Content): PublishedMessage {
  const text = input.Message ?? '';
  return {
    id: cloud.random.uuid(),
    topic,
    subject: input.Subject,
    textFor: input.MessageStructure === 'json' ? structured(text) : () => text,
    attributes: input.MessageAttributes ?? {},
    timestamp: new Date(cloud.clock.now()).toISOString(),
    groupId: input.MessageGroupId,
    place: undefined,
  };
}

async function publishAll(
  cloud: Cloud,
  store: SnsStore,
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
  let texts: Readonly<Record<string, unknown>>;
  try {
    texts = JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const error = new InvalidParameterException(
      'Message Structure - JSON message body failed to parse',
    );
    throw Object.assign(error, { cause });
  }
  if (typeof texts['default'] !== 'string') {
    throw new InvalidParameterException(
      'Message Structure - No default entry in JSON message body',
    );
  }
  return (protocol) => {
    const own = Object.hasOwn(texts, protocol) ? texts[protocol] : undefined;
    return typeof own === 'string' ? own : String(texts['default']);
  };
}

/** Nobody reads mail here, so what was published can be read where AWS logs deliveries. */
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
