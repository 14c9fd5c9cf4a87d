import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createSqsService } from './index.ts';

const ARN = 'arn:aws:sqs:us-east-1:000000000000';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    QueueUrl: 'http://localhost/000000000000/q',
    QueueName: 'q',
    SourceArn: `${ARN}:dead`,
    TaskHandle: 'x',
  };

  expect(permissionsOf(createSqsService, input)).toEqual({
    CreateQueue: [`sqs:CreateQueue ${ARN}:q`],
    GetQueueUrl: [`sqs:GetQueueUrl ${ARN}:q`],
    DeleteQueue: [`sqs:DeleteQueue ${ARN}:q`],
    PurgeQueue: [`sqs:PurgeQueue ${ARN}:q`],
    ListQueues: ['sqs:ListQueues *'],
    GetQueueAttributes: [`sqs:GetQueueAttributes ${ARN}:q`],
    SetQueueAttributes: [`sqs:SetQueueAttributes ${ARN}:q`],
    AddPermission: [`sqs:AddPermission ${ARN}:q`],
    RemovePermission: [`sqs:RemovePermission ${ARN}:q`],
    TagQueue: [`sqs:TagQueue ${ARN}:q`],
    UntagQueue: [`sqs:UntagQueue ${ARN}:q`],
    ListQueueTags: [`sqs:ListQueueTags ${ARN}:q`],
    ListDeadLetterSourceQueues: [`sqs:ListDeadLetterSourceQueues ${ARN}:q`],
    SendMessage: [`sqs:SendMessage ${ARN}:q`],
    SendMessageBatch: [`sqs:SendMessage ${ARN}:q`],
    ReceiveMessage: [`sqs:ReceiveMessage ${ARN}:q`],
    DeleteMessage: [`sqs:DeleteMessage ${ARN}:q`],
    DeleteMessageBatch: [`sqs:DeleteMessage ${ARN}:q`],
    ChangeMessageVisibility: [`sqs:ChangeMessageVisibility ${ARN}:q`],
    ChangeMessageVisibilityBatch: [`sqs:ChangeMessageVisibility ${ARN}:q`],
    StartMessageMoveTask: [`sqs:StartMessageMoveTask ${ARN}:dead`],
    ListMessageMoveTasks: [`sqs:ListMessageMoveTasks ${ARN}:dead`],
  });
});
