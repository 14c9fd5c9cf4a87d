import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../../../choice.ts';
import { jsonata } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { sagemakerArn } from '../../../sagemaker-arn.ts';
import { callService } from '../../../tasks/index.ts';
import { isGuarded } from '../../states/rollback-alarms.ts';
import { watchNewFleet } from './new-fleet.ts';

/** Where the rollout is. */
export function watchRollout(scope: Construct, resources: ProjectResources): CallAwsService {
  return describeEndpoint(scope, 'Watch rollout', resources, {
    rollout: jsonata(renderRollout),
    ...(isGuarded(resources) ? { newFleet: watchNewFleet } : {}),
  });
}

/** Whether the model that was live before serves again. */
export function watchPreviousModel(scope: Construct, resources: ProjectResources): CallAwsService {
  return describeEndpoint(scope, 'Watch previous model', resources, {
    rollout: jsonata(renderRollout),
  });
}

const renderRollout = `{
  "status": $states.result.EndpointStatus,
  "config": $states.result.EndpointConfigName,
  "reason": $type($states.result.FailureReason) = "string" ? $states.result.FailureReason : ""
}`;

function describeEndpoint(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  assign: Readonly<Record<string, unknown>>,
): CallAwsService {
  return callService(scope, id, {
    service: 'sagemaker',
    action: 'describeEndpoint',
    resources: [sagemakerArn(scope, 'endpoint', resources.names.endpoint)],
    arguments: { EndpointName: resources.names.endpoint },
    assign,
  });
}

const inService = '$rollout.status = "InService"';

/** The config that was asked for is the one that serves. */
export const isLive = when(`${inService} and $rollout.config = $release.name`);
/** SageMaker took the model back without an error: the endpoint is in service, on the old config. */
export const wasRolledBack = when(`${inService} and $rollout.config != $release.name`);
export const isServing = when(inService);
export const isUpdating = when('$rollout.status = "Updating"');
export const creationFailed = when('$rollout.status = "Failed"');
export const rollbackFailed = when(
  '$rollout.status = "UpdateRollbackFailed" or $rollout.status = "OutOfService"',
);
