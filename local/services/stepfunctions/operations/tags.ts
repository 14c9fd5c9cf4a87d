import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  SFN,
  TagResourceInput,
  TagResourceOutput,
  UntagResourceInput,
  UntagResourceOutput,
} from '@aws-sdk/client-sfn';
import type { OperationTable } from '../../../cloud/operation.ts';
import { parseArnOf } from '../arns.ts';
import { ResourceNotFound } from '../errors.ts';
import { allow, given } from '../operation.ts';
import type { StepFunctionsState } from '../state.ts';
import { checkTagCount, tagsOf } from '../tags.ts';

/** Tags of state machines and activities. */
export const tagOperations: OperationTable<SFN, StepFunctionsState> = {
  TagResource: {
    permissions: ({ resourceArn }: TagResourceInput) => allow('TagResource', resourceArn),
    run(input: TagResourceInput, state): TagResourceOutput {
      const arn = given(input.resourceArn);
      checkTaggable(state, arn);
      const all = { ...state.tags.get(arn), ...tagsOf(input.tags) };
      checkTagCount(arn, all);
      state.tags.put(arn, all);
      return {};
    },
  },
  UntagResource: {
    permissions: ({ resourceArn }: UntagResourceInput) => allow('UntagResource', resourceArn),
    run(input: UntagResourceInput, state): UntagResourceOutput {
      const arn = given(input.resourceArn);
      checkTaggable(state, arn);
      const gone = new Set(input.tagKeys);
      const left = Object.entries(state.tags.get(arn)).filter(([key]) => !gone.has(key));
      state.tags.put(arn, Object.fromEntries(left));
      return {};
    },
  },
  ListTagsForResource: {
    readOnly: true,
    permissions: ({ resourceArn }: ListTagsForResourceInput) =>
      allow('ListTagsForResource', resourceArn),
    run(input: ListTagsForResourceInput, state): ListTagsForResourceOutput {
      const arn = given(input.resourceArn);
      checkTaggable(state, arn);
      return { tags: Object.entries(state.tags.get(arn)).map(([key, value]) => ({ key, value })) };
    },
  },
};

function checkTaggable({ machines, activities }: StepFunctionsState, arn: string): void {
  // Versions and aliases cannot have tags: AWS answers that their ARNs do not exist.
  const { kind } = parseArnOf(arn, 'stateMachine', 'activity', 'version', 'alias');
  const known = kind === 'activity' ? activities.get(arn) : machines.machine(arn);
  if (known === undefined) throw new ResourceNotFound(arn);
}
