import type {
  AddPermissionRequest,
  CreateQueueRequest,
  CreateQueueResult,
  DeleteQueueRequest,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  GetQueueUrlRequest,
  ListDeadLetterSourceQueuesRequest,
  ListQueuesRequest,
  ListQueueTagsRequest,
  PurgeQueueRequest,
  RemovePermissionRequest,
  SetQueueAttributesRequest,
  SQS,
  TagQueueRequest,
  UntagQueueRequest,
} from '@aws-sdk/client-sqs';
import { statementsOf, storedPolicyDocument } from '../../authorization/index.ts';
import type { OperationTable } from '../../cloud/operation.ts';
import type { PolicyDocument, PolicyStatement } from '../../cloud/service.ts';
import {
  FifoAttributeOnly,
  InvalidAttributeName,
  InvalidAttributeValue,
  InvalidParameterValue,
  PurgeQueueInProgress,
  QueueNameExists,
} from './errors.ts';
import {
  LONGEST_DATA_KEY_REUSE_SECONDS,
  LONGEST_DELAY_SECONDS,
  LONGEST_RETENTION_SECONDS,
  LONGEST_TAG_KEY_CHARACTERS,
  LONGEST_TAG_VALUE_CHARACTERS,
  LONGEST_VISIBILITY_SECONDS,
  LONGEST_WAIT_SECONDS,
  MESSAGE_BYTES,
  PURGE_INTERVAL_MS,
  SHORTEST_DATA_KEY_REUSE_SECONDS,
  SHORTEST_RETENTION_SECONDS,
  TAGS_PER_QUEUE,
} from './limits.ts';
import { pageOf } from './pages.ts';
import {
  DEFAULT_ATTRIBUTES,
  findQueue,
  isFifo,
  onQueue,
  queueArn,
  queueUrl,
  redriveOf,
} from './queue.ts';
import { checkPolicies } from './queue-policies.ts';
import type { QueueRecord, SqsState, SqsStore } from './store.ts';

