import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { choose, when } from '../../../choice.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import type { Protocol } from '../../protocol.ts';
import { outcomes } from '../../states/outcome.ts';
import { isAbsent } from '../place.ts';
import { callLambda, functionOf } from './live-version.ts';
import { removeProvisioned } from './provisioned-concurrency.ts';
import { giveAllTo } from './shift.ts';

/** The version before gets all requests again; the alias of a first one goes. */
export function undo(protocol: Protocol, next: IChainable): IChainable {
  const { scope, resources } = protocol;
  const stop = removeProvisioned(
    protocol,
    'Stop provisioning after wrong answers',
    '$release.version',
    next,
  );
  const back = protocol.guard(
    giveAllTo(scope, 'Restore previous version', resources, '$live.version'),
  );
  const remove = protocol.guard(
    callLambda(scope, 'Remove alias', resources, {
      action: 'deleteAlias',
      arguments: { Name: functionOf(resources).alias },
    }),
  );
  for (const task of [back, remove]) task.next(stop);
  return choose(scope, 'Restore or remove alias?').when(isAbsent, remove).otherwise(back);
}

/** Lambda shifts nothing by itself: what a promotion leaves half done would stay so. */
export function settle(
  scope: Construct,
  resources: ProjectResources,
  { recorded, unchanged }: { readonly recorded: IChainable; readonly unchanged: IChainable },
): IChainable {
  const back = giveAllTo(scope, 'Take back failed rollout', resources, '$live.version');
  back.addCatch(recorded, { errors: ['States.ALL'], outputs: {} });
  back.next(recorded);
  const same = JSON.stringify([outcomes.nothingChanged, outcomes.alreadyLive]);
  return choose(scope, 'Shift finished?')
    .when(when(`$outcome.kind in ${same}`), unchanged)
    .when(when(`$outcome.kind = "${outcomes.failed}" and $shift.step >= 0`), back)
    .otherwise(recorded);
}
