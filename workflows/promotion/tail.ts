import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { findInstances } from '../../projects/index.ts';
import {
  approvalIsVoid,
  endStates,
  outcomes,
  recordOutcome,
  tellPeople,
  withdrawApproval,
} from './outcome.ts';
import type { Protocol } from './protocol.ts';
import {
  resumeScaling,
  scaleChallenger,
  setChallengerPolicy,
  setScalingPolicy,
} from './scaling.ts';

/** Where every path of a promotion ends. */
export interface Tail {
  /** Lets autoscaling work again, reports, then unlocks. */
  readonly finish: IChainable;
  /** Records and notifies, then unlocks. */
  readonly report: IChainable;
  /** Unlocks where nothing was changed; what an owner that ended has set to rest works again. */
  readonly leave: IChainable;
}

/** Record, tell, unlock, end: every path comes through here. */
export function renderTail(protocol: Protocol): Tail {
  const { serving } = protocol.resources.project;
  const ends = endStates(protocol.scope, serving);
  const how = protocol.choose('How did it end?');
  for (const [kind, state] of Object.entries(ends)) {
    if (kind === outcomes.failed) continue;
    how.when(protocol.when(`$outcome.kind = "${kind}"`), state);
  }
  how.otherwise(ends[outcomes.failed]);

  // A lock that is left is taken over once this execution has ended.
  const unlock = protocol.lock.release({
    next: how,
    guard: (task) => {
      task.addCatch(how, { errors: ['States.ALL'], outputs: {} });
      return task;
    },
  });

  const tell = tellPeople(protocol.scope, protocol.resources);
  tell.addCatch(unlock, { errors: ['States.ALL'], outputs: {} });
  tell.next(unlock);
  const withdraw = withdrawApproval(protocol.scope, protocol.resources);
  withdraw.addCatch(tell, { errors: ['States.ALL'], outputs: {} });
  withdraw.next(tell);
  const isVoid = protocol
    .choose('Is the approval void?')
    .when(protocol.when(approvalIsVoid), withdraw)
    .otherwise(tell);
  const record = recordOutcome(protocol.scope, protocol.resources);
  record.addCatch(isVoid, { errors: ['States.ALL'], outputs: {} });
  record.next(isVoid);
  if (findInstances(serving)?.autoscaling === undefined) {
    return { finish: record, report: record, leave: unlock };
  }
  const unchanged = [outcomes.nothingChanges, outcomes.alreadyLive, outcomes.alreadyOnTrial];
  const finish = scaleAgain(
    protocol,
    protocol
      .choose('Was anything changed?')
      .when(protocol.when(`$outcome.kind in ${JSON.stringify(unchanged)}`), unlock)
      .otherwise(record),
  );
  const leave = protocol
    .choose('Was the lock taken over?')
    .when(protocol.when(protocol.lock.wasTakenOver), finish)
    .otherwise(unlock);
  return { finish, report: record, leave };
}

/** Autoscaling works again, and takes the model on trial along. */
function scaleAgain(protocol: Protocol, next: IChainable): IChainable {
  const { scope, resources } = protocol;
  const instances = findInstances(resources.project.serving);
  const scaling = instances?.autoscaling;
  if (scaling === undefined) return next;
  const tolerant = (task: CallAwsService) => {
    task.addCatch(next, { errors: ['States.ALL'], outputs: {} });
    return task;
  };
  const live = tolerant(resumeScaling(scope, resources, scaling)).next(
    tolerant(setScalingPolicy(scope, resources, scaling)),
  );
  if (instances?.trial?.type !== 'ab') return live.next(next);
  const challenger = tolerant(scaleChallenger(scope, resources, scaling))
    .next(tolerant(setChallengerPolicy(scope, resources, scaling)))
    .next(next);
  const onTrial = [outcomes.onTrial, outcomes.alreadyOnTrial];
  return live.next(
    protocol
      .choose('Does it scale on trial?')
      .when(protocol.when(`$outcome.kind in ${JSON.stringify(onTrial)}`), challenger)
      .otherwise(next),
  );
}
