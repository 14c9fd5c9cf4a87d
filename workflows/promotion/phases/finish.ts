import type { Condition, IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { findInstances } from '../../../definition/index.ts';
import { choose, when } from '../../choice.ts';
import type { Claim } from '../../claim/index.ts';
import type { ProjectResources } from '../../project-resources.ts';
import type { Ends } from '../protocol.ts';
import {
  approvalIsVoid,
  endStates,
  notifyTopic,
  outcomes,
  recordOutcome,
  withdrawApproval,
} from '../states/outcome.ts';
import {
  resumeScaling,
  scaleChallenger,
  setChallengerPolicy,
  setScalingPolicy,
} from '../states/scaling.ts';

/** Record, notify, unlock, end: every path comes through here. */
export function renderEnds(scope: Construct, resources: ProjectResources, lock: Claim): Ends {
  const unlock = unlockAndEnd(scope, resources, lock);
  const record = recordAndNotify(scope, resources, unlock);
  if (findInstances(resources.project.serving)?.autoscaling === undefined) {
    return { finish: record, report: record, leave: unlock };
  }
  const finish = scaleAgain(
    scope,
    resources,
    choose(scope, 'Endpoint changed?')
      .when(
        outcomeIsOneOf(outcomes.nothingChanged, outcomes.alreadyLive, outcomes.alreadyOnTrial),
        unlock,
      )
      .otherwise(record),
  );
  const leave = choose(scope, 'Lock taken over?')
    .when(when(lock.wasTakenOver), finish)
    .otherwise(unlock);
  return { finish, report: record, leave };
}

/** A lock that is left is taken over once this execution has ended. */
function unlockAndEnd(scope: Construct, resources: ProjectResources, lock: Claim): State {
  const ends = endStates(scope, resources.project.serving);
  const how = choose(scope, 'Outcome?');
  for (const [kind, state] of Object.entries(ends)) {
    if (kind === outcomes.failed) continue;
    how.when(when(`$outcome.kind = "${kind}"`), state);
  }
  how.otherwise(ends[outcomes.failed]);
  return lock.release({
    next: how,
    guard: (task) => {
      task.addCatch(how, { errors: ['States.ALL'], outputs: {} });
      return task;
    },
  });
}

function recordAndNotify(scope: Construct, resources: ProjectResources, next: State): State {
  const tell = notifyTopic(scope, resources);
  tell.addCatch(next, { errors: ['States.ALL'], outputs: {} });
  tell.next(next);
  const withdraw = withdrawApproval(scope, resources);
  withdraw.addCatch(tell, { errors: ['States.ALL'], outputs: {} });
  withdraw.next(tell);
  const isVoid = choose(scope, 'Withdraw approval?')
    .when(when(approvalIsVoid), withdraw)
    .otherwise(tell);
  const record = recordOutcome(scope, resources);
  record.addCatch(isVoid, { errors: ['States.ALL'], outputs: {} });
  record.next(isVoid);
  return record;
}

function outcomeIsOneOf(...kinds: readonly string[]): Condition {
  return when(`$outcome.kind in ${JSON.stringify(kinds)}`);
}

/** Autoscaling works again, and takes the model on trial along. */
function scaleAgain(scope: Construct, resources: ProjectResources, next: IChainable): IChainable {
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
  return live.next(
    choose(scope, 'Scale challenger?')
      .when(outcomeIsOneOf(outcomes.onTrial, outcomes.alreadyOnTrial), challenger)
      .otherwise(next),
  );
}
