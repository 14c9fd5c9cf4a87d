import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
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
import { choose, when } from '../choice.ts';
import type { Claim } from '../claim/index.ts';
import { hasNoObjection, lacksMetrics, passesTheGate } from '../gate.ts';
import { jsonata } from '../jsonata.ts';
import type { FolderHandlers, ProjectResources } from '../project-resources.ts';
import { createStateMachine } from '../state-machine.ts';
import {
  addToFailure,
  caughtReason,
  type Guardable,
  noteFailure,
  noteFailureOf,
  type StepJob,
} from '../tasks/index.ts';
import { findChampion, hasChampion, readChampion } from './champion.ts';
import { contentClaim, datasetClaim, EXECUTION_TIMEOUT } from './claims.ts';
import {
  identifyDataset,
  inspectDataset,
  isNewest,
  isUsable,
  keepDataset,
  lookForNewerData,
  quarantineUri,
  uploadArns,
} from './dataset.ts';
import { noteFailureAfterPreparation, trainingFailed } from './failure.ts';
import { closeFolder, isClosed, isSuperseded, keepFolder } from './folder.ts';
import { announceObjections, noteLacks, readEvaluation, recordObjections } from './gate.ts';
import { evaluateModel, prepareData, trainInOneJob, trainModel } from './jobs.ts';
import { readOrigin } from './origin.ts';
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

/** The whole workflow at one glance, from its end to its start; each phase is given the next one. */
function renderStates(scope: Construct, resources: ProjectResources): IChainable {
  const path = new TrainingPath(scope, resources);
  const inspect = path.inspect(
    path.claim(
      contentClaim(scope, resources),
      path.keep(path.findChampion(path.train(path.judge()))),
    ),
  );
  const claim = datasetClaim(scope, resources);
  const { folderHandlers } = resources;
  return identifyDataset(scope, resources).next(
    folderHandlers === undefined
      ? path.claim(claim, path.settle(inspect))
      : // What the dataset is, is known once its folder is closed.
        path.close(folderHandlers, path.claim(claim, inspect)),
  );
}

/** The phases of a training; any failure of theirs takes the one failure path. */
class TrainingPath {
  readonly #scope: Construct;
  readonly #resources: ProjectResources;
  readonly #failed: TaskStateBase;
  readonly #duplicate: State;
  readonly #rejection: IChainable;

