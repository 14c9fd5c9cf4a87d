import { writeJson } from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Timer } from '../../../host/clock.ts';
import { renderTargetInput } from '../input/target-input.ts';
import {
  DEFAULT_EVENT_AGE_SECONDS,
  DEFAULT_RETRY_ATTEMPTS,
  FIRST_RETRY_MS,
  LONGEST_RETRY_MS,
} from '../limits.ts';
import { recordRuleMetric } from '../metrics.ts';
import type { DeliveryRecord, EventBridgeStore } from '../store.ts';
import { deliver, eventBridgeFor, type Forward, queueUrlOf } from './deliver.ts';
import { type DeliveryFailure, describeFailure } from './failure.ts';
import { FirstInFirstOut } from './first-in-first-out.ts';
import { LoopWatch } from './loop-watch.ts';

/** The maximum of concurrent attempts, and of attempts that one turn of the event loop begins. */
const ATTEMPTS_AT_ONCE = 64;

/**
 * Events to be delivered to targets. Each is stored from the moment a rule matched until it is delivered,
 * sent to the dead-letter queue or dropped, so that deliveries resume after a kill.
 *
 * Attempts begin in their own turns of the event loop, so that targets that cause the next event (such as
 * a state machine that puts events) never block the runtime for other clients.
 */
export class DeliveryQueue {
  readonly #cloud: Cloud;
  readonly #store: EventBridgeStore;
  readonly #forward: Forward;
  readonly #timers = new Map<string, Timer>();
  readonly #waiting = new FirstInFirstOut<string>();
  readonly #loops: LoopWatch;
  #underWay = 0;
  #turn: NodeJS.Immediate | undefined;
  #stopped = false;

  constructor(cloud: Cloud, store: EventBridgeStore, forward: Forward) {
    this.#cloud = cloud;
    this.#loops = new LoopWatch(cloud.logger);
    this.#store = store;
    this.#forward = forward;
  }

  /** Stores an event; the first attempt begins after the current turn of the event loop. */
  add(delivery: DeliveryRecord): void {
    this.#store.deliveries.put(delivery.id, delivery);
    this.#waiting.push(delivery.id);
    this.#loops.count(delivery.rule.arn);
    this.#takeTurn();
  }

  /** Resumes the deliveries of a former run. */
  resume(): void {
    for (const [, delivery] of this.#store.deliveries.entries()) this.#schedule(delivery);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    clearImmediate(this.#turn);
  }

  #schedule(delivery: DeliveryRecord): void {
    const delay = Math.max(0, delivery.nextAttemptAt - this.#cloud.clock.now());
    const timer = this.#cloud.clock.setTimer(delay, () => {
      this.#timers.delete(delivery.id);
      this.#waiting.push(delivery.id);
      this.#takeTurn();
    });
    this.#timers.set(delivery.id, timer);
  }

  #takeTurn(): void {
    if (this.#stopped || this.#turn !== undefined || this.#waiting.length === 0) return;
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      this.#begin(ATTEMPTS_AT_ONCE - this.#underWay);
    });
  }

  #begin(count: number): void {
    for (let left = count; left > 0; left -= 1) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      const delivery = this.#store.deliveries.get(id);
      if (delivery !== undefined) void this.#attempt(delivery);
    }
    this.#takeTurn();
  }

  async #attempt(delivery: DeliveryRecord): Promise<void> {
    this.#underWay += 1;
    try {
      await deliver(this.#cloud, delivery, this.#forward);
      this.#store.deliveries.delete(delivery.id);
      recordRuleMetric(this.#cloud, delivery.rule, 'Invocations');
    } catch (error) {
      await this.#failed(delivery, describeFailure(error));
    } finally {
      this.#underWay -= 1;
      this.#takeTurn();
    }
  }

  async #failed(delivery: DeliveryRecord, failure: DeliveryFailure): Promise<void> {
    const now = this.#cloud.clock.now();
    const delay = this.#delayAfter(delivery.failures);
    const exhausted = exhaustedCondition(delivery, now + delay);
    if (failure.passing && exhausted === undefined) {
      const next = { ...delivery, failures: delivery.failures + 1, nextAttemptAt: now + delay };
      this.#store.deliveries.put(delivery.id, next);
      recordRuleMetric(this.#cloud, delivery.rule, 'RetryInvocationAttempts');
      if (!this.#stopped) this.#schedule(next);
      return;
    }
    recordRuleMetric(this.#cloud, delivery.rule, 'FailedInvocations');
    await this.#giveUp(delivery, failure, failure.passing ? exhausted : undefined);
    this.#store.deliveries.delete(delivery.id);
  }

  #delayAfter(failures: number): number {
    const longest = Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures, 30), LONGEST_RETRY_MS);
    return longest * (0.5 + this.#cloud.random.next() / 2);
  }

  async #giveUp(
    delivery: DeliveryRecord,
    failure: DeliveryFailure,
    exhausted: string | undefined,
  ): Promise<void> {
    const queue = delivery.target.DeadLetterConfig?.Arn;
    this.#cloud.logger.warn(
      { rule: delivery.rule.arn, target: delivery.target.Arn, failure, deadLetterQueue: queue },
      'an event was not delivered',
    );
    if (queue === undefined) return;
    try {
      await this.#cloud.handOn(eventBridgeFor(delivery.rule.arn), 'sqs', 'SendMessage', {
        QueueUrl: queueUrlOf(queue),
        MessageBody: bodyOf(delivery),
        MessageAttributes: attributesOf(delivery, failure, exhausted),
      });
      recordRuleMetric(this.#cloud, delivery.rule, 'InvocationsSentToDlq');
    } catch (error) {
      recordRuleMetric(this.#cloud, delivery.rule, 'InvocationsFailedToBeSentToDlq');
      const message = error instanceof Error ? error.message : String(error);
      this.#cloud.logger.warn(
        { rule: delivery.rule.arn, deadLetterQueue: queue, message },
        'the dead-letter queue did not take an undelivered event, so it is lost',
      );
    }
  }
}

/** The limit of the target's retry policy that another attempt would exceed. */
function exhaustedCondition(
  delivery: DeliveryRecord,
  nextAttemptAt: number,
): 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | undefined {
  const policy = delivery.target.RetryPolicy;
  if (delivery.failures >= (policy?.MaximumRetryAttempts ?? DEFAULT_RETRY_ATTEMPTS)) {
    return 'MaximumRetryAttempts';
  }
  const age = policy?.MaximumEventAgeInSeconds ?? DEFAULT_EVENT_AGE_SECONDS;
  const end = delivery.firstAttemptAt + age * 1_000;
  return nextAttemptAt > end ? 'MaximumEventAgeInSeconds' : undefined;
}

/** The text that was sent to the target, or the event if its template is broken. */
function bodyOf(delivery: DeliveryRecord): string {
  try {
    return renderTargetInput(delivery.target, delivery.event, {
      ruleArn: delivery.rule.arn,
      ruleName: delivery.rule.name,
      ingestionTime: delivery.event.time,
    });
  } catch {
    return writeJson(delivery.event);
  }
}

function attributesOf(
  delivery: DeliveryRecord,
  failure: DeliveryFailure,
  exhausted: string | undefined,
): Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>> {
  const texts = {
    RULE_ARN: delivery.rule.arn,
    TARGET_ARN: delivery.target.Arn ?? '',
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message,
    ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    RETRY_ATTEMPTS: String(delivery.failures),
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      { DataType: name === 'RETRY_ATTEMPTS' ? 'Number' : 'String', StringValue: text },
    ]),
  );
}
