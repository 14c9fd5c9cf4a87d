import type { Cloud } from '../../cloud/cloud.ts';
import type { PolicyDocument, Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import type { Timer } from '../../host/clock.ts';
import { AccessDenied, InvalidParameterValue } from './errors.ts';
import { invalidInput } from './invalid-input.ts';
import { ACTIVE_MS, METRIC_PERIOD_MS } from './limits.ts';
import { countUse } from './metrics.ts';
import { moveOperations } from './move-tasks.ts';
import { queueNameOf, secondsOf } from './queue.ts';
import { countMessages, policyOf, queueOperations } from './queue-operations.ts';
import { receiveOperations } from './receive.ts';
import { sendOperations } from './send.ts';
import { type QueueRecord, SqsStore } from './store.ts';

/** What CloudFormation puts on the queues it makes. */
const STACK_TAG = 'aws:cloudformation:stack-name';

/** Amazon Simple Queue Service. */
export function createSqsService(cloud: Cloud): Service {
  const store = new SqsStore(cloud);
  const gauges = new Gauges(cloud, store);
  return {
    name: 'sqs',
    operations: {
      ...queueOperations(cloud, store),
      ...sendOperations(cloud, store),
      ...receiveOperations(cloud, store),
      ...moveOperations(cloud, store),
    },
    accessDenied: (message) => new AccessDenied(message),
    invalidInput,
    systemTagRefused: () => new InvalidParameterValue(SYSTEM_TAG_REFUSED),
    resourcePolicy: (arn) => resourcePolicy(cloud, store, arn),
    start: () => gauges.start(),
    stop: () => gauges.stop(),
  };
}

/**
 * The policy of a queue. A queue made by hand without one lets services of the account send, as if the
 * console had made it for them; a queue of a stack is judged as AWS judges it, by what the stack says.
 */
function resourcePolicy(cloud: Cloud, store: SqsStore, arn: string): PolicyDocument | undefined {
  const queue = store.queues.get(queueNameOf(arn));
  if (queue === undefined) return undefined;
  const policy = policyOf(queue);
  if (policy !== undefined || STACK_TAG in queue.tags) return policy;
  return {
    Version: '2012-10-17',
    Statement: {
      Sid: 'MadeByHand',
      Effect: 'Allow',
      Principal: { Service: ['events.amazonaws.com', 'sns.amazonaws.com', 's3.amazonaws.com'] },
      Action: 'sqs:SendMessage',
      Resource: cloud.arn('sqs', queue.name),
    },
  };
}

/** Every minute, how full each queue in use is. */
class Gauges {
  readonly #cloud: Cloud;
  readonly #store: SqsStore;
  readonly #usedAt = new Map<string, number>();
  #timer: Timer | undefined;

  constructor(cloud: Cloud, store: SqsStore) {
    this.#cloud = cloud;
    this.#store = store;
  }

  start(): void {
    this.#timer = this.#cloud.clock.setTimer(METRIC_PERIOD_MS, () => {
      for (const [name, queue] of this.#store.queues.entries()) {
        this.#dropOld(queue);
        this.#record(name);
      }
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Of queues that nobody receives from, such as those of dead letters. */
  #dropOld(queue: QueueRecord): void {
    const oldest = this.#cloud.clock.now() - secondsOf(queue, 'MessageRetentionPeriod') * 1_000;
    const old = Array.from(this.#store.messages(queue.name)).filter(
      ({ sentAt }) => sentAt < oldest,
    );
    for (const { key } of old) this.#store.remove(key);
  }

  #record(name: string): void {
    const now = this.#cloud.clock.now();
    const counts = countMessages(this.#cloud, this.#store, name);
    const [oldest] = this.#store.messages(name);
    if (oldest !== undefined) this.#usedAt.set(name, now);
    if ((this.#usedAt.get(name) ?? 0) < now - ACTIVE_MS) return;
    countUse(this.#cloud, name, 'ApproximateNumberOfMessagesVisible', counts.visible);
    countUse(this.#cloud, name, 'ApproximateNumberOfMessagesNotVisible', counts.inFlight);
    countUse(this.#cloud, name, 'ApproximateNumberOfMessagesDelayed', counts.delayed);
    const ageMs = oldest === undefined ? 0 : now - oldest.sentAt;
    countUse(this.#cloud, name, 'ApproximateAgeOfOldestMessage', Math.floor(ageMs / 1_000));
  }
}
