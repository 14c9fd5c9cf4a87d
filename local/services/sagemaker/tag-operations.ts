import type {
  AddTagsInput,
  AddTagsOutput,
  DeleteTagsInput,
  ListTagsInput,
  ListTagsOutput,
  SageMaker,
} from '@aws-sdk/client-sagemaker';
import type { OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import type { Permission } from '../../cloud/service.ts';
import type { SageMakerContext } from './sagemaker.ts';

/** The maximum number of tags of a resource: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTags.html */
const TAGS_PER_PAGE = 50;

/** AddTags, ListTags and DeleteTags for any resource with an ARN. */
export const tagOperations: OperationTable<SageMaker, SageMakerContext> = {
  AddTags: {
    permissions: (input: AddTagsInput) => permission('AddTags', input.ResourceArn),
    run: (input: AddTagsInput, sagemaker) => add(sagemaker, input),
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

function add({ tags }: SageMakerContext, input: AddTagsInput): AddTagsOutput {
  const { ResourceArn = '', Tags } = input;
  tags.add(ResourceArn, Tags);
  return { Tags: [...tags.read(ResourceArn)] };
}

function list({ tags }: SageMakerContext, input: ListTagsInput): ListTagsOutput {
  const { ResourceArn, MaxResults: limit = TAGS_PER_PAGE, NextToken: token } = input;
  const all = tags.read(ResourceArn ?? '');
  const { items, next } = pageByName(all, ({ Key = '' }) => Key, { limit, token });
  return { Tags: [...items], ...(next !== undefined && { NextToken: next }) };
}

function remove({ tags }: SageMakerContext, { ResourceArn, TagKeys }: DeleteTagsInput): object {
  tags.remove(ResourceArn ?? '', TagKeys ?? []);
  return {};
}

function permission(action: string, arn: string | undefined): Permission {
  return { action: `sagemaker:${action}`, resource: arn ?? '*' };
}
