import type {
  ApplicationAutoScaling,
  DeleteScalingPolicyRequest,
  DescribeScalingPoliciesRequest,
  DescribeScalingPoliciesResponse,
  PutScalingPolicyRequest,
  PutScalingPolicyResponse,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { checkDimension, checkNamespace, permissionsFor } from './checks.ts';
import { linkedRole } from './endpoint-variant.ts';
import { ObjectNotFoundException, Unsupported, ValidationException } from './errors.ts';
import {
  MAX_POLICY_NAME_CHARACTERS,
  METRIC_PERIOD_SECONDS,
  SCALE_IN_DATAPOINTS,
  SCALE_IN_SHARE,
  SCALE_OUT_DATAPOINTS,
} from './limits.ts';
import type { PolicyRecord } from './records.ts';
import { resourceOfId, type TrackedMetric } from './scalable-resources.ts';
import type { ApplicationAutoScalingState } from './state.ts';

/** Target tracking policies. As on AWS, each policy owns two alarms. */
export const policyOperations: OperationTable<ApplicationAutoScaling, ApplicationAutoScalingState> =
  {
    PutScalingPolicy: {
      permissions: (input: PutScalingPolicyRequest, { cloud }) =>
        permissionsFor(cloud, 'PutScalingPolicy', input.ResourceId),
      async run(input: Checked<PutScalingPolicyRequest>, state): Promise<PutScalingPolicyResponse> {
        const { targets, policies, cloud } = state;
        checkNamespace(input.ServiceNamespace);
        checkDimension(input.ServiceNamespace, input.ScalableDimension);
        const resourceId = input.ResourceId;
        const name = checkPolicyName(input.PolicyName);
        if (!targets.has(resourceId)) {
          throw new ObjectNotFoundException(
            `No scalable target registered for service namespace: ${input.ServiceNamespace}, resource ID: ${resourceId}, scalable dimension: ${input.ScalableDimension}`,
          );
        }
        const key = policyKey(resourceId, name);
        const known = policies.get(key);
        const configuration = checkConfiguration(input, known);
        const record =
          known === undefined
            ? newPolicy(cloud, resourceId, name, configuration)
            : { ...known, configuration };
        await putAlarms(state, record);
        policies.put(key, record);
        state.wake();
        return { PolicyARN: record.arn, Alarms: [...alarmsOf(cloud, record)] };
      },
    },
    DeleteScalingPolicy: {
      permissions: (input: DeleteScalingPolicyRequest, { cloud }) =>
        permissionsFor(cloud, 'DeleteScalingPolicy', input.ResourceId),
      async run(input: Checked<DeleteScalingPolicyRequest>, state): Promise<object> {
        const { policies } = state;
        const record = policies.get(policyKey(input.ResourceId, input.PolicyName));
        if (record === undefined) {
          throw new ObjectNotFoundException(
            `No scaling policy found for service namespace: ${input.ServiceNamespace}, resource ID: ${input.ResourceId}, scalable dimension: ${input.ScalableDimension}, policy name: ${input.PolicyName}`,
          );
        }
        await removePolicy(state, record);
        return {};
      },
    },
    DescribeScalingPolicies: {
      readOnly: true,
      permissions: () => [
        { action: 'application-autoscaling:DescribeScalingPolicies', resource: '*' },
      ],
      run(
        input: DescribeScalingPoliciesRequest,
        { policies, cloud },
      ): DescribeScalingPoliciesResponse {
        checkNamespace(input.ServiceNamespace);
        const names = new Set(input.PolicyNames ?? []);
        const ScalingPolicies = [...policies.entries()]
          .map(([, record]) => record)
          .filter(
            (record) => input.ResourceId === undefined || record.resourceId === input.ResourceId,
          )
          .filter(({ resourceId }) => resourceOfId(resourceId).namespace === input.ServiceNamespace)
          .filter((record) => names.size === 0 || names.has(record.name))
          .map((record) => ({
            PolicyARN: record.arn,
            PolicyName: record.name,
            ServiceNamespace: resourceOfId(record.resourceId).namespace,
            ResourceId: record.resourceId,
            ScalableDimension: resourceOfId(record.resourceId).dimension,
            PolicyType: 'TargetTrackingScaling' as const,
            TargetTrackingScalingPolicyConfiguration: record.configuration,
            Alarms: [...alarmsOf(cloud, record)],
            CreationTime: new Date(record.creationTime),
          }));
        return { ScalingPolicies };
      },
    },
  };

/** Deletes the policies of a target and their alarms. */
export async function removePolicies(
  state: ApplicationAutoScalingState,
  resourceId: string,
): Promise<void> {
  const records = [...state.policies.entries({ prefix: `${resourceId}|` })];
  for (const [, record] of records) await removePolicy(state, record);
}

async function removePolicy(
  state: ApplicationAutoScalingState,
  record: PolicyRecord,
): Promise<void> {
  state.policies.delete(policyKey(record.resourceId, record.name));
  await state.cloud.call(linkedRole(state.cloud), 'cloudwatch', 'DeleteAlarms', {
    AlarmNames: [record.highAlarm, record.lowAlarm],
  });
}

export function policyKey(resourceId: string, name: string): string {
  return `${resourceId}|${name}`;
}

function checkPolicyName(name: string | undefined): string {
  if (name === undefined || name === '' || name.length > MAX_POLICY_NAME_CHARACTERS) {
    throw new ValidationException(
      `PolicyName must have between 1 and ${MAX_POLICY_NAME_CHARACTERS} characters.`,
    );
  }
  return name;
}

function checkConfiguration(
  input: Checked<PutScalingPolicyRequest>,
  known: PolicyRecord | undefined,
): TargetTrackingScalingPolicyConfiguration {
  const type = input.PolicyType ?? (known === undefined ? undefined : 'TargetTrackingScaling');
  if (type !== 'TargetTrackingScaling') {
    // AWS's default type is StepScaling.
    throw new Unsupported(`the policy type ${type ?? 'StepScaling'}`);
  }
  const configuration = input.TargetTrackingScalingPolicyConfiguration ?? known?.configuration;
  if (configuration === undefined) {
    throw new ValidationException('TargetTrackingScalingPolicyConfiguration is required.');
  }
  const predefined = configuration.PredefinedMetricSpecification?.PredefinedMetricType;
  const customized = configuration.CustomizedMetricSpecification;
  if ((predefined === undefined) === (customized === undefined)) {
    throw new ValidationException(
      'Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification is required.',
    );
  }
  const specification = configuration.PredefinedMetricSpecification;
  const resourceId = input.ResourceId;
  if (
    specification !== undefined &&
    resourceOfId(resourceId).metricOf(resourceId, specification) === undefined
  ) {
    throw new Unsupported(`the predefined metric ${predefined}`);
  }
  if (customized?.Metrics !== undefined) throw new Unsupported('metric math in scaling policies');
  if (!((configuration.TargetValue ?? 0) > 0)) {
    throw new ValidationException('TargetValue must be greater than 0.');
  }
  return configuration;
}

function newPolicy(
  cloud: Cloud,
  resourceId: string,
  name: string,
  configuration: TargetTrackingScalingPolicyConfiguration,
): PolicyRecord {
  return {
    arn: cloud.arn(
      'autoscaling',
      `scalingPolicy:${cloud.random.uuid()}:resource/${resourceOfId(resourceId).namespace}/${resourceId}:policyName/${name}`,
    ),
    name,
    resourceId,
    configuration,
    highAlarm: `TargetTracking-${resourceId}-AlarmHigh-${cloud.random.uuid()}`,
    lowAlarm: `TargetTracking-${resourceId}-AlarmLow-${cloud.random.uuid()}`,
    creationTime: cloud.clock.now(),
  };
}

function alarmsOf(cloud: Cloud, record: PolicyRecord) {
  return [record.highAlarm, record.lowAlarm].map((AlarmName) => ({
    AlarmName,
    AlarmARN: cloud.arn('cloudwatch', `alarm:${AlarmName}`),
  }));
}

async function putAlarms(
  { cloud }: ApplicationAutoScalingState,
  record: PolicyRecord,
): Promise<void> {
  const target = record.configuration.TargetValue ?? 0;
  const common = {
    ...metricOf(record),
    Period: METRIC_PERIOD_SECONDS,
    AlarmActions: [record.arn],
    AlarmDescription: 'DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ' + record.arn + '.',
  };
  const alarms: readonly PutMetricAlarmInput[] = [
    {
      ...common,
      AlarmName: record.highAlarm,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: target,
      EvaluationPeriods: SCALE_OUT_DATAPOINTS,
    },
    {
      ...common,
      AlarmName: record.lowAlarm,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: target * SCALE_IN_SHARE,
      EvaluationPeriods: SCALE_IN_DATAPOINTS,
    },
  ];
  for (const alarm of alarms) {
    await cloud.call(linkedRole(cloud), 'cloudwatch', 'PutMetricAlarm', alarm);
  }
}

/** The CloudWatch metric that a policy tracks. */
export function metricOf(record: PolicyRecord): TrackedMetric {
  const customized = record.configuration.CustomizedMetricSpecification;
  if (customized !== undefined) {
    return {
      Namespace: customized.Namespace ?? '',
      MetricName: customized.MetricName ?? '',
      Dimensions: [...(customized.Dimensions ?? [])],
      Statistic: customized.Statistic ?? 'Average',
    };
  }
  const { resourceId } = record;
  const specification = record.configuration.PredefinedMetricSpecification;
  const metric = specification && resourceOfId(resourceId).metricOf(resourceId, specification);
  if (metric === undefined) throw new Unsupported('the metric of this policy');
  return metric;
}
