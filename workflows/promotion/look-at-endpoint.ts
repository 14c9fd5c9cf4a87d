import type { IChainable, State } from 'aws-cdk-lib/aws-stepfunctions';
import { findTrial } from '../../projects/index.ts';
import {
  describeChallenger,
  describeEndpoint,
  describeLiveConfig,
  describeLiveModel,
  hasChallenger,
  isAbsent,
  isFailed,
  isInService,
  isStuck,
  lookUpEndpoint,
  removeEndpoint,
} from './live-endpoint.ts';
import type { Protocol } from './protocol.ts';

/** What is live; an endpoint that is being changed is waited for. */
export function lookAtEndpoint(protocol: Protocol, next: IChainable): State {
  const lookUp = protocol.guard(lookUpEndpoint(protocol.scope, protocol.resources));
  const wait = protocol.wait(
    'Wait for the endpoint',
    protocol.resources.project.serving.pollSeconds,
  );
  wait.next(lookUp);
  const remove = protocol.guard(
    removeEndpoint(protocol.scope, 'Remove failed endpoint', protocol.resources),
  );
  remove.next(wait);
  const config = describeLiveConfig(protocol.scope, protocol.resources);
  const model = describeLiveModel(protocol.scope);
  for (const task of [config, model]) {
    // Somebody deleted it under the endpoint's feet: what is live is then not known, and replaced.
    task.addCatch(next, { errors: ['SageMaker.SageMakerException'], outputs: {} });
  }
  const describe = protocol
    .guard(describeEndpoint(protocol.scope, protocol.resources))
    .next(protocol.guard(config))
    .next(protocol.guard(model))
    .next(lookAtTrial(protocol, next));
  const stuck = protocol.failWith(
    'Endpoint is stuck',
    '"The endpoint is " & $live.status & " and SageMaker takes no update. See docs/promotion.md, runbook."',
  );
  lookUp.next(
    protocol
      .choose('What is it doing?')
      .when(isAbsent, next)
      .when(isInService, describe)
      .when(isFailed, remove)
      .when(isStuck, stuck)
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
