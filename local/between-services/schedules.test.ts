import { afterEach, describe, expect, it } from 'vitest';
import type { Cloud, ServiceFactory } from '../cloud/cloud.ts';
import type { MetricDatum, Service } from '../cloud/service.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { createVirtualClock, type VirtualClock } from '../host/clock.ts';
import { createEventBridgeService } from '../services/eventbridge/index.ts';
import { createIamService } from '../services/iam/index.ts';
import { createSchedulerService } from '../services/scheduler/index.ts';
import { createSnsService } from '../services/sns/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { createStsService } from '../services/sts/index.ts';
import { MemoryStore, type Store } from '../store/index.ts';
import { createTestCloud, settle } from '../testing/cloud.testing.ts';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const PREFIX = 'us-east-1:000000000000';
const ROLE = 'arn:aws:iam::000000000000:role/starter';
const MACHINE = `arn:aws:states:${PREFIX}:stateMachine:train`;
const QUEUE = `arn:aws:sqs:${PREFIX}:queue`;
const START = Date.parse('2026-03-07T12:00:30Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface Started {
  /** On the runtime's clock. */
  readonly at: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface World {
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly refusals: ServiceError[];
  readonly started: Started[];
  readonly metrics: MetricDatum[];
}

const worlds: World[] = [];

afterEach(async () => {
  for (const { cloud } of worlds.splice(0)) await cloud.stop();
});

/** A service that is the target: it returns the given errors first, then accepts. */
function createStateMachines(world: Omit<World, 'cloud'>): ServiceFactory {
  return (): Service => ({
    name: 'stepfunctions',
    operations: {
      StartExecution: {
        permissions: () => [{ action: 'states:StartExecution', resource: MACHINE }],
        run({ input }: { readonly input: string }) {
          const refusal = world.refusals.shift();
          if (refusal !== undefined) throw refusal;
          const at = new Date(world.clock.now()).toISOString();
          world.started.push({ at, input: JSON.parse(input) as Started['input'] });
          return {};
        },
      },
    },
    accessDenied: (message) => new ServiceError('AccessDeniedException', message),
  });
}

interface Past {
  readonly store: Store;
  readonly startAt: number;
}

async function createWorld(past?: Past): Promise<World> {
  const clock = createVirtualClock(past?.startAt ?? START);
  const store = past?.store ?? new MemoryStore();
  const parts: Omit<World, 'cloud'> = { clock, store, refusals: [], started: [], metrics: [] };
  const listener: ServiceFactory = () => ({
    name: 'cloudwatch',
    operations: {},
    accessDenied: (message) => new ServiceError('AccessDenied', message),
    onMetric: (datum) => void parts.metrics.push(datum),
  });
  const factories = [createIamService, createStsService, createSqsService, createSnsService];
  const cloud = createTestCloud(
    [
      ...factories,
      createEventBridgeService,
      createSchedulerService,
      createStateMachines(parts),
      listener,
    ],
    { clock, store },
  );
  await cloud.start();
  const world = { cloud, ...parts };
  worlds.push(world);
  if (past === undefined) await prepareAccount(cloud);
  return world;
}

async function prepareAccount(cloud: Cloud): Promise<void> {
  await cloud.call(ACCOUNT, 'iam', 'CreateRole', {
    RoleName: 'starter',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: {
            'aws:SourceArn': `arn:aws:scheduler:${PREFIX}:schedule-group/default`,
          },
        },
      },
    }),
  });
  await cloud.call(ACCOUNT, 'iam', 'PutRolePolicy', {
    RoleName: 'starter',
    PolicyName: 'start',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: ['states:StartExecution', 'sqs:SendMessage', 'sns:Publish', 'events:PutEvents'],
        Resource: '*',
      },
    }),
  });
  await cloud.call(ACCOUNT, 'sqs', 'CreateQueue', { QueueName: 'queue' });
}

const TIMED = '{"at":"<aws.scheduler.scheduled-time>","attempt":"<aws.scheduler.attempt-number>"}';

async function schedule(world: World, input: object, target: object = {}): Promise<void> {
  await world.cloud.call(ACCOUNT, 'scheduler', 'CreateSchedule', {
    Name: 'nightly',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: MACHINE, RoleArn: ROLE, Input: TIMED, ...target },
    ...input,
  });
}

