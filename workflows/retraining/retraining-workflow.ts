import {
  type IChainable,
  type State,
  type StateMachine,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { choose } from '../choice.ts';
import { jsonata } from '../jsonata.ts';
import { findLivePackage } from '../live-package.ts';
import type { ProjectResources, RetrainingResources } from '../project-resources.ts';
import { createStateMachine } from '../state-machine.ts';
import { type Guardable, noteFailure } from '../tasks/index.ts';
import {
  countNewRows,
  FORGOTTEN,
  isKept,
  isStillDeciding,
  lookForLastDataset,
  lookUpLastDecision,
  NO_OUTCOME,
  readLastOutcome,
  readLastPackage,
  readLastRun,
  readLivePackage,
  readMemory,
  readVerdict,
  wasRegistered,
  wasStarted,
  wasTrained,
  wasUploaded,
} from './facts.ts';
import { decide, forgetLast, isNews, keepDecision, takeKeptDecision, trains } from './memory.ts';
import { announceDecision, endDecision, recordDecision, retrainingFailed } from './reports.ts';
import {
  awaitLabels,
  EXECUTION_TIMEOUT,
  gatherLabelEvents,
  HELD_BY_ANOTHER,
  isOfLabels,
  requestClaim,
  setRequest,
} from './request.ts';
import { allowReading, noteTraining, uploadDataset } from './training.ts';

export interface RetrainingWorkflowProps {
  readonly resources: ProjectResources;
  readonly retraining: RetrainingResources;
}

/** `<project>-retraining`: decides whether to train on what was learned since, and uploads it. */
export class RetrainingWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { resources, retraining }: RetrainingWorkflowProps) {
    super(scope, id);
    this.stateMachine = createStateMachine(this, {
      name: resources.names.retrainingStateMachine,
      comment: `${resources.project.description}: decides whether to train again`,
      start: new RetrainingPath(this, resources, retraining).render(),
      timeout: EXECUTION_TIMEOUT,
    });
    for (const statement of allowReading(resources)) {
      this.stateMachine.addToRolePolicy(statement);
    }
  }
}

/** The phases of a decision; any failure of theirs takes the one failure path. */
class RetrainingPath {
  readonly #scope: Construct;
  readonly #resources: ProjectResources;
  readonly #retraining: RetrainingResources;
  readonly #failed: State;

  constructor(scope: Construct, resources: ProjectResources, retraining: RetrainingResources) {
    this.#scope = scope;
    this.#resources = resources;
    this.#retraining = retraining;
    this.#failed = retrainingFailed(scope, resources);
  }

  /** The whole workflow at one glance, from its end to its start. */
  render(): IChainable {
    const decide = this.#decide(this.#train(this.#report()));
    return setRequest(this.#scope).next(this.#accept(this.#findModel(decide)));
  }

  #guard = <Task extends Guardable>(task: Task): Task => {
    task.addCatch(this.#failed, noteFailure);
    return task;
  };

  /** Ensures that one execution decides for many labels, and for an event that is delivered twice. */
  #accept(next: IChainable): IChainable {
    const gather = gatherLabelEvents(this.#scope, this.#resources, this.#retraining);
    gather.addCatch(
      Succeed.jsonata(this.#scope, 'Gathered by another', {
        outputs: { outcome: 'Gathered by another' },
      }),
      HELD_BY_ANOTHER,
    );
    this.#guard(gather).next(awaitLabels(this.#scope)).next(next);
    const claim = requestClaim(this.#scope, this.#resources);
    const duplicate = Succeed.jsonata(this.#scope, 'Duplicate', {
      outputs: { outcome: 'Duplicate', claimedBy: jsonata('$claimedBy') },
    });
    const others = claim.take({
      taken: next,
      held: () => duplicate,
      heldAssign: { claimedBy: jsonata(`$${claim.variable}.owner`) },
      guard: this.#guard,
    });
    return choose(this.#scope, 'New labels?').when(isOfLabels, gather).otherwise(others);
  }

  #findModel(next: IChainable): IChainable {
    const after = this.#findVerdict(next);
    return findLivePackage({
      scope: this.#scope,
      resources: this.#resources,
      next: this.#guard(readLivePackage(this.#scope, this.#resources)).next(after),
      absent: after,
      guard: this.#guard,
    });
  }

