import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { findTrial } from '../../../../definition/index.ts';
import { choose, when } from '../../../choice.ts';
import { whyRolledBack } from '../../phases/judge-release.ts';
import type { Protocol } from '../../protocol.ts';
import { findAlarms, isGuarded } from '../../states/rollback-alarms.ts';
import { isChallenger, isInterim } from '../../states/trial-role.ts';
import type { RolloutWays, Watch } from '../place.ts';
import { countUpdate, mayUpdateAgain, noteWhenRaised, wasNotJudged } from './new-fleet.ts';
import {
  creationFailed,
  isLive,
  isUpdating,
  rollbackFailed,
  wasRolledBack,
  watchRollout,
} from './rollout-status.ts';
import { startTrial } from './start-trial.ts';

/** What people call the place. */
export const endpointNoun = { noun: 'Endpoint' };

/** Looks at the endpoint, which SageMaker updates. */
export function watchEndpoint(protocol: Protocol): Watch {
  const { scope, resources } = protocol;
  const start = protocol.guard(watchRollout(scope, resources));
  const how = choose(scope, 'Rollout status?');
  start.next(how);
  return {
    start,
    decide(ways) {
      const { live, gone, again } = decide(protocol, ways);
      how
        .when(isLive, live)
        .when(wasRolledBack, gone)
        .when(creationFailed, gone)
        .when(rollbackFailed, gone)
        .when(isUpdating, ways.baking)
        .otherwise(ways.waiting);
      return again;
    },
  };
}

interface Ends {
  readonly live: IChainable;
  readonly gone: IChainable;
  readonly again?: Pass;
}

/** What follows the end of an update; that of a trial is another than that of a rollout. */
function decide(protocol: Protocol, ways: RolloutWays): Ends {
  const explain = explainRollback(protocol, ways);
  const trial = findTrial(protocol.resources.project.serving);
  if (trial === undefined) return { live: ways.live, gone: explain };
  const again = promoteAfterTrial(protocol);
  return {
    live: choose(protocol.scope, 'Which release is live?')
      .when(isInterim, again)
      .when(isChallenger, startTrial(protocol, trial, ways.undone))
      .otherwise(ways.live),
    gone: choose(protocol.scope, 'Which release was rolled back?')
      .when(isInterim, failToEndTrial(protocol))
      .otherwise(explain),
    again,
  };
}

/** SageMaker took the rollout back: why? An update that did not judge the model is tried again. */
function explainRollback(protocol: Protocol, { rolledBack, update }: RolloutWays): IChainable {
  const { scope, resources } = protocol;
  if (!isGuarded(resources)) return rolledBack;
  const explain = findAlarms(scope, resources, noteWhenRaised);
  explain.addCatch(rolledBack, { errors: ['States.ALL'], outputs: {} });
  const notJudged = protocol.failWith(
    'Model not judged',
    `"Alarms ended the update before the new model had any request. The package stays approved: when the alarms are quiet, start the promotion again or approve the package again. " & ${whyRolledBack(endpointNoun)}`,
  );
  return explain.next(
    choose(protocol.scope, 'Model judged?')
      .when(when(`${wasNotJudged} and ${mayUpdateAgain}`), update, { assign: countUpdate })
      .when(when(wasNotJudged), notJudged)
      .otherwise(rolledBack),
  );
}

function promoteAfterTrial({ scope }: Protocol): Pass {
  return Pass.jsonata(scope, 'Resume promotion', {
    comment:
      'The champion serves alone again, so that its successor can take over behind guardrails',
    assign: { decided: true },
    outputs: {},
  });
}

function failToEndTrial(protocol: Protocol): IChainable {
  return protocol.failWith(
    'Fail to end trial',
    '"The endpoint could not go back to one variant, which it must before its next model: " & $rollout.reason',
  );
}
