import type {
  AddTagsInput,
  AddTagsOutput,
  DeleteTagsInput,
  ListTagsInput,
  ListTagsOutput,
} from '@aws-sdk/client-sagemaker';
import { operation } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import type { Permission } from '../../cloud/service.ts';
import type { SageMaker, SageMakerPart } from './sagemaker.ts';

/** As many as a resource has: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTags.html */
const TAGS_PER_PAGE = 50;

/** AddTags, ListTags and DeleteTags, for whatever has an ARN. */
export function createTagOperations({ tags }: SageMaker): SageMakerPart {
  function add(input: AddTagsInput): AddTagsOutput {
    const { ResourceArn = '', Tags } = input;
    tags.add(ResourceArn, Tags);
    return { Tags: [...tags.read(ResourceArn)] };
  }

  function list(input: ListTagsInput): ListTagsOutput {
    const { ResourceArn, MaxResults: limit = TAGS_PER_PAGE, NextToken: token } = input;
    const all = tags.read(ResourceArn ?? '');
    const { items, next } = pageByName(all, ({ Key = '' }) => Key, { limit, token });
    return { Tags: [...items], ...(next !== undefined && { NextToken: next }) };
  }

  function remove({ ResourceArn, TagKeys }: DeleteTagsInput): object {
    tags.remove(ResourceArn ?? '', TagKeys ?? []);
    return {};
  }

  return {
    operations: {
      AddTags: operation((input: AddTagsInput) => permission('AddTags', input.ResourceArn), add),
      ListTags: operation(
        (input: ListTagsInput) => permission('ListTags', input.ResourceArn),
        list,
      ),
      DeleteTags: operation(
        (input: DeleteTagsInput) => permission('DeleteTags', input.ResourceArn),
        remove,
      ),
    },
  };
}

function permission(action: string, arn: string | undefined): Permission {
  return { action: `sagemaker:${action}`, resource: arn ?? '*' };
}
