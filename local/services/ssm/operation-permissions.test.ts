import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createSsmService } from './index.ts';

const ARN = 'arn:aws:ssm:us-east-1:000000000000';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    Name: '/a/b',
    Names: ['/a/b', 'c'],
    Path: '/a',
    ResourceId: '/a/b',
    ResourceType: 'Parameter',
  };

  expect(permissionsOf(createSsmService, input)).toEqual({
    PutParameter: [`ssm:PutParameter ${ARN}:parameter/a/b`],
    GetParameter: [`ssm:GetParameter ${ARN}:parameter/a/b`],
    GetParameters: [
      `ssm:GetParameters ${ARN}:parameter/a/b`,
      `ssm:GetParameters ${ARN}:parameter/c`,
    ],
    GetParametersByPath: [`ssm:GetParametersByPath ${ARN}:parameter/a`],
    GetParameterHistory: [`ssm:GetParameterHistory ${ARN}:parameter/a/b`],
    DescribeParameters: ['ssm:DescribeParameters *'],
    DeleteParameter: [`ssm:DeleteParameter ${ARN}:parameter/a/b`],
    DeleteParameters: [
      `ssm:DeleteParameters ${ARN}:parameter/a/b`,
      `ssm:DeleteParameters ${ARN}:parameter/c`,
    ],
    LabelParameterVersion: [`ssm:LabelParameterVersion ${ARN}:parameter/a/b`],
    AddTagsToResource: [`ssm:AddTagsToResource ${ARN}:parameter/a/b`],
    RemoveTagsFromResource: [`ssm:RemoveTagsFromResource ${ARN}:parameter/a/b`],
    ListTagsForResource: [`ssm:ListTagsForResource ${ARN}:parameter/a/b`],
  });
});
