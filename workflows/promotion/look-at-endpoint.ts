import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import { findTrial } from '../../projects/index.ts';
import {
  describeChallenger,
  describeLiveConfig,
  describeLiveModel,
  hasChallenger,
  isAbsent,
  isFailed,
  isGone,
  isInService,
  isStuck,
  isUnknown,
  lookUpEndpoint,
  noteAbsence,
  removeEndpoint,
} from './live-endpoint.ts';
import { hasWaitedTooLong, LONGEST_WAIT, noteProblem, type Protocol } from './protocol.ts';

/** What is live; an endpoint that is being changed is waited for. */
export function lookAtEndpoint(protocol: Protocol, next: IChainable): State {
  const lookUp = lookUpEndpoint(protocol.scope, protocol.resources);
  const wait = protocol.waitForOthers('Wait for the endpoint');
  wait.next(lookUp);
  const remove = protocol.guard(
    removeEndpoint(protocol.scope, 'Remove failed endpoint', protocol.resources),
  );
  remove.next(wait);
  const config = describeLiveConfig(protocol.scope, protocol.resources);
  const model = describeLiveModel(protocol.scope);
  const cannotLook = protocol.failWith(
    'Cannot look',
    '"The endpoint could not be looked at: " & $problem',
  );
  // It may have been deleted while the endpoint uses it: what is live is then not known, and replaced.
  const isMissing = protocol.choose('Is it missing?').when(isGone, next).otherwise(cannotLook);
  for (const task of [config, model]) {
    task.addCatch(isMissing, {
      errors: ['SageMaker.SageMakerException'],
      assign: noteProblem,
      outputs: {},
    });
  }
  const describe = protocol
    .guard(config)
    .next(protocol.guard(model))
    .next(lookAtTrial(protocol, next));
  const stuck = protocol.failWith(
    'Endpoint is stuck',
    '"The endpoint is " & $live.status & " and SageMaker takes no update. See docs/promotion.md, runbook."',
  );
  const what = protocol.choose('What is it doing?');
  lookUp.addCatch(what, {
    errors: ['SageMaker.SageMakerException'],
    assign: { ...noteProblem, ...noteAbsence },
    outputs: {},
  });
  protocol.guard(lookUp).next(
    what
      .when(isAbsent, next)
      .when(isUnknown, cannotLook)
      .when(isInService, describe)
      .when(isFailed, remove)
      .when(isStuck, stuck)
      .when(
        protocol.when(hasWaitedTooLong),
        protocol.failWith(
          'Endpoint changes too long',
          `"The endpoint was still " & $live.status & " after ${LONGEST_WAIT.toHumanString()}. Nothing was changed. Approve or reject the package again."`,
        ),
      )
      .otherwise(wait),
  );
  return lookUp;
}

/** Who stands beside the live model, where models are tried. */
function lookAtTrial(protocol: Protocol, next: IChainable): IChainable {
  if (findTrial(protocol.resources.project.serving) === undefined) return next;
  const describe = protocol.guard(describeChallenger(protocol.scope));
  describe.next(next);
  return protocol.choose('Is a trial on?').when(hasChallenger, describe).otherwise(next);
}
