import type { Cloud } from '../../../cloud/cloud.ts';
import type { Timer } from '../../../host/clock.ts';
import { retryPauseMs } from '../../../host/retry-pause.ts';
import {
  ATTEMPTS_AT_ONCE,
  DEFAULT_EVENT_AGE_SECONDS,
  DEFAULT_RETRY_ATTEMPTS,
  RETRY_PAUSES,
} from '../limits.ts';
import { recordGroupMetric } from '../metrics.ts';
import type { InvocationRecord, ScheduleRecord, SchedulerStore } from '../store.ts';
import { sendToDeadLetterQueue } from './dead-letter.ts';
import { describeFailure, type ExhaustedCondition, type InvocationFailure } from './failure.ts';
import { type Attempt, invokeTarget } from './invoke.ts';

/**
 * Invocations that are due. Each is stored until it succeeded, was sent to the dead-letter queue or was dropped, so
 * that it resumes after a kill.
 */
export class InvocationQueue {
  readonly #cloud: Cloud;
  readonly #store: SchedulerStore;
  readonly #onEnd: (groupName: string, name: string) => void;
  readonly #timers = new Map<string, Timer>();
  readonly #waiting: string[] = [];
  #underWay = 0;
  #stopped = false;

  /** @param onEnd called when an invocation has succeeded or was given up */
  constructor(
    cloud: Cloud,
    store: SchedulerStore,
    onEnd: (groupName: string, name: string) => void,
  ) {
    this.#cloud = cloud;
    this.#store = store;
    this.#onEnd = onEnd;
  }

  add({ name, groupName, arn, target }: ScheduleRecord, scheduledTime: number): void {
    const now = this.#cloud.clock.now();
    const invocation: InvocationRecord = {
      id: this.#cloud.random.uuid(),
      name,
      groupName,
      scheduleArn: arn,
      target,
      scheduledTime,
      firstAttemptTime: now,
      nextAttemptTime: now,
      failures: 0,
    };
    this.#store.invocations.put(invocation.id, invocation);
    this.#schedule(invocation);
  }

  /** Resumes the invocations of a former run. */
  resume(): void {
    for (const [, invocation] of this.#store.invocations.entries()) this.#schedule(invocation);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #schedule({ id, nextAttemptTime }: InvocationRecord): void {
    if (this.#stopped) return;
    const delay = Math.max(0, nextAttemptTime - this.#cloud.clock.now());
    const timer = this.#cloud.clock.setTimer(delay, () => {
      this.#timers.delete(id);
      this.#waiting.push(id);
      this.#begin();
    });
    this.#timers.set(id, timer);
  }

  #begin(): void {
    while (!this.#stopped && this.#underWay < ATTEMPTS_AT_ONCE) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      const invocation = this.#store.invocations.get(id);
      if (invocation !== undefined) void this.#attempt(invocation);
    }
  }

  async #attempt(invocation: InvocationRecord): Promise<void> {
    this.#underWay += 1;
    const attempt = { cloud: this.#cloud, invocation, executionId: this.#cloud.random.uuid() };
    recordGroupMetric(this.#cloud, invocation.groupName, 'InvocationAttemptCount');
    try {
      await invokeTarget(attempt);
      this.#end(invocation);
    } catch (error) {
      await this.#failed(attempt, describeFailure(error));
    } finally {
      this.#underWay -= 1;
      this.#begin();
    }
  }

  #end(invocation: InvocationRecord): void {
    this.#store.invocations.delete(invocation.id);
    this.#onEnd(invocation.groupName, invocation.name);
  }

  async #failed(attempt: Attempt, failure: InvocationFailure): Promise<void> {
    const { invocation } = attempt;
    recordGroupMetric(this.#cloud, invocation.groupName, 'TargetErrorCount');
    const nextAttemptTime = this.#cloud.clock.now() + this.#delayAfter(invocation.failures);
    const exhausted = exhaustedCondition(invocation, nextAttemptTime);
    if (failure.passing && exhausted === undefined) {
      const next = { ...invocation, failures: invocation.failures + 1, nextAttemptTime };
      this.#store.invocations.put(invocation.id, next);
      this.#schedule(next);
      return;
    }
    await sendToDeadLetterQueue(attempt, failure, failure.passing ? exhausted : undefined);
    this.#end(invocation);
  }

  #delayAfter(failures: number): number {
    return retryPauseMs(failures, RETRY_PAUSES) * (0.5 + this.#cloud.random.next() / 2);
  }
}

function exhaustedCondition(
  { target, failures, firstAttemptTime }: InvocationRecord,
  nextAttemptTime: number,
): ExhaustedCondition | undefined {
  const {
    MaximumRetryAttempts: attempts = DEFAULT_RETRY_ATTEMPTS,
    MaximumEventAgeInSeconds: age = DEFAULT_EVENT_AGE_SECONDS,
  } = target.RetryPolicy ?? {};
  if (failures >= attempts) return 'MaximumRetryAttempts';
  return nextAttemptTime > firstAttemptTime + age * 1_000 ? 'MaximumEventAgeInSeconds' : undefined;
}
