import { type IChainable, Pass, type State } from 'aws-cdk-lib/aws-stepfunctions';
import { choose, when } from '../../../choice.ts';
import { jsonata } from '../../../jsonata.ts';
import type { Protocol } from '../../protocol.ts';
import {
  describeAlarms,
  findAlarms,
  inAlarm,
  isGuarded,
  namesAndReasons,
} from '../../states/rollback-alarms.ts';
import { isAbsent, type RolloutWays, type Watch } from '../place.ts';
import {
  isFirst,
  isLate,
  isRolledOut,
  isRunning,
  rollBackDeployment,
  wasRolledBack,
  watchDeployment,
} from './deployment-status.ts';
import { removeService } from './live-service.ts';
import { readEvents } from './service-events.ts';

/** Looks at the deployment, which ECS carries out and takes back when an alarm is raised. */
export function watch(protocol: Protocol): Watch {
  const { scope, resources } = protocol;
  const start = protocol.guard(watchDeployment(scope, 'Watch deployment', resources));
  const how = choose(scope, 'Rollout status?');
  start.next(how);
  return {
    start,
    decide(ways) {
      how
        .when(isRolledOut, ways.live)
        .when(wasRolledBack, explain(protocol, afterRollback(protocol, ways)))
        .when(isLate, stop(protocol, 'Stop late deployment', ways.waiting))
        // Test rows would find no task, and their failures would raise alarms before the next model.
        .when(isFirst, ways.waiting)
        .when(isRunning, lookAtAlarms(protocol, ways))
        .otherwise(ways.waiting);
      return undefined;
    },
  };
}

/** Nothing served before: a service whose first deployment failed has no task, and would be in the way of the next. */
function afterRollback(protocol: Protocol, { rolledBack }: RolloutWays): IChainable {
  const { scope, resources } = protocol;
  const remove = protocol.guard(removeService(scope, 'Remove unhealthy service', resources));
  remove.next(rolledBack);
  return choose(scope, 'First deployment failed?').when(isAbsent, remove).otherwise(rolledBack);
}

/** Why, for people: what became of the tasks, and the alarms. */
function explain(protocol: Protocol, next: IChainable): IChainable {
  const { scope, resources } = protocol;
  const alarms = explainAlarms(protocol, next);
  const read = readEvents(scope, resources);
  read.addCatch(alarms, { errors: ['States.ALL'], outputs: {} });
  return read.next(alarms);
}

function explainAlarms({ scope, resources }: Protocol, next: IChainable): IChainable {
  if (!isGuarded(resources)) return next;
  const find = findAlarms(scope, resources, {});
  find.addCatch(next, { errors: ['States.ALL'], outputs: {} });
  return find.next(next);
}

function stop(protocol: Protocol, id: string, next: IChainable): State {
  const task = rollBackDeployment(protocol.scope, id, protocol.resources);
  // It has ended by itself, which the next look shows.
  task.addCatch(next, { errors: ['States.ALL'], outputs: {} });
  task.next(next);
  return task;
}

/**
 * ECS does not watch the alarms of a deployment that begins while one of them is in ALARM, which can happen between the last
 * look and the begin: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
function lookAtAlarms(protocol: Protocol, ways: RolloutWays): IChainable {
  const { scope, resources } = protocol;
  if (!isGuarded(resources)) return ways.baking;
  const look = describeAlarms(scope, 'Look at alarms', resources, {
    rollout: jsonata(
      `$merge([$rollout, {"raised": [${inAlarm}.AlarmName[$not($ in $rollbackAlarms.raised)]]}])`,
    ),
    alarms: namesAndReasons,
  });
  look.addCatch(ways.baking, { errors: ['States.ALL'], outputs: {} });
  const begun = Pass.jsonata(scope, 'Deployment to come', { outputs: {} });
  begun.next(ways.waiting);
  return look.next(
    choose(scope, 'Alarm raised?')
      .when(when('$count($rollout.raised) > 0 and $rollout.deployment = ""'), begun)
      .when(
        when('$live.status != "Absent" and $count($rollout.raised) > 0'),
        stop(protocol, 'Roll back deployment', ways.waiting),
      )
      .otherwise(ways.baking),
  );
}
