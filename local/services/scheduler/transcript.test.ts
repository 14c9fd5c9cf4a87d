import { describe, expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createIamService } from '../iam/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStsService } from '../sts/index.ts';
import { createSchedulerService } from './index.ts';

const ARN = 'arn:aws:scheduler:us-east-1:000000000000';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';
const QueueUrl = '/000000000000/q';
const RoleArn = 'arn:aws:iam::000000000000:role/r';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
const MISSING_QUEUE = `${QUEUE}-missing`;
const RATE = 'rate(1 hour)';

const role: readonly Step[] = [
  [
    'iam:CreateRole',
    {
      RoleName: 'r',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      }),
    },
  ],
  [
    'iam:PutRolePolicy',
    {
      RoleName: 'r',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'sqs:*', Resource: [QUEUE, MISSING_QUEUE] },
      }),
    },
  ],
  ['sqs:CreateQueue', { QueueName: 'q', Attributes: { VisibilityTimeout: '3600' } }],
];

const schedule = (input: object, target: object = {}): Step => [
  'CreateSchedule',
  {
    Name: 's',
    ScheduleExpression: RATE,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: QUEUE, RoleArn, ...target },
    ...input,
  },
];

const groups: readonly Step[] = [
  ...role,
  ['GetScheduleGroup', { Name: 'default' }],
  ['CreateScheduleGroup', { Name: 'g', Tags: [{ Key: 'b', Value: '2' }] }],
  ['CreateScheduleGroup', { Name: 'g' }],
  ['CreateScheduleGroup', { Name: 'a' }],
  { advanceSeconds: 5 },
  ['TagResource', { ResourceArn: `${ARN}:schedule-group/g`, Tags: [{ Key: 'a', Value: '1' }] }],
  ['ListTagsForResource', { ResourceArn: `${ARN}:schedule-group/g` }],
  ['UntagResource', { ResourceArn: `${ARN}:schedule-group/g`, TagKeys: ['b', 'c'] }],
  ['ListTagsForResource', { ResourceArn: `${ARN}:schedule-group/g` }],
  ['ListTagsForResource', { ResourceArn: `${ARN}:schedule-group/missing` }],
  [
    'TagResource',
    {
      ResourceArn: `${ARN}:schedule-group/g`,
      Tags: Array.from({ length: 49 }, (_, index) => ({ Key: `t${index}`, Value: 'v' })),
    },
  ],
  ['TagResource', { ResourceArn: `${ARN}:schedule-group/g`, Tags: [{ Key: 'z', Value: 'v' }] }],
  ['GetScheduleGroup', { Name: 'g' }],
  ['GetScheduleGroup', { Name: 'missing' }],
  ['ListScheduleGroups'],
  ['ListScheduleGroups', { NamePrefix: 'g' }],
  ['ListScheduleGroups', { MaxResults: 2 }, 'page'],
  ['ListScheduleGroups', (answered) => ({ NextToken: answered('page.NextToken') })],
  ['ListScheduleGroups', { NextToken: 'wrong' }],
  ['DeleteScheduleGroup', { Name: 'default' }],
  ['DeleteScheduleGroup', { Name: 'missing' }],
  schedule({ GroupName: 'g' }),
  schedule({ GroupName: 'g', Name: 'other' }),
  schedule({ GroupName: 'a' }),
  ['DeleteScheduleGroup', { Name: 'g' }],
  ['ListSchedules'],
  ['ListSchedules', { GroupName: 'g' }],
];

