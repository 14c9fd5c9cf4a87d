import type {
  ECS,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-ecs';
import type { OperationTable } from '../../cloud/operation.ts';
import { readDefinitionName } from './arns.ts';
import { findCluster } from './clusters.ts';
import { InvalidParameterException } from './errors.ts';
import type { EcsState } from './state.ts';
import type { Tags } from './store.ts';
import { tagList, tagRecord } from './tag-lists.ts';

/** Tags of clusters, task definitions, tasks and services. */
export const tagOperations: OperationTable<ECS, EcsState> = {
  TagResource: {
    permissions: (input: TagResourceRequest) => on('TagResource', input.resourceArn),
    run(input: TagResourceRequest, state): object {
      const { put, tags } = taggedBy(state, input.resourceArn);
      put(tagRecord(input.tags, tags));
      return {};
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceRequest) => on('UntagResource', input.resourceArn),
    run(input: UntagResourceRequest, state): object {
      const { put, tags } = taggedBy(state, input.resourceArn);
      const kept = Object.entries(tags).filter(([key]) => !input.tagKeys?.includes(key));
      put(Object.fromEntries(kept));
      return {};
    },
  },
  ListTagsForResource: {
    readOnly: true,
    permissions: (input: ListTagsForResourceRequest) =>
      on('ListTagsForResource', input.resourceArn),
    run: (input: ListTagsForResourceRequest, state): ListTagsForResourceResponse => ({
      tags: tagList(taggedBy(state, input.resourceArn).tags),
    }),
  },
};

function on(action: string, arn: string | undefined) {
  return { action: `ecs:${action}`, resource: arn ?? '*' };
}

interface Tagged {
  readonly tags: Tags;
  readonly put: (tags: Tags) => void;
}

/** @throws InvalidParameterException if nothing has that ARN */
function taggedBy({ services, store }: EcsState, arn = ''): Tagged {
  // The ARN of a task definition has a colon before its revision.
  const [kind = '', ...names] = arn.split(':').slice(5).join(':').split('/');
  if (kind === 'cluster') {
    const cluster = findCluster(store, names[0]);
    return {
      tags: cluster.tags,
      put: (tags) => store.clusters.put(cluster.name, { ...cluster, tags }),
    };
  }
  if (kind === 'task-definition') {
    const { family, revision = 0 } = readDefinitionName(names[0] ?? '');
    const definition = store.definition(family, revision);
    if (definition !== undefined) {
      return { tags: definition.tags, put: (tags) => store.putDefinition({ ...definition, tags }) };
    }
  }
  const service =
    kind === 'service' ? services.services.get(names[0] ?? '', names[1] ?? '') : undefined;
  if (service !== undefined) {
    return { tags: service.tags, put: (tags) => services.services.put({ ...service, tags }) };
  }
  const task = kind === 'task' ? store.task(names[0] ?? '', names[1] ?? '') : undefined;
  if (task === undefined) {
    throw new InvalidParameterException(
      'The specified resource is not valid or does not exist. Specify a valid ARN for an existing resource and try again.',
    );
  }
  return { tags: task.tags, put: (tags) => store.putTask({ ...task, tags }) };
}
