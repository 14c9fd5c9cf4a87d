import { afterEach, describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../cloud/cloud.ts';
import { Cloud } from '../cloud/cloud.ts';
import type { MetricDatum, Service } from '../cloud/service.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { createVirtualClock, type VirtualClock } from '../host/clock.ts';
import { createEventBridgeService } from '../services/eventbridge/index.ts';
import { createIamService } from '../services/iam/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { createStsService } from '../services/sts/index.ts';
import { MemoryStore, type Store } from '../store/index.ts';
import { createTestCloud, settle } from '../testing/cloud.testing.ts';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const ROLE = 'arn:aws:iam::000000000000:role/starter';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:train';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:dead-letters';

interface Started {
  readonly name: string;
  readonly input: string;
}

/** A service that is the target of a rule: it returns the given errors first, then accepts all events. */
function createStateMachines(refusals: ServiceError[], started: Started[]): ServiceFactory {
  return (): Service => ({
    name: 'stepfunctions',
    operations: {
      StartExecution: {
        permissions: () => [{ action: 'states:StartExecution', resource: MACHINE }],
        run(input: Started) {
          const refusal = refusals.shift();
          if (refusal !== undefined) throw refusal;
          started.push({ name: input.name, input: input.input });
          return {};
        },
      },
    },
    accessDenied: (message) => new ServiceError('AccessDeniedException', message),
  });
}

interface World {
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly refusals: ServiceError[];
  readonly started: Started[];
  readonly metrics: MetricDatum[];
  call<Output = unknown>(
    service: 'eventbridge' | 'iam' | 'sqs',
    operation: string,
    input: object,
  ): Promise<Output>;
}

const worlds: World[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.cloud.stop();
});

async function createWorld(store: Store = new MemoryStore()): Promise<World> {
  const clock = createVirtualClock();
  const refusals: ServiceError[] = [];
  const started: Started[] = [];
  const metrics: MetricDatum[] = [];
  const listener: ServiceFactory = () => ({
    name: 'cloudwatch',
    operations: {},
    accessDenied: (message) => new ServiceError('AccessDenied', message),
    onMetric: (datum) => metrics.push(datum),
  });
  const cloud = createTestCloud(
    [
      createIamService,
      createStsService,
      createSqsService,
      createEventBridgeService,
      createStateMachines(refusals, started),
      listener,
    ],
    { clock, store },
  );
  await cloud.start();
  const world: World = {
    cloud,
    clock,
    store,
    refusals,
    started,
    metrics,
    call: (service, operation, input) => cloud.call(ACCOUNT, service, operation, input),
  };
  worlds.push(world);
  return world;
}

async function createRole(world: World, actions: readonly string[]): Promise<void> {
  await world.call('iam', 'CreateRole', {
    RoleName: 'starter',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    }),
  });
  if (actions.length === 0) return;
  await world.call('iam', 'PutRolePolicy', {
    RoleName: 'starter',
    PolicyName: 'start',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: actions, Resource: MACHINE },
    }),
  });
}

async function createRule(world: World, rule: object, target: object = {}): Promise<void> {
  await world.call('sqs', 'CreateQueue', { QueueName: 'dead-letters' });
  await world.call('eventbridge', 'PutRule', { Name: 'uploads', ...rule });
  await world.call('eventbridge', 'PutTargets', {
    Rule: 'uploads',
    Targets: [
      { Id: 'train', Arn: MACHINE, RoleArn: ROLE, DeadLetterConfig: { Arn: QUEUE }, ...target },
    ],
  });
}

const UPLOADS = { EventPattern: JSON.stringify({ source: ['aws.s3'] }) };

function publishUpload(world: World): void {
  world.cloud.publish({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    resources: ['arn:aws:s3:::data'],
    detail: { object: { key: 'a.csv' } },
  });
}

async function deadLetters(world: World) {
  const { Messages = [] } = await world.call<{
    Messages?: {
      Body: string;
      MessageAttributes: Record<string, { StringValue: string }>;
    }[];
  }>('sqs', 'ReceiveMessage', {
    QueueUrl: QUEUE,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
  });
  return Messages.map(({ Body, MessageAttributes }) => ({
    event: JSON.parse(Body) as Record<string, unknown>,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
    ),
  }));
}

