import type {
  AddTagsInput,
  DescribeTagsInput,
  DescribeTagsOutput,
  ElasticLoadBalancingV2,
  RemoveTagsInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { OperationTable } from '../../cloud/operation.ts';
import { on } from './arns.ts';
import { ValidationError } from './errors.ts';
import { MAX_DESCRIBED_TAGS } from './limits.ts';
import {
  type BalancerState,
  findListener,
  findLoadBalancer,
  findRule,
  findTargetGroup,
} from './state.ts';
import type { Texts } from './store.ts';
import { tagRecord } from './tag-lists.ts';

/** Tags of load balancers, target groups, listeners and rules. */
export const tagOperations: OperationTable<ElasticLoadBalancingV2, BalancerState> = {
  AddTags: {
    permissions: ({ ResourceArns = [] }: AddTagsInput) =>
      ResourceArns.map((arn) => on('AddTags', arn)),
    run({ ResourceArns = [], Tags }: AddTagsInput, state): object {
      const all = ResourceArns.map((arn) => taggedBy(state, arn));
      const changes = all.map(({ put, tags }) => ({ put, tags: tagRecord(Tags, tags) }));
      for (const { put, tags } of changes) put(tags);
      return {};
    },
  },
  RemoveTags: {
    permissions: ({ ResourceArns = [] }: RemoveTagsInput) =>
      ResourceArns.map((arn) => on('RemoveTags', arn)),
    run({ ResourceArns = [], TagKeys = [] }: RemoveTagsInput, state): object {
      for (const { put, tags } of ResourceArns.map((arn) => taggedBy(state, arn))) {
        const kept = Object.entries(tags).filter(([key]) => !TagKeys.includes(key));
        put(Object.fromEntries(kept));
      }
      return {};
    },
  },
  DescribeTags: {
    readOnly: true,
    permissions: () => on('DescribeTags'),
    run({ ResourceArns = [] }: DescribeTagsInput, state): DescribeTagsOutput {
      if (ResourceArns.length > MAX_DESCRIBED_TAGS) {
        throw new ValidationError(
          `The tags of at most ${MAX_DESCRIBED_TAGS} resources can be described`,
        );
      }
      return {
        TagDescriptions: ResourceArns.map((ResourceArn) => ({
          ResourceArn,
          Tags: Object.entries(taggedBy(state, ResourceArn).tags).map(([Key, Value]) => ({
            Key,
            Value,
          })),
        })),
      };
    },
  },
};

interface Tagged {
  readonly tags: Texts;
  readonly put: (tags: Texts) => void;
}

/** @throws ValidationError, NotFoundException */
function taggedBy(state: BalancerState, arn: string): Tagged {
  const { store } = state;
  const [kind] = arn.split(':').slice(5).join(':').split('/');
  switch (kind) {
    case 'loadbalancer': {
      const found = findLoadBalancer(state, arn);
      return { tags: found.tags, put: (tags) => store.loadBalancers.put(arn, { ...found, tags }) };
    }
    case 'targetgroup': {
      const found = findTargetGroup(state, arn);
      return { tags: found.tags, put: (tags) => store.targetGroups.put(arn, { ...found, tags }) };
    }
    case 'listener': {
      const found = findListener(state, arn);
      return { tags: found.tags, put: (tags) => store.listeners.put(arn, { ...found, tags }) };
    }
    case 'listener-rule': {
      const found = findRule(state, arn);
      return { tags: found.tags, put: (tags) => store.rules.put(arn, { ...found, tags }) };
    }
    default:
      throw new ValidationError(
        `'${arn}' is not a valid load balancer, target group or listener ARN`,
      );
  }
}
