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
  SNS,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-sns';
import {
  readPolicyDocument,
  statementsOf,
  storedPolicyDocument,
} from '../../authorization/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import type { PolicyDocument, PolicyStatement } from '../../cloud/service.ts';
import { limitTags } from '../../cloud/tag-limit.ts';
import { checkArn } from './arn.ts';
import { InvalidParameterException, TagLimitExceeded, Unsupported } from './errors.ts';
import { FIFO_DEFAULTS, isFifo } from './fifo.ts';
import { pageOf } from './pages.ts';
import type { SnsState } from './state.ts';
import type { SnsStore, TopicRecord } from './store.ts';
import { problemOfDelivery } from './subscription-attributes.ts';

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

/** What AddPermission can give: https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html */
const GRANTABLE: ReadonlySet<string> = new Set([
  '*',
  'AddPermission',
  'DeleteTopic',
  'GetDataProtectionPolicy',
  'GetTopicAttributes',
  'ListSubscriptionsByTopic',
  'ListTagsForResource',
  'Publish',
  'PutDataProtectionPolicy',
  'Receive',
  'RemovePermission',
  'SetTopicAttributes',
  'Subscribe',
]);

/** The effective delivery policy of a topic without a delivery policy. */
const DEFAULT_DELIVERY_POLICY = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: 'linear',
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
  },
});

/** Topics, their attributes, policies and tags. */
export const topicOperations: OperationTable<SNS, SnsState> = {
  CreateTopic: {
    permissions: (input: CreateTopicInput, { cloud }) =>
      on('CreateTopic', cloud.arn('sns', input.Name ?? '')),
    run: (input: Checked<CreateTopicInput>, state) => createTopic(state, input),
  },
  DeleteTopic: {
    permissions: (input: DeleteTopicInput) => on('DeleteTopic', input.TopicArn),
    run(input: DeleteTopicInput, { cloud, store }): object {
      const topicArn = checkArn(cloud, 'TopicArn', input.TopicArn);
      for (const { arn } of store.subscriptionsOf(topicArn)) store.subscriptions.delete(arn);
      store.topics.delete(topicArn);
      return {};
    },
  },
  ListTopics: {
    readOnly: true,
    permissions: (_input: ListTopicsInput) => on('ListTopics', undefined),
    run(input: ListTopicsInput, { store }) {
      const { items, ...next } = pageOf([...store.topics.entries()], input.NextToken);
      return { Topics: items.map(({ arn: TopicArn }) => ({ TopicArn })), ...next };
    },
  },
  GetTopicAttributes: {
    readOnly: true,
    permissions: (input: GetTopicAttributesInput) => on('GetTopicAttributes', input.TopicArn),
    run: (input: GetTopicAttributesInput, state) => topicAttributes(state, input),
  },
  SetTopicAttributes: {
    permissions: (input: SetTopicAttributesInput) => on('SetTopicAttributes', input.TopicArn),
    run(input: Checked<SetTopicAttributesInput>, { store }): object {
      const topic = store.topic(input.TopicArn);
      const name = input.AttributeName;
      const attributes = { ...topic.attributes, [name]: input.AttributeValue ?? '' };
      checkAttributes({ [name]: input.AttributeValue ?? '' }, isFifo(topic));
      store.topics.put(topic.arn, { ...topic, attributes });
      return {};
    },
  },
  AddPermission: {
    permissions: (input: AddPermissionInput) => on('AddPermission', input.TopicArn),
    run: (input: Checked<AddPermissionInput>, state): object => addPermission(state, input),
  },
  RemovePermission: {
    permissions: (input: RemovePermissionInput) => on('RemovePermission', input.TopicArn),
    run(input: RemovePermissionInput, { cloud, store }): object {
      const topic = store.topic(input.TopicArn);
      const left = statementsOf(policyOf(cloud, topic)).filter(({ Sid }) => Sid !== input.Label);
      setPolicy(store, topic, { ...policyOf(cloud, topic), Statement: left });
      return {};
    },
  },
  TagResource: {
    permissions: (input: TagResourceRequest) => on('TagResource', input.ResourceArn),
    run(input: TagResourceRequest, { store }): object {
      const topic = store.topic(input.ResourceArn, 'ResourceArn');
      store.topics.put(topic.arn, {
        ...topic,
        tags: tagRecord(input.Tags, topic.tags),
      });
      return {};
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceRequest) => on('UntagResource', input.ResourceArn),
    run(input: UntagResourceRequest, { store }): object {
      const topic = store.topic(input.ResourceArn, 'ResourceArn');
      const left = Object.entries(topic.tags).filter(([key]) => !input.TagKeys?.includes(key));
      store.topics.put(topic.arn, { ...topic, tags: Object.fromEntries(left) });
      return {};
    },
  },
  ListTagsForResource: {
    readOnly: true,
    permissions: (input: ListTagsForResourceRequest) =>
      on('ListTagsForResource', input.ResourceArn),
    run: (input: ListTagsForResourceRequest, { store }) => ({
      Tags: Object.entries(store.topic(input.ResourceArn, 'ResourceArn').tags).map(
        ([Key, Value]) => ({
          Key,
          Value,
        }),
      ),
    }),
  },
};

