import type {
  CodePipeline,
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-codepipeline';
import type { OperationTable } from '../../../cloud/operation.ts';
import { pipelineName } from '../arns.ts';
import { ResourceNotFoundException } from '../errors.ts';
import type { CodePipelineState } from '../state.ts';
import type { PipelineRecord } from '../store.ts';

export const tagOperations: OperationTable<CodePipeline, CodePipelineState> = {
  TagResource: {
    permissions: ({ resourceArn }: TagResourceInput) => on('TagResource', resourceArn),
    run({ resourceArn = '', tags = [] }: TagResourceInput, state): object {
      const record = taggedBy(state, resourceArn);
      const others = record.tags.filter(({ key }) => !tags.some((tag) => tag.key === key));
      state.store.pipelines.put(record.name, { ...record, tags: [...others, ...tags] });
      return {};
    },
  },
  UntagResource: {
    permissions: ({ resourceArn }: UntagResourceInput) => on('UntagResource', resourceArn),
    run({ resourceArn = '', tagKeys = [] }: UntagResourceInput, state): object {
      const record = taggedBy(state, resourceArn);
      const tags = record.tags.filter(({ key = '' }) => !tagKeys.includes(key));
      state.store.pipelines.put(record.name, { ...record, tags });
      return {};
    },
  },
  ListTagsForResource: {
    readOnly: true,
    permissions: ({ resourceArn }: ListTagsForResourceInput) =>
      on('ListTagsForResource', resourceArn),
    run: ({ resourceArn = '' }: ListTagsForResourceInput, state): ListTagsForResourceOutput => ({
      tags: [...taggedBy(state, resourceArn).tags],
    }),
  },
};

function on(action: string, arn: string | undefined) {
  return { action: `codepipeline:${action}`, resource: arn ?? '*' };
}

/** @throws ResourceNotFoundException */
function taggedBy({ store }: CodePipelineState, arn: string): PipelineRecord {
  const record = store.pipelines.get(pipelineName(arn));
  if (record === undefined) throw new ResourceNotFoundException(arn);
  return record;
}
