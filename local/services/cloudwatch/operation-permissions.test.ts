import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createCloudWatchService } from './index.ts';

const ARN = 'arn:aws:cloudwatch:us-east-1:000000000000';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    AlarmName: 'a',
    AlarmNames: ['a', 'b'],
    DashboardName: 'd',
    DashboardNames: ['d'],
    ResourceARN: `${ARN}:alarm:a`,
    Namespace: 'N',
    AlarmRule: 'ALARM("a")',
  };

  expect(permissionsOf(createCloudWatchService, input)).toEqual({
    PutMetricData: ['cloudwatch:PutMetricData * {"cloudwatch:namespace":"N"}'],
    GetMetricData: ['cloudwatch:GetMetricData *'],
    GetMetricStatistics: ['cloudwatch:GetMetricStatistics *'],
    ListMetrics: ['cloudwatch:ListMetrics *'],
    PutMetricAlarm: [`cloudwatch:PutMetricAlarm ${ARN}:alarm:a`],
    PutCompositeAlarm: [`cloudwatch:PutCompositeAlarm ${ARN}:alarm:a`],
    DescribeAlarms: [
      `cloudwatch:DescribeAlarms ${ARN}:alarm:a`,
      `cloudwatch:DescribeAlarms ${ARN}:alarm:b`,
    ],
    DescribeAlarmsForMetric: [`cloudwatch:DescribeAlarmsForMetric ${ARN}:alarm:*`],
    DescribeAlarmHistory: [`cloudwatch:DescribeAlarmHistory ${ARN}:alarm:a`],
    SetAlarmState: [`cloudwatch:SetAlarmState ${ARN}:alarm:a`],
    DeleteAlarms: [
      `cloudwatch:DeleteAlarms ${ARN}:alarm:a`,
      `cloudwatch:DeleteAlarms ${ARN}:alarm:b`,
    ],
    EnableAlarmActions: [
      `cloudwatch:EnableAlarmActions ${ARN}:alarm:a`,
      `cloudwatch:EnableAlarmActions ${ARN}:alarm:b`,
    ],
    DisableAlarmActions: [
      `cloudwatch:DisableAlarmActions ${ARN}:alarm:a`,
      `cloudwatch:DisableAlarmActions ${ARN}:alarm:b`,
    ],
    TagResource: [`cloudwatch:TagResource ${ARN}:alarm:a`],
    UntagResource: [`cloudwatch:UntagResource ${ARN}:alarm:a`],
    ListTagsForResource: [`cloudwatch:ListTagsForResource ${ARN}:alarm:a`],
    PutDashboard: ['cloudwatch:PutDashboard arn:aws:cloudwatch::000000000000:dashboard/d'],
    GetDashboard: ['cloudwatch:GetDashboard arn:aws:cloudwatch::000000000000:dashboard/d'],
    ListDashboards: ['cloudwatch:ListDashboards arn:aws:cloudwatch::000000000000:dashboard/*'],
    DeleteDashboards: ['cloudwatch:DeleteDashboards arn:aws:cloudwatch::000000000000:dashboard/d'],
  });
});
