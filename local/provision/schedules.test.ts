import {
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSchedulerService } from '../services/scheduler/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { provision } from './provision.ts';

let runtime: TestRuntime;
let scheduler: SchedulerClient;

beforeEach(async () => {
  runtime = await startTestRuntime([createSchedulerService, createSqsService]);
  scheduler = new SchedulerClient(runtime.clientConfig);
});

afterEach(() => runtime.stop());

const ROLE = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    },
  },
};

interface Template {
  readonly schedule?: object;
  readonly group?: object;
}

/** A stack with a schedule in a group, as aws-cdk-lib writes them. */
function deploy({ schedule = {}, group = {} }: Template): Promise<unknown> {
  const Resources = {
    Role: ROLE,
    Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
    Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'scores', ...group } },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Name: 'nightly',
        GroupName: { Ref: 'Group' },
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: '15' },
        ScheduleExpression: 'cron(0 3 * * ? *)',
        ScheduleExpressionTimezone: 'Europe/Berlin',
        StartDate: '2199-01-01T00:00:00.000Z',
        State: 'ENABLED',
        Target: {
          Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Input: '"now"',
          RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: '2' },
        },
        ...schedule,
      },
    },
  };
  const Outputs = { Arn: { Value: { 'Fn::GetAtt': ['Schedule', 'Arn'] } } };
  const template = { Resources, Outputs };
  const stack = { name: 'stack', template, assets: [], dependencies: [] };
  return provision(runtime.cloud, { folder: '', stacks: [stack] });
}

const schedules = async () =>
  (await scheduler.send(new ListSchedulesCommand({}))).Schedules?.map(
    ({ Name, GroupName }) => `${GroupName}/${Name}`,
  );

it('creates a schedule in a group with its settings', async () => {
  await deploy({});

  const made = await scheduler.send(
    new GetScheduleCommand({ GroupName: 'scores', Name: 'nightly' }),
  );
  expect(made).toMatchObject({
    ScheduleExpression: 'cron(0 3 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    StartDate: new Date('2199-01-01'),
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
    Target: {
      Input: '"now"',
      RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 2 },
    },
  });
});

it('updates a schedule, and replaces one that gets another name or group', async () => {
  await deploy({});

  await deploy({ schedule: { State: 'DISABLED' } });
  const updated = await scheduler.send(
    new GetScheduleCommand({ GroupName: 'scores', Name: 'nightly' }),
  );
  await deploy({ schedule: { Name: 'weekly' } });
  const renamed = await schedules();
  await deploy({ schedule: { Name: 'weekly', GroupName: 'default' } });

  expect(updated.State).toBe('DISABLED');
  expect(renamed).toEqual(['scores/weekly']);
  expect(await schedules()).toEqual(['default/weekly']);
});

it('tags a group, and removes it with the stack', async () => {
  const ResourceArn = 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/scores';
  const tags = async () =>
    (await scheduler.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;
  await deploy({ group: { Tags: [{ Key: 'team', Value: 'a' }] } });
  const made = await tags();
  await deploy({ group: { Tags: [{ Key: 'owner', Value: 'b' }] } });
  const updated = await tags();

  const Resources = { Role: ROLE };
  const stack = { name: 'stack', template: { Resources }, assets: [], dependencies: [] };
  await provision(runtime.cloud, { folder: '', stacks: [stack] });

  const { ScheduleGroups } = await scheduler.send(new ListScheduleGroupsCommand({}));
  expect(made).toEqual([{ Key: 'team', Value: 'a' }]);
  expect(updated).toEqual([{ Key: 'owner', Value: 'b' }]);
  expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(['default']);
  expect(await schedules()).toEqual([]);
});