/** Lets time pass in steps, so that what is due can run. */
async function pass(world: World, durationMs: number, stepMs = durationMs): Promise<void> {
  for (let left = durationMs; left > 0; left -= stepMs) {
    world.clock.advance(Math.min(stepMs, left));
    await settle();
  }
}

const times = (world: World) => world.started.map(({ input }) => input['at']);

async function messages(world: World) {
  const { Messages = [] } = await world.cloud.call<{
    readonly Messages?: readonly {
      readonly Body: string;
      readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>>;
    }[];
  }>(ACCOUNT, 'sqs', 'ReceiveMessage', {
    QueueUrl: `http://localhost/000000000000/queue`,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
  });
  return Messages;
}

const exists = (world: World) =>
  world.cloud
    .call(ACCOUNT, 'scheduler', 'GetSchedule', { Name: 'nightly' })
    .then(() => true)
    .catch(() => false);

describe('a schedule is invoked', () => {
  it('once a day, by the clocks of its time zone', async () => {
    const world = await createWorld();
    await schedule(world, {
      ScheduleExpression: 'cron(30 2 * * ? *)',
      ScheduleExpressionTimezone: 'America/New_York',
    });

    await pass(world, 4 * DAY_MS, HOUR_MS);

    // 2026-03-08 has no 02:30 in New York.
    expect(times(world)).toEqual([
      '2026-03-09T06:30:00Z',
      '2026-03-10T06:30:00Z',
      '2026-03-11T06:30:00Z',
    ]);
  });

  it('by a rate at once, and after each period', async () => {
    const world = await createWorld();
    await schedule(world, { ScheduleExpression: 'rate(5 minutes)' });

    await pass(world, 11 * MINUTE_MS, MINUTE_MS);

    expect(times(world)).toEqual([
      '2026-03-07T12:00:30Z',
      '2026-03-07T12:05:30Z',
      '2026-03-07T12:10:30Z',
    ]);
  });

  it('from its start to its end, and is deleted when it is complete', async () => {
    const world = await createWorld();
    await schedule(world, {
      ScheduleExpression: 'rate(1 hours)',
      StartDate: new Date('2026-03-07T13:30:00Z'),
      EndDate: new Date('2026-03-07T15:00:00Z'),
      ActionAfterCompletion: 'DELETE',
    });

    await pass(world, HOUR_MS + 30 * MINUTE_MS, MINUTE_MS);
    const before = await exists(world);
    await pass(world, 3 * HOUR_MS, 10 * MINUTE_MS);

    expect(times(world)).toEqual(['2026-03-07T13:30:00Z', '2026-03-07T14:30:00Z']);
    expect([before, await exists(world)]).toEqual([true, false]);
  });

  it('once at a time, and stays', async () => {
    const world = await createWorld();
    await schedule(world, {
      ScheduleExpression: 'at(2026-03-07T14:00:05)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });

    await pass(world, 3 * HOUR_MS, HOUR_MS);

    expect(times(world)).toEqual(['2026-03-07T13:00:05Z']);
    expect(await exists(world)).toBe(true);
  });

  it('within its flexible window', async () => {
    const world = await createWorld();
    await schedule(world, {
      ScheduleExpression: 'cron(0 * * * ? *)',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 30 },
    });

    await pass(world, 6.5 * HOUR_MS, MINUTE_MS);

    const delays = world.started.map(
      ({ at, input }) => Date.parse(at) - Date.parse(String(input['at'])),
    );
    expect(times(world)).toHaveLength(6);
    expect(delays.every((delay) => delay >= 0 && delay <= 31 * MINUTE_MS)).toBe(true);
    expect(Math.max(...delays)).toBeGreaterThan(MINUTE_MS);
  });

  it('not while it is disabled, nor after it was deleted', async () => {
    const world = await createWorld();
    const rate = { ScheduleExpression: 'rate(1 hour)' };
    await schedule(world, { ...rate, State: 'DISABLED' });
    await schedule(world, {
      ...rate,
      Name: 'deleted',
      StartDate: new Date('2026-03-07T13:00:00Z'),
    });
    await world.cloud.call(ACCOUNT, 'scheduler', 'DeleteSchedule', { Name: 'deleted' });

    await pass(world, DAY_MS, HOUR_MS);

    expect(world.started).toEqual([]);
  });
});

/** The policy of a queue that lets a service send to it. */
const allow = (Service: string) => ({
  Policy: JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service },
      Action: 'sqs:SendMessage',
      Resource: '*',
    },
  }),
});

