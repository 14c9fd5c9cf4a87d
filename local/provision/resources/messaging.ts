import {
  call,
  ignoreMissing,
  nameOf,
  type Properties,
  pick,
  type ResourceRequest,
  type ResourceType,
  tagMap,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
const MAX_QUEUE_NAME_LENGTH = 80;
/** https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const MAX_TOPIC_NAME_LENGTH = 256;

const QUEUE_ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DelaySeconds',
  'FifoQueue',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
] as const;

const queue: ResourceType = {
  properties: ['QueueName', 'Tags', ...QUEUE_ATTRIBUTES],
  async apply(request) {
    const { cloud, properties } = request;
    const QueueName = nameOf(request, 'QueueName', MAX_QUEUE_NAME_LENGTH);
    const { FifoQueue, ...others } = pick(properties, QUEUE_ATTRIBUTES);
    // CloudFormation accepts `false`, the API does not.
    const isFifo = String(FifoQueue) === 'true';
    const Attributes = attributesOf(isFifo ? { ...others, FifoQueue } : others);
    // The template's tags are set without the right to set system tags, so SQS refuses `aws:` tags.
    const tags = tagMap(properties['Tags']);
    const { QueueUrl } = await call<{ readonly QueueUrl: string }>(
      request,
      'sqs',
      request.previous === undefined ? 'CreateQueue' : 'GetQueueUrl',
      request.previous === undefined ? { QueueName, Attributes, tags } : { QueueName },
    );
    if (request.previous === undefined) await tagAsMade(request, QueueUrl);
    else {
      await call(request, 'sqs', 'SetQueueAttributes', { QueueUrl, Attributes });
      if (tags !== undefined) await call(request, 'sqs', 'TagQueue', { QueueUrl, Tags: tags });
    }
    return {
      physicalId: QueueUrl,
      attributes: { Arn: cloud.arn('sqs', QueueName), QueueName, QueueUrl },
    };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 'sqs', 'DeleteQueue', { QueueUrl: request.previous?.physicalId }),
    );
  },
};

/** CloudFormation's tag; access to a queue with this tag is decided by its policy alone. */
async function tagAsMade(request: ResourceRequest, QueueUrl: string): Promise<void> {
  const Tags = { 'aws:cloudformation:stack-name': request.stackName };
  await call(request, 'sqs', 'TagQueue', { QueueUrl, Tags }, { setsSystemTags: true });
}

/** The API accepts attributes as strings. */
function attributesOf(properties: Properties): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

const queuePolicy: ResourceType = {
  properties: ['Queues', 'PolicyDocument'],
  async apply(request) {
    const queues = (request.properties['Queues'] ?? []) as readonly string[];
    const Policy = JSON.stringify(request.properties['PolicyDocument']);
    for (const QueueUrl of queues) {
      await call(request, 'sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy } });
    }
    return { physicalId: request.logicalId, attributes: { queues } };
  },
  async remove(request) {
    for (const QueueUrl of (request.previous?.attributes['queues'] ?? []) as readonly string[]) {
      await ignoreMissing(() =>
        call(request, 'sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: '' } }),
      );
    }
  },
};

const topic: ResourceType = {
  properties: ['TopicName', 'DisplayName', 'KmsMasterKeyId', 'Subscription', 'Tags'],
  async apply(request) {
    const { properties } = request;
    const Name = nameOf(request, 'TopicName', MAX_TOPIC_NAME_LENGTH);
    const attributes = attributesOf(pick(properties, ['DisplayName', 'KmsMasterKeyId']));
    // Creating it again with other attributes is refused: an existing topic is updated.
    const isNew = request.previous === undefined;
    const { TopicArn } = await call<{ readonly TopicArn: string }>(request, 'sns', 'CreateTopic', {
      Name,
      ...(isNew && { Attributes: attributes, ...pick(properties, ['Tags']) }),
    });
    if (!isNew) await changeTopic(request, TopicArn, attributes);
    for (const subscription of (properties['Subscription'] ?? []) as readonly Properties[]) {
      await call(request, 'sns', 'Subscribe', { TopicArn, ...subscription });
    }
    return { physicalId: TopicArn, attributes: { TopicArn, TopicName: Name } };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 'sns', 'DeleteTopic', { TopicArn: request.previous?.physicalId }),
    );
  },
};

async function changeTopic(
  request: ResourceRequest,
  TopicArn: string,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [AttributeName, AttributeValue] of Object.entries(attributes)) {
    await call(request, 'sns', 'SetTopicAttributes', { TopicArn, AttributeName, AttributeValue });
  }
  const { Tags } = request.properties;
  if (Tags !== undefined)
    await call(request, 'sns', 'TagResource', { ResourceArn: TopicArn, Tags });
}

const topicPolicy: ResourceType = {
  properties: ['Topics', 'PolicyDocument'],
  async apply(request) {
    const topics = (request.properties['Topics'] ?? []) as readonly string[];
    for (const TopicArn of topics) {
      await call(request, 'sns', 'SetTopicAttributes', {
        TopicArn,
        AttributeName: 'Policy',
        AttributeValue: JSON.stringify(request.properties['PolicyDocument']),
      });
    }
    return { physicalId: request.logicalId, attributes: { topics } };
  },
  // The topic keeps the policy until it is deleted; CloudFormation restores the default one.
  async remove() {},
};

const SUBSCRIPTION_ATTRIBUTES = [
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
] as const;

const subscription: ResourceType = {
  properties: ['TopicArn', 'Protocol', 'Endpoint', ...SUBSCRIPTION_ATTRIBUTES],
  withoutEffect({ Protocol: protocol, Endpoint: endpoint }) {
    if (protocol === 'sqs' || protocol === 'lambda') return undefined;
    return `${String(endpoint)} stays PendingConfirmation; nothing is sent to it`;
  },
  async apply(request) {
    const Attributes = attributesOf(pick(request.properties, SUBSCRIPTION_ATTRIBUTES));
    const isNew = request.previous === undefined;
    const { SubscriptionArn } = await call<{ readonly SubscriptionArn: string }>(
      request,
      'sns',
      'Subscribe',
      {
        ...pick(request.properties, ['TopicArn', 'Protocol', 'Endpoint']),
        ...(isNew && { Attributes }),
        ReturnSubscriptionArn: true,
      },
    );
    for (const [AttributeName, AttributeValue] of isNew ? [] : Object.entries(Attributes)) {
      await call(request, 'sns', 'SetSubscriptionAttributes', {
        SubscriptionArn,
        AttributeName,
        AttributeValue,
      });
    }
    return { physicalId: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 'sns', 'Unsubscribe', { SubscriptionArn: request.previous?.physicalId }),
    );
  },
};

export const messagingResourceTypes = {
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SNS::Subscription': subscription,
};
