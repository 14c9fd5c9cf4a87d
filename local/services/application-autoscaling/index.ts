import type {
  DescribeScalingActivitiesRequest,
  DescribeScalingActivitiesResponse,
} from '@aws-sdk/client-application-auto-scaling';
import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Operation, Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { checkNamespace } from './checks.ts';
import { AccessDeniedException, ValidationException } from './errors.ts';
import type { ActivityRecord, PolicyRecord, TargetRecord } from './records.ts';
import { createTargetOperations } from './scalable-targets.ts';
import { Scaler } from './scaler.ts';
import type { ScalingContext } from './scaling-context.ts';
import { createPolicyOperations, removePolicies } from './scaling-policies.ts';

/**
 * Application Auto Scaling of SageMaker variants: target tracking on their instance counts.
 *
 * Missing, and answered so by name: other services' targets, step and predictive policies, scheduled
 * actions, metric math in policies, provisioned concurrency.
 *
 * By design: a policy is evaluated once a minute of the clock and when its alarm goes off; AWS does not
 * say when it does. From: the Application Auto Scaling User Guide and the SageMaker Developer Guide.
 */
export function createApplicationAutoScalingService(cloud: Cloud): Service {
  const context: ScalingContext = {
    cloud,
    targets: cloud.store.table<TargetRecord>('application-autoscaling.targets', {
      resourceId: 'string',
      minCapacity: 'number',
      maxCapacity: 'number',
      creationTime: 'number',
    }),
    policies: cloud.store.table<PolicyRecord>('application-autoscaling.policies', {
      arn: 'string',
      name: 'string',
      resourceId: 'string',
      configuration: 'object',
      highAlarm: 'string',
      lowAlarm: 'string',
      creationTime: 'number',
    }),
    activities: cloud.store.table<ActivityRecord>('application-autoscaling.activities', {
      activity: 'object',
    }),
    wake: () => scaler.wake(),
  };
  const scaler = new Scaler(context);

  const DescribeScalingActivities: Operation<
    DescribeScalingActivitiesRequest,
    DescribeScalingActivitiesResponse
  > = {
    permissions: () => [
      { action: 'application-autoscaling:DescribeScalingActivities', resource: '*' },
    ],
    run(input) {
      checkNamespace(input.ServiceNamespace);
      const prefix = input.ResourceId === undefined ? '' : `${input.ResourceId}|`;
      const found = [...context.activities.entries({ prefix, reverse: true })];
      return {
        ScalingActivities: found.map(([, { activity }]) => activity).slice(0, input.MaxResults),
      };
    },
  };

  return {
    name: 'application-autoscaling',
    operations: {
      ...createTargetOperations(context),
      ...createPolicyOperations(context),
      DescribeScalingActivities,
    },
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new ValidationException(describeViolations(violations)),
    systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
    onEvent(event) {
      scaler.onEvent(event);
      if (event['detail-type'] !== 'SageMaker Endpoint State Change') return;
      const detail = event.detail as { EndpointName?: string; EndpointStatus?: string };
      if (detail.EndpointStatus === 'DELETING') forgetEndpoint(context, detail.EndpointName ?? '');
    },
    start: () => scaler.wake(),
    stop: () => scaler.stop(),
  };
}

/** Deleting an endpoint deregisters its variants. */
function forgetEndpoint(context: ScalingContext, endpointName: string): void {
  const prefix = `endpoint/${endpointName}/variant/`;
  const keys = [...context.targets.entries({ prefix })].map(([key]) => key);
  for (const key of keys) {
    context.targets.delete(key);
    removePolicies(context, key).catch((error: unknown) => {
      context.cloud.logger.warn(
        { resource: key, error: String(error) },
        'The alarms of a deleted endpoint’s scaling policies could not be deleted.',
      );
    });
  }
}
