import type {
  AddPermissionRequest,
  CreateQueueRequest,
  CreateQueueResult,
  DeleteQueueRequest,
  GetQueueAttributesRequest,
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
import { statementsOf } from '../../authorization/index.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { InvalidParameterValue, PurgeQueueInProgress } from './errors.ts';
import {
  LONGEST_TAG_KEY_CHARACTERS,
  LONGEST_TAG_VALUE_CHARACTERS,
  PURGE_INTERVAL_MS,
  TAGS_PER_QUEUE,
} from './limits.ts';
import { pageOf } from './pages.ts';
import { findQueue, isFifo, onQueue, queueArn, queueUrl, redriveOf } from './queue.ts';
import {
  checkAttributes,
  checkKind,
  checkSame,
  encryptionOf,
  getAttributes,
  lowerCased,
  refuseFifoAttributes,
} from './queue-attributes.ts';
import { addPermission, labelProblem, policyOf, setPolicy } from './queue-permissions.ts';
import { checkPolicies } from './queue-policies.ts';
import type { SqsState } from './state.ts';
import type { SqsStore } from './store.ts';

/** Queues and their settings. */
export const queueOperations: OperationTable<SQS, SqsState> = {
  CreateQueue: {
    permissions: (input: CreateQueueRequest, { cloud }) => ({
      action: 'sqs:CreateQueue',
      resource: queueArn(cloud, input.QueueName ?? ''),
    }),
    run: (input: Checked<CreateQueueRequest>, state) => createQueue(state, input),
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
    run(input: Checked<SetQueueAttributesRequest>, state) {
      const { cloud, store } = state;
      const queue = findQueue(store, input.QueueUrl);
      const given = lowerCased(input.Attributes);
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
    run: (input: Checked<AddPermissionRequest>, state) => addPermission(state, input),
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

function createQueue(state: SqsState, input: Checked<CreateQueueRequest>): CreateQueueResult {
  const { cloud, store } = state;
  const name = input.QueueName;
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

function removeMessages(store: SqsStore, queue: string): void {
  for (const message of Array.from(store.messages(queue))) store.remove(message.key);
}