/** The allowed range of each numeric attribute. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  VisibilityTimeout: [0, LONGEST_VISIBILITY_SECONDS],
  DelaySeconds: [0, LONGEST_DELAY_SECONDS],
  MaximumMessageSize: [1_024, MESSAGE_BYTES],
  MessageRetentionPeriod: [SHORTEST_RETENTION_SECONDS, LONGEST_RETENTION_SECONDS],
  ReceiveMessageWaitTimeSeconds: [0, LONGEST_WAIT_SECONDS],
  KmsDataKeyReusePeriodSeconds: [SHORTEST_DATA_KEY_REUSE_SECONDS, LONGEST_DATA_KEY_REUSE_SECONDS],
};

const OTHER_ATTRIBUTES: ReadonlySet<string> = new Set([
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'SqsManagedSseEnabled',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);

/** Queues and their settings. */
export const queueOperations: OperationTable<SQS, SqsState> = {
  CreateQueue: {
    permissions: (input: CreateQueueRequest, { cloud }) => ({
      action: 'sqs:CreateQueue',
      resource: queueArn(cloud, input.QueueName ?? ''),
    }),
    run: (input: CreateQueueRequest, state) => createQueue(state, input),
  },
  GetQueueUrl: {
    readOnly: true,
    permissions: (input: GetQueueUrlRequest, { cloud }) =>
      onQueue(cloud, 'GetQueueUrl', input.QueueName),
    run: (input: GetQueueUrlRequest, { cloud, store }) => ({
      QueueUrl: queueUrl(cloud, findQueue(store, input.QueueName).name),
    }),
  },
  DeleteQueue: {
    permissions: (input: DeleteQueueRequest, { cloud }) =>
      onQueue(cloud, 'DeleteQueue', input.QueueUrl),
    run(input: DeleteQueueRequest, { store, purgedAt }) {
      const { name } = findQueue(store, input.QueueUrl);
      removeMessages(store, name);
      store.queues.delete(name);
      purgedAt.delete(name);
      return {};
    },
  },
  PurgeQueue: {
    permissions: (input: PurgeQueueRequest, { cloud }) =>
      onQueue(cloud, 'PurgeQueue', input.QueueUrl),
    run(input: PurgeQueueRequest, { cloud, store, purgedAt }) {
      const { name } = findQueue(store, input.QueueUrl);
      const now = cloud.clock.now();
      if ((purgedAt.get(name) ?? 0) > now - PURGE_INTERVAL_MS) {
        throw new PurgeQueueInProgress(name);
      }
      purgedAt.set(name, now);
      removeMessages(store, name);
      return {};
    },
  },
  ListQueues: {
    readOnly: true,
    permissions: (_input: ListQueuesRequest) => ({ action: 'sqs:ListQueues', resource: '*' }),
    run(input: ListQueuesRequest, { cloud, store }) {
      const prefix = input.QueueNamePrefix ?? '';
      const names = [...store.queues.entries({ prefix })].map(([name]) => name);
      const { items, ...next } = pageOf(names, input);
      if (items.length === 0) return {};
      return { QueueUrls: items.map((name) => queueUrl(cloud, name)), ...next };
    },
  },
  GetQueueAttributes: {
    readOnly: true,
    permissions: (input: GetQueueAttributesRequest, { cloud }) =>
      onQueue(cloud, 'GetQueueAttributes', input.QueueUrl),
    run: (input: GetQueueAttributesRequest, state) => getAttributes(state, input),
  },
  SetQueueAttributes: {
    permissions: (input: SetQueueAttributesRequest, { cloud }) =>
      onQueue(cloud, 'SetQueueAttributes', input.QueueUrl),
    run(input: SetQueueAttributesRequest, state) {
      const { cloud, store } = state;
      const queue = findQueue(store, input.QueueUrl);
      const given = lowerCased(input.Attributes ?? {});
      checkAttributes(given);
      checkKind(queue, given);
      checkPolicies(state, { name: queue.name, fifo: isFifo(queue) }, given);
      const attributes = { ...queue.attributes, ...encryptionOf(given), ...given };
      store.queues.put(queue.name, { ...queue, attributes, modifiedAt: cloud.clock.now() });
      return {};
    },
  },
  AddPermission: {
    permissions: (input: AddPermissionRequest, { cloud }) =>
      onQueue(cloud, 'AddPermission', input.QueueUrl),
    run: (input: AddPermissionRequest, state) => addPermission(state, input),
  },
  RemovePermission: {
    permissions: (input: RemovePermissionRequest, { cloud }) =>
      onQueue(cloud, 'RemovePermission', input.QueueUrl),
    run(input: RemovePermissionRequest, state) {
      const queue = findQueue(state.store, input.QueueUrl);
      const statements = statementsOf(policyOf(queue));
      const left = statements.filter(({ Sid }) => Sid !== input.Label);
      if (left.length === statements.length) throw labelProblem(input.Label, "can't find label.");
      setPolicy(state, queue, left);
      return {};
    },
  },
  TagQueue: {
    permissions: (input: TagQueueRequest, { cloud }) => onQueue(cloud, 'TagQueue', input.QueueUrl),
    run(input: TagQueueRequest, { store }) {
      const queue = findQueue(store, input.QueueUrl);
      checkTags(queue.name, { ...queue.tags, ...input.Tags });
      store.queues.put(queue.name, { ...queue, tags: { ...queue.tags, ...input.Tags } });
      return {};
    },
  },
  UntagQueue: {
    permissions: (input: UntagQueueRequest, { cloud }) =>
      onQueue(cloud, 'UntagQueue', input.QueueUrl),
    run(input: UntagQueueRequest, { store }) {
      const queue = findQueue(store, input.QueueUrl);
      const tags = Object.entries(queue.tags).filter(([key]) => !input.TagKeys?.includes(key));
      store.queues.put(queue.name, { ...queue, tags: Object.fromEntries(tags) });
      return {};
    },
  },
  ListQueueTags: {
    readOnly: true,
    permissions: (input: ListQueueTagsRequest, { cloud }) =>
      onQueue(cloud, 'ListQueueTags', input.QueueUrl),
    run(input: ListQueueTagsRequest, { store }) {
      const { tags } = findQueue(store, input.QueueUrl);
      return Object.keys(tags).length === 0 ? {} : { Tags: { ...tags } };
    },
  },
  ListDeadLetterSourceQueues: {
    readOnly: true,
    permissions: (input: ListDeadLetterSourceQueuesRequest, { cloud }) =>
      onQueue(cloud, 'ListDeadLetterSourceQueues', input.QueueUrl),
    run(input: ListDeadLetterSourceQueuesRequest, { cloud, store }) {
      const arn = queueArn(cloud, findQueue(store, input.QueueUrl).name);
      const sources = [...store.queues.entries()].filter(
        ([, queue]) => redriveOf(queue)?.deadLetterTargetArn === arn,
      );
      const names = sources.map(([name]) => name);
      const { items, ...next } = pageOf(names, input);
      return { queueUrls: items.map((name) => queueUrl(cloud, name)), ...next };
    },
  },
};

