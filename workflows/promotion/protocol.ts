import { Duration } from 'aws-cdk-lib';
import {
  type CatchProps,
  Choice,
  Condition,
  type IChainable,
  Pass,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Claim } from '../claim/index.ts';
import { jsonata, readableCause } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { awaitCapacity, type CreateJob, type Guardable } from '../tasks/index.ts';
import { endpointClaim } from './endpoint-claim.ts';
import { outcomes, settleOn } from './outcome.ts';
import { renderTail, type Tail } from './tail.ts';

/** The error of the task that was caught, for the choice that judges it. */
export const noteProblem = {
  problem: jsonata(readableCause('$states.errorOutput.Cause')),
};

/** What all phases of a promotion share: the way out, and the small states. */
export class Protocol {
  readonly scope: Construct;
  readonly resources: ProjectResources;
  readonly lock: Claim;
  readonly tail: Tail;

  constructor(scope: Construct, resources: ProjectResources) {
    this.scope = scope;
    this.resources = resources;
    this.lock = endpointClaim(scope, resources);
    this.tail = renderTail(this);
  }

  /** Whatever else fails is recorded, told and unlocked. */
  guard<Task extends Guardable>(task: Task): Task {
    task.addCatch(this.tail.finish, this.#failure());
    return task;
  }

  #failure(): CatchProps {
    return {
      errors: ['States.ALL'],
      assign: settleOn(
        outcomes.failed,
        `$substring($states.context.State.Name & ": " & $states.errorOutput.Error & ": " & ${readableCause('$states.errorOutput.Cause')}, 0, 1000)`,
      ),
      outputs: {},
    };
  }

  /** A job as well; it waits for capacity that others have. */
  run(job: CreateJob): CreateJob {
    awaitCapacity(job, { scope: this.scope, note: this.#failure(), failed: this.tail.finish });
    return this.guard(job);
  }

  settle(id: string, assign: Record<string, unknown>): IChainable {
    return Pass.jsonata(this.scope, id, { assign, outputs: {} }).next(this.tail.finish);
  }

  failWith(id: string, reason: string): IChainable {
    return this.settle(id, settleOn(outcomes.failed, reason));
  }

  wait(id: string, seconds: number): Wait {
    return Wait.jsonata(this.scope, id, { time: WaitTime.duration(Duration.seconds(seconds)) });
  }

  choose(id: string): Choice {
    return Choice.jsonata(this.scope, id, {});
  }

  when(expression: string): Condition {
    return Condition.jsonata(jsonata(expression));
  }
}
