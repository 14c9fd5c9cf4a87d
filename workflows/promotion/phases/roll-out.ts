import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { findTrial } from '../../../definition/index.ts';
import { choose } from '../../choice.ts';
import type { Protocol } from '../protocol.ts';
import {
  creationFailed,
  isLive,
  isUpdating,
  rollbackFailed,
  wasRolledBack,
  watchRollout,
} from '../states/rollout-status.ts';
import { sendTestRows } from '../states/test-rows.ts';
import { isChallenger, isInterim } from '../states/trial-role.ts';
import { cleanUp, explainRollback, undo, verifyRelease } from './judge-release.ts';
import { makeRelease } from './make-release.ts';
import { startTrial } from './start-trial.ts';

/** Makes the release and rolls it out; every doubt takes it back. */
export function rollOut(protocol: Protocol): { readonly start: IChainable; readonly again?: Pass } {
  const watch = watchUntilDecided(protocol);
  const { start, update } = makeRelease(protocol, watch.bake);
  const explain = explainRollback(protocol, update);
  const undone = undo(protocol);
  const verify = verifyRelease(protocol, { right: cleanUp(protocol), wrong: undone });
  const trial = findTrial(protocol.resources.project.serving);
  if (trial === undefined) {
    watch.decide({ live: verify, gone: explain });
    return { start };
  }
  const again = promoteAfterTrial(protocol);
  watch.decide({
    live: choose(protocol.scope, 'Which release is live?')
      .when(isInterim, again)
      .when(isChallenger, startTrial(protocol, trial, undone))
      .otherwise(verify),
    gone: choose(protocol.scope, 'Which release was rolled back?')
      .when(isInterim, failToEndTrial(protocol))
      .otherwise(explain),
  });
  return { start, again };
}

/** Looks at the endpoint, and sends test rows through it, until it is in service or failed. */
function watchUntilDecided(protocol: Protocol) {
  const { scope, resources } = protocol;
  const bake = protocol.wait('Wait for rollout', resources.project.serving.pollSeconds);
  const watch = protocol.guard(watchRollout(scope, resources));
  const send = sendTestRows(scope, resources);
  send.addCatch(bake, { errors: ['States.ALL'], outputs: {} });
  send.next(bake);
  bake.next(watch);
  const how = choose(scope, 'Rollout status?');
  watch.next(how);
  return {
    bake,
    decide({ live, gone }: { readonly live: IChainable; readonly gone: IChainable }) {
      how
        .when(isLive, live)
        .when(wasRolledBack, gone)
        .when(creationFailed, gone)
        .when(rollbackFailed, gone)
        .when(isUpdating, send)
        .otherwise(bake);
    },
  };
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
