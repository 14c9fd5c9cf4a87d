import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { findTrial } from '../../../../definition/index.ts';
import { when } from '../../../choice.ts';
import { jsonata, object, quote } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { sagemakerArn } from '../../../sagemaker-arn.ts';
import { callService } from '../../../tasks/index.ts';

/** Asked for by name: in a list, endpoints whose names merely contain ours take places. */
export function lookUpEndpoint(scope: Construct, resources: ProjectResources): CallAwsService {
  // An endpoint that is not there, before the first promotion, is an answer and is not asked for again.
  return describeEndpoint(scope, 'Look up endpoint', { resources, asksAgain: true });
}

/** After an error that says nothing of the endpoint, and so can be trouble of SageMaker's that passes. */
export function lookUpEndpointAgain(scope: Construct, resources: ProjectResources): CallAwsService {
  return describeEndpoint(scope, 'Look up endpoint again', { resources, asksAgain: false });
}

function describeEndpoint(
  scope: Construct,
  id: string,
  { resources, asksAgain }: { readonly resources: ProjectResources; readonly asksAgain: boolean },
): CallAwsService {
  return callService(scope, id, {
    asksAgain,
    service: 'sagemaker',
    action: 'describeEndpoint',
    resources: [sagemakerArn(scope, 'endpoint', resources.names.endpoint)],
    arguments: { EndpointName: resources.names.endpoint },
    assign: { live: jsonata(renderLive(resources)) },
  });
}

/** SageMaker has one error for an endpoint that is not there and for much else. */
export function noteAbsence(otherwise: 'Unknown' | 'Unreadable'): Readonly<Record<string, string>> {
  return {
    live: jsonata(
      `{"status": $contains($states.errorOutput.Cause, "Could not find endpoint") ? "Absent" : ${quote(otherwise)}}`,
    ),
  };
}

/** Its state could not be read at the first look. */
export const isUnknown = when('$live.status = "Unknown"');
/** Its state could not be read at several looks. */
export const isUnreadable = when('$live.status = "Unreadable"');
export const isInService = when('$live.status = "InService"');
/** Its creation failed, so it serves no request. */
export const isFailed = when('$live.status = "Failed"');
/** SageMaker cannot get it out of this state by itself. */
export const isStuck = when(
  '$live.status = "UpdateRollbackFailed" or $live.status = "OutOfService"',
);

/** The config or model of the live endpoint is not there any more. */
export const isGone = when('$contains($problem, "Could not find")');

const countsInstances = '$type(CurrentInstanceCount) = "number" ? CurrentInstanceCount > 0 : false';

/** What an endpoint's description says that a later phase asks for. */
function renderLive({ project }: ProjectResources): string {
  const members = [
    '"status": $states.result.EndpointStatus',
    '"config": $states.result.EndpointConfigName',
    ...(findTrial(project.serving) === undefined
      ? []
      : [
          '"onTrial": $count($states.result.ProductionVariants) > 1' +
            ' or $count($states.result.ShadowProductionVariants) > 0',
        ]),
    ...(project.serving.type === 'instances'
      ? []
      : [
          // A serverless variant may have a count as well, of none.
          `"hasInstances": $count($states.result.ProductionVariants[${countsInstances}]) > 0`,
        ]),
  ];
  return `{${members.join(', ')}}`;
}

/** SageMaker does not convert an endpoint of instances to a serverless one. */
export const hasInstances = when('$live.hasInstances');

export function describeLiveConfig(
  scope: Construct,
  { project, names }: ProjectResources,
): CallAwsService {
  const variants = 'ProductionVariants';
  const model =
    findTrial(project.serving) === undefined
      ? `{"model": $states.result.${variants}[0].ModelName}`
      : `{
  "model": $states.result.${variants}[VariantName = ${quote(names.variant)}].ModelName,
  "challengerModel": [
    $states.result.(${variants}[VariantName = ${quote(names.challenger)}].ModelName),
    $states.result.ShadowProductionVariants.ModelName
  ]
}`;
  return callService(scope, 'Describe live config', {
    service: 'sagemaker',
    action: 'describeEndpointConfig',
    // The config that is live, also one that was made by hand.
    resources: [sagemakerArn(scope, 'endpoint-config', '*')],
    arguments: { EndpointConfigName: jsonata('$live.config') },
    assign: {
      live: jsonata(`$merge([$live, ${model}])`),
    },
  });
}

export function describeLiveModel(scope: Construct): CallAwsService {
  return callService(scope, 'Describe live model', {
    service: 'sagemaker',
    action: 'describeModel',
    resources: [sagemakerArn(scope, 'model', '*')],
    arguments: { ModelName: jsonata('$live.model') },
    assign: { live: jsonata(withPackageOfModel('package')) },
  });
}

/** The variable `live` with the package of the described model, if the model is of one. */
function withPackageOfModel(member: 'package' | 'challenger'): string {
  const packages = '[$states.result.Containers, $states.result.PrimaryContainer].ModelPackageName';
  const merged = `$merge([$live, ${object({ [member]: '$package[0]' })}])`;
  return `($package := ${packages}; $exists($package) ? ${merged} : $live)`;
}

export const hasChallenger = when('$count($live.challengerModel) > 0');

/** Which package is on trial. */
export function describeChallenger(scope: Construct): CallAwsService {
  return callService(scope, 'Describe challenger', {
    service: 'sagemaker',
    action: 'describeModel',
    resources: [sagemakerArn(scope, 'model', '*')],
    arguments: { ModelName: jsonata('$live.challengerModel[0]') },
    assign: { live: jsonata(withPackageOfModel('challenger')) },
  });
}

/** Removes an endpoint that serves no request. */
export function removeEndpoint(
  scope: Construct,
  id: string,
  resources: ProjectResources,
): CallAwsService {
  return callService(scope, id, {
    service: 'sagemaker',
    action: 'deleteEndpoint',
    resources: [sagemakerArn(scope, 'endpoint', resources.names.endpoint)],
    arguments: { EndpointName: resources.names.endpoint },
  });
}
