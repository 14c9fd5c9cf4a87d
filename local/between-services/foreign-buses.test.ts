import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clouds } from '../cloud/clouds.ts';
import type { ServiceName } from '../cloud/service-name.ts';
import { createVirtualClock, type VirtualClock } from '../host/clock.ts';
import { createEventBridgeService } from '../services/eventbridge/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { MemoryStore, type Store } from '../store/index.ts';
import { createTestClouds, settle } from '../testing/cloud.testing.ts';

/** Sends events, receives them, and is told about them by the receiver's bus. */
const [SENDER, RECEIVER, THIRD] = ['111111111111', '222222222222', '333333333333'] as const;

const arnIn = (account: string, service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:${account}:${resource}`;
const BUS = arnIn(RECEIVER, 'events', 'event-bus/models');
const ROLE = `arn:aws:iam::${SENDER}:role/sender`;

let store: Store;
let clock: VirtualClock;
let clouds: Clouds;

async function open(): Promise<void> {
  clouds = createTestClouds(
    [createEventBridgeService, createSqsService],
    [SENDER, RECEIVER, THIRD],
    { clock, store },
  );
  await clouds.start();
}

async function call<Output = unknown>(
  account: string,
  service: ServiceName,
  operation: string,
  input: object,
): Promise<Output> {
  const principal = { kind: 'account', arn: `arn:aws:iam::${account}:root` } as const;
  const cloud = clouds.find(account) ?? clouds.home;
  return cloud.call<Output>(principal, service, operation, input);
}

const policy = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });

/** A queue that gets the events of a rule, or what the rule could not deliver. */
async function queueIn(account: string, QueueName: string): Promise<string> {
  await call(account, 'sqs', 'CreateQueue', { QueueName });
  return arnIn(account, 'sqs', QueueName);
}

async function messagesIn(account: string, QueueUrl: string) {
  const { Messages = [] } = await call<{
    readonly Messages?: readonly {
      readonly Body: string;
      readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>>;
    }[];
  }>(account, 'sqs', 'ReceiveMessage', {
    QueueUrl,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
  });
  return Messages;
}

async function eventsIn(account: string, queue: string) {
  const messages = await messagesIn(account, queue);
  return messages.map(({ Body }) => JSON.parse(Body) as Readonly<Record<string, unknown>>);
}

async function rule(account: string, bus: string, EventPattern: object, target: object) {
  const on = { EventBusName: bus };
  await call(account, 'eventbridge', 'PutRule', {
    ...on,
    Name: 'onward',
    EventPattern: JSON.stringify(EventPattern),
  });
  await call(account, 'eventbridge', 'PutTargets', {
    ...on,
    Rule: 'onward',
    Targets: [{ Id: 'next', ...target }],
  });
}

const PUT = { Effect: 'Allow', Action: 'events:PutEvents' } as const;

/** What the role of the sender's rule may do. */
const allowSender = (Resource: string) =>
  call(SENDER, 'iam', 'PutRolePolicy', {
    RoleName: 'sender',
    PolicyName: 'put',
    PolicyDocument: policy({ ...PUT, Resource }),
  });

const admit = (account: string) =>
  call(RECEIVER, 'eventbridge', 'PutPermission', {
    EventBusName: 'models',
    StatementId: 'sender',
    Action: 'events:PutEvents',
    Principal: account,
  });

const approve = () =>
  call(SENDER, 'eventbridge', 'PutEvents', {
    Entries: [{ Source: 'team.registry', DetailType: 'approved', Detail: '{"version":3}' }],
  });

beforeEach(async () => {
  store = new MemoryStore();
  clock = createVirtualClock();
  await open();
  await call(SENDER, 'iam', 'CreateRole', {
    RoleName: 'sender',
    AssumeRolePolicyDocument: policy({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
  });
  await call(RECEIVER, 'eventbridge', 'CreateEventBus', { Name: 'models' });
  await rule(
    RECEIVER,
    'models',
    { source: ['team.registry'] },
    { Arn: await queueIn(RECEIVER, 'arrived') },
  );
  const DeadLetterConfig = { Arn: await queueIn(SENDER, 'dead') };
  const RetryPolicy = { MaximumRetryAttempts: 3 };
  const target = { Arn: BUS, RoleArn: ROLE, DeadLetterConfig, RetryPolicy };
  await rule(SENDER, 'default', { source: ['team.registry'] }, target);
});

afterEach(() => clouds.stop());

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
describe('an event for the bus of another account', () => {
  it('keeps its account, and matches rules that name no account', async () => {
    await allowSender(BUS);
    await admit(SENDER);

    await approve();
    await settle();

    expect(await eventsIn(RECEIVER, 'arrived')).toEqual([
      expect.objectContaining({ account: SENDER, source: 'team.registry', detail: { version: 3 } }),
    ]);
    expect(await messagesIn(SENDER, 'dead')).toEqual([]);
  });

  it.each([
    ['the policy of the bus', () => allowSender(BUS)],
    ['the policy of the role', () => admit(SENDER)],
  ])('is refused without %s, in words that reach the dead-letter queue', async (_, grant) => {
    await grant();

    await approve();
    await settle();

    expect(await messagesIn(RECEIVER, 'arrived')).toEqual([]);
    const [letter] = await messagesIn(SENDER, 'dead');
    const texts = Object.entries(letter?.MessageAttributes ?? {}).map(
      ([name, { StringValue }]) => [name, StringValue] as const,
    );
    expect(Object.fromEntries(texts)).toMatchObject({
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: expect.stringMatching(
        `^User: arn:aws:sts::${SENDER}:assumed-role/sender/\\w+ is not authorized to perform: events:PutEvents on resource: ${BUS} because no resource-based policy allows the events:PutEvents action$`,
      ),
    });
  });

  it('needs a role of its target', async () => {
    const target = rule(SENDER, 'default', { source: ['a'] }, { Arn: BUS });

    await expect(target).rejects.toThrow(`RoleArn is required for target ${BUS}.`);
  });

  it('is not sent on to a third account', async () => {
    const last = arnIn(THIRD, 'events', 'event-bus/default');
    await allowSender(BUS);
    await admit(SENDER);
    await queueIn(THIRD, 'arrived');
    await call(THIRD, 'eventbridge', 'PutPermission', {
      Policy: policy({ ...PUT, Principal: '*', Resource: last }),
    });
    const arrived = { Arn: arnIn(THIRD, 'sqs', 'arrived') };
    await rule(THIRD, 'default', { source: ['team.registry'] }, arrived);
    await call(RECEIVER, 'iam', 'CreateRole', {
      RoleName: 'onward',
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    });
    const RoleArn = `arn:aws:iam::${RECEIVER}:role/onward`;
    await rule(RECEIVER, 'models', { source: ['team.registry'] }, { Arn: last, RoleArn });

    await approve();
    await settle();

    expect(await messagesIn(THIRD, 'arrived')).toEqual([]);
  });

  it('is delivered after a restart in the middle', async () => {
    await allowSender(BUS);
    await admit(SENDER);
    await approve();
    await clouds.stop();

    await open();
    clock.advance(60_000);
    await settle();

    expect(await eventsIn(RECEIVER, 'arrived')).toEqual([
      expect.objectContaining({ account: SENDER, detail: { version: 3 } }),
    ]);
  });
});

it.each([
  ['the rule', { 'aws:SourceArn': arnIn(SENDER, 'events', 'rule/onward') }, 1],
  ['the account of the rule', { 'aws:SourceAccount': SENDER }, 1],
  ['its own account', { 'aws:SourceAccount': RECEIVER }, 0],
])('a rule reaches a queue of another account that names %s', async (_, source, arrived) => {
  await call(RECEIVER, 'sqs', 'SetQueueAttributes', {
    QueueUrl: 'arrived',
    Attributes: {
      Policy: policy({
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arnIn(RECEIVER, 'sqs', 'arrived'),
        Condition: { StringEquals: source },
      }),
    },
  });
  const Arn = arnIn(RECEIVER, 'sqs', 'arrived');
  await rule(SENDER, 'default', { source: ['team.registry'] }, { Arn });

  await approve();
  await settle();

  expect(await eventsIn(RECEIVER, 'arrived')).toHaveLength(arrived);
});

const entry = (Source: string, bus: object) => ({ Source, DetailType: 'd', Detail: '{}', ...bus });

it('a request for buses of several accounts puts each event where it belongs', async () => {
  await admit(SENDER);
  await queueIn(SENDER, 'arrived');
  await rule(SENDER, 'default', { source: ['b'] }, { Arn: arnIn(SENDER, 'sqs', 'arrived') });

  const put = await call(SENDER, 'eventbridge', 'PutEvents', {
    Entries: [entry('team.registry', { EventBusName: BUS }), entry('b', {})],
  });
  await settle();

  expect(put).toMatchObject({ FailedEntryCount: 0, Entries: [{}, {}] });
  expect(await eventsIn(RECEIVER, 'arrived')).toMatchObject([{ account: SENDER }]);
  expect(await eventsIn(SENDER, 'arrived')).toMatchObject([{ source: 'b' }]);
});

it('a bus of an account that the runtime does not have is refused', async () => {
  const unknown = arnIn('444444444444', 'events', 'event-bus/default');

  const put = call(SENDER, 'eventbridge', 'PutEvents', {
    Entries: [{ EventBusName: unknown, Source: 's', DetailType: 'd', Detail: '{}' }],
  });

  await expect(put).rejects.toThrow(
    `User: arn:aws:iam::${SENDER}:root is not authorized to perform: events:PutEvents because no resource-based policy allows the events:PutEvents action. The call names a resource of account 444444444444`,
  );
});
