import type {
  EventBridge,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-eventbridge';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { limitTags } from '../../cloud/tag-limit.ts';
import { LimitExceededException, ValidationException } from './errors.ts';
import { findBus, findRule } from './find.ts';
import type { EventBridgeState } from './state.ts';
import { DEFAULT_BUS, type EventBridgeStore } from './store.ts';

type Tags = Readonly<Record<string, string>>;

/** Tags of rules and buses. */
export const tagOperations: OperationTable<EventBridge, EventBridgeState> = {
  TagResource: {
    permissions: (input: TagResourceRequest) => on('events:TagResource', input.ResourceARN),
    run: (input: TagResourceRequest, { store }) => tag(store, input),
  },
  UntagResource: {
    permissions: (input: UntagResourceRequest) => on('events:UntagResource', input.ResourceARN),
    run: (input: Checked<UntagResourceRequest>, { store }) => untag(store, input),
  },
  ListTagsForResource: {
    readOnly: true,
    permissions: (input: ListTagsForResourceRequest) =>
      on('events:ListTagsForResource', input.ResourceARN),
    run: (input: ListTagsForResourceRequest, { store }): ListTagsForResourceResponse => ({
      Tags: Object.entries(tagged(store, input.ResourceARN).tags).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    }),
  },
};

/**
 * The former tags with added ones; AWS keeps the order in which they were given.
 *
 * @throws LimitExceededException
 */
export function tagRecord(added: readonly Tag[] = [], former: Tags = {}): Tags {
  const given = added.map(({ Key = '', Value = '' }) => [Key, Value] as const);
  return limitTags({ ...former, ...Object.fromEntries(given) }, () => new LimitExceededException());
}

function on(action: string, arn: string | undefined) {
  return { action, resource: arn ?? '*' };
}

function tag(store: EventBridgeStore, input: TagResourceRequest): object {
  const resource = tagged(store, input.ResourceARN);
  resource.put(tagRecord(input.Tags, resource.tags));
  return {};
}

function untag(store: EventBridgeStore, input: Checked<UntagResourceRequest>): object {
  const resource = tagged(store, input.ResourceARN);
  const removed = new Set(input.TagKeys);
  resource.put(
    Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !removed.has(key))),
  );
  return {};
}

function tagged(
  store: EventBridgeStore,
  arn: string | undefined,
): { readonly tags: Tags; put(tags: Tags): void } {
  const [kind, ...path] = (arn ?? '').split(':').slice(5).join(':').split('/');
  if (kind === 'event-bus') {
    const bus = findBus(store, path.join('/'));
    return { tags: bus.tags, put: (tags) => store.buses.put(bus.name, { ...bus, tags }) };
  }
  if (kind !== 'rule') {
    throw new ValidationException(
      `Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  }
  const name = path.at(-1);
  const rule = findRule(store, path.slice(0, -1).join('/') || DEFAULT_BUS, name);
  return { tags: rule.tags, put: (tags) => store.putRule({ ...rule, tags }) };
}
