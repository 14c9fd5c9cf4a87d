import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  SchedulerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createSchedulerService } from './index.ts';

const ROLE = 'arn:aws:iam::000000000000:role/scheduler';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:dummy';
const ARN = 'arn:aws:scheduler:us-east-1:000000000000';

let runtime: TestRuntime;
let client: SchedulerClient;
let count = 0;

const trust = (Service: string, Condition = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service },
      Action: 'sts:AssumeRole',
      Condition,
    },
  });

beforeAll(async () => {
  runtime = await startTestRuntime([createSchedulerService]);
  client = new SchedulerClient(runtime.clientConfig);
  const iam = new IAMClient(runtime.clientConfig);
  const roles = {
    scheduler: trust('scheduler.amazonaws.com'),
    other: trust('events.amazonaws.com'),
    grouped: trust('scheduler.amazonaws.com', {
      StringEquals: { 'aws:SourceArn': `${ARN}:schedule-group/trusted` },
    }),
  };
  for (const [RoleName, AssumeRolePolicyDocument] of Object.entries(roles)) {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  }
});

afterAll(() => runtime.stop());

function request(more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput {
  count += 1;
  return {
    Name: `schedule-${count}`,
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: FUNCTION, RoleArn: ROLE },
    ...more,
  };
}

async function create(more: Partial<CreateScheduleCommandInput> = {}): Promise<string> {
  const input = request(more);
  await client.send(new CreateScheduleCommand(input));
  return input.Name ?? '';
}

const refusal = (more: Partial<CreateScheduleCommandInput>) =>
  create(more).catch((error: Error) => `${error.name}: ${error.message}`);

describe('an expression as recorded on AWS', () => {
  // https://github.com/localstack/localstack tests/aws/services/scheduler/test_scheduler.snapshot.json
  it.each([
    'cron(0 1 * * * *)',
    'cron(7 20 * * NOT *)',
    'cron(INVALID)',
    'cron(0 dummy ? * MON-FRI *)',
    'cron(71 8 1 * ? *)',
    'cron()',
    'rate(10 seconds)',
    'rate(10 years)',
    'rate()',
    'rate(10)',
    'rate(10 minutess)',
    'rate(foo minutes)',
    'rate(-10 minutes)',
    'rate( 10 minutes )',
    ' rate(10 minutes)',
    'at(2021-12-31T23:59:59Z)',
    'at(2021-12-31)',
    // Not recorded.
    'at(2026-02-30T10:00:00)',
    'at(2026-02-28T25:00:00)',
  ])('refuses %s', async (ScheduleExpression) => {
    const window = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 4 } as const;
    const Target = { Arn: FUNCTION, RoleArn: 'arn:aws:iam::000000000000:role/role-name' };

    const answer = await refusal({ ScheduleExpression, FlexibleTimeWindow: window, Target });

    expect(answer).toBe(`ValidationException: Invalid Schedule Expression ${ScheduleExpression}.`);
  });

  it.each([
    'cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)',
    'cron(30-30 13-13 ? * 2,4,6 *)',
    'cron(1-31/30 1-1 ? * 1,7 *)',
    'cron(0 18 ? * MON-FRI *)',
    'cron(*/15 * * * ? *)',
    'cron(0-59/10 0-23/2 ? * * *)',
    'at(2022-12-31T23:59:59)',
  ])('takes %s', async (ScheduleExpression) => {
    const name = await create({ ScheduleExpression });

    const schedule = await client.send(new GetScheduleCommand({ Name: name }));

    expect(schedule.ScheduleExpression).toBe(ScheduleExpression);
  });
});

