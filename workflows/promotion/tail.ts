import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { findInstances } from '../../projects/index.ts';
import { quote } from '../jsonata.ts';
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
  readonly unlock: IChainable;
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
  return { finish: scaleAgain(protocol, record), report: record, unlock };
}

/** Autoscaling goes on, and takes the model on trial along. */
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
  return live.next(
    protocol
      .choose('Does it scale on trial?')
      .when(protocol.when(`$outcome.kind = ${quote(outcomes.onTrial)}`), challenger)
      .otherwise(next),
  );
}
