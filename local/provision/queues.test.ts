import { ListQueuesCommand, ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSqsService } from '../services/sqs/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { provision } from './provision.ts';

let runtime: TestRuntime;
let sqs: SQSClient;

beforeEach(async () => {
  runtime = await startTestRuntime([createSqsService]);
  sqs = new SQSClient(runtime.clientConfig);
});

afterEach(() => runtime.stop());

function provisionQueue(tags: Readonly<Record<string, string>>): Promise<unknown> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs', Tags } };
  const stack = {
    name: 'stack',
    template: { Resources: { Queue: queue } },
    assets: [],
    dependencies: [],
  };
  return provision(runtime.cloud, { folder: '', stacks: [stack] });
}

async function tagsOfQueue(): Promise<unknown> {
  const { QueueUrls: [QueueUrl] = [] } = await sqs.send(new ListQueuesCommand({}));
  return (await sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags;
}

const own = { 'aws:cloudformation:stack-name': 'stack' };

it('has the tags of the template and that of its stack', async () => {
  await provisionQueue({ team: 'a' });
  const made = await tagsOfQueue();
  await provisionQueue({ team: 'b' });

  expect(made).toEqual({ ...own, team: 'a' });
  expect(await tagsOfQueue()).toEqual({ ...own, team: 'b' });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html: the prefix
// aws: is reserved.
it.each([['aws:team'], ['AWS:team'], ['aws:cloudformation:stack-name']])(
  'is not made with the tag %s of a template, nor given it later',
  async (key) => {
    await expect(provisionQueue({ [key]: 'a' })).rejects.toThrow(/aws: prefixed tag key names/);
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toBeUndefined();

    await provisionQueue({ team: 'a' });
    await expect(provisionQueue({ [key]: 'a' })).rejects.toThrow(/aws: prefixed tag key names/);
    expect(await tagsOfQueue()).toEqual({ ...own, team: 'a' });
  },
);
