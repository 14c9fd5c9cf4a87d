import { type IChainable, Pass, type State } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { findInstances, findTrial } from '../../../../definition/index.ts';
import { choose, when } from '../../../choice.ts';
import type { Guardable } from '../../../tasks/index.ts';
import { awaitQuietAlarms } from '../../phases/await-alarms.ts';
import { hasWaitedTooLong, noteProblem, type Protocol } from '../../protocol.ts';
import { recordLiveAnswers } from '../../states/test-rows.ts';
import {
  changesTheVariants,
  endsTrialFirst,
  interimRelease,
  isChallenger,
  isOnTrial,
} from '../../states/trial-role.ts';
import { isAbsent, type MadeRelease } from '../place.ts';
import { createEndpointConfig, createTrialConfig } from './endpoint-config.ts';
import {
  canPass,
  changeVariants,
  createEndpoint,
  createModel,
  existsAlready,
  updateEndpoint,
} from './endpoint-update.ts';
import { hasInstances } from './live-endpoint.ts';
import { noRequests } from './new-fleet.ts';
import { forgetChallenger, isNoTarget, pauseScaling } from './scaling.ts';

/** From the first look at the endpoint to the request that changes it; `update` is where it is tried again. */
export function makeRelease(protocol: Protocol, next: IChainable): MadeRelease {
  const { scope, resources } = protocol;
  const { serving } = resources.project;
  const model = createModel(scope, resources);
  const config = configure(protocol, ask(protocol, next));
  tolerateExisting(protocol, 'model', model, config);
  protocol.guard(model).next(config);
  const confirm = protocol.lock.confirm({
    next: model,
    guard: (task) => protocol.guard(task),
  });

  const rest = pauseScalingDuring(protocol, confirm);
  const update = awaitQuietAlarms(protocol, {
    next: rest,
    assign: noRequests,
    // Without guardrails no alarm ends it.
    ...(findTrial(serving) === undefined ? {} : { unguarded: changesTheVariants }),
  });
  const record = recordLiveAnswers(scope, resources);
  record.addCatch(update, { errors: ['States.ALL'], outputs: {} });
  record.next(update);
  const begin = choose(protocol.scope, 'Endpoint exists?').when(isAbsent, confirm);
  if (findTrial(serving) !== undefined) {
    const interim = Pass.jsonata(scope, 'End trial first', {
      comment: 'SageMaker changes the set of variants only without guardrails',
      assign: { release: interimRelease(resources) },
      outputs: {},
    });
    begin.when(endsTrialFirst, interim.next(rest));
  }
  if (findInstances(serving) === undefined) {
    begin.when(
      hasInstances,
      protocol.failWith(
        'Refuse serverless conversion',
        '"The endpoint has instances, and SageMaker cannot make it serverless. It serves what it served before. Delete it, then approve the package again: it is created again."',
      ),
    );
  }
  return { start: begin.otherwise(record), update };
}

/** Autoscaling is paused while the endpoint changes. A scaled variant could not be removed. */
function pauseScalingDuring(protocol: Protocol, next: State): State {
  const { scope, resources } = protocol;
  const instances = findInstances(resources.project.serving);
  if (instances?.autoscaling === undefined) return next;
  const pause = pauseScaling(scope, resources, instances.autoscaling);
  pause.addCatch(next, { errors: ['States.ALL'], outputs: {} });
  if (instances.trial?.type !== 'ab') {
    pause.next(next);
    return pause;
  }
  const forget = forgetChallenger(scope, resources);
  forget.addCatch(next, { errors: [isNoTarget], outputs: {} });
  protocol.guard(forget).next(next);
  pause.next(choose(protocol.scope, 'Challenger scales?').when(isOnTrial, forget).otherwise(next));
  return pause;
}

/** Says how the model is served: alone, or beside the live one. */
function configure(protocol: Protocol, next: IChainable): State {
  const { scope, resources } = protocol;
  const alone = createEndpointConfig(scope, resources);
  tolerateExisting(protocol, 'config', alone, next);
  protocol.guard(alone).next(next);
  const trial = findTrial(resources.project.serving);
  if (trial === undefined) return alone;
  const beside = createTrialConfig(scope, resources, trial);
  tolerateExisting(protocol, 'trial config', beside, next);
  protocol.guard(beside).next(next);
  return choose(protocol.scope, 'Live or trial config?')
    .when(isChallenger, beside)
    .otherwise(alone);
}

/** Asks SageMaker for the change. */
function ask(protocol: Protocol, next: IChainable): State {
  const { scope, resources } = protocol;
  const create = protocol.guard(createEndpoint(scope, resources));
  const update = untilFree(protocol, updateEndpoint(scope, resources), {
    busy: 'Wait to update endpoint',
    question: 'Retry endpoint update?',
    failure: 'Fail to update endpoint',
  });
  update.next(next);
  create.next(next);
  const choice = choose(protocol.scope, 'Create or update endpoint?').when(isAbsent, create);
  if (findTrial(resources.project.serving) !== undefined) {
    const change = untilFree(protocol, changeVariants(scope, resources), {
      busy: 'Wait to change variants',
      question: 'Retry variant change?',
      failure: 'Fail to change variants',
    });
    change.next(next);
    choice.when(changesTheVariants, change);
  }
  return choice.otherwise(update);
}

/** Waits while another caller's update runs. */
function untilFree(
  protocol: Protocol,
  update: CallAwsService,
  ids: { readonly busy: string; readonly question: string; readonly failure: string },
): CallAwsService {
  const busy = protocol.waitForOthers(ids.busy);
  busy.next(update);
  update.addCatch(
    choose(protocol.scope, ids.question)
      .when(when(`${canPass} and $not(${hasWaitedTooLong})`), busy)
      .otherwise(protocol.failWith(ids.failure, '"The endpoint was not updated: " & $problem')),
    { errors: ['SageMaker.SageMakerException'], assign: noteProblem, outputs: {} },
  );
  return protocol.guard(update);
}

/** Accepts what exists already: a creation whose answer was lost is retried. */
function tolerateExisting(
  protocol: Protocol,
  what: string,
  task: Guardable,
  next: IChainable,
): void {
  task.addCatch(
    choose(protocol.scope, `${capitalize(what)} exists already?`)
      .when(existsAlready, next)
      .otherwise(
        protocol.failWith(`Fail to create ${what}`, `"The ${what} was not created: " & $problem`),
      ),
    { errors: ['SageMaker.SageMakerException'], assign: noteProblem, outputs: {} },
  );
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