describe('a schedule', () => {
  it('is read with defaults', async () => {
    const name = await create();

    const { $metadata: _, ...schedule } = await client.send(new GetScheduleCommand({ Name: name }));

    expect(schedule).toEqual({
      ActionAfterCompletion: 'NONE',
      Arn: `${ARN}:schedule/default/${name}`,
      CreationDate: expect.any(Date),
      FlexibleTimeWindow: { Mode: 'OFF' },
      GroupName: 'default',
      LastModificationDate: expect.any(Date),
      Name: name,
      ScheduleExpression: 'rate(1 hour)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      Target: {
        Arn: FUNCTION,
        RoleArn: ROLE,
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
    });
  });

  it('loses what an update omits', async () => {
    const start = new Date(Math.ceil(Date.now() / 1_000) * 1_000);
    const name = await create({
      Description: 'first',
      State: 'DISABLED',
      StartDate: start,
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });
    const before = await client.send(new GetScheduleCommand({ Name: name }));

    await client.send(new UpdateScheduleCommand(request({ Name: name })));

    const after = await client.send(new GetScheduleCommand({ Name: name }));
    expect(before).toMatchObject({ Description: 'first', State: 'DISABLED', StartDate: start });
    expect(after).toMatchObject({ State: 'ENABLED', ScheduleExpressionTimezone: 'UTC' });
    expect(after.Description).toBeUndefined();
    expect(after.StartDate).toBeUndefined();
    expect(after.CreationDate).toEqual(before.CreationDate);
  });

  it('is created once, also if its request is repeated', async () => {
    const input = request({ ClientToken: 'token-1' });
    const first = await client.send(new CreateScheduleCommand(input));

    const second = await client.send(new CreateScheduleCommand(input));

    expect(second.ScheduleArn).toBe(first.ScheduleArn);
    await expect(
      client.send(new CreateScheduleCommand({ ...input, ClientToken: 'token-2' })),
    ).rejects.toMatchObject({
      name: 'ConflictException',
      message: `Schedule ${input.Name} already exists.`,
    });
  });

  it('can be deleted once', async () => {
    const Name = await create();
    await client.send(new DeleteScheduleCommand({ Name }));

    for (const command of [
      new DeleteScheduleCommand({ Name }),
      new GetScheduleCommand({ Name }),
      new UpdateScheduleCommand(request({ Name })),
    ]) {
      await expect(client.send(command as GetScheduleCommand)).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: `Schedule ${Name} does not exist.`,
        $metadata: { httpStatusCode: 404 },
      });
    }
  });

  it.each<[string, Partial<CreateScheduleCommandInput>, string]>([
    [
      'a role that does not trust Scheduler',
      { Target: { Arn: FUNCTION, RoleArn: 'arn:aws:iam::000000000000:role/other' } },
      'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
    ],
    [
      'a role that trusts another group',
      { Target: { Arn: FUNCTION, RoleArn: 'arn:aws:iam::000000000000:role/grouped' } },
      'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
    ],
    [
      'a start in the past',
      { StartDate: new Date('2020-01-01') },
      'The StartDate you specify cannot be earlier than 5 minutes ago.',
    ],
    [
      'an end in the past',
      { EndDate: new Date('2020-01-01') },
      'The EndDate you specify cannot be in the past.',
    ],
    [
      'an end before the start',
      { StartDate: new Date('2199-01-02'), EndDate: new Date('2199-01-01') },
      'The StartDate you specify must be before the EndDate.',
    ],
    [
      'an unknown time zone',
      { ScheduleExpressionTimezone: 'Mars/Olympus' },
      'Invalid Schedule Expression Timezone Mars/Olympus.',
    ],
    [
      'a flexible window without a size',
      { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } },
      'MaximumWindowInMinutes is required for FlexibleTimeWindow Mode FLEXIBLE.',
    ],
    [
      'a size without a flexible window',
      { FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 5 } },
      'MaximumWindowInMinutes must not be set for FlexibleTimeWindow Mode OFF.',
    ],
    [
      'a target that is no ARN',
      { Target: { Arn: 'function', RoleArn: ROLE } },
      'Provided Arn is not in correct format.',
    ],
    [
      'an input for a function that is no JSON',
      { Target: { Arn: FUNCTION, RoleArn: ROLE, Input: 'text' } },
      `Input must be well-formed JSON for the target ${FUNCTION}.`,
    ],
    [
      'an event without its parameters',
      {
        Target: { Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/default', RoleArn: ROLE },
      },
      'EventBridgeParameters must be specified for the target arn:aws:events:us-east-1:000000000000:event-bus/default.',
    ],
    [
      'an action that only reads',
      { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sqs:receiveMessage', RoleArn: ROLE } },
      'The action ReceiveMessage of sqs only reads, and is not supported by EventBridge Scheduler.',
    ],
  ])('is refused with %s', async (_case, more, message) => {
    expect(await refusal(more)).toBe(`ValidationException: ${message}`);
  });

  it('is refused in a group that does not exist', async () => {
    expect(await refusal({ GroupName: 'none' })).toBe(
      'ResourceNotFoundException: Schedule group none does not exist.',
    );
  });

  it('is checked by the API model', async () => {
    expect(await refusal({ Name: 'a b' })).toMatch(
      /^ValidationException: 1 validation error detected: Value 'a b' at 'name' failed/,
    );
  });
});

