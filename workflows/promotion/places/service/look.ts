import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import { choose, when } from '../../../choice.ts';
import { hasWaitedTooLong, LONGEST_WAIT, type Protocol } from '../../protocol.ts';
import { type FindLive, isAbsent } from '../place.ts';
import {
  describeLiveRevision,
  isChanging,
  isFailed,
  isInService,
  listRunningDeployments,
  lookUpService,
  removeService,
} from './live-service.ts';

/** What is live; a service that is being deployed is waited for. */
export function look(protocol: Protocol, next: IChainable): State {
  const { scope, resources } = protocol;
  const lookUp = protocol.guard(lookUpService(scope, 'Look up service', resources));
  const wait = protocol.waitForOthers('Wait for service deployment');
  wait.next(lookUp);
  const tooLong = protocol.failWith(
    'Service changes too long',
    `"The service was still being changed after ${LONGEST_WAIT.toHumanString()}. Nothing was changed. Approve or reject the package again."`,
  );
  const describe = protocol.guard(describeLiveRevision(scope));
  describe.next(next);
  const running = protocol.guard(listRunningDeployments(scope, resources));
  running.next(
    choose(scope, 'Deployment running?')
      .when(when(`$live.isChanging and ${hasWaitedTooLong}`), tooLong)
      .when(isChanging, wait)
      .otherwise(describe),
  );
  const remove = protocol.guard(removeService(scope, 'Remove failed service', resources));
  remove.next(wait);
  lookUp.next(
    choose(scope, 'Service status?')
      .when(isAbsent, next)
      .when(isInService, running)
      .when(when(hasWaitedTooLong), tooLong)
      .when(isFailed, remove)
      .otherwise(wait),
  );
  return lookUp;
}

/** Which package is live. While a service is deployed, that is the one that it serves until then. */
export function findLive({ scope, resources, next, absent, guard }: FindLive): State {
  const lookUp = guard(lookUpService(scope, 'Look up service', resources));
  const describe = guard(describeLiveRevision(scope));
  describe.next(
    choose(scope, 'Live model registered?')
      .when(when('$exists($live.package)'), next)
      .otherwise(absent),
  );
  lookUp.next(choose(scope, 'Model live?').when(isInService, describe).otherwise(absent));
  return lookUp;
}
