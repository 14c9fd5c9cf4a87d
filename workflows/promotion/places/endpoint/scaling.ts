import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { InstanceServing } from '../../../../definition/index.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { sagemakerArn } from '../../../sagemaker-arn.ts';
import { callService } from '../../../tasks/index.ts';

type Autoscaling = NonNullable<InstanceServing['autoscaling']>;

/** A variant as Application Auto Scaling knows it. */
function scalable({ names }: ProjectResources, variant = names.variant) {
  return {
    ServiceNamespace: 'sagemaker',
    ResourceId: `endpoint/${names.endpoint}/variant/${variant}`,
    ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
  };
}

/** Scaling during an update makes SageMaker refuse or fail it, so it is suspended until then. */
export function pauseScaling(
  scope: Construct,
  resources: ProjectResources,
  scaling: Autoscaling,
): CallAwsService {
  return registerTarget(scope, 'Pause autoscaling', resources, scaling, { suspended: true });
}

/** Registered only when the endpoint is in service: a target of a variant that is not, is refused. */
export function resumeScaling(
  scope: Construct,
  resources: ProjectResources,
  scaling: Autoscaling,
): CallAwsService {
  return registerTarget(scope, 'Resume autoscaling', resources, scaling, { suspended: false });
}

/** The model on trial scales as the live one does. */
export function scaleChallenger(
  scope: Construct,
  resources: ProjectResources,
  scaling: Autoscaling,
): CallAwsService {
  return registerTarget(scope, 'Scale challenger', resources, scaling, {
    suspended: false,
    variant: resources.names.challenger,
  });
}

/** A variant that scales cannot be taken out of an endpoint. Its policy goes with it. */
export function forgetChallenger(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Stop scaling challenger', {
    service: 'applicationautoscaling',
    action: 'deregisterScalableTarget',
    resources: [scalableTargetArn(scope)],
    arguments: scalable(resources, resources.names.challenger),
  });
}

/** It never scaled. */
export const isNoTarget = 'ApplicationAutoScaling.ObjectNotFoundException';

function registerTarget(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  scaling: Autoscaling,
  { suspended, variant }: { readonly suspended: boolean; readonly variant?: string },
): CallAwsService {
  return callService(scope, id, {
    service: 'applicationautoscaling',
    action: 'registerScalableTarget',
    resources: [scalableTargetArn(scope)],
    arguments: {
      ...scalable(resources, variant),
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
  return putPolicy(scope, 'Set scaling policy', resources, scaling, resources.names.variant);
}

export function setChallengerPolicy(
  scope: Construct,
  resources: ProjectResources,
  scaling: Autoscaling,
): CallAwsService {
  const { challenger } = resources.names;
  return putPolicy(scope, 'Set challenger policy', resources, scaling, challenger);
}

function putPolicy(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  scaling: Autoscaling,
  variant: string,
): CallAwsService {
  return callService(scope, id, {
    service: 'applicationautoscaling',
    action: 'putScalingPolicy',
    resources: [scalableTargetArn(scope)],
    arguments: {
      ...scalable(resources, variant),
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
    statements: [allowTrackingAlarms(scope, resources)],
  });
}

/** Application Auto Scaling makes the alarms of a policy in the name of who puts it. */
function allowTrackingAlarms(scope: Construct, { names }: ProjectResources): PolicyStatement {
  return new PolicyStatement({
    actions: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms'],
    resources: [
      Stack.of(scope).formatArn({
        service: 'cloudwatch',
        resource: 'alarm',
        resourceName: `TargetTracking-endpoint/${names.endpoint}/*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
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