  constructor(scope: Construct, resources: ProjectResources) {
    this.#scope = scope;
    this.#resources = resources;
    this.#failed = trainingFailed(scope, resources);
    this.#duplicate = this.#end('Duplicate', { claimedBy: '$claimedBy' });
    this.#rejection = this.guard(announceRejection(scope, resources)).next(
      this.#end('Dataset rejected', {
        reason: '$inspection.reason',
        problems: '[$inspection.problems]',
        record: quarantineUri(resources),
      }),
    );
  }

  /**
   * An end without a model. CodePipeline sees how an execution ends, and not what it says: so it fails on reference data.
   *
   * @param why an expression for a text, which says it in a line @default the facts
   */
  #end(outcome: string, more: Readonly<Record<string, string>>, why = renderFacts(more)): State {
    const success = end(this.#scope, outcome, more);
    if (this.#resources.triesReferences !== true) return success;
    return choose(this.#scope, `${outcome}: reference data?`)
      .when(isReference, failReference(this.#scope, outcome, why))
      .otherwise(success);
  }

  guard<Task extends Guardable>(task: Task, note = noteFailure): Task {
    task.addCatch(this.#failed, note);
    return task;
  }

  /** A claim that another execution has ends this one. */
  claim(claim: Claim, taken: IChainable): State {
    return claim.take({
      taken,
      held: () => this.#duplicate,
      heldAssign: { claimedBy: jsonata(`$${claim.variable}.owner`) },
      guard: (task) => this.guard(task),
    });
  }

  /** A burst of uploads settles; the newest continues. */
  settle(next: IChainable): IChainable {
    const look = lookForNewerData(this.#scope, this.#resources);
    // A HEAD request has no body to name the error in: 404 is all there is.
    look.addCatch(this.guard(recordRejection(this.#scope, this.#resources)).next(this.#rejection), {
      errors: ['S3.NoSuchKeyException'],
      assign: { inspection: vanished },
      outputs: {},
    });
    return this.#wait()
      .next(this.guard(look))
      .next(
        choose(this.#scope, 'Newest upload?')
          .when(isNewest, next)
          .otherwise(this.#end('Superseded', { newest: '$newestVersionId' })),
      );
  }

  #wait(): Wait {
    const { settleSeconds } = this.#resources.project.dataset;
    return Wait.jsonata(this.#scope, 'Wait for uploads to settle', {
      time: WaitTime.duration(Duration.seconds(settleSeconds)),
      comment: 'A burst of uploads settles; the newest continues',
    });
  }

  /** A folder is complete, or a newer file in it is going to close it. */
  close(handlers: FolderHandlers, next: IChainable): IChainable {
    const refuse = this.guard(recordRejection(this.#scope, this.#resources)).next(this.#rejection);
    return this.#wait()
      .next(this.guard(closeFolder(this.#scope, this.#resources, handlers)))
      .next(
        choose(this.#scope, 'Folder closed?')
          .when(isClosed, next)
          .when(isSuperseded, this.#end('Superseded', { newest: '$closing.newest' }))
          .otherwise(refuse),
      );
  }

  /** What is trained on. */
  keep(next: IChainable): IChainable {
    const { folderHandlers: handlers } = this.#resources;
    return handlers === undefined
      ? this.guard(keepDataset(this.#scope, this.#resources)).next(next)
      : this.guard(keepFolder(this.#scope, this.#resources, handlers)).next(next);
  }

  inspect(next: IChainable): IChainable {
    return this.guard(inspectDataset(this.#scope, this.#resources)).next(
      choose(this.#scope, 'Dataset usable?').when(isUsable, next).otherwise(this.#rejection),
    );
  }

  findChampion(next: IChainable): IChainable {
    const read = this.guard(readChampion(this.#scope, this.#resources)).next(next);
    return findChampion(this.#scope, this.#resources, {
      next: choose(this.#scope, 'Champion registered?').when(hasChampion, read).otherwise(next),
      guard: (task) => this.guard(task),
    });
  }

  train(next: IChainable): IChainable {
    if (this.#resources.project.oneJob) {
      return this.#run(trainInOneJob(this.#scope, this.#resources)).next(next);
    }
    return this.#run(prepareData(this.#scope, this.#resources))
      .next(this.#run(trainModel(this.#scope, this.#resources), noteFailureAfterPreparation))
      .next(this.#run(evaluateModel(this.#scope, this.#resources)))
      .next(next);
  }

  /** The gate: what passes is registered, and what does not is explained. */
  judge(): IChainable {
    const question = choose(this.#scope, 'Passes the gate?');
    if (this.#resources.triesReferences === true) {
      question.when(
        when(`${hasNoObjection} and ${ofReference}`),
        end(this.#scope, 'Reference passed', { metrics: '$metrics' }),
      );
    }
    const passes = question.when(passesTheGate, this.#register()).otherwise(this.#explain());
    return this.guard(readEvaluation(this.#scope, this.#resources)).next(
      choose(this.#scope, 'Metric missing?')
        .when(lacksMetrics, this.#failed.startState, { assign: noteLacks })
        .otherwise(passes),
    );
  }

  #register(): IChainable {
    const registration = this.guard(registerModel(this.#scope, this.#resources));
    const first = this.#findOrigin(registration);
    registration
      .next(this.guard(recordRegistration(this.#scope, this.#resources)))
      .next(this.guard(announceCandidate(this.#scope, this.#resources)))
      .next(
        end(this.#scope, 'Registered', { modelPackage: '$registered.arn', metrics: '$metrics' }),
      );
    return fingerprint(this.#scope, this.#resources, {
      next: first,
      guard: (task) => this.guard(task),
    });
  }

  /** Whether a decision to train again uploaded the dataset. */
  #findOrigin(next: IChainable): IChainable {
    if (this.#resources.retraining === undefined) return next;
    return this.guard(readOrigin(this.#scope, this.#resources)).next(next);
  }

  #explain(): IChainable {
    return this.guard(recordObjections(this.#scope, this.#resources))
      .next(this.guard(announceObjections(this.#scope, this.#resources)))
      .next(
        this.#end(
          'Below the gate',
          { objections: '[$objections]', metrics: '$metrics' },
          '$join($objections, "; ")',
        ),
      );
  }

  /** A job; it waits for capacity that others have. */
  #run({ task, recover }: StepJob, noteOf = noteFailureOf): TaskStateBase {
    recover({
      scope: this.#scope,
      noteOf,
      addToReason: addToFailure,
      failed: this.#failed.startState,
    });
    return this.guard(task, noteOf(caughtReason));
  }
}

/** Whether a commit is tried. */
const ofReference = '$exists($states.context.Execution.Input.reference)';
const isReference = when(ofReference);

function failReference(scope: Construct, outcome: string, why: string): State {
  return Fail.jsonata(scope, `Reference: ${outcome}`, {
    error: 'ReferenceTraining',
    cause: jsonata(`"${outcome}: " & $substring(${why}, 0, 2000)`),
  });
}

function renderFacts(more: Readonly<Record<string, string>>): string {
  const facts = Object.entries(more).map(([name, value]) => `"${name}": ${value}`);
  return `$string({${facts.join(', ')}})`;
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
function readSources(resources: ProjectResources): PolicyStatement[] {
  const { bucket } = resources;
  return [
    new PolicyStatement({
      // CopyObject reads the version it copies.
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: uploadArns(resources),
    }),
    new PolicyStatement({
      // Without it S3 answers 403 instead of 404 for an object that is gone.
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
    }),
  ];
}