/** The clock of a transcript shows 2026-01-01T00:00:00Z at first. */
const schedules: readonly Step[] = [
  ...role,
  ['CreateScheduleGroup', { Name: 'g' }],
  schedule({ ScheduleExpressionTimezone: 'Mars/Phobos' }),
  schedule({ ScheduleExpression: 'at(2026-02-30T00:00:00)' }),
  schedule({ StartDate: new Date('2025-12-31T23:54:59.999Z') }),
  schedule({ EndDate: new Date('2025-12-31T23:59:59.999Z') }),
  schedule({ StartDate: new Date('2026-01-02'), EndDate: new Date('2026-01-02') }),
  schedule({ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }),
  schedule({ FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 1 } }),
  schedule({ GroupName: 'missing' }),
  schedule({}, { RoleArn: `${RoleArn}-missing` }),
  schedule({}, { Arn: 'q' }),
  schedule({}, { Arn: 'arn:aws:scheduler:::aws-sdk:sqs:receiveMessage' }),
  schedule({}, { Arn: BUS }),
  schedule({}, { Arn: FUNCTION, Input: 'text' }),
  schedule({}, { Input: 'x'.repeat(256 * 1024 + 1) }),
  schedule({ Name: 'largest' }, { Input: 'x'.repeat(256 * 1024) }),
  ['DeleteSchedule', { Name: 'largest' }],
  schedule({
    Name: 'bounds',
    StartDate: new Date('2025-12-31T23:55:00Z'),
    EndDate: new Date('2026-01-01T00:00:00Z'),
  }),
  schedule({
    Name: 'once',
    ScheduleExpression: 'at(2025-01-01T00:00:00)',
    EndDate: new Date('2025-01-01'),
  }),
  schedule({ ClientToken: 'token' }),
  schedule({ ClientToken: 'token' }),
  schedule({ ClientToken: 'other' }),
  schedule({}),
  schedule(
    {
      Name: 'all',
      GroupName: 'g',
      Description: 'all settings',
      StartDate: new Date('2027-01-01'),
      EndDate: new Date('2028-01-01'),
      State: 'DISABLED',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      KmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/k',
      ActionAfterCompletion: 'DELETE',
    },
    {
      Input: 'text',
      RetryPolicy: { MaximumRetryAttempts: 0 },
      DeadLetterConfig: { Arn: QUEUE },
    },
  ),
  schedule({ Name: 'bus' }, { Arn: BUS, EventBridgeParameters: { DetailType: 'd', Source: 's' } }),
  ['GetSchedule', { Name: 's' }],
  ['GetSchedule', { Name: 'all', GroupName: 'g' }],
  ['GetSchedule', { Name: 'all' }],
  ['ListSchedules'],
  ['ListSchedules', { GroupName: 'g' }],
  ['ListSchedules', { NamePrefix: 'a' }],
  ['ListSchedules', { State: 'DISABLED' }],
  ['ListSchedules', { MaxResults: 2 }, 'page'],
  ['ListSchedules', (answered) => ({ NextToken: answered('page.NextToken') })],
  ['ListSchedules', { NextToken: 'wrong' }],
  { advanceSeconds: 60 },
  [
    'UpdateSchedule',
    {
      Name: 'all',
      GroupName: 'g',
      ScheduleExpression: 'rate(2 days)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: QUEUE, RoleArn },
    },
  ],
  ['GetSchedule', { Name: 'all', GroupName: 'g' }],
  [
    'UpdateSchedule',
    {
      Name: 'missing',
      ScheduleExpression: RATE,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: QUEUE, RoleArn },
    },
  ],
  ['DeleteSchedule', { Name: 's' }],
  ['DeleteSchedule', { Name: 's' }],
  ['GetSchedule', { Name: 's' }],
];

const receive: Step = [
  'sqs:ReceiveMessage',
  { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] },
];

const invocations: readonly Step[] = [
  ...role,
  schedule(
    { Name: 'keywords', ScheduleExpression: 'at(2026-01-01T00:01:00)' },
    {
      Input:
        '<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time> <aws.scheduler.execution-id> <aws.scheduler.attempt-number> <aws.scheduler.unknown>',
    },
  ),
  schedule({ Name: 'event', ScheduleExpression: 'at(2026-01-01T00:01:01)' }, { Input: undefined }),
  { advanceSeconds: 59 },
  receive,
  { advanceSeconds: 1 },
  receive,
  { advanceSeconds: 1 },
  receive,
  schedule(
    { Name: 'refused', ScheduleExpression: 'at(2026-01-01T00:02:00)' },
    { Arn: MISSING_QUEUE, Input: 'refused', DeadLetterConfig: { Arn: QUEUE } },
  ),
  schedule(
    { Name: 'unsupported', ScheduleExpression: 'at(2026-01-01T00:03:00)' },
    {
      Arn: 'arn:aws:ecs:us-east-1:000000000000:cluster/c',
      DeadLetterConfig: { Arn: QUEUE },
    },
  ),
  schedule(
    { Name: 'no-service', ScheduleExpression: 'at(2026-01-01T00:04:00)' },
    {
      Arn: 'arn:aws:scheduler:::aws-sdk:glue:startJobRun',
      Input: '{}',
      DeadLetterConfig: { Arn: QUEUE },
    },
  ),
  schedule(
    { Name: 'no-object', ScheduleExpression: 'at(2026-01-01T00:05:00)' },
    {
      Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage',
      Input: '1',
      DeadLetterConfig: { Arn: QUEUE },
    },
  ),
  schedule(
    { Name: 'denied', ScheduleExpression: 'at(2026-01-01T00:06:00)' },
    {
      Arn: 'arn:aws:scheduler:::aws-sdk:sns:publish',
      Input: '{"TopicArn":"arn:aws:sns:us-east-1:000000000000:t","Message":"m"}',
      DeadLetterConfig: { Arn: QUEUE },
    },
  ),
  schedule(
    { Name: 'lost', ScheduleExpression: 'at(2026-01-01T00:06:30)' },
    { Arn: MISSING_QUEUE, DeadLetterConfig: { Arn: MISSING_QUEUE } },
  ),
  schedule(
    { Name: 'universal', ScheduleExpression: 'at(2026-01-01T00:07:00)' },
    {
      Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage',
      Input: JSON.stringify({ QueueUrl, MessageBody: 'sent' }),
    },
  ),
  ...Array.from({ length: 7 }, (): readonly Step[] => [{ advanceSeconds: 60 }, receive]).flat(),
  schedule({
    Name: 'done',
    ScheduleExpression: 'at(2026-01-01T00:09:00)',
    ActionAfterCompletion: 'DELETE',
  }),
  { advanceSeconds: 60 },
  ['GetSchedule', { Name: 'done' }],
  ['GetSchedule', { Name: 'universal' }],
  ['cloudwatch:ListMetrics', { Namespace: 'AWS/Scheduler' }],
  ...[
    'InvocationAttemptCount',
    'TargetErrorCount',
    'InvocationDroppedCount',
    'InvocationsSentToDeadLetterCount',
    'InvocationsFailedToBeSentToDeadLetterCount',
  ].map(
    (MetricName): Step => [
      'cloudwatch:GetMetricStatistics',
      {
        Namespace: 'AWS/Scheduler',
        MetricName,
        Dimensions: [{ Name: 'ScheduleGroup', Value: 'default' }],
        StartTime: new Date('2026-01-01'),
        EndTime: new Date('2026-01-02'),
        Period: 86_400,
        Statistics: ['Sum', 'SampleCount'],
      },
    ],
  ),
];

