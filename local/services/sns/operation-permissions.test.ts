import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createSnsService } from './index.ts';

const ARN = 'arn:aws:sns:us-east-1:000000000000';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    Name: 't',
    TopicArn: `${ARN}:t`,
    TargetArn: `${ARN}:t2`,
    ResourceArn: `${ARN}:t`,
    SubscriptionArn: `${ARN}:t:1`,
  };

  expect(permissionsOf(createSnsService, input)).toEqual({
    CreateTopic: [`sns:CreateTopic ${ARN}:t`],
    DeleteTopic: [`sns:DeleteTopic ${ARN}:t`],
    ListTopics: ['sns:ListTopics *'],
    GetTopicAttributes: [`sns:GetTopicAttributes ${ARN}:t`],
    SetTopicAttributes: [`sns:SetTopicAttributes ${ARN}:t`],
    AddPermission: [`sns:AddPermission ${ARN}:t`],
    RemovePermission: [`sns:RemovePermission ${ARN}:t`],
    TagResource: [`sns:TagResource ${ARN}:t`],
    UntagResource: [`sns:UntagResource ${ARN}:t`],
    ListTagsForResource: [`sns:ListTagsForResource ${ARN}:t`],
    Subscribe: [`sns:Subscribe ${ARN}:t`],
    Unsubscribe: [`sns:Unsubscribe ${ARN}:t`],
    ListSubscriptions: ['sns:ListSubscriptions *'],
    ListSubscriptionsByTopic: [`sns:ListSubscriptionsByTopic ${ARN}:t`],
    GetSubscriptionAttributes: [`sns:GetSubscriptionAttributes ${ARN}:t`],
    SetSubscriptionAttributes: [`sns:SetSubscriptionAttributes ${ARN}:t`],
    Publish: [`sns:Publish ${ARN}:t`],
    PublishBatch: [`sns:Publish ${ARN}:t`],
  });
});