describe('a target', () => {
  const once = { ScheduleExpression: 'at(2026-03-07T13:00:00)' };

  it('without an input receives a scheduled event', async () => {
    const world = await createWorld();
    await schedule(world, once, { Input: undefined });

    await pass(world, HOUR_MS);

    expect(world.started.map(({ input }) => input)).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'Scheduled Event',
        source: 'aws.scheduler',
        account: '000000000000',
        time: '2026-03-07T13:00:00Z',
        region: 'us-east-1',
        resources: [`arn:aws:scheduler:${PREFIX}:schedule/default/nightly`],
        detail: '{}',
      },
    ]);
  });

  it('may be a queue, a topic or an event bus', async () => {
    const world = await createWorld();
    const topic = `arn:aws:sns:${PREFIX}:topic`;
    await world.cloud.call(ACCOUNT, 'sns', 'CreateTopic', { Name: 'topic' });
    await world.cloud.call(ACCOUNT, 'sns', 'Subscribe', {
      TopicArn: topic,
      Protocol: 'sqs',
      Endpoint: QUEUE,
      Attributes: { RawMessageDelivery: 'true' },
    });
    await world.cloud.call(ACCOUNT, 'sqs', 'SetQueueAttributes', {
      QueueUrl: 'http://localhost/000000000000/queue',
      Attributes: allow('sns.amazonaws.com'),
    });
    await schedule(world, { ...once, Name: 'queue' }, { Arn: QUEUE, Input: 'to the queue' });
    await schedule(world, { ...once, Name: 'topic' }, { Arn: topic, Input: 'to the topic' });

    await pass(world, HOUR_MS);

    expect((await messages(world)).map(({ Body }) => Body).sort()).toEqual([
      'to the queue',
      'to the topic',
    ]);
  });

  it('may be an event bus', async () => {
    const world = await createWorld();
    await world.cloud.call(ACCOUNT, 'sqs', 'SetQueueAttributes', {
      QueueUrl: 'http://localhost/000000000000/queue',
      Attributes: allow('events.amazonaws.com'),
    });
    await world.cloud.call(ACCOUNT, 'eventbridge', 'PutRule', {
      Name: 'rule',
      EventPattern: '{"source":["my.app"]}',
    });
    await world.cloud.call(ACCOUNT, 'eventbridge', 'PutTargets', {
      Rule: 'rule',
      Targets: [{ Id: 'queue', Arn: QUEUE, InputPath: '$.detail' }],
    });
    await schedule(world, once, {
      Arn: `arn:aws:events:${PREFIX}:event-bus/default`,
      EventBridgeParameters: { DetailType: 'Score', Source: 'my.app' },
      Input: '{"project":"abalone"}',
    });

    await pass(world, HOUR_MS);

    expect((await messages(world)).map(({ Body }) => Body)).toEqual(['{"project":"abalone"}']);
  });

  it('may be any operation, with members in PascalCase', async () => {
    const world = await createWorld();
    const Input = JSON.stringify({ StateMachineArn: MACHINE, Input: '{"a":1}' });
    await schedule(world, once, { Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution', Input });

    await pass(world, HOUR_MS);

    expect(world.started.map(({ input }) => input)).toEqual([{ a: 1 }]);
  });

  it('is invoked again until it succeeds', async () => {
    const world = await createWorld();
    world.refusals.push(new ServiceError('ThrottlingException', 'Rate exceeded'));
    world.refusals.push(new ServiceError('ServiceException', 'broken', { status: 500 }));
    await schedule(world, once);

    await pass(world, 2 * HOUR_MS, MINUTE_MS / 4);

    expect(world.started.map(({ input }) => input)).toEqual([
      { at: '2026-03-07T13:00:00Z', attempt: '3' },
    ]);
    expect(world.metrics.map(({ namespace, name }) => `${namespace} ${name}`)).toEqual(
      expect.arrayContaining([
        'AWS/Scheduler InvocationAttemptCount',
        'AWS/Scheduler TargetErrorCount',
      ]),
    );
  });

  it('that fails for good, or too often, is sent to the dead-letter queue', async () => {
    const world = await createWorld();
    const target = { DeadLetterConfig: { Arn: QUEUE }, RetryPolicy: { MaximumRetryAttempts: 1 } };
    world.refusals.push(new ServiceError('StateMachineDoesNotExist', 'no such machine'));
    await schedule(world, once, target);
    await pass(world, 2 * HOUR_MS, MINUTE_MS);
    world.refusals.push(new ServiceError('ThrottlingException', 'slow down'));
    world.refusals.push(new ServiceError('ThrottlingException', 'slow down'));
    await schedule(
      world,
      { Name: 'second', ScheduleExpression: 'at(2026-03-07T15:00:00)' },
      target,
    );
    await pass(world, 2 * HOUR_MS, MINUTE_MS);

    const [first, second] = (await messages(world)).map(({ Body, MessageAttributes = {} }) => ({
      Body,
      ...Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
      ),
    }));

    expect(first).toEqual({
      Body: '{"at":"2026-03-07T13:00:00Z","attempt":"1"}',
      ERROR_CODE: 'StateMachineDoesNotExist',
      ERROR_MESSAGE: 'no such machine',
      EXECUTION_ID: expect.any(String),
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: '0',
      SCHEDULED_TIME: '2026-03-07T13:00:00Z',
      SCHEDULE_ARN: `arn:aws:scheduler:${PREFIX}:schedule/default/nightly`,
      TARGET_ARN: MACHINE,
    });
    expect(second).toMatchObject({
      ERROR_CODE: 'ThrottlingException',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '1',
    });
  });

  it('that this runtime does not have is named in the dead-letter queue', async () => {
    const world = await createWorld();
    const Arn = `arn:aws:kinesis:${PREFIX}:stream/s`;
    await schedule(world, once, { Arn, DeadLetterConfig: { Arn: QUEUE } });

    await pass(world, HOUR_MS);

    const [message] = await messages(world);
    expect(message?.MessageAttributes?.['ERROR_MESSAGE']?.StringValue).toBe(
      `stepmill cannot invoke ${Arn}. The target was not invoked.`,
    );
  });
});

