import { Duration } from 'aws-cdk-lib';
import {
  type IChainable,
  Pass,
  type State,
  type StateMachine,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { choose, when } from '../choice.ts';
import type { Claim } from '../claim/index.ts';
import { quote } from '../jsonata.ts';
import { readSharedArchives } from '../shared-archives.ts';
import { createStateMachine } from '../state-machine.ts';
import {
  archiveIsMissing,
  failurePath,
  fingerprintArchives,
  type Guardable,
  noteFailure,
} from '../tasks/index.ts';
import { copiedModel, copyRun, tooMuchToCopy } from './copy-run.ts';
import { announceHandover, endStates, handoverOutcomes, recordHandover, settle } from './ends.ts';
import { copyImages, hasOtherImage, otherImageReason } from './images.ts';
import { handoverClaim, lookUpCopy, noteCopy, readCopy, wasCopied } from './memory.ts';
import {
  handoverOf,
  isApproved,
  isComplete,
  isOfSource,
  readSourcePackage,
  registerCopy,
} from './package.ts';
import {
  type HandoverResources,
  isShared,
  nameHandoverRole,
  readObjects,
  readRuns,
} from './source.ts';

/** Copies of up to 1,500 objects, ten at a time, with retries. */
const EXECUTION_TIMEOUT = Duration.hours(6);

/** A package that is not there has the service's one general error, as throttling has. */
const REFUSED_BY_SAGEMAKER = 'SageMaker.SageMakerException';
const isDeleted = when('$contains($failure.reason, /does not exist|not found/i)');

/**
 * `<project>-handover`: a model package that was approved in another environment is copied into this one's registry, with
 * all that it was made of, and waits for approval here. What becomes of the source later does not touch the copy.
 */
export class HandoverWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, handover: HandoverResources) {
    super(scope, id);
    const { names, project } = handover.resources;
    this.stateMachine = createStateMachine(this, {
      name: names.handoverStateMachine,
      roleName: nameHandoverRole(names, handover.source.region),
      comment: `${project.description}: an approved model of ${handover.source.names.environment} is copied here`,
      start: new HandoverPath(this, handover).render(),
      timeout: EXECUTION_TIMEOUT,
    });
  }
}

/** The phases of a handover; any failure of theirs takes the one failure path. */
class HandoverPath {
  readonly #scope: Construct;
  readonly #handover: HandoverResources;
  readonly #claim: Claim;
  readonly #failed: TaskStateBase;
  readonly #end: State;
  readonly #tell: State;

