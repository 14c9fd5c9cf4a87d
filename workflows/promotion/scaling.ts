import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { Project } from '../../projects/index.ts';
import type { ProjectResources } from '../project-resources.ts';
import { sagemakerArn } from '../sagemaker-arn.ts';
import { callService } from '../tasks/index.ts';

type Autoscaling = NonNullable<Project['serving']['autoscaling']>;

/** The variant as Application Auto Scaling knows it. */
function scalable({ names }: ProjectResources) {
  return {
    ServiceNamespace: 'sagemaker',
    ResourceId: `endpoint/${names.endpoint}/variant/${names.variant}`,
    ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
  };
}

/** Scaling during an update makes SageMaker refuse or fail it, so that it rests meanwhile. */
export function pauseScaling(
  scope: Construct,
  resources: ProjectResources,
  scaling: Autoscaling,
): CallAwsService {
  return registerTarget(scope, 'Pause autoscaling', resources, scaling, true);
}

/** Registered only when the endpoint is in service: a target of a variant that is not, is refused. */
export function resumeScaling(
  scope: Construct,
  resources: ProjectResources,
  scaling: Autoscaling,
): CallAwsService {
  return registerTarget(scope, 'Resume autoscaling', resources, scaling, false);
}

function registerTarget(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  scaling: Autoscaling,
  suspended: boolean,
): CallAwsService {
  return callService(scope, id, {
    service: 'applicationautoscaling',
    action: 'registerScalableTarget',
    iamAction: 'application-autoscaling:RegisterScalableTarget',
    resources: [scalableTargetArn(scope)],
    arguments: {
      ...scalable(resources),
      MinCapacity: scaling.minimumInstances,
      MaxCapacity: scaling.maximumInstances,
      SuspendedState: {
        DynamicScalingInSuspended: suspended,
        DynamicScalingOutSuspended: suspended,
        ScheduledScalingSuspended: suspended,
      },
    },
    statements: [
      new PolicyStatement({
        actions: ['sagemaker:DescribeEndpoint', 'sagemaker:UpdateEndpointWeightsAndCapacities'],
        resources: [sagemakerArn(scope, 'endpoint', resources.names.endpoint)],
      }),
      new PolicyStatement({
        actions: ['iam:CreateServiceLinkedRole'],
        resources: [
          `arn:${Stack.of(scope).partition}:iam::*:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/*`,
        ],
        conditions: {
          StringLike: { 'iam:AWSServiceName': 'sagemaker.application-autoscaling.amazonaws.com' },
        },
      }),
    ],
  });
}

/** Target tracking on invocations per instance and minute. */
export function setScalingPolicy(
  scope: Construct,
  resources: ProjectResources,
  scaling: Autoscaling,
): CallAwsService {
  return callService(scope, 'Set scaling policy', {
    service: 'applicationautoscaling',
    action: 'putScalingPolicy',
    iamAction: 'application-autoscaling:PutScalingPolicy',
    resources: [scalableTargetArn(scope)],
    arguments: {
      ...scalable(resources),
      PolicyName: `${resources.names.endpoint}-invocations`,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: scaling.invocationsPerInstance,
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance',
        },
        ScaleInCooldown: scaling.scaleInCooldownSeconds,
        ScaleOutCooldown: scaling.scaleOutCooldownSeconds,
      },
    },
    statements: [
      new PolicyStatement({
        actions: [
          'cloudwatch:PutMetricAlarm',
          'cloudwatch:DescribeAlarms',
          'cloudwatch:DeleteAlarms',
        ],
        resources: [
          Stack.of(scope).formatArn({
            service: 'cloudwatch',
            resource: 'alarm',
            resourceName: `TargetTracking-endpoint/${resources.names.endpoint}/*`,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
    ],
  });
}

function scalableTargetArn(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'application-autoscaling',
    resource: 'scalable-target',
    resourceName: '*',
  });
}
