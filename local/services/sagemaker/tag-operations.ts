import type {
  AddTagsInput,
  AddTagsOutput,
  DeleteTagsInput,
  ListTagsInput,
  ListTagsOutput,
} from '@aws-sdk/client-sagemaker';
import type { Constraint } from '../../constraints.ts';
import { operation } from '../../operation.ts';
import type { Permission } from '../../service.ts';
import { MAX_TAG_KEY_CHARACTERS, MAX_TAG_VALUE_CHARACTERS } from './limits.ts';
import { judge } from './request-rules.ts';
import type { SageMaker, SageMakerPart } from './sagemaker.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html */
const ARN_PATTERN = 'arn:.*';

/** AddTags, ListTags and DeleteTags, for whatever has an ARN. */
export function createTagOperations({ tags }: SageMaker): SageMakerPart {
  function add(input: AddTagsInput): AddTagsOutput {
    const { ResourceArn = '', Tags } = input;
    judge([arnRule(input.ResourceArn), ...tagRules(Tags)]);
    tags.add(ResourceArn, Tags);
    return { Tags: [...tags.read(ResourceArn)] };
  }

  function list({ ResourceArn }: ListTagsInput): ListTagsOutput {
    judge([arnRule(ResourceArn)]);
    return { Tags: [...tags.read(ResourceArn ?? '')] };
  }

  function remove({ ResourceArn, TagKeys }: DeleteTagsInput): object {
    judge([arnRule(ResourceArn), { member: 'tagKeys', value: TagKeys, required: true }]);
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

function arnRule(value: string | undefined): Constraint {
  return {
    member: 'resourceArn',
    value,
    required: true,
    maximumLength: 256,
    pattern: ARN_PATTERN,
  };
}

function tagRules(tags: AddTagsInput['Tags']): readonly Constraint[] {
  return [
    { member: 'tags', value: tags, required: true },
    ...(tags ?? []).flatMap(({ Key, Value }, index): Constraint[] => [
      {
        member: `tags.${index + 1}.member.key`,
        value: Key,
        required: true,
        minimumLength: 1,
        maximumLength: MAX_TAG_KEY_CHARACTERS,
      },
      {
        member: `tags.${index + 1}.member.value`,
        value: Value,
        required: true,
        maximumLength: MAX_TAG_VALUE_CHARACTERS,
      },
    ]),
  ];
}
