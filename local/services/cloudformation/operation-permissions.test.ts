import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createCloudFormationService } from './index.ts';

const ARN = 'arn:aws:cloudformation:us-east-1:000000000000';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = { StackName: 's' };

  expect(permissionsOf(createCloudFormationService, input)).toEqual({
    DescribeStacks: [`cloudformation:DescribeStacks ${ARN}:stack/s/*`],
    ListStacks: ['cloudformation:ListStacks *'],
    ListExports: ['cloudformation:ListExports *'],
    DescribeStackResources: [`cloudformation:DescribeStackResources ${ARN}:stack/s/*`],
    DescribeStackResource: [`cloudformation:DescribeStackResource ${ARN}:stack/s/*`],
    ListStackResources: [`cloudformation:ListStackResources ${ARN}:stack/s/*`],
  });
});
