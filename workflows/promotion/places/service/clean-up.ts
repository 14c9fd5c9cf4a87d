import { type IChainable, Map, Pass, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import { jsonata } from '../../../jsonata.ts';
import type { Protocol } from '../../protocol.ts';
import { callEcs } from './call-ecs.ts';
import { serviceOf } from './service-serving.ts';

/** Removals of one promotion; the next continues. Each page of ECS has at most 100. */
const MAXIMUM_LISTED = 100;

/** The live revision and the last few before it stay. A revision costs nothing: what is not removed now is found the next time. */
export function cleanUp(protocol: Protocol, next: IChainable): IChainable {
  const { scope, resources } = protocol;
  const list = callEcs(scope, 'List old revisions', {
    action: 'listTaskDefinitions',
    // Both actions know no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    resources: ['*'],
    comment: `The live revision and the ${resources.project.serving.keepPrevious} before it stay`,
    arguments: {
      FamilyPrefix: serviceOf(resources).family,
      Status: 'ACTIVE',
      Sort: 'DESC',
      MaxResults: MAXIMUM_LISTED,
    },
    assign: { revisions: jsonata('[$states.result.TaskDefinitionArns]') },
  });
  const remove = removeOld(protocol);
  for (const task of [list, remove]) task.addCatch(next, { errors: ['States.ALL'], outputs: {} });
  remove.next(next);
  list.next(remove);
  return list;
}

/** Newest first. */
function renderOld({ resources: { project } }: Protocol): string {
  return `(
  $others := $filter($revisions, function($revision) { $revision != $release.revision });
  [$filter($others, function($revision, $index) { $index >= ${project.serving.keepPrevious} })]
)`;
}

function removeOld(protocol: Protocol): Map {
  const { scope } = protocol;
  const leave = Pass.jsonata(scope, 'Skip removal', {});
  const remove = callEcs(scope, 'Remove revision', {
    action: 'deregisterTaskDefinition',
    resources: ['*'],
    arguments: { TaskDefinition: jsonata('$states.input') },
  });
  remove.addCatch(leave, { errors: ['States.ALL'], outputs: {} });
  return Map.jsonata(scope, 'Remove old releases', {
    items: ProvideItems.jsonata(jsonata(renderOld(protocol))),
    maxConcurrency: 1,
    outputs: {},
  }).itemProcessor(remove);
}
