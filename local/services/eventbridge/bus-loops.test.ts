import { afterEach, describe, expect, it } from 'vitest';
import type { Cloud, ServiceFactory } from '../../cloud/cloud.ts';
import type { MetricDatum } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { createVirtualClock } from '../../host/clock.ts';
import { createTestCloud, settle } from '../../testing/cloud.testing.ts';
import { createIamService } from '../iam/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStsService } from '../sts/index.ts';
import { FirstInFirstOut } from './delivery/first-in-first-out.ts';
import { LoopWatch } from './delivery/loop-watch.ts';
import { createEventBridgeService } from './index.ts';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const arnOf = (bus: string) => `arn:aws:events:us-east-1:000000000000:event-bus/${bus}`;
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:seen';

let cloud: Cloud;
let metrics: MetricDatum[];

afterEach(async () => {
  await cloud.stop();
});

async function createCloud(): Promise<void> {
  metrics = [];
  const listener: ServiceFactory = () => ({
    name: 'cloudwatch',
    operations: {},
    accessDenied: (message) => new ServiceError('AccessDenied', message),
    onMetric: (datum) => metrics.push(datum),
  });
  cloud = createTestCloud(
    [createIamService, createStsService, createSqsService, createEventBridgeService, listener],
    { clock: createVirtualClock() },
  );
  await cloud.start();
  await call('sqs', 'CreateQueue', { QueueName: 'seen' });
}

function call<Output = unknown>(service: 'eventbridge' | 'sqs', operation: string, input: object) {
  return cloud.call<Output>(ACCOUNT, service, operation, input);
}

async function createBus(name: string): Promise<void> {
  if (name !== 'default') await call('eventbridge', 'CreateEventBus', { Name: name });
  await call('eventbridge', 'PutPermission', {
    EventBusName: name,
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Sid: 'All',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'events:PutEvents',
        Resource: arnOf(name),
      },
    }),
  });
}

/** Sends every event of a bus to other buses, and the name of the bus to the queue. */
async function route(bus: string, targets: readonly string[]): Promise<void> {
  await call('eventbridge', 'PutRule', {
    Name: 'all',
    EventBusName: bus,
    EventPattern: '{"source": ["shop"]}',
  });
  await call('eventbridge', 'PutTargets', {
    Rule: 'all',
    EventBusName: bus,
    Targets: [
      { Id: 'seen', Arn: QUEUE, Input: JSON.stringify(bus) },
      ...targets.map((target) => ({ Id: target, Arn: arnOf(target) })),
    ],
  });
}

async function seenOn(): Promise<readonly string[]> {
  await call('eventbridge', 'PutEvents', {
    Entries: [{ Source: 'shop', DetailType: 'Sold', Detail: '{}', EventBusName: 'default' }],
  });
  await settle();
  const { Messages = [] } = await call<{ Messages?: { Body: string }[] }>('sqs', 'ReceiveMessage', {
    QueueUrl: QUEUE,
    MaxNumberOfMessages: 10,
  });
  return Messages.map(({ Body }) => JSON.parse(Body) as string).sort();
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html: an event received from
// another bus cannot be routed to a third.
describe('an event that a rule sends to a bus', () => {
  it('is sent to its own bus once', async () => {
    await createCloud();
    await createBus('default');
    await route('default', ['default']);

    expect(await seenOn()).toEqual(['default', 'default']);
  });

  it('does not go back and forth between two buses', async () => {
    await createCloud();
    await createBus('default');
    await createBus('orders');
    await route('default', ['orders']);
    await route('orders', ['default']);

    expect(await seenOn()).toEqual(['default', 'orders']);
  });

  it('is not sent on to a third bus, but to other targets', async () => {
    await createCloud();
    for (const bus of ['default', 'orders', 'archive']) await createBus(bus);
    await route('default', ['orders']);
    await route('orders', ['archive']);
    await route('archive', []);

    expect(await seenOn()).toEqual(['default', 'orders']);
    const failed = metrics.filter(({ name }) => name === 'FailedInvocations');
    expect(failed).toEqual([]);
  });

  it('reaches several buses from the first', async () => {
    await createCloud();
    for (const bus of ['default', 'orders', 'archive']) await createBus(bus);
    await route('default', ['orders', 'archive']);
    await route('orders', []);
    await route('archive', []);

    expect(await seenOn()).toEqual(['archive', 'default', 'orders']);
  });
});

describe('a rule that matches very many events', () => {
  it('is logged once a minute', async () => {
    await createCloud();
    const warnings: object[] = [];
    let now = 0;
    const logger = { ...cloud.logger, warn: (fields: object) => warnings.push(fields) };
    const watch = new LoopWatch(logger, () => now);

    for (let count = 0; count < 5_000; count += 1) watch.count('arn:rule');
    now = 30_000;
    for (let count = 0; count < 5_000; count += 1) watch.count('arn:rule');
    for (let count = 0; count < 1_999; count += 1) watch.count('arn:other');
    now = 60_000;
    for (let count = 0; count < 2_000; count += 1) watch.count('arn:rule');

    const named = { rule: 'arn:rule', events: 2_000, withinSeconds: 60 };
    expect(warnings).toEqual([named, named]);
  });
});

describe('the delivery queue', () => {
  it('keeps its order while it is filled and emptied', () => {
    const queue = new FirstInFirstOut<number>();
    const taken: number[] = [];

    for (let next = 0; next < 10_000; next += 1) {
      queue.push(next);
      if (next % 3 === 0) taken.push(queue.shift() ?? -1);
    }
    while (queue.length > 0) taken.push(queue.shift() ?? -1);

    expect(taken).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
    expect(queue.shift()).toBeUndefined();
  });
});
