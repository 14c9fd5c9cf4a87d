import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { choose, when } from '../../../choice.ts';
import { awaitQuietAlarms } from '../../phases/await-alarms.ts';
import { hasWaitedTooLong, noteProblem, type Protocol } from '../../protocol.ts';
import { recordLiveAnswers } from '../../states/test-rows.ts';
import { isAbsent, type MadeRelease } from '../place.ts';
import { createService, startShifting, updateService } from './deploy.ts';
import { cannotShift } from './live-service.ts';
import { registerRevision } from './revision.ts';
import { servingOf } from './service-serving.ts';

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
  const how = choose(scope, 'Create or update service?').when(isAbsent, create);
  if (servingOf(resources).rollout.type !== 'rolling') {
    const start = untilFree(protocol, startShifting(scope, resources), {
      busy: 'Wait to update target groups',
      question: 'Retry update of target groups?',
      failure: 'Fail to update target groups',
    });
    start.next(next);
    how.when(cannotShift, start);
  }
  register.next(how.otherwise(change));
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

/**
 * A removed service of the name still drains, a deployment of others has just begun, or the first service of an account
 * comes before its service-linked role (https://github.com/awslabs/fargatecli/issues/35): wait, do not fail.
 */
const canPass =
  '$contains($problem, /draining|not idempotent|in progress|service linked role|Throttling|Rate exceeded/i)';

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
      errors: ['Ecs.EcsException', 'Ecs.ClientException', 'Ecs.InvalidParameterException'],
      assign: noteProblem,
      outputs: {},
    },
  );
  return protocol.guard(task);
}
