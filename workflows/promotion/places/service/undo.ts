import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { choose } from '../../../choice.ts';
import type { Protocol } from '../../protocol.ts';
import { isAbsent } from '../place.ts';
import { restoreRevision } from './deploy.ts';
import { hasEnded, isLate, watchDeployment } from './deployment-status.ts';
import { removeService } from './live-service.ts';

/** The revision before comes back without a rollout; the service of a first one goes. */
export function undo(protocol: Protocol, next: IChainable): IChainable {
  const { scope, resources } = protocol;
  const back = protocol.guard(restoreRevision(scope, resources));
  const wait = protocol.wait('Wait for previous model', resources.project.serving.pollSeconds);
  const watch = protocol.guard(watchDeployment(scope, 'Watch previous model', resources));
  back.next(wait);
  wait.next(watch);
  watch.next(
    choose(scope, 'Previous model live?').when(hasEnded, next).when(isLate, next).otherwise(wait),
  );
  const remove = protocol.guard(removeService(scope, 'Remove service', resources));
  remove.next(next);
  return choose(scope, 'Restore or remove service?').when(isAbsent, remove).otherwise(back);
}
