import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createEventBridgeService } from './index.ts';

const ARN = 'arn:aws:events:us-east-1:000000000000';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    Name: 'n',
    Rule: 'r',
    EventBusName: 'b',
    ResourceARN: `${ARN}:rule/r`,
    Entries: [{ EventBusName: 'b', Source: 's', DetailType: 'd' }, {}],
  };

  expect(permissionsOf(createEventBridgeService, input)).toEqual({
    CreateEventBus: [`events:CreateEventBus ${ARN}:event-bus/n`],
    DescribeEventBus: [`events:DescribeEventBus ${ARN}:event-bus/n`],
    UpdateEventBus: [`events:UpdateEventBus ${ARN}:event-bus/n`],
    DeleteEventBus: [`events:DeleteEventBus ${ARN}:event-bus/n`],
    ListEventBuses: ['events:ListEventBuses *'],
    PutPermission: [`events:PutPermission ${ARN}:event-bus/b`],
    RemovePermission: [`events:RemovePermission ${ARN}:event-bus/b`],
    PutRule: [`events:PutRule ${ARN}:rule/b/n`],
    DescribeRule: [`events:DescribeRule ${ARN}:rule/b/n`],
    DeleteRule: [`events:DeleteRule ${ARN}:rule/b/n`],
    EnableRule: [`events:EnableRule ${ARN}:rule/b/n`],
    DisableRule: [`events:DisableRule ${ARN}:rule/b/n`],
    ListRules: [`events:ListRules ${ARN}:rule/b/*`],
    ListRuleNamesByTarget: [`events:ListRuleNamesByTarget ${ARN}:rule/b/*`],
    PutTargets: [`events:PutTargets ${ARN}:rule/b/r`],
    RemoveTargets: [`events:RemoveTargets ${ARN}:rule/b/r`],
    ListTargetsByRule: [`events:ListTargetsByRule ${ARN}:rule/b/r`],
    TagResource: [`events:TagResource ${ARN}:rule/r`],
    UntagResource: [`events:UntagResource ${ARN}:rule/r`],
    ListTagsForResource: [`events:ListTagsForResource ${ARN}:rule/r`],
    PutEvents: [`events:PutEvents ${ARN}:event-bus/b`, `events:PutEvents ${ARN}:event-bus/default`],
    TestEventPattern: ['events:TestEventPattern *'],
    CreateConnection: [`events:CreateConnection ${ARN}:connection/n`],
  });
});
