import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../../../choice.ts';
import { jsonata } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { callEcs, serviceArn } from './call-ecs.ts';
import { serviceOf } from './service-serving.ts';

/** The tags of a revision that say what it serves. */
export const PACKAGE_TAG = 'stepmill:package';
export const RELEASE_TAG = 'stepmill:release';

/**
 * Whether there is a service, and which revision it serves: while another one is deployed, the one before. One whose first
 * deployment failed serves nothing: it has no task and nothing to go back to.
 */
export const renderLive = `(
  $service := $states.result.Services[Status != "INACTIVE"][0];
  $primary := $service.Deployments[Status = "PRIMARY"][0];
  $before := $primary.RolloutState = "IN_PROGRESS" ? $service.Deployments[Status = "ACTIVE"][0].TaskDefinition;
  $revision := $exists($before) ? $before : $service.TaskDefinition;
  $isBroken := $service.RunningCount = 0 and $primary.RolloutState = "FAILED";
  $exists($service)
    ? {
        "status": $service.Status = "DRAINING" ? "Draining" : $isBroken ? "Failed" : "InService",
        "revision": $revision,
        "config": "revision " & $split($revision, ":")[-1],
        "targetGroup": $service.LoadBalancers[0].TargetGroupArn,
        "canShift": $exists($service.LoadBalancers[0].AdvancedConfiguration)
      }
    : {"status": "Absent"}
)`;

export function lookUpService(
  scope: Construct,
  id: string,
  resources: ProjectResources,
): CallAwsService {
  const { clusterArn, name } = serviceOf(resources);
  return callEcs(scope, id, {
    action: 'describeServices',
    resources: [serviceArn(scope, resources)],
    arguments: { Cluster: clusterArn, Services: [name] },
    assign: { live: jsonata(renderLive) },
  });
}

export const isInService = when('$live.status = "InService"');
/** It was made for the rolling rollout, and is to shift requests between its target groups from now on. */
export const cannotShift = when('$not($live.canShift)');
export const isFailed = when('$live.status = "Failed"');

/** The package of the live revision stands in its tags, which promotion gave it. */
export function describeLiveRevision(scope: Construct): CallAwsService {
  return callEcs(scope, 'Describe live revision', {
    action: 'describeTaskDefinition',
    // The action knows no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    resources: ['*'],
    arguments: { TaskDefinition: jsonata('$live.revision'), Include: ['TAGS'] },
    assign: {
      live: jsonata(`(
  $package := $states.result.Tags[Key = "${PACKAGE_TAG}"].Value;
  $exists($package) ? $merge([$live, {"package": $package}]) : $live
)`),
    },
  });
}

/** Deployments that are running, whoever started them. */
export function listRunningDeployments(
  scope: Construct,
  resources: ProjectResources,
): CallAwsService {
  const { clusterArn, name } = serviceOf(resources);
  return callEcs(scope, 'Look for deployments', {
    action: 'listServiceDeployments',
    resources: [serviceArn(scope, resources)],
    arguments: {
      Cluster: clusterArn,
      Service: name,
      Status: [
        'PENDING',
        'IN_PROGRESS',
        'STOP_REQUESTED',
        'ROLLBACK_REQUESTED',
        'ROLLBACK_IN_PROGRESS',
      ],
    },
    assign: {
      live: jsonata(
        '$merge([$live, {"isChanging": $count($states.result.ServiceDeployments) > 0}])',
      ),
    },
  });
}

export const isChanging = when('$live.isChanging');

/** Its tasks end, and its name is free a little later. */
export function removeService(
  scope: Construct,
  id: string,
  resources: ProjectResources,
): CallAwsService {
  const { clusterArn, name } = serviceOf(resources);
  return callEcs(scope, id, {
    action: 'deleteService',
    resources: [serviceArn(scope, resources)],
    arguments: { Cluster: clusterArn, Service: name, Force: true },
  });
}
