import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  TagResourceInput,
  TagResourceOutput,
  UntagResourceInput,
  UntagResourceOutput,
} from '@aws-sdk/client-sfn';
import { parseArnOf } from '../arns.ts';
import { ResourceNotFound } from '../errors.ts';
import { allow, given, operation } from '../operation.ts';
import type { StepFunctions } from '../step-functions.ts';
import { checkTagCount, tagsOf } from '../tags.ts';

/** Tags of state machines and activities. */
export function tagOperations(service: StepFunctions) {
  const { activities, machines, tags } = service;

  function checkTaggable(arn: string): void {
    // Versions and aliases have no tags: to AWS there is nothing under their ARNs.
    const { kind } = parseArnOf(arn, 'stateMachine', 'activity', 'version', 'alias');
    const known = kind === 'activity' ? activities.get(arn) : machines.machine(arn);
    if (known === undefined) throw new ResourceNotFound(arn);
  }

  return {
    TagResource: operation<TagResourceInput, TagResourceOutput>({
      permissions: ({ resourceArn }) => allow('TagResource', resourceArn),
      run(input) {
        const arn = given(input.resourceArn);
        checkTaggable(arn);
        const all = { ...tags.get(arn), ...tagsOf(input.tags) };
        checkTagCount(arn, all);
        tags.put(arn, all);
        return {};
      },
    }),

    UntagResource: operation<UntagResourceInput, UntagResourceOutput>({
      permissions: ({ resourceArn }) => allow('UntagResource', resourceArn),
      run(input) {
        const arn = given(input.resourceArn);
        checkTaggable(arn);
        const gone = new Set(input.tagKeys);
        const left = Object.entries(tags.get(arn)).filter(([key]) => !gone.has(key));
        tags.put(arn, Object.fromEntries(left));
        return {};
      },
    }),

    ListTagsForResource: operation<ListTagsForResourceInput, ListTagsForResourceOutput>({
      permissions: ({ resourceArn }) => allow('ListTagsForResource', resourceArn),
      run(input) {
        const arn = given(input.resourceArn);
        checkTaggable(arn);
        return { tags: Object.entries(tags.get(arn)).map(([key, value]) => ({ key, value })) };
      },
    }),
  };
}
