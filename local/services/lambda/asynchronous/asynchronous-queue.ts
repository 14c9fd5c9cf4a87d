import type { Cloud } from '../../../cloud/cloud.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import type { Timer } from '../../../host/clock.ts';
import { endsLoop } from '../end-loop.ts';
import { type FunctionReference, findVersion } from '../function-name.ts';
import {
  ASYNCHRONOUS_AGE_SECONDS,
  ASYNCHRONOUS_RETRY_DELAYS_MS,
  THROTTLED_RETRY_MS,
} from '../limits.ts';
import type { FunctionPool, InvocationResult } from '../sandbox/sandbox-pool.ts';
import {
  type AsynchronousRecord,
  type EventInvokeRecord,
  type FunctionRecord,
  LATEST,
  type LambdaStore,
  qualifiedKey,
} from '../store.ts';
import { type FinishedInvocation, sendOn } from './destinations.ts';

/**
 * Asynchronous invocations. Each is stored until the function succeeds or its retries are used up, also across
 * restarts; then its result goes to the destination or dead-letter queue.
 */
export class AsynchronousQueue {
  readonly #cloud: Cloud;
  readonly #store: LambdaStore;
  readonly #pool: FunctionPool;
  readonly #timers = new Map<string, Timer>();
  #stopped = false;

  constructor(cloud: Cloud, store: LambdaStore, pool: FunctionPool) {
    this.#cloud = cloud;
    this.#store = store;
    this.#pool = pool;
  }

  add(
    requestId: string,
    reference: FunctionReference,
    payload: Uint8Array,
    traceHeader: string | undefined,
  ): void {
    const now = this.#cloud.clock.now();
    const record: AsynchronousRecord = {
      id: requestId,
      functionName: reference.name,
      qualifier: reference.qualifier,
      payload,
      queuedAt: now,
      nextAttemptAt: now,
      failures: 0,
      ...(traceHeader !== undefined && { traceHeader }),
    };
    this.#cloud.recordMetric({
      namespace: 'AWS/Lambda',
      name: 'AsyncEventsReceived',
      dimensions: { FunctionName: reference.name },
      value: 1,
      unit: 'Count',
    });
    this.#put(record);
    void this.#attempt(record);
  }

  /** Resumes the invocations of a former run. They start later, because the gateway may not listen yet. */
  resume(): void {
    for (const [, record] of this.#store.asynchronous.entries()) this.#schedule(record);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #put(record: AsynchronousRecord): void {
    this.#store.asynchronous.put(record.id, record);
  }

  #schedule(record: AsynchronousRecord): void {
    if (this.#stopped) return;
    const delay = Math.max(THROTTLED_RETRY_MS, record.nextAttemptAt - this.#cloud.clock.now());
    const timer = this.#cloud.clock.setTimer(delay, () => {
      this.#timers.delete(record.id);
      void this.#attempt(record);
    });
    this.#timers.set(record.id, timer);
  }

  async #attempt(record: AsynchronousRecord): Promise<void> {
    const version = this.#versionOf(record);
    if (version === undefined) {
      this.#store.asynchronous.delete(record.id);
      return;
    }
    if (endsLoop(this.#cloud, this.#store, record.functionName, record.traceHeader)) {
      await this.#finish(record, version, { condition: 'RetriesExhausted', result: undefined });
      return;
    }
    try {
      const result = await this.#pool.invoke({
        requestId: record.id,
        record: version,
        traceHeader: record.traceHeader,
        qualifier: record.qualifier,
        payload: record.payload,
      });
      if (this.#stopped) return;
      if (result.failed) await this.#failed(record, version, result);
      else await this.#finish(record, version, { condition: 'Success', result });
    } catch (error) {
      if (this.#stopped) return;
      await this.#notRun(record, version, error);
    }
  }

  /** The function of an invocation; undefined if it was deleted, which drops the invocation. */
  #versionOf(record: AsynchronousRecord): FunctionRecord | undefined {
    try {
      return findVersion(this.#cloud, this.#store, {
        name: record.functionName,
        qualifier: record.qualifier,
      });
    } catch {
      return undefined;
    }
  }

  async #failed(
    record: AsynchronousRecord,
    version: FunctionRecord,
    result: InvocationResult,
  ): Promise<void> {
    const config = this.#configOf(record);
    const retries = config?.retryAttempts ?? ASYNCHRONOUS_RETRY_DELAYS_MS.length;
    const delay = ASYNCHRONOUS_RETRY_DELAYS_MS[record.failures] ?? 0;
    const next: AsynchronousRecord = {
      ...record,
      failures: record.failures + 1,
      nextAttemptAt: this.#cloud.clock.now() + delay,
    };
    if (record.failures >= retries) {
      await this.#finish(next, version, { condition: 'RetriesExhausted', result });
    } else if (this.#isTooOld(next, config)) {
      await this.#finish(next, version, { condition: 'EventAgeExceeded', result });
    } else {
      this.#put(next);
      this.#schedule(next);
    }
  }

  /** The function was throttled or could not start: the invocation waits, and this is not counted as a failure. */
  async #notRun(
    record: AsynchronousRecord,
    version: FunctionRecord,
    error: unknown,
  ): Promise<void> {
    const isThrottled = error instanceof ServiceError && error.status === 429;
    if (!isThrottled) {
      const message = error instanceof Error ? error.message : String(error);
      this.#cloud.logger.warn(
        { function: record.functionName, message },
        'an asynchronous invocation could not be run; it will be tried again',
      );
    }
    const delay = isThrottled ? THROTTLED_RETRY_MS : (ASYNCHRONOUS_RETRY_DELAYS_MS[0] ?? 0);
    const next = { ...record, nextAttemptAt: this.#cloud.clock.now() + delay };
    if (this.#isTooOld(next, this.#configOf(record))) {
      await this.#finish(next, version, { condition: 'EventAgeExceeded', result: undefined });
      return;
    }
    this.#put(next);
    this.#schedule(next);
  }

  #isTooOld(record: AsynchronousRecord, config: EventInvokeRecord | undefined): boolean {
    const age = config?.ageSeconds ?? ASYNCHRONOUS_AGE_SECONDS;
    return record.nextAttemptAt > record.queuedAt + age * 1_000;
  }

  #configOf(record: AsynchronousRecord): EventInvokeRecord | undefined {
    return this.#store.eventInvokes.get(
      qualifiedKey(record.functionName, record.qualifier ?? LATEST),
    );
  }

  async #finish(
    record: AsynchronousRecord,
    version: FunctionRecord,
    end: Pick<FinishedInvocation, 'condition' | 'result'>,
  ): Promise<void> {
    await sendOn(this.#cloud, {
      record,
      version,
      destinations: this.#configOf(record)?.destinations ?? {},
      ...end,
    });
    this.#store.asynchronous.delete(record.id);
  }
}