function createQueue(state: SqsState, input: CreateQueueRequest): CreateQueueResult {
  const { cloud, store } = state;
  const name = input.QueueName ?? '';
  const attributes = lowerCased(input.Attributes ?? {});
  checkName(name, attributes);
  checkAttributes(attributes);
  const fifo = attributes['FifoQueue'] === 'true';
  if (!fifo) refuseFifoAttributes(attributes);
  checkPolicies(state, { name, fifo }, attributes);
  const former = store.queues.get(name);
  if (former === undefined) {
    const now = cloud.clock.now();
    const tags = input.tags ?? {};
    checkTags(name, tags);
    const all = { ...encryptionOf(attributes), ...attributes };
    store.queues.put(name, { name, attributes: all, tags, createdAt: now, modifiedAt: now });
  } else {
    checkSame(former, attributes);
  }
  return { QueueUrl: queueUrl(cloud, name) };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html */
function checkTags(queue: string, tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > TAGS_PER_QUEUE) {
    throw new InvalidParameterValue(`Too many tags added for queue ${queue}.`);
  }
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > LONGEST_TAG_KEY_CHARACTERS) {
      throw new InvalidParameterValue(
        `Tag keys must be between 1 and ${LONGEST_TAG_KEY_CHARACTERS} characters in length.`,
      );
    }
    if (value.length > LONGEST_TAG_VALUE_CHARACTERS) {
      throw new InvalidParameterValue(
        `Tag values must be between 0 and ${LONGEST_TAG_VALUE_CHARACTERS} characters in length.`,
      );
    }
  }
}

function checkName(name: string, attributes: Readonly<Record<string, string>>): void {
  const fifo = attributes['FifoQueue'] === 'true';
  if (!/^[\w-]{1,80}$/.test(fifo ? name.replace(/\.fifo$/, '') : name) || name.length > 80) {
    throw new InvalidParameterValue(
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  }
  if (fifo && !name.endsWith('.fifo')) {
    throw new InvalidParameterValue(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    );
  }
}

function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const range = Object.hasOwn(RANGES, name) ? RANGES[name] : undefined;
    if (range === undefined) {
      if (!OTHER_ATTRIBUTES.has(name)) throw new InvalidAttributeName(name);
      if (VALUES[name]?.includes(value) === false) throw new InvalidAttributeValue(name);
      continue;
    }
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < range[0] || number > range[1]) {
      throw new InvalidAttributeValue(name);
    }
  }
}

/** AWS accepts `true` and `false` in any letter case. */
const BOOLEANS: ReadonlySet<string> = new Set([
  'FifoQueue',
  'ContentBasedDeduplication',
  'SqsManagedSseEnabled',
]);

const BOOLEAN = ['true', 'false'] as const;

/** The values that an attribute may have. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: BOOLEAN,
  ContentBasedDeduplication: BOOLEAN,
  SqsManagedSseEnabled: BOOLEAN,
  DeduplicationScope: ['messageGroup', 'queue'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

function lowerCased(
  attributes: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value = '']) => [
      name,
      BOOLEANS.has(name) ? value.toLowerCase() : value,
    ]),
  );
}

/** @throws InvalidAttributeName in the one or the other of AWS's sentences */
function refuseFifoAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(attributes)) {
    if (name === 'FifoQueue' || name === 'ContentBasedDeduplication') {
      throw new InvalidAttributeName(name);
    }
    if (name === 'DeduplicationScope' || name === 'FifoThroughputLimit') {
      throw new FifoAttributeOnly(name);
    }
  }
}

/** A queue cannot change between standard and FIFO. @throws InvalidAttributeName, InvalidAttributeValue */
function checkKind(queue: QueueRecord, given: Readonly<Record<string, string>>): void {
  if (!isFifo(queue)) {
    refuseFifoAttributes(given);
  } else if (given['FifoQueue'] !== undefined && given['FifoQueue'] !== 'true') {
    throw new InvalidAttributeValue('FifoQueue', 'Modifying queue type is not supported.');
  }
}

/** Turning on one kind of encryption turns off the other. */
function encryptionOf(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if ((given['KmsMasterKeyId'] ?? '') !== '') return { SqsManagedSseEnabled: 'false' };
  return given['SqsManagedSseEnabled'] === 'true' ? { KmsMasterKeyId: '' } : {};
}

/** Creating an existing queue succeeds unless its attributes differ. */
function checkSame(queue: QueueRecord, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const present = queue.attributes[name] ?? DEFAULT_ATTRIBUTES[name];
    if (present !== value) throw new QueueNameExists(name);
  }
}

function removeMessages(store: SqsStore, queue: string): void {
  for (const message of Array.from(store.messages(queue))) store.remove(message.key);
}