const listPages = (NextToken?: string) =>
  client.send(new ListScheduleGroupsCommand({ NamePrefix: 'page-', MaxResults: 2, NextToken }));

describe('a group', () => {
  it('holds schedules, which are deleted with it', async () => {
    const group = await client.send(new CreateScheduleGroupCommand({ Name: 'trusted' }));
    const Target = { Arn: FUNCTION, RoleArn: 'arn:aws:iam::000000000000:role/grouped' };
    const Name = await create({ GroupName: 'trusted', Target });
    const listed = await client.send(new ListSchedulesCommand({ GroupName: 'trusted' }));

    await client.send(new DeleteScheduleGroupCommand({ Name: 'trusted' }));

    const { ScheduleGroups } = await client.send(new ListScheduleGroupsCommand({}));
    expect(group.ScheduleGroupArn).toBe(`${ARN}:schedule-group/trusted`);
    expect(listed.Schedules).toMatchObject([
      { Name, GroupName: 'trusted', Arn: `${ARN}:schedule/trusted/${Name}`, State: 'ENABLED' },
    ]);
    expect(ScheduleGroups?.map((one) => one.Name)).toEqual(['default']);
    await expect(
      client.send(new GetScheduleCommand({ GroupName: 'trusted', Name })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  // As recorded: the same snapshots, test_tag_resource and test_untag_resource.
  it('has tags', async () => {
    const { ScheduleGroupArn: ResourceArn } = await client.send(
      new CreateScheduleGroupCommand({ Name: 'tagged', Tags: [{ Key: 'a', Value: '1' }] }),
    );
    const Tags = [{ Key: 'TagKey', Value: 'TagValue' }];
    const read = async () =>
      (await client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;

    await client.send(new TagResourceCommand({ ResourceArn, Tags }));
    const tagged = await read();
    await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a', 'TagKey'] }));

    expect(tagged).toEqual([{ Key: 'a', Value: '1' }, ...Tags]);
    expect(await read()).toEqual([]);
  });

  it('exists once, and the default one always', async () => {
    await client.send(new CreateScheduleGroupCommand({ Name: 'once' }));

    const group = await client.send(new GetScheduleGroupCommand({ Name: 'default' }));

    expect(group).toMatchObject({ Arn: `${ARN}:schedule-group/default`, State: 'ACTIVE' });
    await expect(
      client.send(new CreateScheduleGroupCommand({ Name: 'once' })),
    ).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(client.send(new DeleteScheduleGroupCommand({ Name: 'default' }))).rejects.toThrow(
      'The default schedule group cannot be deleted.',
    );
    await expect(client.send(new DeleteScheduleGroupCommand({ Name: 'none' }))).rejects.toThrow(
      'Schedule group none does not exist.',
    );
  });

  it('is listed in pages', async () => {
    for (const Name of ['page-a', 'page-b', 'page-c']) {
      await client.send(new CreateScheduleGroupCommand({ Name }));
    }
    const first = await listPages();
    const second = await listPages(first.NextToken);

    expect(first.ScheduleGroups?.map(({ Name }) => Name)).toEqual(['page-a', 'page-b']);
    expect(second.ScheduleGroups?.map(({ Name }) => Name)).toEqual(['page-c']);
    expect(second.NextToken).toBeUndefined();
    await expect(listPages('%')).rejects.toThrow('Invalid NextToken.');
  });
});
