import {
  Choice,
  Condition,
  type IChainable,
  Map,
  Pass,
  ProvideItems,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { findTrial } from '../../projects/index.ts';
import { jsonata, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { sagemakerArn } from '../sagemaker-arn.ts';
import { callService } from '../tasks/index.ts';

/** Release names of this endpoint: others may merely contain the prefix. */
function ownNames(list: string, names: ProjectResources['names']): string {
  return `${list}[$substring($, 0, ${names.releasePrefix.length}) = ${quote(names.releasePrefix)}]`;
}

/** Configs, newest first; the live one and the last few stay. */
export function listConfigs(scope: Construct, resources: ProjectResources): CallAwsService {
  const { names, project } = resources;
  // A trial's config holds the champion's model too.
  const released =
    findTrial(project.serving) === undefined ? '$release.name' : '$release.name, $live.model';
  const others = `${ownNames('$states.result.EndpointConfigs.EndpointConfigName', names)}[$ != $release.name]`;
  return callService(scope, 'List old configs', {
    service: 'sagemaker',
    action: 'listEndpointConfigs',
    iamAction: 'sagemaker:ListEndpointConfigs',
    // The listing knows no resource.
    resources: ['*'],
    comment: `The live release and the ${project.serving.keepPrevious} before it stay`,
    arguments: {
      NameContains: names.releasePrefix,
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: 100,
    },
    assign: {
      kept: jsonata(
        `($others := [${others}]; [${released}, $filter($others, function($name, $index) { $index < ${project.serving.keepPrevious} })])`,
      ),
      oldConfigs: jsonata(
        `($others := [${others}]; [$filter($others, function($name, $index) { $index >= ${project.serving.keepPrevious} })])`,
      ),
    },
  });
}

/** Models that belong to no config that stays, also those an unfinished promotion left. */
export function listModels(scope: Construct, resources: ProjectResources): CallAwsService {
  const { names } = resources;
  return callService(scope, 'List old models', {
    service: 'sagemaker',
    action: 'listModels',
    iamAction: 'sagemaker:ListModels',
    // The listing knows no resource.
    resources: ['*'],
    arguments: { NameContains: names.releasePrefix, MaxResults: 100 },
    assign: {
      oldModels: jsonata(
        `[$filter([${ownNames('$states.result.Models.ModelName', names)}], function($name) { $not($name in $kept) })]`,
      ),
    },
  });
}

/** Removes what nothing references. What cannot be removed now is found the next time. */
export function removeOld(scope: Construct, resources: ProjectResources): Map {
  const { names } = resources;
  const leave = Pass.jsonata(scope, 'Leave it', {});
  const removeConfig = callService(scope, 'Remove config', {
    service: 'sagemaker',
    action: 'deleteEndpointConfig',
    iamAction: 'sagemaker:DeleteEndpointConfig',
    resources: [sagemakerArn(scope, 'endpoint-config', `${names.releasePrefix}*`)],
    arguments: { EndpointConfigName: jsonata('$states.input.config') },
  });
  const removeModel = callService(scope, 'Remove model', {
    service: 'sagemaker',
    action: 'deleteModel',
    iamAction: 'sagemaker:DeleteModel',
    resources: [sagemakerArn(scope, 'model', `${names.releasePrefix}*`)],
    arguments: { ModelName: jsonata('$states.input.model') },
  });
  for (const task of [removeConfig, removeModel]) {
    task.addCatch(leave, { errors: ['States.ALL'], outputs: {} });
  }
  const each: IChainable = Choice.jsonata(scope, 'Config or model?', {})
    .when(Condition.jsonata(jsonata('$exists($states.input.config)')), removeConfig)
    .otherwise(removeModel);
  return Map.jsonata(scope, 'Remove old releases', {
    items: ProvideItems.jsonata(jsonata('[$oldConfigs.{"config": $}, $oldModels.{"model": $}]')),
    maxConcurrency: 1,
    outputs: {},
  }).itemProcessor(each);
}