describe('delivery to a state machine', () => {
  it('starts an execution as the target role, named after the event', async () => {
    const world = await createWorld();
    await createRole(world, ['states:StartExecution']);
    await createRule(world, UPLOADS, {
      InputTransformer: {
        InputPathsMap: { key: '$.detail.object.key' },
        InputTemplate: '{"key": <key>}',
      },
    });

    publishUpload(world);
    await settle();

    expect(world.started).toEqual([
      { input: '{"key": "a.csv"}', name: expect.stringMatching(/^[\w-]{36}_[\w-]{36}$/) },
    ]);
    expect(world.metrics.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['MatchedEvents', 'TriggeredRules', 'Invocations']),
    );
  });

  it('without permission sends the event to the dead-letter queue immediately, with the reason', async () => {
    const world = await createWorld();
    await createRole(world, []);
    await createRule(world, UPLOADS);

    publishUpload(world);
    await settle();

    const [letter] = await deadLetters(world);
    expect(letter?.event).toMatchObject({ source: 'aws.s3', detail: { object: { key: 'a.csv' } } });
    expect(letter?.attributes).toEqual({
      RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/uploads',
      TARGET_ARN: MACHINE,
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: expect.stringContaining('states:StartExecution'),
      RETRY_ATTEMPTS: '0',
    });
    expect(world.metrics.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['FailedInvocations', 'InvocationsSentToDlq']),
    );
  });

  it('is retried while the target is throttled, with growing delays', async () => {
    const world = await createWorld();
    await createRole(world, ['states:StartExecution']);
    await createRule(world, UPLOADS);
    for (let count = 0; count < 3; count += 1) {
      world.refusals.push(new ServiceError('ThrottlingException', 'Rate exceeded'));
    }

    publishUpload(world);
    await settle();
    const begun = world.clock.now();
    while (world.started.length === 0) {
      world.clock.advance(500);
      await settle();
    }

    const tookMs = world.clock.now() - begun;
    expect(tookMs).toBeGreaterThanOrEqual(3_500);
    expect(tookMs).toBeLessThanOrEqual(8_500);
  });

  it.each([
    [
      { MaximumRetryAttempts: 2 },
      { EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts', RETRY_ATTEMPTS: '2' },
    ],
    [
      { MaximumEventAgeInSeconds: 60 },
      {
        EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
        RETRY_ATTEMPTS: expect.stringMatching(/^[5-7]$/),
      },
    ],
  ])('ends after %j', async (RetryPolicy, expected) => {
    const world = await createWorld();
    await createRole(world, ['states:StartExecution']);
    await createRule(world, UPLOADS, { RetryPolicy });
    for (let count = 0; count < 300; count += 1) {
      world.refusals.push(new ServiceError('ServiceUnavailable', 'down', { status: 503 }));
    }

    publishUpload(world);
    for (let second = 0; second < 120; second += 1) {
      await settle();
      world.clock.advance(1_000);
    }
    await settle();

    const letters = await deadLetters(world);
    expect(letters).toHaveLength(1);
    expect(letters[0]?.attributes).toMatchObject({ ERROR_CODE: 'INTERNAL_ERROR', ...expected });
  });

  it('continues after a restart', async () => {
    const before = await createWorld();
    await createRole(before, ['states:StartExecution']);
    await createRule(before, UPLOADS);
    before.refusals.push(new ServiceError('ServiceUnavailable', 'down', { status: 503 }));
    publishUpload(before);
    await settle();
    await before.cloud.stop();

    const after = await createWorld(before.store);
    after.clock.advance(60_000);
    await settle();

    expect(after.started).toHaveLength(1);
    expect(before.started).toHaveLength(0);
  });
});

describe('a schedule', () => {
  it('starts its rule on schedule, until the rule is disabled', async () => {
    const world = await createWorld();
    await createRole(world, ['states:StartExecution']);
    await createRule(world, { ScheduleExpression: 'rate(5 minutes)' });

    world.clock.advance(16 * 60_000);
    await settle();
    await world.call('eventbridge', 'DisableRule', { Name: 'uploads' });
    world.clock.advance(60 * 60_000);
    await settle();

    expect(world.started.map(({ input }) => JSON.parse(input) as unknown)).toEqual(
      ['00:05:00', '00:10:00', '00:15:00'].map((time) =>
        expect.objectContaining({
          source: 'aws.events',
          'detail-type': 'Scheduled Event',
          time: `2026-01-01T${time}Z`,
          resources: ['arn:aws:events:us-east-1:000000000000:rule/uploads'],
          detail: {},
        }),
      ),
    );
  });
});

describe('other buses', () => {
  it('receive forwarded events with the same id', async () => {
    const world = await createWorld();
    await world.call('eventbridge', 'CreateEventBus', { Name: 'orders' });
    await world.call('eventbridge', 'PutPermission', {
      EventBusName: 'orders',
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'events:PutEvents',
          Resource: '*',
        },
      }),
    });
    await createRule(world, UPLOADS, {
      Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/orders',
      RoleArn: undefined,
    });
    await world.call('eventbridge', 'PutRule', {
      Name: 'all',
      EventBusName: 'orders',
      EventPattern: '{"source": ["aws.s3"]}',
    });
    await world.call('eventbridge', 'PutTargets', {
      Rule: 'all',
      EventBusName: 'orders',
      Targets: [{ Id: 'q', Arn: QUEUE }],
    });

    publishUpload(world);
    await settle();

    const { Messages = [] } = await world.call<{ Messages?: { Body: string }[] }>(
      'sqs',
      'ReceiveMessage',
      { QueueUrl: QUEUE },
    );
    expect(JSON.parse(Messages[0]?.Body ?? '{}')).toMatchObject({
      source: 'aws.s3',
      'detail-type': 'Object Created',
    });
  });
});
