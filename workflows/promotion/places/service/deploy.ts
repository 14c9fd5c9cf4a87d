import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { ContainerServing } from '../../../../definition/index.ts';
import { jsonata } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { isGuarded, renderGuards } from '../../states/rollback-alarms.ts';
import { callEcs, serviceArn } from './call-ecs.ts';
import { CONTAINER } from './revision.ts';
import { serviceOf, servingOf } from './service-serving.ts';

const SECONDS_PER_MINUTE = 60;
const CLIENT_TOKEN_LENGTH = 36;

/** The variable of the release with the time of the request: a later deployment is its own. */
const noteBegin = {
  release: jsonata('$merge([$release, {"began": $states.context.State.EnteredTime}])'),
};

/** The first model of a project: it takes all requests once its tasks are healthy. */
export function createService(scope: Construct, resources: ProjectResources): CallAwsService {
  const { clusterArn, name, network, targetGroupArns } = serviceOf(resources);
  const { healthCheckGraceSeconds, taskCount, autoscaling } = servingOf(resources);
  return callEcs(scope, 'Create service', {
    action: 'createService',
    resources: [serviceArn(scope, resources)],
    arguments: {
      Cluster: clusterArn,
      ServiceName: name,
      // A creation that is sent again is the same one.
      ClientToken: jsonata(
        `$substring($hash($release.name & $release.revision, "SHA-256"), 0, ${CLIENT_TOKEN_LENGTH})`,
      ),
      TaskDefinition: jsonata('$release.revision'),
      DesiredCount: autoscaling?.minimumTasks ?? taskCount,
      LaunchType: 'FARGATE',
      AvailabilityZoneRebalancing: 'ENABLED',
      PropagateTags: 'TASK_DEFINITION',
      HealthCheckGracePeriodSeconds: healthCheckGraceSeconds,
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          Subnets: [...network.subnets],
          SecurityGroups: [...network.securityGroups],
          AssignPublicIp: 'DISABLED',
        },
      },
      LoadBalancers: [renderBalancer(resources, targetGroupArns)],
      DeploymentConfiguration: renderUnwatched(resources),
    },
    assign: noteBegin,
    statements: [passTrafficRole(resources), linkRole(scope)],
  });
}

/** The next model, by the rollout of the project, which ECS ends when one of the alarms is raised. */
export function updateService(scope: Construct, resources: ProjectResources): CallAwsService {
  return changeService(scope, 'Update service', resources, {
    revision: '$release.revision',
    deployment: { ...renderRollout(servingOf(resources)), ...renderAlarms(resources) },
  });
}

/**
 * The same of a service that was made for the rolling rollout: it gets the second target group and the rule. Those of
 * the others are not sent, because ECS then stops taking turns: https://github.com/hashicorp/terraform-provider-aws/issues/45678
 */
export function startShifting(scope: Construct, resources: ProjectResources): CallAwsService {
  const { targetGroupArns } = serviceOf(resources);
  return changeService(scope, 'Update service and target groups', resources, {
    revision: '$release.revision',
    deployment: { ...renderRollout(servingOf(resources)), ...renderAlarms(resources) },
    balancer: renderBalancer(resources, [
      jsonata('$live.targetGroup'),
      jsonata(`${JSON.stringify(targetGroupArns)}[$ != $live.targetGroup]`),
    ]),
  });
}

/** Back to the revision that was live before. */
export function restoreRevision(scope: Construct, resources: ProjectResources): CallAwsService {
  return changeService(scope, 'Restore previous revision', resources, {
    revision: '$live.revision',
    deployment: renderUnwatched(resources),
  });
}

interface Change {
  readonly revision: string;
  readonly deployment: object;
  /** @default as it is */
  readonly balancer?: object;
}