  #findVerdict(next: IChainable): IChainable {
    if (this.#resources.monitoring === undefined) return next;
    return this.#guard(readVerdict(this.#scope, this.#resources)).next(next);
  }

  /** Guards first, then the rows; a decision that another execution overtook is made again. */
  #decide(next: IChainable): IChainable {
    const read = this.#guard(readMemory(this.#scope, this.#resources));
    const keep = keepDecision(this.#scope, this.#resources);
    keep.addCatch(read, HELD_BY_ANOTHER);
    this.#guard(keep).next(next);
    const weighRows = decide(this.#scope, 'Weigh new rows', this.#retraining).next(keep);
    const count = this.#guard(countNewRows(this.#scope, this.#resources, this.#retraining)).next(
      weighRows,
    );
    const weigh = decide(this.#scope, 'Weigh guards', this.#retraining).next(
      choose(this.#scope, 'Worth counting rows?').when(trains, count).otherwise(keep),
    );
    const judged = choose(this.#scope, 'Trained before?');
    judged.when(wasTrained, this.#judgeLast(weigh, judged)).otherwise(weigh);
    read.next(
      choose(this.#scope, 'Decision kept?')
        .when(isKept, takeKeptDecision(this.#scope).next(next))
        .otherwise(judged),
    );
    return read;
  }

  /** Whether the last training gave a model that people kept; `again` where it never began, for the one before it. */
  #judgeLast(next: IChainable, again: IChainable): IChainable {
    const outcome = readLastOutcome(this.#scope, this.#resources);
    outcome.addCatch(next, NO_OUTCOME);
    const read = this.#guard(readLastPackage(this.#scope, this.#resources)).next(next);
    this.#guard(outcome).next(
      choose(this.#scope, 'Model registered?').when(wasRegistered, read).otherwise(next),
    );
    return this.#guard(readLastRun(this.#scope, this.#resources)).next(
      choose(this.#scope, 'Training noted?')
        .when(wasStarted, outcome)
        .otherwise(this.#findUnstarted(next, again)),
    );
  }

  /** Gives the last decision's place in the budget back, if its execution ended before it uploaded anything. */
  #findUnstarted(next: IChainable, again: IChainable): IChainable {
    const isUploaded = choose(this.#scope, 'Last dataset uploaded?')
      .when(wasUploaded, next)
      .otherwise(forgetLast(this.#scope).next(again));
    const look = this.#guard(lookForLastDataset(this.#scope, this.#resources)).next(isUploaded);
    const isDeciding = choose(this.#scope, 'Still deciding?')
      .when(isStillDeciding, next)
      .otherwise(look);
    const lookUp = lookUpLastDecision(this.#scope, this.#resources);
    lookUp.addCatch(isDeciding, FORGOTTEN);
    return this.#guard(lookUp).next(isDeciding);
  }

  #train(next: IChainable): IChainable {
    const upload = this.#guard(uploadDataset(this.#scope, this.#resources, this.#retraining));
    upload.next(this.#guard(noteTraining(this.#scope, this.#resources))).next(next);
    return choose(this.#scope, 'Train again?').when(trains, upload).otherwise(next);
  }

  #report(): IChainable {
    const end = endDecision(this.#scope);
    const tell = this.#guard(announceDecision(this.#scope, this.#resources)).next(end);
    return this.#guard(recordDecision(this.#scope, this.#resources)).next(
      choose(this.#scope, 'News?').when(isNews, tell).otherwise(end),
    );
  }
}
