import type {
  ListMessageMoveTasksRequest,
  ListMessageMoveTasksResult,
  StartMessageMoveTaskRequest,
  StartMessageMoveTaskResult,
} from '@aws-sdk/client-sqs';
import type { Cloud } from '../../cloud/cloud.ts';
import { operation } from '../../cloud/operation.ts';
import type { AnyOperation } from '../../cloud/service.ts';
import type { Table } from '../../store/index.ts';
import { InvalidParameterValue, ResourceNotFoundException } from './errors.ts';
import { queueArn, queueNameOf, redriveOf } from './queue.ts';
import { type MessageRecord, messageKey, type SqsStore } from './store.ts';

interface MoveRecord {
  readonly sourceArn: string;
  readonly targetArn: string | undefined;
  readonly moved: number;
  readonly startedAt: number;
}

/** Moving messages from a dead-letter queue back to where they came from. */
export function moveOperations(
  cloud: Cloud,
  store: SqsStore,
): Readonly<Record<string, AnyOperation>> {
  const tasks = cloud.store.table<MoveRecord>('sqs.moves', {
    sourceArn: 'string',
    moved: 'number',
    startedAt: 'number',
  });
  return {
    StartMessageMoveTask: operation(
      (input: StartMessageMoveTaskRequest) => on('StartMessageMoveTask', input.SourceArn),
      (input): StartMessageMoveTaskResult => {
        const record = move(cloud, store, input);
        const id = cloud.random.uuid();
        tasks.put(`${record.startedAt}|${id}`, record);
        forgetOldTasks(tasks, record.sourceArn);
        return { TaskHandle: Buffer.from(JSON.stringify({ taskId: id })).toString('base64') };
      },
    ),
    ListMessageMoveTasks: operation(
      (input: ListMessageMoveTasksRequest) => on('ListMessageMoveTasks', input.SourceArn),
      (input): ListMessageMoveTasksResult => ({
        Results: [...tasks.entries({ reverse: true })]
          .filter(([, task]) => task.sourceArn === input.SourceArn)
          .slice(0, input.MaxResults ?? 1)
          .map(([, task]) => ({
            Status: 'COMPLETED',
            SourceArn: task.sourceArn,
            ...(task.targetArn !== undefined && { DestinationArn: task.targetArn }),
            ApproximateNumberOfMessagesMoved: task.moved,
            ApproximateNumberOfMessagesToMove: task.moved,
            StartedTimestamp: task.startedAt,
          })),
      }),
    ),
  };
}

/** As many as ListMessageMoveTasks shows: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html */
const TASKS_KEPT = 10;

function forgetOldTasks(tasks: Table<MoveRecord>, sourceArn: string): void {
  const keys = Array.from(tasks.entries({ reverse: true }))
    .filter(([, task]) => task.sourceArn === sourceArn)
    .map(([key]) => key);
  for (const key of keys.slice(TASKS_KEPT)) tasks.delete(key);
}

function move(cloud: Cloud, store: SqsStore, input: StartMessageMoveTaskRequest): MoveRecord {
  const source = queueNameOf(input.SourceArn);
  if (!store.queues.has(source)) {
    throw new ResourceNotFoundException(
      "The resource that you specified for the SourceArn parameter doesn't exist.",
    );
  }
  const sourceArn = queueArn(cloud, source);
  const hasSources = [...store.queues.entries()].some(
    ([, queue]) => redriveOf(queue)?.deadLetterTargetArn === sourceArn,
  );
  if (!hasSources) {
    throw new InvalidParameterValue('Source queue must be configured as a Dead Letter Queue.');
  }
  const messages = [...store.messages(source)];
  for (const message of messages) {
    moveOne(cloud, store, message, input.DestinationArn);
  }
  return {
    sourceArn,
    targetArn: input.DestinationArn,
    moved: messages.length,
    startedAt: cloud.clock.now(),
  };
}

function moveOne(
  cloud: Cloud,
  store: SqsStore,
  message: MessageRecord,
  targetArn: string | undefined,
): void {
  const { DeadLetterQueueSourceArn: origin, ...systemAttributes } = message.systemAttributes;
  const target = queueNameOf(targetArn ?? origin);
  if (!store.queues.has(target)) return;
  store.remove(message.key);
  const { receipt: _receipt, firstReceivedAt: _first, ...rest } = message;
  store.put({
    ...rest,
    key: messageKey(target, store.nextSequence()),
    systemAttributes,
    receiveCount: 0,
    visibleAt: cloud.clock.now(),
  });
}

function on(action: string, arn: string | undefined) {
  return {
    action: `sqs:${action}`,
    resource: arn ?? '*',
  };
}
