import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { choose, when } from '../../../choice.ts';
import { awaitQuietAlarms } from '../../phases/await-alarms.ts';
import { hasWaitedTooLong, noteProblem, type Protocol } from '../../protocol.ts';
import { recordLiveAnswers } from '../../states/test-rows.ts';
import { isAbsent, type MadeRelease } from '../place.ts';
import { createService, updateService } from './deploy.ts';
import { registerRevision } from './revision.ts';

/** From the first look at the service to the request that changes it. */
export function makeRelease(protocol: Protocol, next: IChainable): MadeRelease {
  const { scope, resources } = protocol;
  const create = untilFree(protocol, createService(scope, resources), {
    busy: 'Wait to create service',
    question: 'Retry service creation?',
    failure: 'Fail to create service',
  });
  create.next(next);
  const change = untilFree(protocol, updateService(scope, resources), {
    busy: 'Wait to update service',
    question: 'Retry service update?',
    failure: 'Fail to update service',
  });
  change.next(next);
  const register = protocol.guard(registerRevision(scope, resources));
  register.next(
    choose(scope, 'Create or update service?').when(isAbsent, create).otherwise(change),
  );
  const confirm = protocol.lock.confirm({
    next: register,
    guard: (task) => protocol.guard(task),
  });
  const update = awaitQuietAlarms(protocol, { next: confirm });
  const record = recordLiveAnswers(scope, resources);
  record.addCatch(update, { errors: ['States.ALL'], outputs: {} });
  record.next(update);
  return {
    start: choose(scope, 'Service exists?').when(isAbsent, confirm).otherwise(record),
    update,
  };
}

/** A removed service of the name still drains, or a deployment of others has just begun: wait, do not fail. */
const canPass =
  '$contains($problem, /draining|not idempotent|in progress|Throttling|Rate exceeded/i)';

function untilFree<Task extends ReturnType<typeof createService>>(
  protocol: Protocol,
  task: Task,
  ids: { readonly busy: string; readonly question: string; readonly failure: string },
): Task {
  const busy = protocol.waitForOthers(ids.busy);
  busy.next(task);
  task.addCatch(
    choose(protocol.scope, ids.question)
      .when(when(`${canPass} and $not(${hasWaitedTooLong})`), busy)
      .otherwise(
        protocol.failWith(
          ids.failure,
          '"The service was not changed, and serves what it served before: " & $problem',
        ),
      ),
    {
      errors: ['Ecs.EcsException', 'Ecs.InvalidParameterException'],
      assign: noteProblem,
      outputs: {},
    },
  );
  return protocol.guard(task);
}
