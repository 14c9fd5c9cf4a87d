import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ContainerServing } from '../../../../definition/index.ts';
import { choose, when } from '../../../choice.ts';
import { jsonata } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { callService } from '../../../tasks/index.ts';
import { outcomes } from '../../states/outcome.ts';
import { serviceArn } from './call-ecs.ts';
import { lookUpService } from './live-service.ts';
import { serviceOf, servingOf } from './service-serving.ts';

type Autoscaling = NonNullable<ContainerServing['autoscaling']>;

/** The service scales from its first model on; requests are counted at the target group that is live now. */
export function settle(
  scope: Construct,
  resources: ProjectResources,
  { recorded, unchanged }: { readonly recorded: IChainable; readonly unchanged: IChainable },
): IChainable | undefined {
  const scaling = servingOf(resources).autoscaling;
  if (scaling === undefined) return undefined;
  const look = lookUpService(scope, 'Look up target group', resources);
  const register = registerTarget(scope, resources, scaling);
  const put = putPolicy(scope, resources, scaling);
  for (const task of [look, register, put]) {
    task.addCatch(recorded, { errors: ['States.ALL'], outputs: {} });
  }
  look.next(register).next(put).next(recorded);
  const same = JSON.stringify([outcomes.nothingChanged, outcomes.alreadyLive]);
  return choose(scope, 'Service changed?')
    .when(when(`$outcome.kind in ${same}`), unchanged)
    .otherwise(look);
}

function scalable(resources: ProjectResources) {
  const { clusterName, name } = serviceOf(resources);
  return {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${clusterName}/${name}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  };
}

function registerTarget(scope: Construct, resources: ProjectResources, scaling: Autoscaling) {
  return callService(scope, 'Scale service', {
    service: 'applicationautoscaling',
    action: 'registerScalableTarget',
    resources: [scalableTargetArn(scope)],
    arguments: {
      ...scalable(resources),
      MinCapacity: scaling.minimumTasks,
      MaxCapacity: scaling.maximumTasks,
    },
    statements: [
      new PolicyStatement({
        actions: ['ecs:DescribeServices', 'ecs:UpdateService'],
        resources: [serviceArn(scope, resources)],
      }),
      new PolicyStatement({
        actions: ['iam:CreateServiceLinkedRole'],
        resources: [
          `arn:${Stack.of(scope).partition}:iam::*:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/*`,
        ],
        conditions: {
          StringLike: { 'iam:AWSServiceName': 'ecs.application-autoscaling.amazonaws.com' },
        },
      }),
    ],
  });
}

/** Target tracking, on requests or on processors. */
function putPolicy(scope: Construct, resources: ProjectResources, scaling: Autoscaling) {
  const { clusterName, name } = serviceOf(resources);
  const { requestsPerTask, cpuPercent } = scaling;
  return callService(scope, 'Set scaling policy', {
    service: 'applicationautoscaling',
    action: 'putScalingPolicy',
    resources: [scalableTargetArn(scope)],
    arguments: {
      ...scalable(resources),
      PolicyName: `${name}-${requestsPerTask === undefined ? 'processors' : 'requests'}`,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: requestsPerTask ?? cpuPercent,
        PredefinedMetricSpecification:
          requestsPerTask === undefined
            ? { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' }
            : {
                PredefinedMetricType: 'ALBRequestCountPerTarget',
                ResourceLabel: jsonata(renderLabel(resources)),
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
            resourceName: `TargetTracking-service/${clusterName}/${name}*`,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
    ],
  });
}

/** `app/<load balancer>/<id>/targetgroup/<target group>/<id>`. */
function renderLabel(resources: ProjectResources): string {
  const { loadBalancer } = serviceOf(resources);
  return `"${loadBalancer}/" & $split($live.targetGroup, ":")[-1]`;
}

function scalableTargetArn(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'application-autoscaling',
    resource: 'scalable-target',
    resourceName: '*',
  });
}
