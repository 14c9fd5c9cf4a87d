import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import { choose, when } from '../../../choice.ts';
import type { Protocol } from '../../protocol.ts';
import type { FindLive } from '../place.ts';
import {
  describeLiveVersion,
  isMissing,
  isShared,
  lookUpAlias,
  noteAbsence,
} from './live-version.ts';
import { giveAllTo } from './shift.ts';

/** What the alias serves. A share that a stopped promotion left is taken back before anything is decided. */
export function look(protocol: Protocol, next: IChainable): State {
  const { scope, resources } = protocol;
  const lookUp = lookUpAlias(scope, resources);
  lookUp.addCatch(next, { errors: [isMissing], assign: noteAbsence, outputs: {} });
  protocol.guard(lookUp);
  const describe = protocol.guard(describeLiveVersion(scope, resources));
  describe.next(next);
  const takeBack = protocol.guard(
    giveAllTo(scope, 'Take back unfinished shift', resources, '$live.version'),
  );
  takeBack.next(describe);
  lookUp.next(
    choose(scope, 'Requests shared by versions?').when(isShared, takeBack).otherwise(describe),
  );
  return lookUp;
}

/** The version of the alias is not one that promotion made. */
const isOfPackage = when('$exists($live.package)');

/** Which package is live: while requests shift, that is the one before. */
export function findLive({ scope, resources, next, absent, guard }: FindLive): State {
  const lookUp = lookUpAlias(scope, resources);
  lookUp.addCatch(absent, { errors: [isMissing], assign: noteAbsence, outputs: {} });
  const registered = choose(scope, 'Live model registered?')
    .when(isOfPackage, next)
    .otherwise(absent);
  guard(lookUp)
    .next(guard(describeLiveVersion(scope, resources)))
    .next(registered);
  return lookUp;
}
