import type {
  AddPermissionInput,
  CreateTopicInput,
  DeleteTopicInput,
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  ListTagsForResourceRequest,
  ListTopicsInput,
  RemovePermissionInput,
  SetTopicAttributesInput,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-sns';
import type { Cloud } from '../../cloud.ts';
import { operation } from '../../operation.ts';
import type { AnyOperation, PolicyDocument, PolicyStatement } from '../../service.ts';
import { InvalidParameterException, Unsupported } from './errors.ts';
import { FIFO_DEFAULTS, isFifo } from './fifo.ts';
import type { SnsStore, TopicRecord } from './store.ts';

const SETTABLE: ReadonlySet<string> = new Set([
  'DeliveryPolicy',
  'DisplayName',
  'KmsMasterKeyId',
  'Policy',
  'SignatureVersion',
  'TracingConfig',
]);
const FIFO_SETTABLE: ReadonlySet<string> = new Set([
  'ContentBasedDeduplication',
  'FifoThroughputScope',
]);

/** Topics, their attributes, policies and tags. */
export function topicOperations(
  cloud: Cloud,
  store: SnsStore,
): Readonly<Record<string, AnyOperation>> {
  return {
    CreateTopic: operation(
      (input: CreateTopicInput) => on('CreateTopic', cloud.arn('sns', input.Name ?? '')),
      (input) => createTopic(cloud, store, input),
    ),
    DeleteTopic: operation(
      (input: DeleteTopicInput) => on('DeleteTopic', input.TopicArn),
      (input): object => {
        for (const { arn } of store.subscriptionsOf(input.TopicArn ?? '')) {
          store.subscriptions.delete(arn);
        }
        store.topics.delete(input.TopicArn ?? '');
        return {};
      },
    ),
    ListTopics: operation(
      (_input: ListTopicsInput) => on('ListTopics', undefined),
      () => ({ Topics: [...store.topics.entries()].map(([TopicArn]) => ({ TopicArn })) }),
    ),
    GetTopicAttributes: operation(
      (input: GetTopicAttributesInput) => on('GetTopicAttributes', input.TopicArn),
      (input) => topicAttributes(cloud, store, input),
    ),
    SetTopicAttributes: operation(
      (input: SetTopicAttributesInput) => on('SetTopicAttributes', input.TopicArn),
      (input): object => {
        const topic = store.topic(input.TopicArn);
        const name = input.AttributeName ?? '';
        const attributes = { ...topic.attributes, [name]: input.AttributeValue ?? '' };
        checkAttributes({ [name]: input.AttributeValue ?? '' }, isFifo(topic));
        store.topics.put(topic.arn, { ...topic, attributes });
        return {};
      },
    ),
    AddPermission: operation(
      (input: AddPermissionInput) => on('AddPermission', input.TopicArn),
      (input): object => addPermission(cloud, store, input),
    ),
    RemovePermission: operation(
      (input: RemovePermissionInput) => on('RemovePermission', input.TopicArn),
      (input): object => {
        const topic = store.topic(input.TopicArn);
        const left = statementsOf(cloud, topic).filter(({ Sid }) => Sid !== input.Label);
        setPolicy(store, topic, { Version: '2012-10-17', Statement: left });
        return {};
      },
    ),
    TagResource: operation(
      (input: TagResourceRequest) => on('TagResource', input.ResourceArn),
      (input): object => {
        const topic = store.topic(input.ResourceArn);
        store.topics.put(topic.arn, {
          ...topic,
          tags: { ...topic.tags, ...tagRecord(input.Tags) },
        });
        return {};
      },
    ),
    UntagResource: operation(
      (input: UntagResourceRequest) => on('UntagResource', input.ResourceArn),
      (input): object => {
        const topic = store.topic(input.ResourceArn);
        const left = Object.entries(topic.tags).filter(([key]) => !input.TagKeys?.includes(key));
        store.topics.put(topic.arn, { ...topic, tags: Object.fromEntries(left) });
        return {};
      },
    ),
    ListTagsForResource: operation(
      (input: ListTagsForResourceRequest) => on('ListTagsForResource', input.ResourceArn),
      (input) => ({
        Tags: Object.entries(store.topic(input.ResourceArn).tags).map(([Key, Value]) => ({
          Key,
          Value,
        })),
      }),
    ),
  };
}

function tagRecord(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

function createTopic(
  cloud: Cloud,
  store: SnsStore,
  input: CreateTopicInput,
): { readonly TopicArn: string } {
  const name = input.Name ?? '';
  const attributes = (input.Attributes ?? {}) as Readonly<Record<string, string>>;
  const { FifoTopic: fifo, ...settable } = attributes;
  checkName(name, fifo === 'true');
  checkAttributes(settable, fifo === 'true');
  const arn = cloud.arn('sns', name);
  const former = store.topics.get(arn);
  store.topics.put(arn, {
    arn,
    name,
    attributes: {
      ...(fifo === 'true' && FIFO_DEFAULTS),
      ...former?.attributes,
      ...settable,
    },
    tags: former?.tags ?? tagRecord(input.Tags),
  });
  return { TopicArn: arn };
}

function checkName(name: string, fifo: boolean): void {
  if (fifo && !/^[\w-]{1,251}\.fifo$/.test(name)) {
    throw new InvalidParameterException(
      'Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.',
    );
  }
  if (!fifo && !/^[\w-]{1,256}$/.test(name)) throw new InvalidParameterException('Topic Name');
}

function checkAttributes(attributes: Readonly<Record<string, string>>, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'DataProtectionPolicy') throw new Unsupported('data protection policies');
    const isKnown = SETTABLE.has(name) || (fifo && FIFO_SETTABLE.has(name));
    if (!isKnown && !/Feedback(?:RoleArn|SampleRate)$/.test(name)) {
      throw new InvalidParameterException('AttributeName');
    }
    if (name === 'Policy' && value !== '') parsePolicy(value);
  }
}

