import type { AddPermissionRequest } from '@aws-sdk/client-sqs';
import { statementsOf, storedPolicyDocument } from '../../authorization/index.ts';
import type { Checked } from '../../cloud/operation.ts';
import type { PolicyDocument, PolicyStatement } from '../../cloud/service.ts';
import { InvalidParameterValue } from './errors.ts';
import { findQueue, queueArn } from './queue.ts';
import type { SqsState } from './state.ts';
import type { QueueRecord } from './store.ts';

/** The policy of a queue; undefined if it has none. */
export function policyOf(queue: QueueRecord): PolicyDocument | undefined {
  const text = queue.attributes['Policy'];
  return text === undefined || text === '' ? undefined : storedPolicyDocument(text);
}

export function labelProblem(label: string | undefined, reason: string): InvalidParameterValue {
  return new InvalidParameterValue(
    `Value ${label} for parameter Label is invalid. Reason: ${reason}`,
  );
}

export function addPermission(state: SqsState, input: Checked<AddPermissionRequest>): object {
  const { cloud, store } = state;
  const queue = findQueue(store, input.QueueUrl);
  checkActions(input.Actions);
  if (statementsOf(policyOf(queue)).some(({ Sid }) => Sid === input.Label)) {
    throw labelProblem(input.Label, 'Already exists.');
  }
  const added: PolicyStatement = {
    Sid: input.Label,
    Effect: 'Allow',
    Principal: { AWS: input.AWSAccountIds.map((id) => `arn:aws:iam::${id}:root`) },
    Action: input.Actions.map((action) => (action === '*' ? 'SQS:*' : `SQS:${action}`)),
    Resource: queueArn(cloud, queue.name),
  };
  setPolicy(state, queue, [...statementsOf(policyOf(queue)), added]);
  return {};
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html */
const SHARED_ACTIONS: ReadonlySet<string> = new Set([
  '*',
  'ChangeMessageVisibility',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'PurgeQueue',
  'ReceiveMessage',
  'SendMessage',
]);

const OWNER_ACTIONS: ReadonlySet<string> = new Set([
  'AddPermission',
  'CancelMessageMoveTask',
  'CreateQueue',
  'DeleteQueue',
  'ListMessageMoveTasks',
  'ListQueues',
  'ListQueueTags',
  'RemovePermission',
  'SetQueueAttributes',
  'StartMessageMoveTask',
  'TagQueue',
  'UntagQueue',
]);

function checkActions(actions: readonly string[]): void {
  for (const action of actions) {
    if (SHARED_ACTIONS.has(action)) continue;
    const reason = OWNER_ACTIONS.has(action)
      ? 'Only the queue owner is allowed to invoke this action.'
      : 'Please refer to the appropriate WSDL for a list of valid actions.';
    throw new InvalidParameterValue(
      `Value SQS:${action} for parameter ActionName is invalid. Reason: ${reason}`,
    );
  }
}

export function setPolicy(
  { cloud, store }: SqsState,
  queue: QueueRecord,
  statements: readonly PolicyStatement[],
): void {
  const Policy =
    statements.length === 0
      ? ''
      : JSON.stringify({
          Version: '2012-10-17',
          Id: `${queueArn(cloud, queue.name)}/SQSDefaultPolicy`,
          Statement: statements,
        });
  store.queues.put(queue.name, {
    ...queue,
    attributes: { ...queue.attributes, Policy },
    modifiedAt: cloud.clock.now(),
  });
}
