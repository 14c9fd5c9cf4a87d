import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createLogsService } from './index.ts';

const ARN = 'arn:aws:logs:us-east-1:000000000000';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    logGroupName: 'g',
    logStreamName: 's',
    resourceArn: `${ARN}:log-group:g`,
    policyName: 'p',
    filterName: 'f',
    logGroupNamePrefix: 'g',
    logGroupIdentifiers: ['g'],
  };

  expect(permissionsOf(createLogsService, input)).toEqual({
    CreateLogGroup: [`logs:CreateLogGroup ${ARN}:log-group:g:log-stream:`],
    DeleteLogGroup: [`logs:DeleteLogGroup ${ARN}:log-group:g:log-stream:`],
    DescribeLogGroups: ['logs:DescribeLogGroups *:log-stream:'],
    PutRetentionPolicy: [`logs:PutRetentionPolicy ${ARN}:log-group:g:log-stream:`],
    DeleteRetentionPolicy: [`logs:DeleteRetentionPolicy ${ARN}:log-group:g:log-stream:`],
    CreateLogStream: [`logs:CreateLogStream ${ARN}:log-group:g:log-stream:s`],
    DeleteLogStream: [`logs:DeleteLogStream ${ARN}:log-group:g:log-stream:s`],
    DescribeLogStreams: [`logs:DescribeLogStreams ${ARN}:log-group:g:log-stream:`],
    TagResource: [`logs:TagResource ${ARN}:log-group:g`],
    UntagResource: [`logs:UntagResource ${ARN}:log-group:g`],
    ListTagsForResource: [`logs:ListTagsForResource ${ARN}:log-group:g`],
    PutLogEvents: [`logs:PutLogEvents ${ARN}:log-group:g:log-stream:s`],
    GetLogEvents: [`logs:GetLogEvents ${ARN}:log-group:g:log-stream:s`],
    FilterLogEvents: [`logs:FilterLogEvents ${ARN}:log-group:g:log-stream:`],
    PutResourcePolicy: ['logs:PutResourcePolicy *'],
    DescribeResourcePolicies: ['logs:DescribeResourcePolicies *'],
    DeleteResourcePolicy: ['logs:DeleteResourcePolicy *'],
    PutMetricFilter: [`logs:PutMetricFilter ${ARN}:log-group:g:log-stream:`],
    DeleteMetricFilter: [`logs:DeleteMetricFilter ${ARN}:log-group:g:log-stream:`],
    DescribeMetricFilters: [`logs:DescribeMetricFilters ${ARN}:log-group:g:log-stream:`],
  });
});
