import { Condition } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { jsonata, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { sagemakerArn } from '../sagemaker-arn.ts';
import { callService } from '../tasks/index.ts';

/** A list and not a description, because a missing endpoint is then no error. */
export function lookUpEndpoint(scope: Construct, resources: ProjectResources): CallAwsService {
  const { endpoint } = resources.names;
  return callService(scope, 'Look up endpoint', {
    service: 'sagemaker',
    action: 'listEndpoints',
    iamAction: 'sagemaker:ListEndpoints',
    // ListEndpoints knows no resource.
    resources: ['*'],
    arguments: { NameContains: endpoint, MaxResults: 100 },
    assign: {
      live: jsonata(
        `($found := $states.result.Endpoints[EndpointName = ${quote(endpoint)}]; {"status": $exists($found) ? $found[0].EndpointStatus : "Absent"})`,
      ),
    },
  });
}

export const isAbsent = Condition.jsonata(jsonata('$live.status = "Absent"'));
export const isInService = Condition.jsonata(jsonata('$live.status = "InService"'));
/** Its creation failed, so that it serves nobody. */
export const isFailed = Condition.jsonata(jsonata('$live.status = "Failed"'));
/** SageMaker cannot get it out of this state by itself. */
export const isStuck = Condition.jsonata(
  jsonata('$live.status = "UpdateRollbackFailed" or $live.status = "OutOfService"'),
);

export function describeEndpoint(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Describe endpoint', {
    service: 'sagemaker',
    action: 'describeEndpoint',
    iamAction: 'sagemaker:DescribeEndpoint',
    resources: [sagemakerArn(scope, 'endpoint', resources.names.endpoint)],
    arguments: { EndpointName: resources.names.endpoint },
    assign: {
      live: jsonata(
        '{"status": $states.result.EndpointStatus, "config": $states.result.EndpointConfigName}',
      ),
    },
  });
}

export function describeLiveConfig(scope: Construct): CallAwsService {
  return callService(scope, 'Describe live config', {
    service: 'sagemaker',
    action: 'describeEndpointConfig',
    iamAction: 'sagemaker:DescribeEndpointConfig',
    // Whatever config is live, also one somebody else made.
    resources: [sagemakerArn(scope, 'endpoint-config', '*')],
    arguments: { EndpointConfigName: jsonata('$live.config') },
    assign: {
      live: jsonata('$merge([$live, {"model": $states.result.ProductionVariants[0].ModelName}])'),
    },
  });
}

export function describeLiveModel(scope: Construct): CallAwsService {
  return callService(scope, 'Describe live model', {
    service: 'sagemaker',
    action: 'describeModel',
    iamAction: 'sagemaker:DescribeModel',
    resources: [sagemakerArn(scope, 'model', '*')],
    arguments: { ModelName: jsonata('$live.model') },
    assign: {
      live: jsonata(
        '($package := [$states.result.Containers, $states.result.PrimaryContainer].ModelPackageName; $exists($package) ? $merge([$live, {"package": $package[0]}]) : $live)',
      ),
    },
  });
}

/** Removes an endpoint that serves nobody. */
export function removeEndpoint(
  scope: Construct,
  id: string,
  resources: ProjectResources,
): CallAwsService {
  return callService(scope, id, {
    service: 'sagemaker',
    action: 'deleteEndpoint',
    iamAction: 'sagemaker:DeleteEndpoint',
    resources: [sagemakerArn(scope, 'endpoint', resources.names.endpoint)],
    arguments: { EndpointName: resources.names.endpoint },
  });
}
