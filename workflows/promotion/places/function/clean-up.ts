import { type IChainable, Map, Pass, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import { jsonata, quote } from '../../../jsonata.ts';
import { type Guardable, listPages } from '../../../tasks/index.ts';
import type { Protocol } from '../../protocol.ts';
import { callLambda, functionOf } from './live-version.ts';
import { removeProvisioned } from './provisioned-concurrency.ts';

/** Versions that a variable holds for certain, within its 256 KiB. */
const MAXIMUM_VERSIONS = 5_000;
/** Removals that fit, with all their events, into an execution's history; the next execution continues. */
const MAXIMUM_REMOVED = 500;

/** The live version and the last few before it stay. A version without requests costs nothing but storage of code. */
export function cleanUp(protocol: Protocol, next: IChainable): IChainable {
  const { scope, resources } = protocol;
  const { arn, name } = functionOf(resources);
  const guard = (task: Guardable) => task.addCatch(next, { errors: ['States.ALL'], outputs: {} });
  const remove = removeOld(protocol);
  guard(remove);
  remove.next(next);
  const found = `$states.result.Versions[$substring($string(Description), 0, ${resources.names.releasePrefix.length}) = ${quote(resources.names.releasePrefix)}].Version`;
  const list = listPages(scope, 'List old versions', {
    ids: { question: 'More versions?', more: 'List more old versions' },
    service: 'lambda',
    action: 'listVersionsByFunction',
    resources: [arn, `${arn}:*`],
    token: { request: 'Marker', answer: 'NextMarker' },
    comment: `The live version and the ${resources.project.serving.keepPrevious} before it stay`,
    arguments: { FunctionName: name, MaxItems: 50 },
    assign: { versions: { first: `[${found}]`, more: `[$versions, ${found}]` } },
    while: `$count($versions) < ${MAXIMUM_VERSIONS}`,
    next: remove,
    guard,
  });
  return removeProvisioned(protocol, 'Stop provisioning previous version', '$live.version', list);
}

/** Numbers, of which the largest are the newest. */
function renderOld({ resources: { project } }: Protocol): string {
  const { keepPrevious } = project.serving;
  return `(
  $others := $sort($versions[$ != $release.version], function($one, $other) { $number($one) < $number($other) });
  $old := $filter($others, function($version, $index) { $index >= ${keepPrevious} });
  [$filter($old, function($version, $index) { $index < ${MAXIMUM_REMOVED} })]
)`;
}

/** What cannot be removed now is found the next time. */
function removeOld(protocol: Protocol): Map {
  const { scope, resources } = protocol;
  const leave = Pass.jsonata(scope, 'Skip removal', {});
  const remove = callLambda(scope, 'Remove version', resources, {
    action: 'deleteFunction',
    arguments: { Qualifier: jsonata('$states.input') },
  });
  remove.addCatch(leave, { errors: ['States.ALL'], outputs: {} });
  return Map.jsonata(scope, 'Remove old releases', {
    items: ProvideItems.jsonata(jsonata(renderOld(protocol))),
    maxConcurrency: 1,
    outputs: {},
  }).itemProcessor(remove);
}
