import type {
  GetSubscriptionAttributesInput,
  ListSubscriptionsByTopicInput,
  ListSubscriptionsInput,
  SetSubscriptionAttributesInput,
  SubscribeInput,
  SubscribeResponse,
  Subscription,
  UnsubscribeInput,
} from '@aws-sdk/client-sns';
import type { Cloud } from '../../cloud.ts';
import { InvalidPattern, parsePattern } from '../../event-patterns/index.ts';
import { operation } from '../../operation.ts';
import type { AnyOperation } from '../../service.ts';
import { InvalidParameterException, Unsupported } from './errors.ts';
import { isFifo } from './fifo.ts';
import type { SnsStore, SubscriptionRecord, TopicRecord } from './store.ts';

/** Delivered to; the others are recorded and wait for ever for somebody to confirm them. */
const DELIVERED: ReadonlySet<string> = new Set(['sqs', 'lambda']);
const RECORDED: ReadonlySet<string> = new Set(['email', 'email-json', 'sms']);
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
]);

/** Subscriptions. */
export function subscriptionOperations(
  cloud: Cloud,
  store: SnsStore,
): Readonly<Record<string, AnyOperation>> {
  return {
    Subscribe: operation(
      (input: SubscribeInput) => on('Subscribe', input.TopicArn),
      (input) => subscribe(cloud, store, input),
    ),
    Unsubscribe: operation(
      (input: UnsubscribeInput) => on('Unsubscribe', topicOf(input.SubscriptionArn)),
      (input): object => {
        store.subscriptions.delete(input.SubscriptionArn ?? '');
        return {};
      },
    ),
    ListSubscriptions: operation(
      (_input: ListSubscriptionsInput) => on('ListSubscriptions', undefined),
      () => ({
        Subscriptions: [...store.subscriptions.entries()].map(([, record]) =>
          render(cloud, record),
        ),
      }),
    ),
    ListSubscriptionsByTopic: operation(
      (input: ListSubscriptionsByTopicInput) => on('ListSubscriptionsByTopic', input.TopicArn),
      (input) => ({
        Subscriptions: store
          .subscriptionsOf(store.topic(input.TopicArn).arn)
          .map((record) => render(cloud, record)),
      }),
    ),
    GetSubscriptionAttributes: operation(
      (input: GetSubscriptionAttributesInput) =>
        on('GetSubscriptionAttributes', topicOf(input.SubscriptionArn)),
      (input) => ({
        Attributes: attributesOf(cloud, store.subscription(input.SubscriptionArn)),
      }),
    ),
    SetSubscriptionAttributes: operation(
      (input: SetSubscriptionAttributesInput) =>
        on('SetSubscriptionAttributes', topicOf(input.SubscriptionArn)),
      (input): object => {
        const record = store.subscription(input.SubscriptionArn);
        const added = { [input.AttributeName ?? '']: input.AttributeValue ?? '' };
        checkAttributes(added);
        store.subscriptions.put(record.arn, {
          ...record,
          attributes: { ...record.attributes, ...added },
        });
        return {};
      },
    ),
  };
}

function subscribe(cloud: Cloud, store: SnsStore, input: SubscribeInput): SubscribeResponse {
  const topic = store.topic(input.TopicArn);
  const protocol = input.Protocol ?? '';
  if (!DELIVERED.has(protocol) && !RECORDED.has(protocol)) {
    throw new Unsupported(`subscriptions with the protocol ${protocol}`);
  }
  const endpoint = input.Endpoint ?? '';
  if (DELIVERED.has(protocol) && !endpoint.startsWith('arn:')) {
    throw new InvalidParameterException(`${protocol === 'sqs' ? 'SQS' : 'Lambda'} endpoint ARN`);
  }
  checkOrder(topic, protocol, endpoint);
  const attributes = (input.Attributes ?? {}) as Readonly<Record<string, string>>;
  checkAttributes(attributes);
  const former = store
    .subscriptionsOf(topic.arn)
    .find((record) => record.protocol === protocol && record.endpoint === endpoint);
  const record: SubscriptionRecord = former ?? {
    arn: `${topic.arn}:${cloud.random.uuid()}`,
    topicArn: topic.arn,
    protocol,
    endpoint,
    attributes,
    confirmed: DELIVERED.has(protocol),
  };
  store.subscriptions.put(record.arn, record);
  const isShown = record.confirmed || input.ReturnSubscriptionArn === true;
  return { SubscriptionArn: isShown ? record.arn : 'pending confirmation' };
}

/** Only queues keep the order of a FIFO topic, and only FIFO topics give a FIFO queue its groups. */
function checkOrder(topic: TopicRecord, protocol: string, endpoint: string): void {
  if (isFifo(topic) && protocol !== 'sqs') {
    throw new InvalidParameterException(
      `Invalid parameter: Endpoint Reason: Please use FIFO SQS queue`,
    );
  }
  if (!isFifo(topic) && protocol === 'sqs' && endpoint.endsWith('.fifo')) {
    throw new InvalidParameterException(
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    );
  }
}

function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!ATTRIBUTES.has(name)) throw new InvalidParameterException('AttributeName');
    if (name !== 'FilterPolicy' || value === '' || value === '{}') continue;
    try {
      parsePattern(value);
    } catch (cause) {
      const reason = cause instanceof InvalidPattern ? cause.message : '';
      const error = new InvalidParameterException(`Attributes Reason: FilterPolicy: ${reason}`);
      throw Object.assign(error, { cause });
    }
  }
}

function render(cloud: Cloud, record: SubscriptionRecord): Subscription {
  return {
    SubscriptionArn: record.confirmed ? record.arn : 'PendingConfirmation',
    Owner: cloud.accountId,
    Protocol: record.protocol,
    Endpoint: record.endpoint,
    TopicArn: record.topicArn,
  };
}

function attributesOf(cloud: Cloud, record: SubscriptionRecord): Record<string, string> {
  return {
    SubscriptionArn: record.arn,
    TopicArn: record.topicArn,
    Owner: cloud.accountId,
    Protocol: record.protocol,
    Endpoint: record.endpoint,
    ConfirmationWasAuthenticated: String(record.confirmed),
    PendingConfirmation: String(!record.confirmed),
    RawMessageDelivery: 'false',
    ...record.attributes,
    ...(record.attributes['FilterPolicy'] !== undefined &&
      record.attributes['FilterPolicyScope'] === undefined && {
        FilterPolicyScope: 'MessageAttributes',
      }),
  };
}

function on(action: string, arn: string | undefined) {
  return {
    action: `sns:${action}`,
    resource: arn ?? '*',
  };
}

function topicOf(arn: string | undefined): string | undefined {
  return arn?.split(':').slice(0, 6).join(':');
}
