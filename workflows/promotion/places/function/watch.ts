import { type IChainable, Pass, type State } from 'aws-cdk-lib/aws-stepfunctions';
import { choose, when } from '../../../choice.ts';
import { jsonata } from '../../../jsonata.ts';
import type { Protocol } from '../../protocol.ts';
import {
  describeAlarms,
  inAlarm,
  isGuarded,
  namesAndReasons,
} from '../../states/rollback-alarms.ts';
import type { RolloutWays, Watch } from '../place.ts';
import { servingOf } from './function-serving.ts';
import { removeProvisioned } from './provisioned-concurrency.ts';
import { giveAllTo, isShifted, isStepOver, type Step, shiftRequests, stepsOf } from './shift.ts';

/** Looks at the alarms, and gives the new version its next share when the one before has been watched for its time. */
export function watch(protocol: Protocol): Watch {
  const steps = stepsOf(servingOf(protocol.resources));
  const start = watchAlarms(protocol, steps);
  const how = choose(protocol.scope, 'Rollout status?');
  start.next(how);
  return {
    start,
    decide(ways) {
      how.when(hasRaised, takeBack(protocol, ways)).when(isShifted(steps), ways.live);
      if (steps.length > 1) how.when(isStepOver(steps), shiftMore(protocol, steps, ways));
      how.otherwise(ways.baking);
      return undefined;
    },
  };
}

/** An alarm that was quiet before the first share of requests. */
const hasRaised = when('$live.status != "Absent" and $count($rollout.raised) > 0');

const shares = (steps: readonly Step[]) =>
  `$live.status = "Absent" ? 100 : ${JSON.stringify(steps.map(({ percent }) => percent))}[$shift.step]`;

function watchAlarms(
  protocol: Protocol,
  steps: readonly Step[],
): Pass | ReturnType<typeof describeAlarms> {
  const { scope, resources } = protocol;
  const rollout = (raised: string) =>
    jsonata(`{
  "status": "version " & $release.version & " had " & $string(${shares(steps)}) & " percent of the requests",
  "reason": "",
  "raised": ${raised}
}`);
  if (!isGuarded(resources)) {
    return Pass.jsonata(scope, 'Watch rollout', {
      assign: { rollout: rollout('[]') },
      outputs: {},
    });
  }
  return protocol.guard(
    describeAlarms(scope, 'Watch rollout', resources, {
      rollout: rollout(`[${inAlarm}.AlarmName[$not($ in $rollbackAlarms.raised)]]`),
      alarms: namesAndReasons,
    }),
  );
}

/** The version before gets all requests again. */
function takeBack(protocol: Protocol, { rolledBack }: RolloutWays): IChainable {
  const back = protocol.guard(
    giveAllTo(protocol.scope, 'Take back requests', protocol.resources, '$live.version'),
  );
  back.next(
    removeProvisioned(protocol, 'Stop provisioning after alarms', '$release.version', rolledBack),
  );
  return back;
}

function shiftMore(protocol: Protocol, steps: readonly Step[], { waiting }: RolloutWays): State {
  const { scope, resources } = protocol;
  const shift = protocol.guard(shiftRequests(scope, 'Shift more requests', resources, steps));
  shift.next(waiting);
  return shift;
}