async function restart(world: World, afterMs: number): Promise<World> {
  const startAt = world.clock.now() + afterMs;
  worlds.splice(worlds.indexOf(world), 1);
  await world.cloud.stop();
  return await createWorld({ store: world.store, startAt });
}

describe('after a restart', () => {
  it.each([
    ['rate(1 minute)', '2026-03-07T17:00:30Z'],
    ['rate(7 minutes)', '2026-03-07T16:54:30Z'],
    ['cron(0/30 * * * ? *)', '2026-03-07T17:00:00Z'],
    ['cron(30 12 * * ? *)', '2026-03-07T12:30:00Z'],
    ['cron(30 17 * * ? *)', undefined],
  ])('%s has missed %s', async (ScheduleExpression, missed) => {
    const world = await createWorld();
    await schedule(world, { ScheduleExpression });

    const next = await restart(world, 5 * HOUR_MS);
    await pass(next, 1);

    expect(times(next)).toEqual(missed === undefined ? [] : [missed]);
  });

  it('the last missed time is invoked once, then the next ones', async () => {
    const world = await createWorld();
    await schedule(world, { ScheduleExpression: 'cron(0 * * * ? *)' });
    await pass(world, HOUR_MS);

    const next = await restart(world, 5 * HOUR_MS);
    await pass(next, HOUR_MS, MINUTE_MS);

    expect(times(world)).toEqual(['2026-03-07T13:00:00Z']);
    expect(times(next)).toEqual(['2026-03-07T18:00:00Z', '2026-03-07T19:00:00Z']);
  });

  it('a time that is older than the retry policy allows is not invoked', async () => {
    const world = await createWorld();
    await schedule(
      world,
      { ScheduleExpression: 'at(2026-03-07T13:00:00)', ActionAfterCompletion: 'DELETE' },
      { RetryPolicy: { MaximumEventAgeInSeconds: 3_600 } },
    );

    const next = await restart(world, 3 * HOUR_MS);
    await pass(next, HOUR_MS);

    expect(next.started).toEqual([]);
    expect(await exists(next)).toBe(false);
  });

  it('an invocation that had failed continues', async () => {
    const world = await createWorld();
    world.refusals.push(new ServiceError('ThrottlingException', 'slow down'));
    await schedule(world, { ScheduleExpression: 'at(2026-03-07T13:00:00)' });
    await pass(world, HOUR_MS - 30_000);

    const next = await restart(world, MINUTE_MS);
    await pass(next, MINUTE_MS);

    expect(world.started).toEqual([]);
    expect(next.started.map(({ input }) => input)).toEqual([
      { at: '2026-03-07T13:00:00Z', attempt: '2' },
    ]);
  });
});