function getAttributes(
  state: SqsState,
  input: GetQueueAttributesRequest,
): GetQueueAttributesResult {
  const queue = findQueue(state.store, input.QueueUrl);
  const all = allAttributes(state, queue);
  const names: readonly string[] = input.AttributeNames ?? [];
  if (names.includes('All')) return { Attributes: all };
  const unknown = names.find((name) => !(name in all) && !OTHER_ATTRIBUTES.has(name));
  if (unknown !== undefined) throw new InvalidAttributeName(unknown);
  const wanted = Object.entries(all).filter(([name]) => names.includes(name));
  return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
}

function allAttributes(state: SqsState, queue: QueueRecord): Record<string, string> {
  const counts = countMessages(state, queue.name);
  const set = Object.entries(queue.attributes).filter(([, value]) => value !== '');
  return {
    QueueArn: queueArn(state.cloud, queue.name),
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1_000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1_000)),
    ...DEFAULT_ATTRIBUTES,
    ...(isFifo(queue) && {
      ContentBasedDeduplication: 'false',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
    }),
    ...Object.fromEntries(set),
  };
}

/** How many messages are visible, in flight and delayed. */
export function countMessages(
  { cloud, store }: SqsState,
  queue: string,
): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
  const now = cloud.clock.now();
  const counts = { visible: 0, inFlight: 0, delayed: 0 };
  for (const message of store.messages(queue)) {
    if (message.visibleAt <= now) counts.visible += 1;
    else if (message.receipt === undefined) counts.delayed += 1;
    else counts.inFlight += 1;
  }
  return counts;
}

/** The policy of a queue; undefined if it has none. */
export function policyOf(queue: QueueRecord): PolicyDocument | undefined {
  const text = queue.attributes['Policy'];
  return text === undefined || text === '' ? undefined : storedPolicyDocument(text);
}

function labelProblem(label: string | undefined, reason: string): InvalidParameterValue {
  return new InvalidParameterValue(
    `Value ${label} for parameter Label is invalid. Reason: ${reason}`,
  );
}

function addPermission(state: SqsState, input: AddPermissionRequest): object {
  const { cloud, store } = state;
  const queue = findQueue(store, input.QueueUrl);
  checkActions(input.Actions ?? []);
  if (statementsOf(policyOf(queue)).some(({ Sid }) => Sid === input.Label)) {
    throw labelProblem(input.Label, 'Already exists.');
  }
  const added: PolicyStatement = {
    Sid: input.Label ?? '',
    Effect: 'Allow',
    Principal: { AWS: (input.AWSAccountIds ?? []).map((id) => `arn:aws:iam::${id}:root`) },
    Action: (input.Actions ?? []).map((action) => (action === '*' ? 'SQS:*' : `SQS:${action}`)),
    Resource: queueArn(cloud, queue.name),
  };
  setPolicy(state, queue, [...statementsOf(policyOf(queue)), added]);
  return {};
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html */
const SHARED_ACTIONS: ReadonlySet<string> = new Set([
  '*',
  'ChangeMessageVisibility',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'PurgeQueue',
  'ReceiveMessage',
  'SendMessage',
]);

const OWNER_ACTIONS: ReadonlySet<string> = new Set([
  'AddPermission',
  'CancelMessageMoveTask',
  'CreateQueue',
  'DeleteQueue',
  'ListMessageMoveTasks',
  'ListQueues',
  'ListQueueTags',
  'RemovePermission',
  'SetQueueAttributes',
  'StartMessageMoveTask',
  'TagQueue',
  'UntagQueue',
]);

function checkActions(actions: readonly string[]): void {
  for (const action of actions) {
    if (SHARED_ACTIONS.has(action)) continue;
    const reason = OWNER_ACTIONS.has(action)
      ? 'Only the queue owner is allowed to invoke this action.'
      : 'Please refer to the appropriate WSDL for a list of valid actions.';
    throw new InvalidParameterValue(
      `Value SQS:${action} for parameter ActionName is invalid. Reason: ${reason}`,
    );
  }
}

function setPolicy(
  { cloud, store }: SqsState,
  queue: QueueRecord,
  statements: readonly PolicyStatement[],
): void {
  const Policy =
    statements.length === 0
      ? ''
      : JSON.stringify({
          Version: '2012-10-17',
          Id: `${queueArn(cloud, queue.name)}/SQSDefaultPolicy`,
          Statement: statements,
        });
  store.queues.put(queue.name, {
    ...queue,
    attributes: { ...queue.attributes, Policy },
    modifiedAt: cloud.clock.now(),
  });
}
