import type { State } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { choose, when } from '../../choice.ts';
import type { Claim } from '../../claim/index.ts';
import type { ProjectResources } from '../../project-resources.ts';
import type { Place } from '../places/place.ts';
import type { Ends, ProtocolProps } from '../protocol.ts';
import {
  approvalIsVoid,
  endStates,
  notifyTopic,
  outcomes,
  recordOutcome,
  withdrawApproval,
} from '../states/outcome.ts';

interface EndsProps extends Omit<ProtocolProps, 'ends'> {
  readonly place: Place;
}

/** Record, notify, unlock, end: every path comes through here. */
export function renderEnds({ scope, resources, lock, place }: EndsProps): Ends {
  const unlock = unlockAndEnd(scope, resources, lock);
  const record = recordAndNotify(scope, resources, unlock);
  const finish = place.settle(scope, resources, { recorded: record, unchanged: unlock });
  if (finish === undefined) return { finish: record, report: record, leave: unlock };
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
