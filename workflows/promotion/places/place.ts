import type { IChainable, Pass, State } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { when } from '../../choice.ts';
import type { ProjectResources } from '../../project-resources.ts';
import type { Guard } from '../../tasks/index.ts';
import type { Protocol } from '../protocol.ts';

/** Nothing serves: no model of the project was ever live in this place, or it was removed. */
export const isAbsent = when('$live.status = "Absent"');

/**
 * A place where the models of a project serve, as the promotion protocol sees it. The protocol is one: lock, gather,
 * look, decide, check, roll out, verify, finish. A place gives it the states that ask its own service.
 *
 * What the phases and the place tell each other is in variables of the state machine:
 *
 * | variable | who writes it | what it holds |
 * |---|---|---|
 * | `live` | `look` | `status`, which is `Absent` where nothing serves; `package`, the ARN of the live model package, missing where it is unknown; whatever the place needs to go back |
 * | `candidate` | the phases | `arn`, `version`, `folder`, `fingerprint`, and `preprocessor` and `model`, the addresses of its archives |
 * | `release` | the phases | `name`, unique for a package and an execution, and begins with `names.releasePrefix` |
 * | `rollout` | `watch` | `status`, a word for people, and `reason`, why the place took the release back, or an empty text |
 * | `baseline`, `findings`, `alarms` | the phases | the live model's answers before; what is wrong with answers; alarms that were raised |
 *
 * Rules for every place:
 *
 * - States are named for what they do in the place, so that one that is seen alone explains itself. Names that all
 *   places have are those of the phases.
 * - A task is guarded by `protocol.guard`, unless it catches everything itself. Waiting for others ends with
 *   `hasWaitedTooLong`.
 * - A creation or change whose answer was lost is sent again, so that each of them accepts what it already did.
 * - `cdk deploy` never changes which model serves: what depends on a model is made here, and removed by the stack's cleaner.
 */
export interface Place {
  /** What people call it, at the beginning of a sentence: `Endpoint`. */
  readonly noun: string;

  /** The values that its variables have until it assigns them, for `Begin`. */
  variables(resources: ProjectResources): Readonly<Record<string, unknown>>;

  /**
   * Finds out what is live, and assigns `live`. It waits while the place is being changed, by whomever, for at most a
   * day. What an ended promotion left half done it takes back or removes. A live model that was deleted under its feet is
   * unknown: `live` without `package`.
   */
  look(protocol: Protocol, next: IChainable): State;

  /**
   * The same for workflows that only ask which package is live: assigns `live.package` and continues with `next`, or with
   * `absent` where no model of the registry serves. It changes nothing and does not wait: while a release is rolled out,
   * the one before is live.
   */
  findLive(props: FindLive): State;

  /**
   * Makes the release `$release.name` of the candidate's archives and begins to roll it out, then continues with `next`.
   * In this order: `recordLiveAnswers` where something is live, `awaitQuietAlarms`, `protocol.lock.confirm`, then the
   * changes. The first release of a place is made live at once.
   */
  makeRelease(protocol: Protocol, next: IChainable): MadeRelease;

  /**
   * One look at the rollout: assigns `rollout`, then takes one of the ways. A place whose service does not shift requests
   * by itself makes its next step here.
   */
  watch(protocol: Protocol): Watch;

  /**
   * The release is live and answers wrongly: the one before serves again, or nothing where it was the first; then `next`.
   * Nothing is verified or guarded on the way back.
   */
  undo(protocol: Protocol, next: IChainable): IChainable;

  /**
   * Removes releases beyond the last `serving.keepPrevious`, then `next`. A failure leaves them for the next promotion:
   * every task catches its errors and continues with `next`.
   */
  cleanUp(protocol: Protocol, next: IChainable): IChainable;

  /**
   * Lets go of what a rollout held, under every outcome, before that is recorded: `$outcome.kind` is known. Undefined where
   * the place holds nothing. It tolerates every error and continues with `next`, on `unchanged` where nothing was changed.
   */
  settle(
    scope: Construct,
    resources: ProjectResources,
    ways: { readonly recorded: IChainable; readonly unchanged: IChainable },
  ): IChainable | undefined;
}

export interface MadeRelease {
  readonly start: State;
  /** Where an update that did not judge the release is tried again. */
  readonly update: State;
}

export interface Watch {
  /** The look itself. */
  readonly start: State;
  /**
   * Adds what follows the look.
   *
   * @returns a state that ends a trial; after it the place is looked at and the model promoted. Undefined without trials
   */
  decide(ways: RolloutWays): Pass | undefined;
}

/** What follows a look at a rollout. */
export interface RolloutWays {
  /** Old and new model may both answer: test rows are sent, so that alarms have data, then comes the next look. */
  readonly baking: IChainable;
  /** The next look, after `serving.pollSeconds`. */
  readonly waiting: IChainable;
  /** The release takes all requests and has baked: its answers are verified. */
  readonly live: IChainable;
  /** The release takes no requests any more, and the one before serves: the rollback is noted. */
  readonly rolledBack: IChainable;
  /** The release takes requests and may not keep them: `undo`. */
  readonly undone: IChainable;
  /** `MadeRelease.update`. */
  readonly update: IChainable;
}

export interface FindLive {
  readonly scope: Construct;
  readonly resources: ProjectResources;
  /** What follows with `$live.package`. */
  readonly next: IChainable;
  /** What follows where no model of the registry is live. */
  readonly absent: IChainable;
  readonly guard: Guard;
}