/** What autoscaling made of the number of tasks stays. */
function changeService(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  { balancer, deployment, revision }: Change,
): CallAwsService {
  const { clusterArn, name } = serviceOf(resources);
  return callEcs(scope, id, {
    action: 'updateService',
    resources: [serviceArn(scope, resources)],
    arguments: {
      Cluster: clusterArn,
      Service: name,
      TaskDefinition: jsonata(revision),
      DeploymentConfiguration: deployment,
      ...(balancer === undefined ? {} : { LoadBalancers: [balancer] }),
    },
    assign: noteBegin,
    statements: [passTrafficRole(resources)],
  });
}

/** At once, and without alarms. */
function renderUnwatched(resources: ProjectResources): object {
  const { rollout } = servingOf(resources);
  const strategy =
    rollout.type === 'rolling' ? rolling : { Strategy: 'BLUE_GREEN', BakeTimeInMinutes: 0 };
  return { ...strategy, Alarms: noAlarms };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-implementation.html */
function renderBalancer(
  resources: ProjectResources,
  [live, alternate]: readonly [string, string],
): object {
  const { containerPort, listenerRuleArn, trafficRole } = serviceOf(resources);
  const balancer = {
    TargetGroupArn: live,
    ContainerName: CONTAINER,
    ContainerPort: containerPort,
  };
  if (servingOf(resources).rollout.type === 'rolling') return balancer;
  return {
    ...balancer,
    AdvancedConfiguration: {
      AlternateTargetGroupArn: alternate,
      ProductionListenerRule: listenerRuleArn,
      RoleArn: trafficRole.roleArn,
    },
  };
}

/** Never fewer tasks than wanted; the circuit breaker ends a deployment whose tasks do not become healthy. */
const rolling = {
  Strategy: 'ROLLING',
  MinimumHealthyPercent: 100,
  MaximumPercent: 200,
  DeploymentCircuitBreaker: { Enable: true, Rollback: true },
};
const noAlarms = { AlarmNames: [], Enable: false, Rollback: false };

/** ECS counts in minutes. */
const minutes = (seconds: number) => seconds / SECONDS_PER_MINUTE;

function renderRollout({ rollout }: ContainerServing): object {
  switch (rollout.type) {
    case 'rolling':
      return rolling;
    case 'blue-green':
      return { Strategy: 'BLUE_GREEN', BakeTimeInMinutes: minutes(rollout.bakeSeconds) };
    case 'canary':
      return {
        Strategy: 'CANARY',
        BakeTimeInMinutes: minutes(rollout.bakeSeconds),
        CanaryConfiguration: {
          CanaryPercent: rollout.size.percent,
          CanaryBakeTimeInMinutes: minutes(rollout.waitSeconds),
        },
      };
    case 'linear':
      return {
        Strategy: 'LINEAR',
        BakeTimeInMinutes: minutes(rollout.bakeSeconds),
        LinearConfiguration: {
          StepPercent: rollout.stepPercent,
          StepBakeTimeInMinutes: minutes(rollout.waitSeconds),
        },
      };
  }
}

/**
 * One alarm that is in ALARM at the start would switch off the watching of all of them, so those are left out:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
function renderAlarms(resources: ProjectResources): object {
  if (!isGuarded(resources)) return { Alarms: noAlarms };
  const guards = renderGuards(resources);
  return {
    Alarms: {
      AlarmNames: jsonata(`[${guards}]`),
      Enable: jsonata(`$count(${guards}) > 0`),
      Rollback: jsonata(`$count(${guards}) > 0`),
    },
  };
}

function passTrafficRole(resources: ProjectResources): PolicyStatement {
  return new PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [serviceOf(resources).trafficRole.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'ecs.amazonaws.com' } },
  });
}

/** Of the first service of an account. */
function linkRole(scope: Construct): PolicyStatement {
  return new PolicyStatement({
    actions: ['iam:CreateServiceLinkedRole'],
    resources: [
      `arn:${Stack.of(scope).partition}:iam::*:role/aws-service-role/ecs.amazonaws.com/*`,
    ],
    conditions: { StringLike: { 'iam:AWSServiceName': 'ecs.amazonaws.com' } },
  });
}
