import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../../../choice.ts';
import { jsonata } from '../../../jsonata.ts';
import type { ProjectResources, ServingFunction } from '../../../project-resources.ts';
import { type CallServiceProps, callService } from '../../../tasks/index.ts';
import { MODEL_PACKAGE } from '../../states/model-environment.ts';

/** The function or its alias is not there. */
export const isMissing = 'Lambda.ResourceNotFoundException';

/**
 * The function of the project.
 *
 * @throws Error where `infra/` made none
 */
export function functionOf({ serving }: ProjectResources): ServingFunction {
  if (serving === undefined) throw new Error('The project has no function to serve models.');
  return serving;
}

/** A call of Lambda's API on the function, its versions and its alias. */
export function callLambda(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  { arguments: more, ...call }: Omit<CallServiceProps, 'service' | 'resources'>,
): CallAwsService {
  const { arn, name } = functionOf(resources);
  return callService(scope, id, {
    service: 'lambda',
    // A qualifier is part of the resource that IAM is asked about.
    resources: [arn, `${arn}:*`],
    arguments: { FunctionName: name, ...more },
    ...call,
  });
}

/** What the alias points to: the version that serves, and whether another one shares its requests. */
export function lookUpAlias(scope: Construct, resources: ProjectResources): CallAwsService {
  return callLambda(scope, 'Look up alias', resources, {
    action: 'getAlias',
    arguments: { Name: functionOf(resources).alias },
    assign: {
      live: jsonata(`{
  "status": "InService",
  "version": $states.result.FunctionVersion,
  "config": "version " & $states.result.FunctionVersion,
  "isShared": $count($keys($states.result.RoutingConfig.AdditionalVersionWeights)) > 0
}`),
    },
  });
}

export const noteAbsence = { live: { status: 'Absent' } };
/** A promotion that was stopped left a share of the requests to its release. */
export const isShared = when('$live.isShared');

/** The package that the live version serves stands in its environment, which never changes. */
export function describeLiveVersion(scope: Construct, resources: ProjectResources): CallAwsService {
  return callLambda(scope, 'Describe live version', resources, {
    action: 'getFunctionConfiguration',
    arguments: { Qualifier: jsonata('$live.version') },
    assign: {
      live: jsonata(`(
  $package := $states.result.Environment.Variables.${MODEL_PACKAGE};
  $exists($package) ? $merge([$live, {"package": $package}]) : $live
)`),
    },
  });
}
