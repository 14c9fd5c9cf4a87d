import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { findTrial } from '../../projects/index.ts';
import { cleanUp, explainRollback, undo, verifyRelease } from './judge.ts';
import { makeRelease } from './make-release.ts';
import type { Protocol } from './protocol.ts';
import { reviewTrial } from './review-trial.ts';
import {
  creationFailed,
  isLive,
  isUpdating,
  rollbackFailed,
  sendTestRows,
  wasRolledBack,
  watchRollout,
} from './rollout.ts';
import { isChallenger, isInterim } from './trial.ts';

/** Makes the release and rolls it out; every doubt takes it back. */
export function rollOut(protocol: Protocol): { start: IChainable; again?: Pass } {
  const { scope, resources } = protocol;
  const cleaned = cleanUp(protocol);
  const undone = undo(protocol);
  const verify = verifyRelease(protocol, { right: cleaned, wrong: undone });
  const bake = protocol.wait('Let it bake', resources.project.serving.pollSeconds);
  const watch = protocol.guard(watchRollout(scope, resources));
  const send = sendTestRows(scope, resources);
  send.addCatch(bake, { errors: ['States.ALL'], outputs: {} });
  send.next(bake);
  bake.next(watch);
  const how = protocol.choose('How is the rollout?');
  watch.next(how);
  const { start, update } = makeRelease(protocol, bake);
  const explain = explainRollback(protocol, update);
  const trial = findTrial(resources.project.serving);
  if (trial === undefined) {
    how
      .when(isLive, verify)
      .when(wasRolledBack, explain)
      .when(creationFailed, explain)
      .when(rollbackFailed, explain)
      .when(isUpdating, send)
      .otherwise(bake);
    return { start };
  }
  const again = Pass.jsonata(scope, 'Now its turn', {
    comment:
      'The champion serves alone again, so that its successor can take over behind guardrails',
    assign: { decided: true },
    outputs: {},
  });
  const stayed = protocol.failWith(
    'Fail to end the trial',
    '"The endpoint could not go back to one variant, which it must before its next model: " & $rollout.reason',
  );
  const live = protocol
    .choose('What went live?')
    .when(isInterim, again)
    .when(isChallenger, reviewTrial(protocol, trial, undone))
    .otherwise(verify);
  const gone = protocol.choose('What was taken back?').when(isInterim, stayed).otherwise(explain);
  how
    .when(isLive, live)
    .when(wasRolledBack, gone)
    .when(rollbackFailed, gone)
    .when(isUpdating, send)
    .otherwise(bake);
  how.when(creationFailed, gone);
  return { start, again };
}
