import type { Timer } from '../../../host/clock.ts';
import { isForgotten, untilForgotten } from '../retention.ts';
import type { ExecutionRecord } from '../stores/execution-store.ts';
import type { RunnerServices } from './runner-services.ts';

/** Removes closed executions after the retention period, with their map runs and unused revisions. */
export class Forgetting {
  readonly #services: RunnerServices;
  /** Fires when the retention period of the oldest closed execution ends. */
  #timer: Timer | undefined;

  constructor(services: RunnerServices) {
    this.#services = services;
  }

  /** Removes the executions whose retention period has ended, and schedules the next removal. */
  sweep(): void {
    const { cloud, executions, express, mapRuns } = this.#services;
    const now = cloud.clock.now();
    const old: ExecutionRecord[] = [];
    const revisions = new Set<string>();
    let first: number | undefined;
    for (const [, execution] of executions.all()) {
      if (isForgotten(execution, now)) {
        old.push(execution);
        continue;
      }
      revisions.add(execution.revisionKey);
      const { stopDate } = execution;
      if (stopDate !== undefined) first = Math.min(first ?? stopDate, stopDate);
    }
    for (const execution of old) {
      const runs = Array.from(mapRuns.of(execution.arn), ([, run]) => run);
      for (const run of runs) mapRuns.remove(run);
      executions.remove(execution);
    }
    for (const { revisionKey } of express.all()) revisions.add(revisionKey);
    if (old.length > 0) executions.keepRevisions(revisions);
    if (first !== undefined) this.schedule(first);
  }

  /** @param stopDate of an execution that closed; a timer that is already set fires no later */
  schedule(stopDate: number): void {
    const { clock } = this.#services.cloud;
    this.#timer ??= clock.setTimer(untilForgotten(stopDate, clock.now()), () => {
      this.#timer = undefined;
      this.sweep();
    });
  }

  cancel(): void {
    this.#timer?.cancel();
  }
}
