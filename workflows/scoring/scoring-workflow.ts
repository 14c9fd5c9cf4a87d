import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  type IChainable,
  type State,
  type StateMachine,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { choose, when } from '../choice.ts';
import { jsonata, quote } from '../jsonata.ts';
import { findLivePackage } from '../live-package.ts';
import type { ProjectResources, ScoringResources } from '../project-resources.ts';
import { createStateMachine } from '../state-machine.ts';
import { awaitCapacity, type CreateJob, type Guardable, noteFailure } from '../tasks/index.ts';
import {
  batchClaim,
  beginScoring,
  EXECUTION_TIMEOUT,
  hasRows,
  identifyBatch,
  inspectRows,
  isExplained,
  lookUpFile,
  namesModel,
  namesVersion,
  readModelPackage,
  recordKey,
  summarizeScores,
} from './batch.ts';
import {
  announceMissingFile,
  announceNoModel,
  announceRefusal,
  announceScores,
  fileIsGone,
  noModelReason,
  recordAndSayFailure,
} from './reports.ts';
import { createModel, removeModel, scoreRows } from './transform.ts';
import {
  explainRows,
  hasBaseline,
  measureDrift,
  noteUnmeasured,
  readDrift,
} from './watching-jobs.ts';

export interface ScoringWorkflowProps {
  readonly resources: ProjectResources;
  readonly scoring: ScoringResources;
}

/** `<project>-scoring`: from a file to its predictions, or to a recorded reason why not. */
export class ScoringWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { resources, scoring }: ScoringWorkflowProps) {
    super(scope, id);
    this.stateMachine = createStateMachine(this, {
      name: resources.names.scoringStateMachine,
      comment: `${resources.project.description}: from a file to its predictions`,
      start: new ScoringPath(this, resources, scoring).render(),
      timeout: EXECUTION_TIMEOUT,
    });
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({
        // Without it S3 answers 403 instead of 404 for an object that is gone.
        actions: ['s3:ListBucket'],
        resources: [resources.bucket.bucketArn],
      }),
    );
  }
}

/** The phases of a scoring; any failure of theirs takes the one failure path. */
class ScoringPath {
  readonly #scope: Construct;
  readonly #resources: ProjectResources;
  readonly #scoring: ScoringResources;
  readonly #failed: State;

  constructor(scope: Construct, resources: ProjectResources, scoring: ScoringResources) {
    this.#scope = scope;
    this.#resources = resources;
    this.#scoring = scoring;
    this.#failed = scoringFailed(scope, resources);
  }

  /** The whole workflow at one glance, from its end to its start. */
  render(): IChainable {
    const score = this.#inspect(this.#answer(this.#summarize()));
    const findModel = this.#findModel(this.#claim(score));
    return beginScoring(this.#scope, this.#scoring).next(this.#findFile(findModel));
  }

  #guard = <Task extends Guardable>(task: Task): Task => {
    task.addCatch(this.#failed, noteFailure);
    return task;
  };

  #findFile(next: IChainable): IChainable {
    const lookUp = lookUpFile(this.#scope, this.#resources);
    const missing = this.#guard(announceMissingFile(this.#scope, this.#resources)).next(
      Succeed.jsonata(this.#scope, 'File missing', {
        outputs: {
          outcome: 'File missing',
          key: jsonata('$file.key'),
          reason: fileIsGone,
        },
      }),
    );
    // A HEAD request has no body to name the error in: 404 is all there is.
    lookUp.addCatch(missing, { errors: ['S3.NoSuchKeyException'], outputs: {} });
    this.#guard(lookUp).next(next);
    return choose(this.#scope, 'File version given?').when(namesVersion, next).otherwise(lookUp);
  }

