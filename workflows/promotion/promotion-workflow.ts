import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IChainable, Pass, type StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { findTrial } from '../../definition/index.ts';
import type { ProjectResources } from '../project-resources.ts';
import { createStateMachine } from '../state-machine.ts';
import { noShortage } from '../tasks/index.ts';
import { checkCandidate } from './phases/check-candidate.ts';
import { decide } from './phases/decide.ts';
import { renderEnds } from './phases/finish.ts';
import { rollOut } from './phases/roll-out.ts';
import { takeLock } from './phases/take-lock.ts';
import { findPlace } from './places/index.ts';
import { Protocol } from './protocol.ts';
import { endpointClaim } from './states/endpoint-lock.ts';
import { alarmVariables, isGuarded } from './states/rollback-alarms.ts';
import { trialVariables } from './states/trial-role.ts';

/** A rollout of eight hours behind another one, and some. */
const EXECUTION_TIMEOUT = Duration.days(2);

/**
 * `<project>-promotion`: an approved model goes live behind guardrails, or nothing changes. A
 * rejected live model is replaced by the one approved before it.
 */
export class PromotionWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, resources: ProjectResources) {
    super(scope, id);
    this.stateMachine = createStateMachine(this, {
      name: resources.names.promotionStateMachine,
      comment: `${resources.project.description}: an approved model goes live, or nothing changes`,
      start: renderStates(this, resources),
      timeout: EXECUTION_TIMEOUT,
    });
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({
        // Without it S3 answers 403 instead of 404 for an archive that is gone.
        actions: ['s3:ListBucket'],
        resources: [resources.bucket.bucketArn],
      }),
    );
  }
}

/** The protocol at one glance, from its end to its start; each phase is given the next one. */
function renderStates(scope: Construct, resources: ProjectResources): IChainable {
  const lock = endpointClaim(scope, resources);
  const place = findPlace(resources.project.serving);
  const ends = renderEnds({ scope, resources, lock, place });
  const protocol = new Protocol({ scope, resources, lock, ends });
  const rollout = rollOut(protocol, place);
  const look = place.look(protocol, decide(protocol, checkCandidate(protocol, rollout.start)));
  rollout.again?.next(look);
  const begin = Pass.jsonata(scope, 'Begin', {
    comment: 'Names every variable that a later state may ask for',
    assign: {
      candidate: {},
      live: {},
      baseline: [],
      findings: [],
      alarms: [],
      [protocol.lock.variable]: { isHeld: false },
      ...(isGuarded(resources) ? alarmVariables : {}),
      ...place.variables(resources),
      ...noShortage,
      ...(findTrial(resources.project.serving) === undefined ? {} : trialVariables),
    },
  });
  return begin.next(takeLock(protocol, look));
}
