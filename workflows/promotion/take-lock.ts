import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { Pass, type State } from 'aws-cdk-lib/aws-stepfunctions';
import {
  askAfterOwner,
  claimEndpoint,
  isOurLock,
  lockIsTaken,
  ownerLives,
  readLock,
  takeOverLock,
} from './lock.ts';
import { noteProblem, type Protocol } from './protocol.ts';

/** One promotion at a time; a dead owner's lock is taken over. */
export function takeLock(protocol: Protocol, next: IChainable): State {
  const claim = claimEndpoint(protocol.scope, protocol.resources);
  const read = readLock(protocol.scope, protocol.resources);
  const ask = askAfterOwner(protocol.scope, protocol.resources);
  const takeOver = takeOverLock(protocol.scope, protocol.resources);
  const gather = protocol.wait(
    'Let approvals gather',
    protocol.resources.project.serving.gatherSeconds,
  );
  const isTaken = protocol
    .choose('Is it locked?')
    .when(lockIsTaken, read)
    .otherwise(
      protocol.failWith('Fail without lock', '"The lock could not be written: " & $problem'),
    );
  for (const task of [claim, takeOver]) {
    task.addCatch(isTaken, { errors: ['S3.S3Exception'], assign: noteProblem, outputs: {} });
  }
  takeOver.addCatch(claim, { errors: ['S3.NoSuchKeyException'], outputs: {} });
  read.addCatch(claim, { errors: ['S3.NoSuchKeyException'], outputs: {} });
  const wait = protocol.wait('Wait for the lock', protocol.resources.project.serving.pollSeconds);
  wait.next(claim);
  const alive = protocol.choose('Is the owner alive?').when(ownerLives, wait).otherwise(takeOver);
  ask.addCatch(alive, {
    errors: ['Sfn.ExecutionDoesNotExistException'],
    assign: { ownerStatus: 'UNKNOWN' },
    outputs: {},
  });
  const mine = Pass.jsonata(protocol.scope, 'Keep lock', { assign: { holdsLock: true } });
  mine.next(gather);
  protocol
    .guard(read)
    .next(protocol.choose('Who holds it?').when(isOurLock, mine).otherwise(protocol.guard(ask)));
  ask.next(alive);
  protocol.guard(takeOver).next(gather);
  protocol.guard(claim).next(gather);
  gather.next(next);
  return claim;
}