  constructor(scope: Construct, handover: HandoverResources) {
    this.#scope = scope;
    this.#handover = handover;
    this.#claim = handoverClaim(scope, handover);
    const { resources, source } = handover;
    this.#failed = failurePath(scope, {
      resources,
      what: 'handover',
      prefix: resources.keys.runs,
      about: '"Source package: " & $handover.arn',
      consequence:
        'Nothing goes live by it. Objects that were copied stay, and so does a package that was registered already.',
      remedy: `Approve the package in ${source.names.environment} again, or redrive the execution.`,
    });
    this.#end = endStates(scope, this.#claim);
    const tell = announceHandover(scope, handover);
    tell.addCatch(this.#end, { errors: ['States.ALL'], outputs: {} });
    this.#tell = tell.next(this.#end) as unknown as State;
  }

  /** The whole workflow at one glance, from its end to its start. */
  render(): IChainable {
    const copy = this.#compare(this.#copyImages(this.#copy(this.#register())));
    const start = this.#claimPackage(this.#judge(this.#findCopy(copy)));
    const { source } = this.#handover;
    const isExpected = choose(this.#scope, 'Of expected source?')
      .when(isOfSource(this.#scope, this.#handover), start)
      .otherwise(
        this.#refuse(
          'Refuse other source',
          `"The package is not of the group " & ${quote(source.names.modelPackageGroup)} & ${quote(` in account ${source.account}, which is the environment ${source.names.environment}.`)}`,
        ),
      );
    return Pass.jsonata(this.#scope, 'Begin', {
      comment: 'Names every variable that a later state may ask for',
      assign: { handover: handoverOf, copied: {}, former: '', total: 0, images: [] },
    }).next(isExpected);
  }

  #guard = <Task extends Guardable>(task: Task): Task => {
    task.addCatch(this.#failed, noteFailure);
    return task;
  };

  #refuse(id: string, reason: string): IChainable {
    const settled = settle(this.#scope, id, { kind: handoverOutcomes.refused, reason });
    return settled.next(this.#tell);
  }

  /** The event of an approval may come twice, or beside that of the next one. */
  #claimPackage(next: IChainable): IChainable {
    const busy = settle(this.#scope, 'Leave it to another', {
      kind: handoverOutcomes.alreadyThere,
      reason: `"Another execution copies it: " & $${this.#claim.variable}.owner`,
    });
    busy.next(this.#end);
    return this.#claim.take({ taken: next, held: () => busy, guard: this.#guard });
  }

  #judge(next: IChainable): IChainable {
    const { source } = this.#handover;
    const { environment } = source.names;
    const hasImage = choose(this.#scope, 'Image of the source?')
      .when(
        hasOtherImage(this.#handover),
        this.#refuse('Refuse other image', otherImageReason(this.#handover)),
      )
      .otherwise(next);
    const complete = choose(this.#scope, 'Complete package?')
      .when(isComplete(this.#handover), hasImage)
      .otherwise(
        this.#refuse(
          'Refuse incomplete package',
          `"The package was not registered by the training workflow of the same project: it lacks its containers, or the folder, the fingerprint or the manifest in its metadata."`,
        ),
      );
    const approved = choose(this.#scope, 'Still approved?')
      .when(isApproved, complete)
      .otherwise(
        this.#refuse(
          'Refuse withdrawn approval',
          `"In " & ${quote(environment)} & " the package is " & $package.status & " by now. Approve it there again to hand it over."`,
        ),
      );
    return this.#guard(readSourcePackage(this.#scope, this.#handover)).next(approved);
  }

  /** A copy from an earlier approval is the copy, also if people have decided about it since. */
  #findCopy(next: IChainable): IChainable {
    const there = settle(this.#scope, 'Keep copy', {
      kind: handoverOutcomes.alreadyThere,
      reason: '"It was copied before, and is version " & $copied.version & " here."',
    });
    there.next(this.#end);
    const lookUp = lookUpCopy(this.#scope, this.#handover);
    const deleted = choose(this.#scope, 'Copy deleted?')
      .when(isDeleted, next)
      .otherwise(this.#failed);
    lookUp.addCatch(deleted, { ...noteFailure, errors: [REFUSED_BY_SAGEMAKER] });
    this.#guard(lookUp).next(there);
    return this.#guard(readCopy(this.#scope, this.#handover)).next(
      choose(this.#scope, 'Copied before?').when(wasCopied, lookUp).otherwise(next),
    );
  }

  /** The archives must be those that were evaluated. */
  #compare(next: IChainable): IChainable {
    const changed = this.#refuse(
      'Refuse changed artifacts',
      '"The archives below " & $package.folder & " are missing or not the ones that were evaluated."',
    );
    return fingerprintArchives(this.#scope, this.#handover.resources, {
      folder: '$package.folder',
      model: '$package.model',
      of: {
        name: 'source ',
        bucket: '$package.bucket',
        statements: [
          ...readObjects(this.#scope, this.#handover),
          readRuns(this.#scope, this.#handover, 's3:ListBucket'),
          ...readSharedArchives(this.#scope, this.#handover.resources),
        ],
      },
      next: choose(this.#scope, 'Archives as evaluated?')
        .when(when('$fingerprint = $package.fingerprint'), next)
        .otherwise(changed),
      guard: (task) => {
        task.addCatch(changed, { errors: [archiveIsMissing], outputs: {} });
        return this.#guard(task);
      },
    });
  }

  /** Before the run: an image may be refused once it is read. */
  #copyImages(next: IChainable): IChainable {
    return copyImages(this.#scope, this.#handover, {
      next,
      refused: this.#refuse('Refuse image', '$refusal'),
      guard: this.#guard,
    });
  }

  #copy(next: IChainable): IChainable {
    return copyRun(this.#scope, this.#handover, {
      next: isShared(this.#handover) ? next : this.#compareCopies(next),
      tooMuch: this.#refuse('Refuse large run', tooMuchToCopy(this.#handover)),
      guard: this.#guard,
    });
  }

  #compareCopies(next: IChainable): IChainable {
    return fingerprintArchives(this.#scope, this.#handover.resources, {
      folder: '$package.folder',
      model: copiedModel(this.#handover),
      next,
      guard: (task) => this.#guard(task),
    });
  }

  #register(): IChainable {
    const { approval } = this.#handover;
    const done = settle(this.#scope, 'Settle', {
      kind: handoverOutcomes.handedOver,
      reason: quote(approval ? 'It waits for approval.' : 'It is approved on arrival.'),
    }).next(this.#tell);
    return this.#guard(registerCopy(this.#scope, this.#handover))
      .next(this.#guard(noteCopy(this.#scope, this.#handover)))
      .next(recordHandover(this.#scope, this.#handover, this.#guard))
      .next(done);
  }
}
