import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  type CatchProps,
  Choice,
  Condition,
  type IChainable,
  Pass,
  type State,
  type StateMachine,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { jsonata, readableCause } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { createStateMachine } from '../state-machine.ts';
import {
  alreadyLive,
  fingerprintCandidate,
  isComplete,
  isWhatWasEvaluated,
  listApproved,
  nothingApproved,
  readCandidate,
  rejectsAnother,
} from './candidate.ts';
import { listConfigs, listModels, removeOld } from './clean-up.ts';
import {
  compareWithLive,
  isGoodEnough,
  readComparison,
  readLivePackage,
  wasCompared,
} from './comparison.ts';
import {
  describeEndpoint,
  describeLiveConfig,
  describeLiveModel,
  isAbsent,
  isFailed,
  isInService,
  isStuck,
  lookUpEndpoint,
  removeEndpoint,
} from './live-endpoint.ts';
import {
  askAfterOwner,
  claimEndpoint,
  confirmLock,
  isOurLock,
  lockIsTaken,
  ownerLives,
  readLock,
  releaseLock,
  takeOverLock,
} from './lock.ts';
import {
  approvalIsVoid,
  endStates,
  outcomes,
  recordOutcome,
  settleOn,
  tellPeople,
  withdrawApproval,
} from './outcome.ts';
import {
  canPass,
  createEndpoint,
  createEndpointConfig,
  createModel,
  existsAlready,
  takeItBack,
  updateEndpoint,
} from './release.ts';
import {
  answersAreRight,
  creationFailed,
  findAlarms,
  isLive,
  isServing,
  isUpdating,
  recordLiveAnswers,
  rollbackFailed,
  sendTestRows,
  verifyAnswers,
  wasRolledBack,
  watchEndpoint,
} from './rollout.ts';
import { pauseScaling, resumeScaling, setScalingPolicy } from './scaling.ts';

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
      start: new PromotionStates(this, resources).render(),
      timeout: EXECUTION_TIMEOUT,
    });
    this.stateMachine.addToRolePolicy(
      new PolicyStatement({
        // Without it S3 answers 403 instead of 404 for a lock that is gone.
        actions: ['s3:ListBucket'],
        resources: [resources.bucket.bucketArn],
      }),
    );
  }
}

/** A task as far as catching goes; the tasks' own base class does not fit strict optional types. */
interface Guardable {
  addCatch(handler: IChainable, props?: CatchProps): unknown;
}

/** The error of the task that was caught, for the choice that judges it. */
const noteProblem = {
  problem: jsonata(readableCause('$states.errorOutput.Cause')),
};

/** The protocol, phase by phase; every phase is given where to go on. */
class PromotionStates {
  readonly #scope: Construct;
  readonly #resources: ProjectResources;
  readonly #tail: ReturnType<PromotionStates['renderTail']>;

  constructor(scope: Construct, resources: ProjectResources) {
    this.#scope = scope;
    this.#resources = resources;
    this.#tail = this.renderTail();
  }

  render(): IChainable {
    const rollOut = this.#rollOut();
    const prepare = this.#prepare(rollOut);
    const decide = this.#decide(prepare);
    const lookAtEndpoint = this.#lookAtEndpoint(decide);
    const begin = Pass.jsonata(this.#scope, 'Begin', {
      comment: 'Names every variable that a later state may ask for',
      assign: { holdsLock: false, candidate: {}, live: {}, baseline: [], findings: [], alarms: [] },
    });
    return begin.next(this.#takeLock(lookAtEndpoint));
  }