  #findModel(next: IChainable): IChainable {
    const read = this.#guard(readModelPackage(this.#scope, this.#resources)).next(
      identifyBatch(this.#scope, this.#resources).next(next),
    );
    const absent = this.#guard(announceNoModel(this.#scope, this.#resources)).next(
      Succeed.jsonata(this.#scope, 'No live model', {
        outputs: {
          outcome: 'No live model',
          key: jsonata('$file.key'),
          reason: noModelReason,
        },
      }),
    );
    const live = findLivePackage({
      scope: this.#scope,
      resources: this.#resources,
      next: read,
      absent,
      guard: this.#guard,
    });
    return choose(this.#scope, 'Model named?').when(namesModel, read).otherwise(live);
  }

  /** A batch that another execution works on, or has scored, ends this one. */
  #claim(next: IChainable): IChainable {
    const claim = batchClaim(this.#scope, this.#resources, this.#scoring);
    const duplicate = this.#end('Duplicate', {
      claimedBy: '$claimedBy',
      summary: '$batch.uri & "summary.json"',
    });
    return claim.take({
      taken: next,
      held: () => duplicate,
      heldAssign: { claimedBy: jsonata(`$${claim.variable}.owner`) },
      guard: this.#guard,
    });
  }

  #inspect(next: IChainable): IChainable {
    const refused = this.#guard(announceRefusal(this.#scope, this.#resources)).next(
      this.#end('File rejected', {
        reason: '$inspection.reason',
        problems: '[$inspection.problems]',
        record: `${quote(`s3://${this.#resources.bucket.bucketName}/`)} & ${recordKey(this.#resources)}`,
      }),
    );
    return this.#guard(inspectRows(this.#scope, this.#resources, this.#scoring)).next(
      choose(this.#scope, 'Rows to score?').when(hasRows, next).otherwise(refused),
    );
  }

  /** A transform job answers the rows, or a processing job that says why as well. */
  #answer(summarize: IChainable): IChainable {
    const { explainRole, measureRole } = this.#scoring;
    if (explainRole === undefined || measureRole === undefined) return this.#transform(summarize);
    const read = readDrift(this.#scope, this.#resources);
    this.#unlessUnmeasured(read, summarize).next(summarize);
    const explain = this.#run(
      explainRows(this.#scope, this.#resources, this.#scoring, explainRole),
    );
    explain.next(
      choose(this.#scope, 'Drift measured?').when(hasBaseline, read).otherwise(summarize),
    );
    return choose(this.#scope, 'Explain answers?')
      .when(isExplained, explain)
      .otherwise(this.#transform(this.#measure(measureRole, read, summarize)));
  }

  /** Drift is reported and holds nothing up. */
  #measure(role: IRole, read: IChainable, summarize: IChainable): IChainable {
    const measure = measureDrift(this.#scope, this.#resources, this.#scoring, role);
    this.#unlessUnmeasured(measure, summarize).next(read);
    return choose(this.#scope, 'Baseline known?').when(hasBaseline, measure).otherwise(summarize);
  }

  #unlessUnmeasured<Task extends Guardable>(task: Task, next: IChainable): Task {
    task.addCatch(next, { errors: ['States.ALL'], assign: noteUnmeasured, outputs: {} });
    return task;
  }

  #transform(next: IChainable): IChainable {
    const create = createModel(this.#scope, this.#resources, this.#scoring);
    const score = this.#run(scoreRows(this.#scope, this.#resources, this.#scoring));
    const remove = removeModel(this.#scope, 'Remove scoring model', this.#resources);
    // A creation whose answer was lost is retried, and finds the model.
    create.addCatch(
      choose(this.#scope, 'Scoring model exists?')
        .when(when('$contains($failure.reason, /Cannot create already existing/)'), score)
        .otherwise(this.#failed),
      {
        ...noteFailure,
        errors: ['SageMaker.SageMakerException'],
        assign: { ...noteFailure.assign, hasModel: true },
      },
    );
    this.#guard(create).next(score);
    // The answers count; a model that stays costs nothing.
    remove.addCatch(next, { errors: ['States.ALL'], outputs: {} });
    score.next(remove);
    remove.next(next);
    return create;
  }

  #summarize(): IChainable {
    return this.#guard(summarizeScores(this.#scope, this.#resources, this.#scoring))
      .next(this.#guard(announceScores(this.#scope, this.#resources)))
      .next(
        this.#end('Scored', {
          modelPackage: '$package.arn',
          rows: '$scores.rows',
          drift: '$drift',
          predictions: '$scores.files.predictions',
          summary: '$batch.uri & "summary.json"',
        }),
      );
  }

  /** A job; it waits for capacity that others have. */
  #run(job: CreateJob): CreateJob {
    awaitCapacity(job, { scope: this.#scope, note: noteFailure, failed: this.#failed });
    return this.#guard(job);
  }

  #end(outcome: string, more: Readonly<Record<string, string>>): State {
    const facts = Object.entries(more).map(([name, value]) => [name, jsonata(value)]);
    return Succeed.jsonata(this.#scope, outcome, {
      outputs: {
        outcome,
        batchId: jsonata('$batch.id'),
        key: jsonata('$batch.key'),
        ...Object.fromEntries(facts),
      },
    });
  }
}

function scoringFailed(scope: Construct, resources: ProjectResources): State {
  const record = recordAndSayFailure(scope, resources);
  const remove = removeModel(scope, 'Remove model of failure', resources);
  remove.addCatch(record, { errors: ['States.ALL'], outputs: {} });
  remove.next(record);
  return choose(scope, 'Model left?').when(when('$hasModel'), remove).otherwise(record);
}
