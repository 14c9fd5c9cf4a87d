import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  Choice,
  Fail,
  type IChainable,
  type State,
  type StateMachine,
  Succeed,
  type TaskStateBase,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Claim } from '../claim/index.ts';
import { causeText, errorText } from '../field-text.ts';
import { jsonata } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { createStateMachine } from '../state-machine.ts';
import { awaitCapacity, type CreateJob, type Guardable } from '../tasks/index.ts';
import { findChampion, hasChampion, readChampion } from './champion.ts';
import { contentClaim, datasetClaim, EXECUTION_TIMEOUT } from './claims.ts';
import {
  identifyDataset,
  inspectDataset,
  isNewest,
  isUsable,
  keepDataset,
  lookForNewerData,
} from './dataset.ts';
import {
  announceFailure,
  noteFailure,
  noteFailureAfterPreparation,
  recordFailure,
} from './failure.ts';
import {
  announceObjections,
  lacksMetrics,
  noteLacks,
  passesTheGate,
  readEvaluation,
  recordObjections,
} from './gate.ts';
import { evaluateModel, prepareData, trainModel } from './jobs.ts';
import {
  announceCandidate,
  fingerprint,
  recordRegistration,
  registerModel,
} from './registration.ts';
import { announceRejection, recordRejection, vanished } from './rejection.ts';

/**
 * `<project>-training`: from an upload to a registered model, or to a recorded reason why not.
 */
export class TrainingWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, resources: ProjectResources) {
    super(scope, id);
    this.stateMachine = createStateMachine(this, {
      name: resources.names.trainingStateMachine,
      comment: `${resources.project.description}: from an upload to a registered model`,
      start: renderStates(this, resources),
      timeout: EXECUTION_TIMEOUT,
    });
    for (const statement of readSources(resources)) {
      this.stateMachine.addToRolePolicy(statement);
    }
  }
}

/** The whole workflow at one glance; each state is in the file of its phase. */
function renderStates(scope: Construct, resources: ProjectResources): IChainable {
  const failed = failurePath(scope, resources);
  const guarded = <Task extends Guardable>(task: Task, note = noteFailure): Task => {
    task.addCatch(failed, note);
    return task;
  };

  const registration = guarded(registerModel(scope, resources));
  registration
    .next(guarded(recordRegistration(scope, resources)))
    .next(guarded(announceCandidate(scope, resources)))
    .next(end(scope, 'Registered', { modelPackage: '$registered.arn', metrics: '$metrics' }));
  const register = fingerprint(scope, resources, { next: registration, guard: guarded });
  const explain = guarded(recordObjections(scope, resources))
    .next(guarded(announceObjections(scope, resources)))
    .next(end(scope, 'Below the gate', { objections: '[$objections]', metrics: '$metrics' }));

  const run = (job: CreateJob, note = noteFailure): CreateJob => {
    awaitCapacity(job, { scope, note, failed: failed.startState });
    return guarded(job, note);
  };
  const train = run(prepareData(scope, resources))
    .next(run(trainModel(scope, resources), noteFailureAfterPreparation))
    .next(run(evaluateModel(scope, resources)))
    .next(guarded(readEvaluation(scope, resources)))
    .next(
      choose(scope, 'Is a metric missing?')
        .when(lacksMetrics, failed.startState, { assign: noteLacks })
        .otherwise(
          choose(scope, 'Passes the gate?').when(passesTheGate, register).otherwise(explain),
        ),
    );

  const compete = findChampion(scope, resources, {
    next: choose(scope, 'Is there a champion?')
      .when(hasChampion, guarded(readChampion(scope, resources)).next(train))
      .otherwise(train),
    guard: guarded,
  });

  const reject = guarded(announceRejection(scope, resources));
  reject.next(end(scope, 'Rejected dataset', { reason: '$inspection.reason' }));

  const duplicate = end(scope, 'Duplicate', { claimedBy: '$claimedBy' });
  const take = (claim: Claim, taken: IChainable): State =>
    claim.take({
      taken,
      held: () => duplicate,
      heldAssign: { claimedBy: jsonata(`$${claim.variable}.owner`) },
      guard: guarded,
    });
  const keep = guarded(keepDataset(scope, resources)).next(compete);
  const claimContent = take(contentClaim(scope, resources), keep);

  const inspect = guarded(inspectDataset(scope, resources)).next(
    choose(scope, 'Is it usable?').when(isUsable, claimContent).otherwise(reject),
  );

  // A HEAD request has no body to name the error in: 404 is all there is.
  const look = lookForNewerData(scope, resources);
  look.addCatch(guarded(recordRejection(scope, resources)).next(reject), {
    errors: ['S3.NoSuchKeyException'],
    assign: { inspection: vanished },
    outputs: {},
  });
  const settle = Wait.jsonata(scope, 'Settle', {
    time: WaitTime.duration(Duration.seconds(resources.project.dataset.settleSeconds)),
    comment: 'A burst of uploads settles; the newest continues',
  })
    .next(guarded(look))
    .next(
      choose(scope, 'Is it the newest?')
        .when(isNewest, inspect)
        .otherwise(end(scope, 'Superseded', { newest: '$newestVersionId' })),
    );

  const claimDataset = take(datasetClaim(scope, resources), settle);
  return identifyDataset(scope, resources).next(claimDataset);
}

function failurePath(scope: Construct, resources: ProjectResources): TaskStateBase {
  const record = recordFailure(scope, resources);
  const tell = announceFailure(scope, resources);
  const failed = Fail.jsonata(scope, 'Failed', {
    error: jsonata(errorText('$failure.error')),
    cause: jsonata(causeText('$failure.state & ": " & $failure.reason')),
  });
  record.addCatch(tell, { errors: ['States.ALL'], outputs: {} });
  tell.addCatch(failed, { errors: ['States.ALL'], outputs: {} });
  record.next(tell).next(failed);
  return record;
}

function choose(scope: Construct, id: string): Choice {
  return Choice.jsonata(scope, id, {});
}

function end(scope: Construct, outcome: string, more: Readonly<Record<string, string>>): State {
  const facts = Object.entries(more).map(([name, value]) => [name, jsonata(value)]);
  return Succeed.jsonata(scope, outcome, {
    outputs: {
      outcome,
      datasetId: jsonata('$dataset.id'),
      key: jsonata('$dataset.key'),
      ...Object.fromEntries(facts),
    },
  });
}

/** What the SDK states need beside their own actions. */
function readSources({ bucket, keys }: ProjectResources): PolicyStatement[] {
  return [
    new PolicyStatement({
      // CopyObject reads the version it copies.
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [bucket.arnForObjects(`${keys.incoming}*`)],
    }),
    new PolicyStatement({
      // Without it S3 answers 403 instead of 404 for an object that is gone.
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
    }),
  ];
}
