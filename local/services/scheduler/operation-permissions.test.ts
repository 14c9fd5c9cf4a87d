import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createSchedulerService } from './index.ts';

const ARN = 'arn:aws:scheduler:us-east-1:000000000000';
const ROLE = 'arn:aws:iam::000000000000:role/r';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    Name: 'n',
    GroupName: 'g',
    ResourceArn: `${ARN}:schedule-group/n`,
    Tags: [{ Key: 'a', Value: 'b' }],
    Target: { Arn: 'arn', RoleArn: ROLE },
  };
  const pass = `iam:PassRole ${ROLE} {"iam:PassedToService":"scheduler.amazonaws.com"}`;

  expect(permissionsOf(createSchedulerService, input)).toEqual({
    CreateSchedule: [`scheduler:CreateSchedule ${ARN}:schedule/g/n`, pass],
    GetSchedule: [`scheduler:GetSchedule ${ARN}:schedule/g/n`],
    UpdateSchedule: [`scheduler:UpdateSchedule ${ARN}:schedule/g/n`, pass],
    DeleteSchedule: [`scheduler:DeleteSchedule ${ARN}:schedule/g/n`],
    ListSchedules: ['scheduler:ListSchedules *'],
    CreateScheduleGroup: [
      `scheduler:CreateScheduleGroup ${ARN}:schedule-group/n`,
      `scheduler:TagResource ${ARN}:schedule-group/n`,
    ],
    GetScheduleGroup: [`scheduler:GetScheduleGroup ${ARN}:schedule-group/n`],
    DeleteScheduleGroup: [`scheduler:DeleteScheduleGroup ${ARN}:schedule-group/n`],
    ListScheduleGroups: ['scheduler:ListScheduleGroups *'],
    TagResource: [`scheduler:TagResource ${ARN}:schedule-group/n`],
    UntagResource: [`scheduler:UntagResource ${ARN}:schedule-group/n`],
    ListTagsForResource: [`scheduler:ListTagsForResource ${ARN}:schedule-group/n`],
  });
});