function parsePolicy(text: string): PolicyDocument {
  try {
    return JSON.parse(text) as PolicyDocument;
  } catch (cause) {
    const error = new InvalidParameterException('Policy Error: invalid JSON');
    throw Object.assign(error, { cause });
  }
}

/** What a topic without a policy has: the account's own users and roles may do everything with it. */
function defaultPolicy(cloud: Cloud, topic: TopicRecord): PolicyDocument {
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes',
          'SNS:SetTopicAttributes',
          'SNS:AddPermission',
          'SNS:RemovePermission',
          'SNS:DeleteTopic',
          'SNS:Subscribe',
          'SNS:ListSubscriptionsByTopic',
          'SNS:Publish',
        ],
        Resource: topic.arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': cloud.accountId } },
      },
    ],
  };
}

/** The policy as shown, which is the default one where none is set. */
export function policyOf(cloud: Cloud, topic: TopicRecord): PolicyDocument {
  const text = topic.attributes['Policy'];
  return text === undefined || text === '' ? defaultPolicy(cloud, topic) : parsePolicy(text);
}

/**
 * The policy as judged. Alarms act in the name of their account, so that the default policy's
 * condition on the source's owner lets them publish; nobody else's does.
 */
export function effectivePolicy(topic: TopicRecord): PolicyDocument {
  const text = topic.attributes['Policy'];
  if (text !== undefined && text !== '') return parsePolicy(text);
  return {
    Version: '2008-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'SNS:Publish',
      Resource: topic.arn,
    },
  };
}

function statementsOf(cloud: Cloud, topic: TopicRecord): readonly PolicyStatement[] {
  const { Statement: statement } = policyOf(cloud, topic);
  return Array.isArray(statement) ? statement : [statement as PolicyStatement];
}

function setPolicy(store: SnsStore, topic: TopicRecord, policy: PolicyDocument): void {
  const attributes = { ...topic.attributes, Policy: JSON.stringify(policy) };
  store.topics.put(topic.arn, { ...topic, attributes });
}

function addPermission(cloud: Cloud, store: SnsStore, input: AddPermissionInput): object {
  const topic = store.topic(input.TopicArn);
  const added: PolicyStatement = {
    Sid: input.Label ?? '',
    Effect: 'Allow',
    Principal: { AWS: (input.AWSAccountId ?? []).map((id) => `arn:aws:iam::${id}:root`) },
    Action: (input.ActionName ?? []).map((action) => `SNS:${action}`),
    Resource: topic.arn,
  };
  setPolicy(store, topic, {
    Version: '2012-10-17',
    Statement: [...statementsOf(cloud, topic), added],
  });
  return {};
}

function topicAttributes(
  cloud: Cloud,
  store: SnsStore,
  input: GetTopicAttributesInput,
): GetTopicAttributesResponse {
  const topic = store.topic(input.TopicArn);
  const subscriptions = store.subscriptionsOf(topic.arn);
  const confirmed = subscriptions.filter((subscription) => subscription.confirmed).length;
  return {
    Attributes: {
      TopicArn: topic.arn,
      Owner: cloud.accountId,
      DisplayName: '',
      SubscriptionsConfirmed: String(confirmed),
      SubscriptionsPending: String(subscriptions.length - confirmed),
      SubscriptionsDeleted: '0',
      ...topic.attributes,
      Policy: JSON.stringify(policyOf(cloud, topic)),
    },
  };
}

function on(action: string, arn: string | undefined) {
  return {
    action: `sns:${action}`,
    resource: arn ?? '*',
  };
}