const timed = (Name: string, ScheduleExpression: string, more: object = {}): Step =>
  schedule(
    { Name, ScheduleExpression, ...more },
    { Input: `${Name} of <aws.scheduler.scheduled-time>` },
  );

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
const times: readonly Step[] = [
  ...role,
  timed('flexible', 'at(2026-01-01T00:01:00)', {
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 3 },
    ActionAfterCompletion: 'DELETE',
  }),
  timed('bounded', 'rate(1 minute)', {
    StartDate: new Date('2026-01-01T00:02:00Z'),
    EndDate: new Date('2026-01-01T00:04:00Z'),
    ActionAfterCompletion: 'DELETE',
  }),
  timed('begun', 'rate(2 minutes)', { StartDate: new Date('2025-12-31T23:55:00Z') }),
  timed('rate', 'rate(4 minutes)'),
  timed('cron', 'cron(3 0 * * ? *)', { StartDate: new Date('2026-01-01T00:03:00Z') }),
  timed('berlin', 'cron(5 1 * * ? *)', { ScheduleExpressionTimezone: 'Europe/Berlin' }),
  timed('once-berlin', 'at(2026-01-01T01:05:30)', {
    ScheduleExpressionTimezone: 'Europe/Berlin',
  }),
  timed('off', 'rate(1 minute)', { State: 'DISABLED', ActionAfterCompletion: 'DELETE' }),
  timed('changed', 'at(2026-01-01T00:01:00)'),
  [
    'UpdateSchedule',
    {
      Name: 'changed',
      ScheduleExpression: 'at(2026-01-01T00:06:30)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: QUEUE, RoleArn, Input: 'changed' },
    },
  ],
  ...Array.from({ length: 14 }, (): readonly Step[] => [{ advanceSeconds: 30 }, receive]).flat(),
  ['ListSchedules'],
];

const aged = (Name: string, ScheduleExpression: string, MaximumEventAgeInSeconds: number): Step =>
  schedule(
    { Name, ScheduleExpression, ActionAfterCompletion: 'DELETE' },
    {
      Input: `${Name} of <aws.scheduler.scheduled-time>`,
      RetryPolicy: { MaximumEventAgeInSeconds },
    },
  );

/** Of the times that a schedule has missed, the last is invoked unless it is too old for the retry policy. */
const restarts: readonly Step[] = [
  ...role,
  timed('minutes', 'rate(1 minute)'),
  timed('hours', 'rate(1 hour)', { StartDate: new Date('2026-01-01T00:05:00Z') }),
  timed('daily', 'cron(30 0 * * ? *)'),
  timed('once', 'at(2026-01-01T00:05:00)', { ActionAfterCompletion: 'DELETE' }),
  timed('later', 'at(2026-01-03T00:00:00)'),
  timed('off', 'rate(1 minute)', { State: 'DISABLED' }),
  aged('just', 'at(2026-01-01T00:05:00)', 301),
  aged('late', 'at(2026-01-01T00:05:00)', 299),
  aged('bounded', 'rate(2 hours)', 3_600),
  receive,
  { restartAfterSeconds: 600 },
  receive,
  ['ListSchedules'],
  { advanceSeconds: 60 },
  receive,
  { restartAfterSeconds: 3_600 },
  receive,
  { restartAfterSeconds: 86_400 },
  receive,
  { advanceSeconds: 60 },
  receive,
  { restartAfterSeconds: 0 },
  receive,
];

describe('the answers to', () => {
  it.each([
    ['requests about groups', 'groups', groups],
    ['requests about schedules', 'schedules', schedules],
    ['what targets receive', 'invocations', invocations],
    ['when targets are invoked', 'times', times],
    ['what is invoked after a restart', 'restarts', restarts],
  ])('%s are those of the transcript', async (_name, file, steps) => {
    const factories = [
      createSchedulerService,
      createIamService,
      createStsService,
      createSqsService,
      createCloudWatchService,
    ];
    await expect(await transcriptOf('scheduler', factories, steps)).toMatchFileSnapshot(
      `transcripts/${file}.txt`,
    );
  });
});
