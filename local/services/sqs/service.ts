import type { Cloud } from '../../cloud/cloud.ts';
import { type NamedOwner, ownerInArn } from '../../cloud/named-owner.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { PolicyDocument, Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import type { Timer } from '../../host/clock.ts';
import { AccessDenied, InvalidParameterValue } from './errors.ts';
import { invalidInput } from './invalid-input.ts';
import { ACTIVE_MS, METRIC_PERIOD_MS } from './limits.ts';
import { countUse } from './metrics.ts';
import { moveOperations } from './move-tasks.ts';
import { ownerInUrl, queueNameOf, secondsOf } from './queue.ts';
import { countMessages } from './queue-attributes.ts';
import { queueOperations } from './queue-operations.ts';
import { policyOf } from './queue-permissions.ts';
import { receiveOperations } from './receive.ts';
import { sendOperations } from './send.ts';
import type { SqsState } from './state.ts';
import { type MoveRecord, type QueueRecord, SqsStore } from './store.ts';

/** The tag that CloudFormation sets on the queues of a stack. */
const STACK_TAG = 'aws:cloudformation:stack-name';

/** Amazon Simple Queue Service. */
export function createSqsService(cloud: Cloud): Service {
  const state = createState(cloud);
  const gauges = new Gauges(state);
  return {
    name: 'sqs',
    operations: bindOperations(
      state,
      queueOperations,
      sendOperations,
      receiveOperations,
      moveOperations,
    ),
    accessDenied: (message) => new AccessDenied(message),
    invalidInput,
    systemTagRefused: () => new InvalidParameterValue(SYSTEM_TAG_REFUSED),
    ownerOf: (_operation, input) => ownerIn(input),
    resourcePolicy: (arn) => resourcePolicy(state, arn),
    start: () => gauges.start(),
    stop: () => gauges.stop(),
  };
}

interface NamesQueue {
  readonly QueueUrl?: string;
  readonly QueueOwnerAWSAccountId?: string;
  readonly SourceArn?: string;
}

/** The owner in the URL of a queue, in the ARN of a queue whose messages are moved, or beside the name of one. */
function ownerIn({
  QueueOwnerAWSAccountId,
  QueueUrl,
  SourceArn,
}: NamesQueue): NamedOwner | undefined {
  if (QueueOwnerAWSAccountId !== undefined) return { accountId: QueueOwnerAWSAccountId };
  return SourceArn === undefined ? ownerInUrl(QueueUrl) : ownerInArn(SourceArn);
}

function createState(cloud: Cloud): SqsState {
  const moves = cloud.store.table<MoveRecord>('sqs.moves', {
    sourceArn: 'string',
    moved: 'number',
    startedAt: 'number',
  });
  return { cloud, store: new SqsStore(cloud), moves, purgedAt: new Map() };
}

/**
 * The policy of a queue. A queue made by hand without a policy lets services of the account send, as a queue that
 * the console sets up for them does; a queue of a stack has only the policy of its stack, as on AWS.
 */
function resourcePolicy({ cloud, store }: SqsState, arn: string): PolicyDocument | undefined {
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
      Condition: { StringEquals: { 'aws:SourceAccount': cloud.accountId } },
    },
  };
}

/** Emits the size metrics of each queue in use every minute. */
class Gauges {
  readonly #state: SqsState;
  readonly #usedAt = new Map<string, number>();
  #timer: Timer | undefined;

  constructor(state: SqsState) {
    this.#state = state;
  }

  start(): void {
    this.#timer = this.#state.cloud.clock.setTimer(METRIC_PERIOD_MS, () => {
      for (const [name, queue] of this.#state.store.queues.entries()) {
        this.#dropOld(queue);
        this.#record(name);
      }
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Messages past their retention in queues without receivers, such as dead-letter queues. */
  #dropOld(queue: QueueRecord): void {
    const oldest =
      this.#state.cloud.clock.now() - secondsOf(queue, 'MessageRetentionPeriod') * 1_000;
    const old = Array.from(this.#state.store.messages(queue.name)).filter(
      ({ sentAt }) => sentAt < oldest,
    );
    for (const { key } of old) this.#state.store.remove(key);
  }

  #record(name: string): void {
    const { cloud, store } = this.#state;
    const now = cloud.clock.now();
    const counts = countMessages(this.#state, name);
    const [oldest] = store.messages(name);
    if (oldest !== undefined) this.#usedAt.set(name, now);
    if ((this.#usedAt.get(name) ?? 0) < now - ACTIVE_MS) return;
    countUse(cloud, name, 'ApproximateNumberOfMessagesVisible', counts.visible);
    countUse(cloud, name, 'ApproximateNumberOfMessagesNotVisible', counts.inFlight);
    countUse(cloud, name, 'ApproximateNumberOfMessagesDelayed', counts.delayed);
    const ageMs = oldest === undefined ? 0 : now - oldest.sentAt;
    countUse(cloud, name, 'ApproximateAgeOfOldestMessage', Math.floor(ageMs / 1_000));
  }
}
