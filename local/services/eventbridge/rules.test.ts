import {
  CreateEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListTagsForResourceCommand,
  PutRuleCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createEventBridgeService } from './index.ts';

let runtime: TestRuntime;
let events: EventBridgeClient;

const EventPattern = JSON.stringify({ source: ['mine'] });

beforeAll(async () => {
  runtime = await startTestRuntime([createEventBridgeService]);
  events = new EventBridgeClient(runtime.clientConfig);
  await events.send(new CreateEventBusCommand({ Name: 'own' }));
});

afterAll(async () => {
  events.destroy();
  await runtime.stop();
});

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
describe('a rule', () => {
  it.each([
    ['rate(1 minute)', true],
    ['rate(2 minutes)', true],
    ['rate(1 minutes)', false],
    ['rate(2 minute)', false],
    ['rate(0 minutes)', false],
    ['cron(0 10 * * ? *)', true],
    ['cron(60 10 * * ? *)', false],
    ['cron(59 23 * * ? *)', true],
    ['cron(0 24 * * ? *)', false],
    ['cron(0 10 32 * ? *)', false],
    ['cron(0 10 31 12 ? *)', true],
    ['cron(0 10 31 13 ? *)', false],
    ['cron(0 10 ? * 7 *)', true],
    ['cron(0 10 ? * 8 *)', false],
    ['cron(0 10 * * ? 1970)', true],
    ['cron(0 10 * * ? 1969)', false],
    ['cron(0 10 * * ? 2199)', true],
    ['cron(0 10 * * ? 2200)', false],
    ['cron(0 10 * * *)', false],
    ['cron(0 10 1 * MON *)', false],
  ])('has the schedule %s: %s', async (ScheduleExpression, accepted) => {
    const put = events.send(new PutRuleCommand({ Name: 'timed', ScheduleExpression }));

    const outcome = await put.then(
      () => 'accepted',
      ({ message }: Error) => message,
    );

    expect(outcome).toBe(accepted ? 'accepted' : 'Parameter ScheduleExpression is not valid.');
  });

  it('has a schedule on the default bus only', async () => {
    const rule = { Name: 'timed', EventBusName: 'own', ScheduleExpression: 'rate(1 minute)' };

    await expect(events.send(new PutRuleCommand(rule))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'ScheduleExpression is supported only on the default event bus.',
    });
  });

  it('is triggered by a pattern or a schedule', async () => {
    await expect(events.send(new PutRuleCommand({ Name: 'none' }))).rejects.toMatchObject({
      message: 'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    });
  });

  it('keeps what it was made of', async () => {
    const rule = { Name: 'kept', EventBusName: 'own', EventPattern, Description: 'why' };
    await events.send(new PutRuleCommand({ ...rule, State: 'DISABLED' }));

    const described = await events.send(
      new DescribeRuleCommand({ Name: 'kept', EventBusName: 'own' }),
    );

    expect(described).toMatchObject({ ...rule, State: 'DISABLED' });
    expect(described.Arn).toBe('arn:aws:events:us-east-1:000000000000:rule/own/kept');
  });

  it.each([
    ['a bus', 'event-bus/own'],
    ['a rule of its own bus', 'rule/own/tagged'],
    ['a rule of the default bus', 'rule/tagged'],
  ])('and %s have tags', async (_what, resource) => {
    await events.send(new PutRuleCommand({ Name: 'tagged', EventPattern }));
    await events.send(new PutRuleCommand({ Name: 'tagged', EventBusName: 'own', EventPattern }));
    const ResourceARN = `arn:aws:events:us-east-1:000000000000:${resource}`;
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];

    await events.send(new TagResourceCommand({ ResourceARN, Tags }));
    await events.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));

    const listed = await events.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(listed.Tags).toEqual([{ Key: 'b', Value: '2' }]);
  });
});
