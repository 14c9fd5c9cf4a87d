import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { choose } from '../../../choice.ts';
import type { Protocol } from '../../protocol.ts';
import { isAbsent } from '../place.ts';
import { restorePreviousConfig } from './endpoint-update.ts';
import { removeEndpoint } from './live-endpoint.ts';
import { isServing, rollbackFailed, watchPreviousModel } from './rollout-status.ts';

/** The old config comes back without a rollout; a first endpoint goes. */
export function undo(protocol: Protocol, next: IChainable): IChainable {
  const { scope, resources } = protocol;
  const back = protocol.guard(restorePreviousConfig(scope, resources));
  const wait = protocol.wait('Wait for previous model', resources.project.serving.pollSeconds);
  const watch = protocol.guard(watchPreviousModel(scope, resources));
  back.next(wait);
  wait.next(watch);
  watch.next(
    choose(protocol.scope, 'Previous model live?')
      .when(isServing, next)
      .when(rollbackFailed, next)
      .otherwise(wait),
  );
  const remove = protocol.guard(removeEndpoint(scope, 'Remove endpoint', resources));
  remove.next(next);
  return choose(protocol.scope, 'Restore or remove endpoint?')
    .when(isAbsent, remove)
    .otherwise(back);
}
