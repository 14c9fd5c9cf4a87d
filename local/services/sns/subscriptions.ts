import type {
  GetSubscriptionAttributesInput,
  ListSubscriptionsByTopicInput,
  ListSubscriptionsInput,
  SetSubscriptionAttributesInput,
  SNS,
  SubscribeInput,
  SubscribeResponse,
  Subscription,
  UnsubscribeInput,
} from '@aws-sdk/client-sns';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import type { Call } from '../../cloud/service.ts';
import { checkArn } from './arn.ts';
import { InvalidEndpointException, InvalidParameterException, Unsupported } from './errors.ts';
import { isFifo } from './fifo.ts';
import { pageOf } from './pages.ts';
import type { SnsState } from './state.ts';
import type { SubscriptionRecord, TopicRecord } from './store.ts';
import { type Attributes, checkSubscriptionAttributes } from './subscription-attributes.ts';

/** Protocols with delivery. Subscriptions of the recorded ones stay PendingConfirmation. */
const DELIVERED: ReadonlySet<string> = new Set(['sqs', 'lambda']);
const RECORDED: ReadonlySet<string> = new Set(['email', 'email-json', 'sms', 'http', 'https']);
/** Protocols that AWS has and this runtime lacks. */
const OTHERS: ReadonlySet<string> = new Set(['application', 'firehose']);
/** E.164, with single separators between the digits. */
const PHONE_NUMBER = /^\+?\d+(?:[-. /]\d+)*$/;

/** Subscriptions. */
export const subscriptionOperations: OperationTable<SNS, SnsState> = {
  Subscribe: {
    permissions: (input: SubscribeInput) => on('Subscribe', input.TopicArn),
    run: (input: Checked<SubscribeInput>, state, call) => subscribe(state, input, call),
  },
  Unsubscribe: {
    permissions: (input: UnsubscribeInput) => on('Unsubscribe', topicOf(input.SubscriptionArn)),
    run(input: UnsubscribeInput, { cloud, store }): object {
      store.subscriptions.delete(checkSubscriptionArn(cloud, input.SubscriptionArn));
      return {};
    },
  },
  ListSubscriptions: {
    readOnly: true,
    permissions: (_input: ListSubscriptionsInput) => on('ListSubscriptions', undefined),
    run: (input: ListSubscriptionsInput, { cloud, store }) =>
      listing(cloud, [...store.subscriptions.entries()], input.NextToken),
  },
  ListSubscriptionsByTopic: {
    readOnly: true,
    permissions: (input: ListSubscriptionsByTopicInput) =>
      on('ListSubscriptionsByTopic', input.TopicArn),
    run(input: ListSubscriptionsByTopicInput, { cloud, store }) {
      const records = store.subscriptionsOf(store.topic(input.TopicArn).arn);
      const entries = records.map((record) => [record.arn, record] as const);
      return listing(cloud, entries, input.NextToken);
    },
  },
  GetSubscriptionAttributes: {
    readOnly: true,
    permissions: (input: GetSubscriptionAttributesInput) =>
      on('GetSubscriptionAttributes', topicOf(input.SubscriptionArn)),
    run: (input: GetSubscriptionAttributesInput, { cloud, store }) => ({
      Attributes: attributesOf(cloud, store.subscription(input.SubscriptionArn)),
    }),
  },
  SetSubscriptionAttributes: {
    permissions: (input: SetSubscriptionAttributesInput) =>
      on('SetSubscriptionAttributes', topicOf(input.SubscriptionArn)),
    run(input: Checked<SetSubscriptionAttributesInput>, { store }): object {
      const record = store.subscription(input.SubscriptionArn);
      const given = { [input.AttributeName]: input.AttributeValue ?? '' };
      const added = checkSubscriptionAttributes(given, {
        former: record.attributes,
        endpoint: record.endpoint,
        prefix: '',
      });
      store.subscriptions.put(record.arn, {
        ...record,
        attributes: { ...record.attributes, ...added },
      });
      return {};
    },
  },
};

function listing(
  cloud: Cloud,
  entries: readonly (readonly [string, SubscriptionRecord])[],
  token: string | undefined,
) {
  const { items, ...next } = pageOf(entries, token);
  return { Subscriptions: items.map((record) => render(cloud, record)), ...next };
}

