import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { longestDeploymentSeconds } from '../../../../definition/index.ts';
import { when } from '../../../choice.ts';
import { jsonata } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { callEcs, serviceArn } from './call-ecs.ts';
import { serviceOf, servingOf } from './service-serving.ts';

/** Where the deployment is that the promotion asked for; the newest of those that began since. */
export function watchDeployment(
  scope: Construct,
  id: string,
  resources: ProjectResources,
): CallAwsService {
  const { clusterArn, name } = serviceOf(resources);
  return callEcs(scope, id, {
    action: 'listServiceDeployments',
    resources: [serviceArn(scope, resources)],
    arguments: { Cluster: clusterArn, Service: name, MaxResults: 20 },
    assign: { rollout: jsonata(renderRollout(resources)) },
  });
}

function renderRollout(resources: ProjectResources): string {
  const longest = longestDeploymentSeconds(servingOf(resources));
  return `(
  $began := $toMillis($release.began);
  $own := $states.result.ServiceDeployments[$toMillis(CreatedAt) >= $began - 1000];
  $newest := $sort($own, function($one, $other) { $toMillis($one.CreatedAt) < $toMillis($other.CreatedAt) })[0];
  {
    "status": $exists($newest) ? $newest.Status : "PENDING",
    "deployment": $exists($newest) ? $newest.ServiceDeploymentArn : "",
    "reason": $exists($newest.StatusReason) ? $newest.StatusReason : "",
    "isLate": $toMillis($states.context.State.EnteredTime) - $began > ${longest * 1_000}
  }
)`;
}

const isOneOf = (...statuses: readonly string[]) =>
  `$rollout.status in ${JSON.stringify(statuses)}`;

export const isRolledOut = when('$rollout.status = "SUCCESSFUL"');
export const hasEnded = when(
  isOneOf('SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'),
);
const isUnderWay = isOneOf('PENDING', 'IN_PROGRESS');
/**
 * ECS serves the revision before, or nothing after a first one. A first one that is late has nothing to be rolled back to:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-failure-detection.html
 */
export const wasRolledBack = when(
  `${isOneOf('STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED')} or ($live.status = "Absent" and $rollout.isLate and ${isUnderWay})`,
);
export const isRunning = when(isUnderWay);
/** Nothing serves beside the tasks that start. */
export const isFirst = when(`$live.status = "Absent" and ${isUnderWay}`);
/** Its tasks do not become healthy. */
export const isLate = when(`$rollout.isLate and $rollout.deployment != "" and ${isUnderWay}`);

/** The revision before serves again. Of a deployment that ends by itself at the same time ECS says so, which is accepted. */
export function rollBackDeployment(
  scope: Construct,
  id: string,
  resources: ProjectResources,
): CallAwsService {
  const { clusterName, name } = serviceOf(resources);
  const service = serviceArn(scope, resources);
  return callEcs(scope, id, {
    action: 'stopServiceDeployment',
    // It needs both: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    resources: [
      service,
      service.replace(
        `service/${clusterName}/${name}`,
        `service-deployment/${clusterName}/${name}/*`,
      ),
    ],
    arguments: { ServiceDeploymentArn: jsonata('$rollout.deployment'), StopType: 'ROLLBACK' },
  });
}
