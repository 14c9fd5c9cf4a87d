import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { AccessDeniedException, ValidationException } from './errors.ts';
import type { ActivityRecord, PolicyRecord, TargetRecord } from './records.ts';
import { targetOperations } from './scalable-targets.ts';
import { Scaler } from './scaler.ts';
import { activityOperations } from './scaling-activities.ts';
import { policyOperations, removePolicies } from './scaling-policies.ts';
import type { ApplicationAutoScalingState } from './state.ts';

/** Application Auto Scaling of the variants of SageMaker endpoints and of ECS services. */
export function createApplicationAutoScalingService(cloud: Cloud): Service {
  const state: ApplicationAutoScalingState = {
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
  const scaler = new Scaler(state);

  return {
    name: 'application-autoscaling',
    operations: bindOperations(state, targetOperations, policyOperations, activityOperations),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new ValidationException(describeViolations(violations)),
    systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
    onEvent(event) {
      scaler.onEvent(event);
      if (event['detail-type'] !== 'SageMaker Endpoint State Change') return;
      const detail = event.detail as { EndpointName?: string; EndpointStatus?: string };
      if (detail.EndpointStatus === 'DELETING') forgetEndpoint(state, detail.EndpointName ?? '');
    },
    start: () => scaler.wake(),
    stop: () => scaler.stop(),
  };
}

/** Deleting an endpoint deregisters its variants. */
function forgetEndpoint(state: ApplicationAutoScalingState, endpointName: string): void {
  const prefix = `endpoint/${endpointName}/variant/`;
  const keys = [...state.targets.entries({ prefix })].map(([key]) => key);
  for (const key of keys) {
    state.targets.delete(key);
    removePolicies(state, key).catch((error: unknown) => {
      state.cloud.logger.warn(
        { resource: key, error: String(error) },
        'Failed to delete the alarms of the scaling policies of a deleted endpoint',
      );
    });
  }
}
