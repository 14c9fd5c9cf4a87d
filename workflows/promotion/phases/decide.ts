import type { Choice, IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import { findTrial } from '../../../definition/index.ts';
import { choose, when } from '../../choice.ts';
import type { Protocol } from '../protocol.ts';
import {
  alreadyLive,
  listApproved,
  nothingApproved,
  rejectsAnother,
  withdrawChallenger,
} from '../states/candidate.ts';
import { outcomes, settleOn } from '../states/outcome.ts';
import {
  alreadyOnTrial,
  liveAlone,
  rejectsNothing,
  trialIsOver,
  withdrawsChallenger,
} from '../states/trial-role.ts';

/** What should be live, and whether that is a change. */
export function decide(protocol: Protocol, next: IChainable): State {
  const { resources, ends } = protocol;
  const hasTrial = findTrial(resources.project.serving) !== undefined;
  // A promotion that was stopped may have made it live and not verified or recorded it.
  const isFinished = when(
    `${hasTrial ? liveAlone : alreadyLive} and $not(${protocol.lock.wasTakenOver})`,
  );
  const what = choose(protocol.scope, 'What should be live?');
  const list = listApproved(protocol.scope, resources, {
    next: what,
    guard: (task) => protocol.guard(task),
  });
  if (hasTrial) decideTrial(protocol, what, list);
  what
    .when(hasTrial ? rejectsNothing : rejectsAnother, ends.leave, {
      assign: settleOn(outcomes.nothingChanged, '"The rejected package is not live."'),
    })
    .when(nothingApproved, ends.finish, {
      assign: settleOn(
        outcomes.nothingToGoBackTo,
        '"No approved package is left. The endpoint stays as it is."',
      ),
    })
    .when(isFinished, ends.leave, {
      assign: settleOn(outcomes.alreadyLive, '""'),
    });
  if (hasTrial) {
    what.when(alreadyOnTrial(resources), ends.leave, {
      assign: settleOn(outcomes.alreadyOnTrial, '""'),
    });
  }
  what.otherwise(next);
  return list;
}

/** Decisions on the trial itself; its package is withdrawn under the lock, then what remains counts. */
function decideTrial(protocol: Protocol, what: Choice, list: State): void {
  const withdraw = protocol.guard(withdrawChallenger(protocol.scope, protocol.resources));
  withdraw.next(list);
  what
    .when(trialIsOver, protocol.ends.leave, {
      assign: settleOn(outcomes.nothingChanged, '"The trial is over."'),
    })
    .when(withdrawsChallenger, withdraw);
}
