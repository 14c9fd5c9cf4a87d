import type {
  ListMessageMoveTasksRequest,
  ListMessageMoveTasksResult,
  SQS,
  StartMessageMoveTaskRequest,
  StartMessageMoveTaskResult,
} from '@aws-sdk/client-sqs';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Table } from '../../store/index.ts';
import { InvalidParameterValue, ResourceNotFoundException } from './errors.ts';
import { MOST_MOVED_A_SECOND, TASKS_KEPT } from './limits.ts';
import { queueArn, queueNameOf, redriveOf } from './queue.ts';
import type { SqsState } from './state.ts';
import { type MessageRecord, type MoveRecord, messageKey } from './store.ts';

/** Moving messages from a dead-letter queue back to their source queues. */
export const moveOperations: OperationTable<SQS, SqsState> = {
  StartMessageMoveTask: {
    permissions: (input: StartMessageMoveTaskRequest) =>
      on('StartMessageMoveTask', input.SourceArn),
    run(input: StartMessageMoveTaskRequest, state): StartMessageMoveTaskResult {
      const { cloud, moves } = state;
      const record = move(state, input);
      const id = cloud.random.uuid();
      moves.put(`${record.startedAt}|${id}`, record);
      forgetOldTasks(moves, record.sourceArn);
      return { TaskHandle: Buffer.from(JSON.stringify({ taskId: id })).toString('base64') };
    },
  },
  ListMessageMoveTasks: {
    readOnly: true,
    permissions: (input: ListMessageMoveTasksRequest) =>
      on('ListMessageMoveTasks', input.SourceArn),
    run: (input: ListMessageMoveTasksRequest, { moves }): ListMessageMoveTasksResult => ({
      Results: [...moves.entries({ reverse: true })]
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
  },
};

function forgetOldTasks(tasks: Table<MoveRecord>, sourceArn: string): void {
  const keys = Array.from(tasks.entries({ reverse: true }))
    .filter(([, task]) => task.sourceArn === sourceArn)
    .map(([key]) => key);
  for (const key of keys.slice(TASKS_KEPT)) tasks.delete(key);
}

function move(state: SqsState, input: StartMessageMoveTaskRequest): MoveRecord {
  const { cloud, store } = state;
  const source = queueNameOf(input.SourceArn);
  if (!store.queues.has(source)) {
    throw new ResourceNotFoundException(
      "The resource that you specified for the SourceArn parameter doesn't exist.",
    );
  }
  const { DestinationArn: targetArn } = input;
  if (targetArn !== undefined && !store.queues.has(queueNameOf(targetArn))) {
    throw new ResourceNotFoundException(
      "The resource that you specified for the DestinationArn parameter doesn't exist.",
    );
  }
  const sourceArn = queueArn(cloud, source);
  const hasSources = [...store.queues.entries()].some(
    ([, queue]) => redriveOf(queue)?.deadLetterTargetArn === sourceArn,
  );
  if (!hasSources) {
    throw new InvalidParameterValue('Source queue must be configured as a Dead Letter Queue.');
  }
  const { MaxNumberOfMessagesPerSecond: rate = MOST_MOVED_A_SECOND } = input;
  if (rate < 1 || rate > MOST_MOVED_A_SECOND) {
    throw new InvalidParameterValue(
      `Value ${rate} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and ${MOST_MOVED_A_SECOND}, if provided.`,
    );
  }
  const messages = [...store.messages(source)];
  for (const message of messages) {
    moveOne(state, message, targetArn);
  }
  return {
    sourceArn,
    targetArn,
    moved: messages.length,
    startedAt: cloud.clock.now(),
  };
}

function moveOne(
  { cloud, store }: SqsState,
  message: MessageRecord,
  targetArn: string | undefined,
): void {
  const { DeadLetterQueueSourceArn: origin, ...systemAttributes } = message.systemAttributes;
  const destination = targetArn ?? origin;
  // A message that no redrive policy has moved has no queue to go back to.
  if (destination === undefined) return;
  const target = queueNameOf(destination);
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
