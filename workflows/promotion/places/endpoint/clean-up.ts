import { Choice, type IChainable, Map, Pass, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { findTrial } from '../../../../definition/index.ts';
import { when } from '../../../choice.ts';
import { jsonata, quote } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { sagemakerArn } from '../../../sagemaker-arn.ts';
import { callService, type Guardable, listPages } from '../../../tasks/index.ts';
import type { Protocol } from '../../protocol.ts';

/** Models and configs beyond the last few go, the newest stay. */
export function cleanUp({ scope, resources }: Protocol, next: IChainable): IChainable {
  const guard = (task: Guardable) => task.addCatch(next, { errors: ['States.ALL'], outputs: {} });
  const remove = removeOld(scope, resources);
  guard(remove);
  remove.next(next);
  return listConfigs(scope, resources, {
    next: listModels(scope, resources, { next: remove, guard }),
    guard,
  });
}

/** Names that a variable holds for certain, within its 256 KiB. */
const MAXIMUM_RELEASES = 2_000;
/** Removals that fit, with all their events, into an execution's history; the next execution continues. */
const MAXIMUM_REMOVED = 500;

/** Release names of this endpoint: others may merely contain the prefix. */
function ownNames(list: string, names: ProjectResources['names']): string {
  return `${list}[$substring($, 0, ${names.releasePrefix.length}) = ${quote(names.releasePrefix)}]`;
}

/** What follows the listing, and how its tasks catch failures. */
interface Ways {
  readonly next: IChainable;
  readonly guard: (task: CallAwsService) => unknown;
}

/** Configs, newest first. */
function listConfigs(scope: Construct, resources: ProjectResources, ways: Ways): CallAwsService {
  const { names, project } = resources;
  const found = ownNames('$states.result.EndpointConfigs.EndpointConfigName', names);
  return listPages(scope, 'List old configs', {
    ...ways,
    ids: { question: 'More configs?', more: 'List more old configs' },
    service: 'sagemaker',
    action: 'listEndpointConfigs',
    // The listing knows no resource.
    resources: ['*'],
    comment: `The live release and the ${project.serving.keepPrevious} before it stay`,
    arguments: {
      NameContains: names.releasePrefix,
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: 100,
    },
    assign: { configs: { first: `[${found}]`, more: `[$configs, ${found}]` } },
    while: `$count($configs) < ${MAXIMUM_RELEASES}`,
  });
}

/** Models, also those an unfinished promotion left. */
function listModels(scope: Construct, resources: ProjectResources, ways: Ways): CallAwsService {
  const { names } = resources;
  const found = ownNames('$states.result.Models.ModelName', names);
  return listPages(scope, 'List old models', {
    ...ways,
    ids: { question: 'More models?', more: 'List more old models' },
    service: 'sagemaker',
    action: 'listModels',
    // The listing knows no resource.
    resources: ['*'],
    arguments: { NameContains: names.releasePrefix, MaxResults: 100 },
    assign: { models: { first: `[${found}]`, more: `[$models, ${found}]` } },
    while: `$count($models) < ${MAXIMUM_RELEASES}`,
  });
}

/** The live release and the last few stay, and every model that one of their configs needs. */
function renderOld({ project }: ProjectResources): string {
  const { keepPrevious } = project.serving;
  // A trial's config holds the champion's model too.
  const released =
    findTrial(project.serving) === undefined ? '$release.name' : '$release.name, $live.model';
  return `(
  $others := $filter($configs, function($name) { $name != $release.name });
  $kept := [${released}, $filter($others, function($name, $index) { $index < ${keepPrevious} })];
  $oldConfigs := $filter($others, function($name, $index) { $index >= ${keepPrevious} });
  $oldModels := $filter($models, function($name) { $not($name in $kept) });
  $old := [$oldConfigs.{"config": $}, $oldModels.{"model": $}];
  [$filter($old, function($release, $index) { $index < ${MAXIMUM_REMOVED} })]
)`;
}

/** Removes what nothing references. What cannot be removed now is found the next time. */
function removeOld(scope: Construct, resources: ProjectResources): Map {
  const { names } = resources;
  const leave = Pass.jsonata(scope, 'Skip removal', {});
  const removeConfig = callService(scope, 'Remove config', {
    service: 'sagemaker',
    action: 'deleteEndpointConfig',
    resources: [sagemakerArn(scope, 'endpoint-config', `${names.releasePrefix}*`)],
    arguments: { EndpointConfigName: jsonata('$states.input.config') },
  });
  const removeModel = callService(scope, 'Remove model', {
    service: 'sagemaker',
    action: 'deleteModel',
    resources: [sagemakerArn(scope, 'model', `${names.releasePrefix}*`)],
    arguments: { ModelName: jsonata('$states.input.model') },
  });
  for (const task of [removeConfig, removeModel]) {
    task.addCatch(leave, { errors: ['States.ALL'], outputs: {} });
  }
  const each: IChainable = Choice.jsonata(scope, 'Config or model?', {})
    .when(when('$exists($states.input.config)'), removeConfig)
    .otherwise(removeModel);
  return Map.jsonata(scope, 'Remove old releases', {
    items: ProvideItems.jsonata(jsonata(renderOld(resources))),
    maxConcurrency: 1,
    outputs: {},
  }).itemProcessor(each);
}
