import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { findTrial } from '../../../definition/index.ts';
import { choose } from '../../choice.ts';
import { jsonata, quote } from '../../jsonata.ts';
import type { ProjectResources } from '../../project-resources.ts';
import type { Place } from '../places/place.ts';
import type { Protocol } from '../protocol.ts';
import { outcomes, settleOn } from '../states/outcome.ts';
import { alarmsLeftOut, isGuarded } from '../states/rollback-alarms.ts';
import { answersAreRight, verifyAnswers } from '../states/test-rows.ts';
import { whyTrialEnded } from '../states/trial-role.ts';

/** The model is live: it stays if it answers as it did when it was evaluated. */
export function verifyRelease(
  protocol: Protocol,
  ways: { readonly right: IChainable; readonly wrong: IChainable },
): IChainable {
  return demandRightAnswers(
    protocol,
    'Answers correct?',
    verifyAnswers(protocol.scope, protocol.resources),
    ways,
  );
}

/** What cannot be verified does not stay. */
export function demandRightAnswers(
  protocol: Protocol,
  question: string,
  test: LambdaInvoke,
  ways: { readonly right: IChainable; readonly wrong: IChainable },
): IChainable {
  test.addCatch(ways.wrong, {
    errors: ['States.ALL'],
    assign: { findings: [jsonata('"The test failed: " & $states.errorOutput.Error')] },
    outputs: {},
  });
  return test.next(
    choose(protocol.scope, question).when(answersAreRight, ways.right).otherwise(ways.wrong),
  );
}

/** Why the place took the release back, for people. */
export function whyRolledBack({ noun }: Pick<Place, 'noun'>): string {
  return `$join([
  $rollout.reason != "" ? $rollout.reason,
  $count($alarms) > 0 ? "In alarm: " & $join($alarms, "; "),
  $count($findings) > 0 ? "Test rows: " & $join($findings, "; "),
  ${quote(`${noun}: `)} & $rollout.status
], " ")`;
}

export function noteRollback(protocol: Protocol, place: Place): IChainable {
  return protocol.settle(
    'Note rollback',
    settleOn(outcomes.rolledBack, withAlarms(protocol.resources, whyRolledBack(place))),
  );
}

/** A reason, and which alarms did not guard the update. */
function withAlarms(resources: ProjectResources, reason: string): string {
  if (!isGuarded(resources)) return reason;
  return `$join([(${reason})[$ != ""], ${alarmsLeftOut}], " ")`;
}

/** The model is live and answers wrongly: the old one comes back; a first one goes. */
export function undo(protocol: Protocol, place: Place): IChainable {
  const note = protocol.settle(
    'Note wrong answers',
    settleOn(
      outcomes.rolledBack,
      withAlarms(
        protocol.resources,
        '"The model answers its own test rows wrongly: " & $join($findings, "; ")',
      ),
    ),
  );
  return place.undo(protocol, note);
}

/** Removes what nothing references; a failure here leaves the new model live. */
export function cleanUp(protocol: Protocol, place: Place): IChainable {
  const { resources } = protocol;
  const why = findTrial(resources.project.serving) === undefined ? '""' : whyTrialEnded;
  const live = protocol.settle('Note success', settleOn(outcomes.live, withAlarms(resources, why)));
  return place.cleanUp(protocol, live);
}
