import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { parseJson } from '../../../engine/index.ts';
import type { CallOptions, Cloud } from '../../cloud/cloud.ts';
import type { ServicePrincipal } from '../../cloud/principal.ts';
import { flattenEvent, matchesPattern, parsePattern } from '../../event-patterns/index.ts';
import { count, type PublishedMessage } from './message.ts';
import type { SubscriptionRecord } from './store.ts';

/** Delivers a message to one subscriber if its filter policy accepts the message. */
export async function deliver(
  cloud: Cloud,
  message: PublishedMessage,
  subscription: SubscriptionRecord,
): Promise<void> {
  if (!subscription.confirmed) return;
  if (!passesFilter(message, subscription)) {
    count(cloud, message.topic, 'NumberOfNotificationsFilteredOut');
    return;
  }
  try {
    if (subscription.protocol === 'sqs') await toQueue(cloud, message, subscription);
    else await toFunction(cloud, message, subscription);
    count(cloud, message.topic, 'NumberOfNotificationsDelivered');
  } catch (error) {
    count(cloud, message.topic, 'NumberOfNotificationsFailed');
    await giveUp(cloud, message, subscription, error);
  }
}

function sns(message: PublishedMessage): ServicePrincipal {
  return { kind: 'service', service: 'sns.amazonaws.com', sourceArn: message.topic.arn };
}

function passesFilter(message: PublishedMessage, subscription: SubscriptionRecord): boolean {
  const policy = subscription.attributes['FilterPolicy'];
  if (policy === undefined || policy === '' || policy === '{}') return true;
  const judged =
    subscription.attributes['FilterPolicyScope'] === 'MessageBody'
      ? bodyOf(message)
      : attributeValues(message.attributes);
  return judged !== undefined && matchesPattern(flattenEvent(judged), parsePattern(policy));
}

function bodyOf(message: PublishedMessage): object | undefined {
  try {
    const body: unknown = parseJson(message.textFor('default'));
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}

function attributeValues(attributes: PublishedMessage['attributes']): object {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [name, valueOf(attribute)]),
  );
}

function valueOf({ DataType = '', StringValue = '' }: MessageAttributeValue): unknown {
  if (DataType.startsWith('Number')) return Number(StringValue);
  if (DataType !== 'String.Array') return StringValue;
  try {
    return parseJson(StringValue);
  } catch {
    return StringValue;
  }
}

async function toQueue(
  cloud: Cloud,
  message: PublishedMessage,
  subscription: SubscriptionRecord,
): Promise<void> {
  const input = {
    QueueUrl: queueUrl(subscription.endpoint),
    ...bodyFor(cloud, message, subscription),
    ...orderingFor(message, subscription.endpoint),
  };
  await cloud.handOn(sns(message), 'sqs', 'SendMessage', input, traceOf(message));
}

/** A delivery continues the trace of the request that published the message. */
function traceOf({ traceHeader }: PublishedMessage): CallOptions {
  return traceHeader === undefined ? {} : { traceHeader };
}

/** An envelope, or the message itself for raw delivery; dead letters have the same form. */
function bodyFor(cloud: Cloud, message: PublishedMessage, subscription: SubscriptionRecord) {
  return subscription.attributes['RawMessageDelivery'] === 'true'
    ? { MessageBody: message.textFor('sqs'), MessageAttributes: message.attributes }
    : { MessageBody: JSON.stringify(notification(cloud, message, subscription)) };
}

/** A standard queue subscribed to a FIFO topic accepts no deduplication id. */
function orderingFor({ groupId, place }: PublishedMessage, queueArn: string): object {
  const MessageGroupId = place?.groupId ?? groupId;
  return {
    ...(MessageGroupId !== undefined && { MessageGroupId }),
    ...(place !== undefined &&
      queueArn.endsWith('.fifo') && { MessageDeduplicationId: place.deduplicationId }),
  };
}

async function toFunction(
  cloud: Cloud,
  message: PublishedMessage,
  subscription: SubscriptionRecord,
): Promise<void> {
  const { SignatureVersion, Signature, SigningCertURL, UnsubscribeURL, ...rest } = notification(
    cloud,
    message,
    subscription,
  );
  const Sns = {
    ...rest,
    Subject: message.subject ?? null,
    MessageAttributes: rest.MessageAttributes ?? {},
    SignatureVersion,
    Signature,
    SigningCertUrl: SigningCertURL,
    UnsubscribeUrl: UnsubscribeURL,
  };
  const record = {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: subscription.arn,
    Sns,
  };
  const input = {
    FunctionName: subscription.endpoint,
    InvocationType: 'Event',
    Payload: Buffer.from(JSON.stringify({ Records: [record] })),
  };
  await cloud.handOn(sns(message), 'lambda', 'Invoke', input, traceOf(message));
}

/** The signature is a placeholder: only AWS has the key. */
function notification(cloud: Cloud, message: PublishedMessage, subscription: SubscriptionRecord) {
  const host = `https://sns.${cloud.region}.amazonaws.com`;
  const attributes = Object.entries(message.attributes).map(
    ([name, { DataType: Type, StringValue, BinaryValue }]) =>
      [
        name,
        { Type, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString('base64') },
      ] as const,
  );
  return {
    Type: 'Notification',
    MessageId: message.id,
    ...(message.place !== undefined && { SequenceNumber: message.place.sequence }),
    TopicArn: message.topic.arn,
    ...(message.subject !== undefined && { Subject: message.subject }),
    Message: message.textFor(subscription.protocol),
    Timestamp: message.timestamp,
    // Messages of FIFO topics are not signed.
    ...(message.place === undefined && {
      SignatureVersion: '1',
      Signature: 'EXAMPLE',
      SigningCertURL: `${host}/SimpleNotificationService-local.pem`,
    }),
    UnsubscribeURL: `${host}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    ...(attributes.length > 0 && { MessageAttributes: Object.fromEntries(attributes) }),
  };
}

/** A message that cannot be delivered goes to the subscription's dead-letter queue, if it has one. */
async function giveUp(
  cloud: Cloud,
  message: PublishedMessage,
  subscription: SubscriptionRecord,
  error: unknown,
): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  const policy = subscription.attributes['RedrivePolicy'];
  cloud.logger.warn(
    { topic: message.topic.arn, endpoint: subscription.endpoint, reason },
    'A notification was not delivered',
  );
  if (policy === undefined || policy === '') return;
  const { deadLetterTargetArn } = JSON.parse(policy) as { readonly deadLetterTargetArn: string };
  try {
    const input = {
      QueueUrl: queueUrl(deadLetterTargetArn),
      ...bodyFor(cloud, message, subscription),
      ...orderingFor(message, deadLetterTargetArn),
    };
    await cloud.handOn(sns(message), 'sqs', 'SendMessage', input, traceOf(message));
    count(cloud, message.topic, 'NumberOfNotificationsRedrivenToDlq');
  } catch {
    count(cloud, message.topic, 'NumberOfNotificationsFailedToRedriveToDlq');
  }
}

/** SQS identifies a queue by the last parts of its URL and ignores the host. */
function queueUrl(arn: string): string {
  const [, , , region = '', account = '', name = ''] = arn.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}
