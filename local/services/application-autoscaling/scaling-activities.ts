import type {
  ApplicationAutoScaling,
  DescribeScalingActivitiesRequest,
  DescribeScalingActivitiesResponse,
} from '@aws-sdk/client-application-auto-scaling';
import type { OperationTable } from '../../cloud/operation.ts';
import { checkNamespace } from './checks.ts';
import type { ApplicationAutoScalingState } from './state.ts';

/** What the scaling policies did, newest first. */
export const activityOperations: OperationTable<
  ApplicationAutoScaling,
  ApplicationAutoScalingState
> = {
  DescribeScalingActivities: {
    readOnly: true,
    permissions: () => ({
      action: 'application-autoscaling:DescribeScalingActivities',
      resource: '*',
    }),
    run(
      input: DescribeScalingActivitiesRequest,
      { activities },
    ): DescribeScalingActivitiesResponse {
      checkNamespace(input.ServiceNamespace);
      const prefix = input.ResourceId === undefined ? '' : `${input.ResourceId}|`;
      const found = [...activities.entries({ prefix, reverse: true })];
      return {
        ScalingActivities: found
          .map(([, { activity }]) => activity)
          .filter(({ ServiceNamespace }) => ServiceNamespace === input.ServiceNamespace)
          .slice(0, input.MaxResults),
      };
    },
  },
};
