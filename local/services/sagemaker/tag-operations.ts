import type {
  AddTagsInput,
  AddTagsOutput,
  DeleteTagsInput,
  ListTagsInput,
  ListTagsOutput,
  SageMaker,
} from '@aws-sdk/client-sagemaker';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import type { Permission } from '../../cloud/service.ts';
import { TAGS_PER_PAGE } from './limits.ts';
import type { SageMakerState } from './state.ts';

/** AddTags, ListTags and DeleteTags for any resource with an ARN. */
export const tagOperations: OperationTable<SageMaker, SageMakerState> = {
  AddTags: {
    permissions: (input: AddTagsInput) => permission('AddTags', input.ResourceArn),
    run: (input: Checked<AddTagsInput>, sagemaker) => add(sagemaker, input),
  },
  ListTags: {
    readOnly: true,
    permissions: (input: ListTagsInput) => permission('ListTags', input.ResourceArn),
    run: (input: ListTagsInput, sagemaker) => list(sagemaker, input),
  },
  DeleteTags: {
    permissions: (input: DeleteTagsInput) => permission('DeleteTags', input.ResourceArn),
    run: (input: DeleteTagsInput, sagemaker) => remove(sagemaker, input),
  },
};

function add({ tags }: SageMakerState, input: Checked<AddTagsInput>): AddTagsOutput {
  const { ResourceArn, Tags } = input;
  tags.add(ResourceArn, Tags);
  return { Tags: [...tags.read(ResourceArn)] };
}

function list({ tags }: SageMakerState, input: ListTagsInput): ListTagsOutput {
  const { ResourceArn, MaxResults: limit = TAGS_PER_PAGE, NextToken: token } = input;
  const all = tags.read(ResourceArn ?? '');
  const { items, next } = pageByName(all, ({ Key = '' }) => Key, { limit, token });
  return { Tags: [...items], ...(next !== undefined && { NextToken: next }) };
}

function remove({ tags }: SageMakerState, { ResourceArn, TagKeys }: DeleteTagsInput): object {
  tags.remove(ResourceArn ?? '', TagKeys ?? []);
  return {};
}

function permission(action: string, arn: string | undefined): Permission {
  return { action: `sagemaker:${action}`, resource: arn ?? '*' };
}
