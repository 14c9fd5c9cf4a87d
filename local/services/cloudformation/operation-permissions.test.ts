import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createCloudFormationService } from './index.ts';

const ARN = 'arn:aws:cloudformation:us-east-1:000000000000';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const RoleARN = 'arn:aws:iam::000000000000:role/exec';
  const input = { StackName: 's', RoleARN };
  const pass = `iam:PassRole ${RoleARN} {"iam:PassedToService":"cloudformation.amazonaws.com"}`;
  const on = (action: string) => `cloudformation:${action} ${ARN}:stack/s/*`;

  expect(permissionsOf(createCloudFormationService, input)).toEqual({
    DescribeStacks: [`cloudformation:DescribeStacks ${ARN}:stack/s/*`],
    ListStacks: ['cloudformation:ListStacks *'],
    ListExports: ['cloudformation:ListExports *'],
    DescribeStackResources: [`cloudformation:DescribeStackResources ${ARN}:stack/s/*`],
    DescribeStackResource: [`cloudformation:DescribeStackResource ${ARN}:stack/s/*`],
    ListStackResources: [`cloudformation:ListStackResources ${ARN}:stack/s/*`],
    CreateChangeSet: [on('CreateChangeSet'), pass],
    DescribeChangeSet: [on('DescribeChangeSet')],
    ExecuteChangeSet: [on('ExecuteChangeSet')],
    DeleteChangeSet: [on('DeleteChangeSet')],
    ListChangeSets: [on('ListChangeSets')],
    DeleteStack: [on('DeleteStack'), pass],
    DescribeStackEvents: [on('DescribeStackEvents')],
    GetTemplate: [on('GetTemplate')],
    GetTemplateSummary: [on('GetTemplateSummary')],
    UpdateTerminationProtection: [on('UpdateTerminationProtection')],
    ValidateTemplate: ['cloudformation:ValidateTemplate *'],
  });
});