  /** Record, tell, unlock, end: every path comes through here. */
  renderTail(): { finish: IChainable; unlock: IChainable } {
    const ends = endStates(this.#scope);
    const { serving } = this.#resources.project;
    const how = this.#choose('How did it end?');
    for (const [kind, state] of Object.entries(ends)) {
      if (kind === outcomes.failed) continue;
      how.when(this.#when(`$outcome.kind = "${kind}"`), state);
    }
    how.otherwise(ends[outcomes.failed]);

    const release = releaseLock(this.#scope, this.#resources);
    release.addCatch(how, { errors: ['States.ALL'], outputs: {} });
    const unlock = this.#choose('Do we hold the lock?')
      .when(this.#when('$holdsLock'), release.next(how))
      .otherwise(how);

    const tell = tellPeople(this.#scope, this.#resources);
    tell.addCatch(unlock, { errors: ['States.ALL'], outputs: {} });
    tell.next(unlock);
    const withdraw = withdrawApproval(this.#scope, this.#resources);
    withdraw.addCatch(tell, { errors: ['States.ALL'], outputs: {} });
    withdraw.next(tell);
    const isVoid = this.#choose('Is the approval void?')
      .when(this.#when(approvalIsVoid), withdraw)
      .otherwise(tell);
    const record = recordOutcome(this.#scope, this.#resources);
    record.addCatch(isVoid, { errors: ['States.ALL'], outputs: {} });
    record.next(isVoid);
    if (serving.autoscaling === undefined) return { finish: record, unlock };

    const resume = resumeScaling(this.#scope, this.#resources, serving.autoscaling);
    const policy = setScalingPolicy(this.#scope, this.#resources, serving.autoscaling);
    for (const task of [resume, policy]) {
      task.addCatch(record, { errors: ['States.ALL'], outputs: {} });
    }
    return { finish: resume.next(policy).next(record), unlock };
  }

  /** One promotion at a time; a dead owner's lock is taken over. */
  #takeLock(next: IChainable): State {
    const claim = claimEndpoint(this.#scope, this.#resources);
    const read = readLock(this.#scope, this.#resources);
    const ask = askAfterOwner(this.#scope, this.#resources);
    const takeOver = takeOverLock(this.#scope, this.#resources);
    const gather = this.#wait(
      'Let approvals gather',
      this.#resources.project.serving.gatherSeconds,
    );
    const isTaken = this.#choose('Is it locked?')
      .when(lockIsTaken, read)
      .otherwise(
        this.#failWith('Fail without lock', '"The lock could not be written: " & $problem'),
      );
    for (const task of [claim, takeOver]) {
      task.addCatch(isTaken, { errors: ['S3.S3Exception'], assign: noteProblem, outputs: {} });
    }
    takeOver.addCatch(claim, { errors: ['S3.NoSuchKeyException'], outputs: {} });
    read.addCatch(claim, { errors: ['S3.NoSuchKeyException'], outputs: {} });
    const wait = this.#wait('Wait for the lock', this.#resources.project.serving.pollSeconds);
    wait.next(claim);
    const alive = this.#choose('Is the owner alive?').when(ownerLives, wait).otherwise(takeOver);
    ask.addCatch(alive, {
      errors: ['Sfn.ExecutionDoesNotExistException'],
      assign: { ownerStatus: 'UNKNOWN' },
      outputs: {},
    });
    const mine = Pass.jsonata(this.#scope, 'Keep lock', { assign: { holdsLock: true } });
    mine.next(gather);
    this.#guard(read).next(
      this.#choose('Who holds it?').when(isOurLock, mine).otherwise(this.#guard(ask)),
    );
    ask.next(alive);
    this.#guard(takeOver).next(gather);
    this.#guard(claim).next(gather);
    gather.next(next);
    return claim;
  }

  /** What is live; an endpoint that is being changed is waited for. */
  #lookAtEndpoint(next: IChainable): State {
    const lookUp = this.#guard(lookUpEndpoint(this.#scope, this.#resources));
    const wait = this.#wait('Wait for the endpoint', this.#resources.project.serving.pollSeconds);
    wait.next(lookUp);
    const remove = this.#guard(
      removeEndpoint(this.#scope, 'Remove failed endpoint', this.#resources),
    );
    remove.next(wait);
    const config = describeLiveConfig(this.#scope);
    const model = describeLiveModel(this.#scope);
    for (const task of [config, model]) {
      // Somebody deleted it under the endpoint's feet: what is live is then not known, and replaced.
      task.addCatch(next, { errors: ['SageMaker.SageMakerException'], outputs: {} });
    }
    const describe = this.#guard(describeEndpoint(this.#scope, this.#resources))
      .next(this.#guard(config))
      .next(this.#guard(model))
      .next(next);
    const stuck = this.#failWith(
      'Endpoint is stuck',
      '"The endpoint is " & $live.status & " and SageMaker takes no update. See docs/promotion.md, runbook."',
    );
    lookUp.next(
      this.#choose('What is it doing?')
        .when(isAbsent, next)
        .when(isInService, describe)
        .when(isFailed, remove)
        .when(isStuck, stuck)
        .otherwise(wait),
    );
    return lookUp;
  }

  /** What should be live, and whether that is a change. */
  #decide(next: IChainable): State {
    const list = this.#guard(listApproved(this.#scope, this.#resources));
    list.next(
      this.#choose('What should be live?')
        .when(rejectsAnother, this.#tail.unlock, {
          assign: settleOn(outcomes.nothingChanges, '"The rejected package is not live."'),
        })
        .when(nothingApproved, this.#tail.finish, {
          assign: settleOn(
            outcomes.nothingToGoBackTo,
            '"No approved package is left. The endpoint stays as it is."',
          ),
        })
        .when(alreadyLive, this.#tail.unlock, { assign: settleOn(outcomes.alreadyLive, '""') })
        .otherwise(next),
    );
    return list;
  }

  /** Refuses what is incomplete, tampered with or worse than what is live. */
  #prepare(next: IChainable): State {
    const read = this.#guard(readCandidate(this.#scope, this.#resources));
    const compare = this.#guard(readLivePackage(this.#scope, this.#resources))
      .next(this.#guard(compareWithLive(this.#scope, this.#resources)))
      .next(this.#guard(readComparison(this.#scope, this.#resources)))
      .next(
        this.#choose('Is it good enough?')
          .when(isGoodEnough, next)
          .otherwise(
            this.#settle(
              'Not good enough',
              settleOn(outcomes.notBetter, '$join($objections, "; ")'),
            ),
          ),
      );
    const wantsComparison = this.#resources.project.gate.champion !== undefined;
    const compareOrGoOn = wantsComparison
      ? this.#choose('Was it compared with what is live?')
          .when(wasCompared, next)
          .otherwise(compare)
      : next;
    const fingerprint = this.#guard(fingerprintCandidate(this.#scope, this.#resources)).next(
      this.#choose('Is it what was evaluated?')
        .when(isWhatWasEvaluated, compareOrGoOn)
        .otherwise(
          this.#settle(
            'Refuse changed artifacts',
            settleOn(
              outcomes.refused,
              '"The artifacts below " & $candidate.folder & " are missing or not the ones that were evaluated."',
            ),
          ),
        ),
    );
    read.next(
      this.#choose('Is it complete?')
        .when(isComplete, fingerprint)
        .otherwise(
          this.#settle(
            'Refuse incomplete package',
            settleOn(
              outcomes.refused,
              '"The package was not registered by the training workflow: it lacks the inference specification of two containers, the folder or the fingerprint in its metadata."',
            ),
          ),
        ),
    );
    return read;
  }

  /** Makes the release and rolls it out; every doubt takes it back. */
  #rollOut(): IChainable {
    const judge = this.#judge();
    const bake = this.#wait('Let it bake', this.#resources.project.serving.pollSeconds);
    const watch = this.#guard(watchEndpoint(this.#scope, 'Watch rollout', this.#resources));
    const send = sendTestRows(this.#scope, this.#resources);
    send.addCatch(bake, { errors: ['States.ALL'], outputs: {} });
    send.next(bake);
    bake.next(watch);
    watch.next(
      this.#choose('How is the rollout?')
        .when(isLive, judge.verify)
        .when(wasRolledBack, judge.explain)
        .when(creationFailed, judge.explain)
        .when(rollbackFailed, judge.explain)
        .when(isUpdating, send)
        .otherwise(bake),
    );
    return this.#release(bake);
  }

  #release(next: IChainable): State {
    const { serving } = this.#resources.project;
    const create = this.#guard(createEndpoint(this.#scope, this.#resources));
    const update = updateEndpoint(this.#scope, this.#resources);
    const busy = this.#wait('Wait until it is free', serving.pollSeconds);
    busy.next(update);
    update.addCatch(
      this.#choose('Can it pass?')
        .when(canPass, busy)
        .otherwise(this.#failWith('Fail to update', '"The endpoint was not updated: " & $problem')),
      { errors: ['SageMaker.SageMakerException'], assign: noteProblem, outputs: {} },
    );
    this.#guard(update).next(next);
    create.next(next);
    const model = createModel(this.#scope, this.#resources);
    const config = createEndpointConfig(this.#scope, this.#resources);
    const createOrUpdate = this.#choose('Is there an endpoint?')
      .when(isAbsent, create)
      .otherwise(update);
    this.#tolerateExisting('model', model, config);
    this.#tolerateExisting('config', config, createOrUpdate);
    this.#guard(model).next(this.#guard(config));
    config.next(createOrUpdate);
    const confirm = this.#guard(confirmLock(this.#scope, this.#resources));
    confirm.next(model);

    const record = recordLiveAnswers(this.#scope, this.#resources);
    record.addCatch(confirm, { errors: ['States.ALL'], outputs: {} });
    if (serving.autoscaling === undefined) record.next(confirm);
    else {
      const pause = pauseScaling(this.#scope, this.#resources, serving.autoscaling);
      pause.addCatch(confirm, { errors: ['States.ALL'], outputs: {} });
      record.next(pause).next(confirm);
    }
    return this.#choose('Does anything answer now?').when(isAbsent, confirm).otherwise(record);
  }

  /** A creation whose answer was lost is no failure. */
  #tolerateExisting(what: string, task: Guardable, next: IChainable): void {
    task.addCatch(
      this.#choose(`Is the ${what} there already?`)
        .when(existsAlready, next)
        .otherwise(
          this.#failWith(`Fail without ${what}`, `"The ${what} was not created: " & $problem`),
        ),
      { errors: ['SageMaker.SageMakerException'], assign: noteProblem, outputs: {} },
    );
  }

  /** What became of the rollout. */
  #judge(): { verify: IChainable; explain: IChainable } {
    const verify = verifyAnswers(this.#scope, this.#resources);
    const cleanUp = this.#cleanUp();
    const undo = this.#undo();
    // What cannot be verified does not stay.
    verify.addCatch(undo, {
      errors: ['States.ALL'],
      assign: { findings: [jsonata('"The test failed: " & $states.errorOutput.Error')] },
      outputs: {},
    });
    verify.next(
      this.#choose('Are the answers right?').when(answersAreRight, cleanUp).otherwise(undo),
    );
    const explain = findAlarms(this.#scope, this.#resources);
    const rolledBack = this.#settle(
      'Note the rollback',
      settleOn(
        outcomes.rolledBack,
        `$join([$rollout.reason != "" ? $rollout.reason, $count($alarms) > 0 ? "In alarm: " & $join($alarms, "; "), $count($findings) > 0 ? "Test rows: " & $join($findings, "; "), "Endpoint: " & $rollout.status], " ")`,
      ),
    );
    explain.addCatch(rolledBack, { errors: ['States.ALL'], outputs: {} });
    explain.next(rolledBack);
    return { verify, explain };
  }

  /** The model is live and answers wrongly: the old one comes back; a first one goes. */
  #undo(): IChainable {
    const note = this.#settle(
      'Note wrong answers',
      settleOn(
        outcomes.rolledBack,
        '"The model answers its own test rows wrongly: " & $join($findings, "; ")',
      ),
    );
    const back = this.#guard(takeItBack(this.#scope, this.#resources));
    const wait = this.#wait('Wait for the old model', this.#resources.project.serving.pollSeconds);
    const watch = this.#guard(watchEndpoint(this.#scope, 'Watch the old model', this.#resources));
    back.next(wait);
    wait.next(watch);
    watch.next(
      this.#choose('Is the old model back?')
        .when(isServing, note)
        .when(rollbackFailed, note)
        .otherwise(wait),
    );
    const remove = this.#guard(removeEndpoint(this.#scope, 'Remove endpoint', this.#resources));
    remove.next(note);
    return this.#choose('Was anything live before?').when(isAbsent, remove).otherwise(back);
  }

  /** Removes what nothing references; a failure here leaves the new model live. */
  #cleanUp(): IChainable {
    const live = this.#settle('Note success', settleOn(outcomes.live, '""'));
    const configs = listConfigs(this.#scope, this.#resources);
    const models = listModels(this.#scope, this.#resources);
    const remove = removeOld(this.#scope, this.#resources);
    for (const task of [configs, models, remove]) {
      task.addCatch(live, { errors: ['States.ALL'], outputs: {} });
    }
    return configs.next(models).next(remove).next(live);
  }

  /** Whatever else fails is recorded, told and unlocked. */
  #guard<Task extends Guardable>(task: Task): Task {
    task.addCatch(this.#tail.finish, {
      errors: ['States.ALL'],
      assign: settleOn(
        outcomes.failed,
        `$substring($states.context.State.Name & ": " & $states.errorOutput.Error & ": " & ${readableCause('$states.errorOutput.Cause')}, 0, 1000)`,
      ),
      outputs: {},
    });
    return task;
  }

  #settle(id: string, assign: Record<string, unknown>): IChainable {
    return Pass.jsonata(this.#scope, id, { assign, outputs: {} }).next(this.#tail.finish);
  }

  #failWith(id: string, reason: string): IChainable {
    return this.#settle(id, settleOn(outcomes.failed, reason));
  }

  #wait(id: string, seconds: number): Wait {
    return Wait.jsonata(this.#scope, id, { time: WaitTime.duration(Duration.seconds(seconds)) });
  }

  #choose(id: string): Choice {
    return Choice.jsonata(this.#scope, id, {});
  }

  #when(expression: string): Condition {
    return Condition.jsonata(jsonata(expression));
  }
}