/** @throws InvalidParameterException */
function checkSubscriptionArn(cloud: Cloud, arn: string | undefined): string {
  if (arn === '') {
    throw new InvalidParameterException('SubscriptionArn Reason: no value for required parameter');
  }
  const checked = checkArn(cloud, 'SubscriptionArn', arn);
  if (checked.split(':').length < 7) throw new InvalidParameterException('SubscriptionId');
  return checked;
}

function subscribe(
  { cloud, store }: SnsState,
  input: Checked<SubscribeInput>,
  call: Call,
): SubscribeResponse {
  const topic = store.topic(input.TopicArn);
  const protocol = input.Protocol;
  const endpoint = input.Endpoint ?? '';
  checkProtocol(protocol);
  checkEndpoint(protocol, endpoint);
  checkOrder(topic, protocol, endpoint);
  const attributes = checkSubscriptionAttributes(input.Attributes ?? {}, {
    former: {},
    endpoint,
    prefix: 'Attributes Reason: ',
  });
  const former = store
    .subscriptionsOf(topic.arn)
    .find((record) => record.protocol === protocol && record.endpoint === endpoint);
  if (former !== undefined) checkSame(former, attributes);
  const record: SubscriptionRecord = former ?? {
    arn: `${topic.arn}:${cloud.random.uuid()}`,
    topicArn: topic.arn,
    protocol,
    endpoint,
    attributes,
    confirmed: DELIVERED.has(protocol),
    ...('arn' in call.principal && { principal: call.principal.arn }),
  };
  store.subscriptions.put(record.arn, record);
  const isShown = record.confirmed || input.ReturnSubscriptionArn === true;
  return { SubscriptionArn: isShown ? record.arn : 'pending confirmation' };
}

/** @throws InvalidParameterException for what SNS does not have, Unsupported for what is missing here */
function checkProtocol(protocol: string): void {
  if (DELIVERED.has(protocol) || RECORDED.has(protocol)) return;
  if (OTHERS.has(protocol)) throw new Unsupported(`subscriptions with the protocol ${protocol}`);
  throw new InvalidParameterException(
    `Amazon SNS does not support this protocol string: ${protocol}`,
  );
}

/** @throws InvalidParameterException, InvalidEndpointException */
function checkEndpoint(protocol: string, endpoint: string): void {
  if (protocol === 'sqs' && !/^arn:[^:]+:sqs:[^:]+:[^:]+:.+$/.test(endpoint)) {
    throw new InvalidParameterException('SQS endpoint ARN');
  }
  if (protocol === 'lambda' && !/^arn:[^:]+:lambda:[^:]+:[^:]+:function:.+$/.test(endpoint)) {
    throw new InvalidParameterException('Lambda endpoint ARN');
  }
  if (/^https?$/.test(protocol) && !endpoint.startsWith(`${protocol}://`)) {
    throw new InvalidParameterException('Endpoint must match the specified protocol');
  }
  if (protocol === 'sms' && !PHONE_NUMBER.test(endpoint)) {
    throw new InvalidEndpointException(`Invalid SMS endpoint: ${endpoint}`);
  }
}

const DEFAULT_ATTRIBUTES: Attributes = {
  RawMessageDelivery: 'false',
  FilterPolicyScope: 'MessageAttributes',
};

/** Creating an existing subscription succeeds unless its attributes differ. @throws InvalidParameterException */
function checkSame(former: SubscriptionRecord, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if ((former.attributes[name] ?? DEFAULT_ATTRIBUTES[name]) !== value) {
      throw new InvalidParameterException(
        'Attributes Reason: Subscription already exists with different attributes',
      );
    }
  }
}

/** Only SQS queues can subscribe to FIFO topics, and FIFO queues only to FIFO topics. */
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
    ...(record.principal !== undefined && { SubscriptionPrincipal: record.principal }),
    PendingConfirmation: String(!record.confirmed),
    RawMessageDelivery: 'false',
    ...shownAttributes(record.attributes),
  };
}

/** Every filter policy is shown with its scope. */
function shownAttributes({ FilterPolicyScope: scope, ...others }: Attributes): Attributes {
  const { FilterPolicy: policy, ...rest } = others;
  if (policy === undefined || policy === '') return rest;
  return { ...others, FilterPolicyScope: scope ?? 'MessageAttributes' };
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
