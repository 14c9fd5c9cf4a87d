import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { findTrial } from '../../../definition/index.ts';
import { choose, when } from '../../choice.ts';
import { jsonata } from '../../jsonata.ts';
import type { ProjectResources } from '../../project-resources.ts';
import type { Guardable } from '../../tasks/index.ts';
import type { Protocol } from '../protocol.ts';
import { listConfigs, listModels, removeOld } from '../states/clean-up.ts';
import { restorePreviousConfig } from '../states/endpoint-update.ts';
import { isAbsent, removeEndpoint } from '../states/live-endpoint.ts';
import { outcomes, settleOn } from '../states/outcome.ts';
import {
  alarmsLeftOut,
  countUpdate,
  findAlarms,
  isGuarded,
  mayUpdateAgain,
  wasNotJudged,
} from '../states/rollback-alarms.ts';
import { isServing, rollbackFailed, watchPreviousModel } from '../states/rollout-status.ts';
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

const whyRolledBack = `$join([
  $rollout.reason != "" ? $rollout.reason,
  $count($alarms) > 0 ? "In alarm: " & $join($alarms, "; "),
  $count($findings) > 0 ? "Test rows: " & $join($findings, "; "),
  "Endpoint: " & $rollout.status
], " ")`;

/** SageMaker took the rollout back: why? An update that did not judge the model is tried again. */
export function explainRollback(protocol: Protocol, update: IChainable): IChainable {
  const { scope, resources } = protocol;
  const rolledBack = protocol.settle(
    'Note rollback',
    settleOn(outcomes.rolledBack, withAlarms(resources, whyRolledBack)),
  );
  if (!isGuarded(resources)) return rolledBack;
  const explain = findAlarms(scope, resources);
  explain.addCatch(rolledBack, { errors: ['States.ALL'], outputs: {} });
  const notJudged = protocol.failWith(
    'Model not judged',
    `"Alarms ended the update before the new model had any request. The package stays approved: when the alarms are quiet, start the promotion again or approve the package again. " & ${whyRolledBack}`,
  );
  return explain.next(
    choose(protocol.scope, 'Model judged?')
      .when(when(`${wasNotJudged} and ${mayUpdateAgain}`), update, { assign: countUpdate })
      .when(when(wasNotJudged), notJudged)
      .otherwise(rolledBack),
  );
}

/** A reason, and which alarms did not guard the update. */
function withAlarms(resources: ProjectResources, reason: string): string {
  if (!isGuarded(resources)) return reason;
  return `$join([(${reason})[$ != ""], ${alarmsLeftOut}], " ")`;
}

/** The model is live and answers wrongly: the old one comes back; a first one goes. */
export function undo(protocol: Protocol): IChainable {
  const { scope, resources } = protocol;
  const note = protocol.settle(
    'Note wrong answers',
    settleOn(
      outcomes.rolledBack,
      withAlarms(
        resources,
        '"The model answers its own test rows wrongly: " & $join($findings, "; ")',
      ),
    ),
  );
  const back = protocol.guard(restorePreviousConfig(scope, resources));
  const wait = protocol.wait('Wait for previous model', resources.project.serving.pollSeconds);
  const watch = protocol.guard(watchPreviousModel(scope, resources));
  back.next(wait);
  wait.next(watch);
  watch.next(
    choose(protocol.scope, 'Previous model live?')
      .when(isServing, note)
      .when(rollbackFailed, note)
      .otherwise(wait),
  );
  const remove = protocol.guard(removeEndpoint(scope, 'Remove endpoint', resources));
  remove.next(note);
  return choose(protocol.scope, 'Restore or remove endpoint?')
    .when(isAbsent, remove)
    .otherwise(back);
}

/** Removes what nothing references; a failure here leaves the new model live. */
export function cleanUp(protocol: Protocol): IChainable {
  const { scope, resources } = protocol;
  const why = findTrial(resources.project.serving) === undefined ? '""' : whyTrialEnded;
  const live = protocol.settle('Note success', settleOn(outcomes.live, withAlarms(resources, why)));
  const guard = (task: Guardable) => task.addCatch(live, { errors: ['States.ALL'], outputs: {} });
  const remove = removeOld(scope, resources);
  guard(remove);
  remove.next(live);
  return listConfigs(scope, resources, {
    next: listModels(scope, resources, { next: remove, guard }),
    guard,
  });
}