/** @throws InvalidParameterException, TagLimitExceeded */
function tagRecord(
  added: readonly Tag[] = [],
  former: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  if (new Set(added.map(({ Key }) => Key)).size < added.length) {
    throw new InvalidParameterException('Duplicated keys are not allowed.');
  }
  const given = added.map(({ Key = '', Value = '' }) => [Key, Value] as const);
  return limitTags({ ...former, ...Object.fromEntries(given) }, () => new TagLimitExceeded());
}

function createTopic(
  { cloud, store }: SnsState,
  input: Checked<CreateTopicInput>,
): { readonly TopicArn: string } {
  const name = input.Name;
  const attributes = (input.Attributes ?? {}) as Readonly<Record<string, string>>;
  const { FifoTopic: asked, ...settable } = attributes;
  const fifo = asked?.toLowerCase();
  checkName(name, fifo === 'true');
  checkAttributes(settable, fifo === 'true');
  const arn = cloud.arn('sns', name);
  const former = store.topics.get(arn);
  const tags = tagRecord(input.Tags);
  if (former === undefined) {
    const defaults = fifo === 'true' ? FIFO_DEFAULTS : {};
    store.topics.put(arn, { arn, name, attributes: { ...defaults, ...settable }, tags });
  } else {
    checkSame('Attributes', { DisplayName: '', ...former.attributes }, settable);
    checkSame('Tags', former.tags, tags);
  }
  return { TopicArn: arn };
}

/** Creating an existing topic succeeds unless its attributes or tags differ. @throws InvalidParameterException */
function checkSame(
  what: 'Attributes' | 'Tags',
  present: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): void {
  if (Object.entries(given).every(([name, value]) => present[name] === value)) return;
  throw new InvalidParameterException(
    `${what} Reason: Topic already exists with different ${what.toLowerCase()}`,
  );
}

function checkName(name: string, fifo: boolean): void {
  const isValid = fifo ? /^[\w-]{1,251}\.fifo$/.test(name) : /^[\w-]{1,256}$/.test(name);
  if (!isValid) throw new InvalidParameterException('Topic Name');
}

function checkAttributes(attributes: Readonly<Record<string, string>>, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'DataProtectionPolicy') throw new Unsupported('data protection policies');
    const isKnown = SETTABLE.has(name) || (fifo && FIFO_SETTABLE.has(name));
    if (!isKnown && !/Feedback(?:RoleArn|SampleRate)$/.test(name)) {
      throw new InvalidParameterException('AttributeName');
    }
    if (name === 'Policy' && value !== '') checkPolicy(value);
    const problem = name === 'DeliveryPolicy' ? problemOfDelivery(value) : undefined;
    if (problem !== undefined) throw new InvalidParameterException(problem);
  }
}

/** @throws InvalidParameterException */
function checkPolicy(text: string): void {
  readPolicyDocument(
    text,
    'resource',
    ({ rule, message }) =>
      new InvalidParameterException(`Policy Error: ${rule === 'json' ? 'invalid JSON' : message}`),
  );
}

/** The policy of a topic without one: the account's users and roles have full access. */
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

/** The policy as shown: the default policy if none is set. */
export function policyOf(cloud: Cloud, topic: TopicRecord): PolicyDocument {
  const text = topic.attributes['Policy'];
  return text === undefined || text === ''
    ? defaultPolicy(cloud, topic)
    : storedPolicyDocument(text);
}

/**
 * The policy used for authorization. CloudWatch alarms act for their account, so the default policy's condition on
 * the source owner lets them publish; no other service can.
 */
export function effectivePolicy(topic: TopicRecord): PolicyDocument {
  const text = topic.attributes['Policy'];
  if (text !== undefined && text !== '') return storedPolicyDocument(text);
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

function setPolicy(store: SnsStore, topic: TopicRecord, policy: PolicyDocument): void {
  const attributes = { ...topic.attributes, Policy: JSON.stringify(policy) };
  store.topics.put(topic.arn, { ...topic, attributes });
}

/** AWS writes a list with one element as the element. */
function oneOrMany(texts: readonly string[]): string | readonly string[] {
  const [only] = texts;
  return texts.length === 1 && only !== undefined ? only : texts;
}

function addPermission({ cloud, store }: SnsState, input: Checked<AddPermissionInput>): object {
  const topic = store.topic(input.TopicArn);
  const statements = statementsOf(policyOf(cloud, topic));
  if (statements.some(({ Sid }) => Sid === input.Label)) {
    throw new InvalidParameterException('Statement already exists');
  }
  if (!input.ActionName.every((action) => GRANTABLE.has(action))) {
    throw new InvalidParameterException('Policy statement action out of service scope!');
  }
  const added: PolicyStatement = {
    Sid: input.Label,
    Effect: 'Allow',
    Principal: {
      AWS: oneOrMany(input.AWSAccountId.map((id) => `arn:aws:iam::${id}:root`)),
    },
    Action: oneOrMany(input.ActionName.map((action) => `SNS:${action}`)),
    Resource: topic.arn,
  };
  setPolicy(store, topic, {
    ...policyOf(cloud, topic),
    Statement: [...statements, added],
  });
  return {};
}

function topicAttributes(
  { cloud, store }: SnsState,
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
      EffectiveDeliveryPolicy: topic.attributes['DeliveryPolicy'] || DEFAULT_DELIVERY_POLICY,
    },
  };
}

function on(action: string, arn: string | undefined) {
  return {
    action: `sns:${action}`,
    resource: arn ?? '*',
  };
}
