import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { findTrial } from '../../../../definition/index.ts';
import { choose, when } from '../../../choice.ts';
import { hasWaitedTooLong, LONGEST_WAIT, noteProblem, type Protocol } from '../../protocol.ts';
import { isAbsent } from '../place.ts';
import {
  describeChallenger,
  describeLiveConfig,
  describeLiveModel,
  hasChallenger,
  isFailed,
  isGone,
  isInService,
  isStuck,
  isUnknown,
  isUnreadable,
  lookUpEndpoint,
  lookUpEndpointAgain,
  noteAbsence,
  removeEndpoint,
} from './live-endpoint.ts';

/** What is live; an endpoint that is being changed is waited for. */
export function lookAtEndpoint(protocol: Protocol, next: IChainable): State {
  const { scope, resources } = protocol;
  const lookUp = lookUpEndpoint(scope, resources);
  const lookUpAgain = lookUpEndpointAgain(scope, resources);
  const wait = protocol.waitForOthers('Wait for endpoint update');
  wait.next(lookUp);
  const remove = protocol.guard(removeEndpoint(scope, 'Remove failed endpoint', resources));
  remove.next(wait);
  const cannotLook = protocol.failWith(
    'Endpoint unreadable',
    '"The endpoint could not be looked at: " & $problem',
  );
  const what = choose(scope, 'Endpoint status?')
    .when(isAbsent, next)
    .when(isUnknown, lookUpAgain)
    .when(isUnreadable, cannotLook)
    .when(isInService, describeLive(protocol, { next, cannotLook }))
    .when(isFailed, remove)
    .when(isStuck, endpointIsStuck(protocol))
    .when(when(hasWaitedTooLong), endpointChangesTooLong(protocol))
    .otherwise(wait);
  const judge = (task: CallAwsService, otherwise: 'Unknown' | 'Unreadable') => {
    task.addCatch(what, {
      errors: ['SageMaker.SageMakerException'],
      assign: { ...noteProblem, ...noteAbsence(otherwise) },
      outputs: {},
    });
    protocol.guard(task).next(what);
  };
  judge(lookUp, 'Unknown');
  judge(lookUpAgain, 'Unreadable');
  return lookUp;
}

/** Which model serves. One that was deleted while the endpoint uses it is not known, and is replaced. */
function describeLive(
  protocol: Protocol,
  { next, cannotLook }: { readonly next: IChainable; readonly cannotLook: IChainable },
): IChainable {
  const { scope, resources } = protocol;
  const config = describeLiveConfig(scope, resources);
  const model = describeLiveModel(scope);
  const isMissing = choose(scope, 'Config or model deleted?')
    .when(isGone, next)
    .otherwise(cannotLook);
  for (const task of [config, model]) {
    task.addCatch(isMissing, {
      errors: ['SageMaker.SageMakerException'],
      assign: noteProblem,
      outputs: {},
    });
  }
  return protocol.guard(config).next(protocol.guard(model)).next(lookAtTrial(protocol, next));
}

function endpointIsStuck(protocol: Protocol): IChainable {
  return protocol.failWith(
    'Endpoint is stuck',
    '"The endpoint is " & $live.status & " and SageMaker takes no update. See docs/promotion.md, runbook."',
  );
}

function endpointChangesTooLong(protocol: Protocol): IChainable {
  return protocol.failWith(
    'Endpoint changes too long',
    `"The endpoint was still " & $live.status & " after ${LONGEST_WAIT.toHumanString()}. Nothing was changed. Approve or reject the package again."`,
  );
}

/** Who stands beside the live model, where models are tried. */
function lookAtTrial(protocol: Protocol, next: IChainable): IChainable {
  if (findTrial(protocol.resources.project.serving) === undefined) return next;
  const describe = protocol.guard(describeChallenger(protocol.scope));
  describe.next(next);
  return choose(protocol.scope, 'Challenger on endpoint?')
    .when(hasChallenger, describe)
    .otherwise(next);
}
