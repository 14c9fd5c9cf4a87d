import { Duration } from 'aws-cdk-lib';
import {
  type CatchProps,
  type IChainable,
  Pass,
  type TaskStateBase,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Claim } from '../claim/index.ts';
import { jsonata, readableCause } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { type Guardable, type StepJob } from '../tasks/index.ts';
import { outcomes, settleOn } from './states/outcome.ts';

/** The error of the task that was caught, for the choice that judges it. */
export const noteProblem = {
  problem: jsonata(readableCause('$states.errorOutput.Cause')),
};

/** For how long a promotion waits for other promotions, and for changes of the endpoint that others make. */
export const LONGEST_WAIT = Duration.hours(24);
/** A look about every tenth of the time waited so far, or LONGEST_WAIT would fill the history. */
const LONGEST_LOOK_SECONDS = 300;

const context = '$states.context';
/** An execution that is redriven waits from then on. */
const began = `$exists(${context}.Execution.RedriveTime) ? ${context}.Execution.RedriveTime : ${context}.Execution.StartTime`;
const waitedSeconds = `(($toMillis(${context}.State.EnteredTime) - $toMillis(${began})) / 1000)`;

/** Whether it has waited so long that it ends. */
export const hasWaitedTooLong = `${waitedSeconds} >= ${LONGEST_WAIT.toSeconds()}`;

/** Where every path of a promotion ends. */
export interface Ends {
  /** Lets autoscaling work again, reports, then unlocks. */
  readonly finish: IChainable;
  /** Records and notifies, then unlocks. */
  readonly report: IChainable;
  /** Unlocks where nothing was changed; autoscaling that a former owner paused works again. */
  readonly leave: IChainable;
}

export interface ProtocolProps {
  readonly scope: Construct;
  readonly resources: ProjectResources;
  /** One promotion at a time. */
  readonly lock: Claim;
  readonly ends: Ends;
}

function failureTextOf(reason: string): string {
  return `$states.context.State.Name & ": " & $states.errorOutput.Error & ": " & ${reason}`;
}

/** What all phases of a promotion share: the way out, and states that wait or settle. */
export class Protocol {
  readonly scope: Construct;
  readonly resources: ProjectResources;
  readonly lock: Claim;
  readonly ends: Ends;

  constructor({ scope, resources, lock, ends }: ProtocolProps) {
    this.scope = scope;
    this.resources = resources;
    this.lock = lock;
    this.ends = ends;
  }

  /** Any other failure is recorded and announced, and the lock released. */
  guard<Task extends Guardable>(task: Task): Task {
    task.addCatch(this.ends.finish, this.#failure());
    return task;
  }

  guardWithoutLock<Task extends Guardable>(task: Task): Task {
    task.addCatch(this.ends.report, this.#failure());
    return task;
  }

  #failure(reason = readableCause('$states.errorOutput.Cause')): CatchProps {
    return {
      errors: ['States.ALL'],
      assign: settleOn(outcomes.failed, `$substring(${failureTextOf(reason)}, 0, 1000)`),
      outputs: {},
    };
  }

  /** A job as well; it waits for capacity that others have. */
  run({ task, recover }: StepJob): TaskStateBase {
    recover({
      scope: this.scope,
      noteOf: (reason) => this.#failure(reason),
      addToReason: (text) =>
        settleOn(outcomes.failed, `$substring($outcome.reason & ${text}, 0, 1000)`),
      failed: this.ends.finish,
    });
    return this.guard(task);
  }

  settle(id: string, assign: Record<string, unknown>): IChainable {
    return Pass.jsonata(this.scope, id, { assign, outputs: {} }).next(this.ends.finish);
  }

  failWith(id: string, reason: string): IChainable {
    return this.settle(id, settleOn(outcomes.failed, reason));
  }

  /** The same without the lock: what another promotion has set to rest stays so. */
  failWithoutLock(id: string, reason: string): IChainable {
    const assign = settleOn(outcomes.failed, reason);
    return Pass.jsonata(this.scope, id, { assign, outputs: {} }).next(this.ends.report);
  }

  /** Waits for what others do: the longer it has taken, the longer until the next look. */
  waitForOthers(id: string): Wait {
    const { pollSeconds } = this.resources.project.serving;
    const longest = Math.max(LONGEST_LOOK_SECONDS, pollSeconds);
    return Wait.jsonata(this.scope, id, {
      comment: 'A tenth of the time waited so far, so that a day of looks fits into the history',
      time: WaitTime.seconds(
        jsonata(`$min([${longest}, $max([${pollSeconds}, $ceil(${waitedSeconds} / 10)])])`),
      ),
    });
  }

  wait(id: string, seconds: number): Wait {
    return Wait.jsonata(this.scope, id, { time: WaitTime.duration(Duration.seconds(seconds)) });
  }
}
