import {
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
} from '@aws-sdk/client-cloudformation';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createSnsService } from '../sns/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createCloudFormationService } from './index.ts';

let runtime: TestRuntime;
let client: CloudFormationClient;

beforeAll(async () => {
  runtime = await startTestRuntime([
    createCloudFormationService,
    createSnsService,
    createSqsService,
  ]);
  client = new CloudFormationClient(runtime.clientConfig);
});

afterAll(() => runtime.stop());

const topic = (TopicName: string) => ({ Type: 'AWS::SNS::Topic', Properties: { TopicName } });

async function plan(
  StackName: string,
  Resources: object,
  more: Partial<CreateChangeSetCommandInput> = {},
) {
  return client.send(
    new CreateChangeSetCommand({
      StackName,
      ChangeSetName: 'change',
      ChangeSetType: 'CREATE',
      TemplateBody: JSON.stringify({ Resources }),
      ...more,
    }),
  );
}

async function execute(StackName: string): Promise<string> {
  await client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'change' }));
  return ended(StackName);
}

async function ended(StackName: string): Promise<string> {
  for (;;) {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const status = Stacks[0]?.StackStatus ?? '';
    if (!status.endsWith('_IN_PROGRESS')) return status;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const topics = async () => {
  const { Topics = [] } = await new SNSClient(runtime.clientConfig).send(new ListTopicsCommand({}));
  return Topics.map(({ TopicArn = '' }) => TopicArn.split(':').at(-1));
};

async function eventsOf(StackName: string): Promise<readonly string[]> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.map(
    ({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`,
  ).toReversed();
}

const refusal = (answer: Promise<unknown>) =>
  answer.then(
    () => 'done',
    (error: Error) => `${error.name}: ${error.message}`,
  );

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
describe('a change set', () => {
  it('creates a stack, which is under review before', async () => {
    await plan('made', { One: topic('made-one') });
    const { Stacks: [before] = [] } = await client.send(
      new DescribeStacksCommand({ StackName: 'made' }),
    );
    const { Changes, Status } = await client.send(
      new DescribeChangeSetCommand({ StackName: 'made', ChangeSetName: 'change' }),
    );
    const after = await execute('made');

    expect(before?.StackStatus).toBe('REVIEW_IN_PROGRESS');
    expect(Status).toBe('CREATE_COMPLETE');
    expect(Changes?.map(({ ResourceChange }) => ResourceChange?.Action)).toEqual(['Add']);
    expect(after).toBe('CREATE_COMPLETE');
    expect(await topics()).toContain('made-one');
    expect(await eventsOf('made')).toEqual([
      'made REVIEW_IN_PROGRESS',
      'made CREATE_IN_PROGRESS',
      'One CREATE_IN_PROGRESS',
      'One CREATE_COMPLETE',
      'made CREATE_COMPLETE',
    ]);
  });

  it('fails with the sentence that the toolkit reads where nothing differs', async () => {
    await plan('same', { One: topic('same-one') });
    await execute('same');
    await plan('same', { One: topic('same-one') }, { ChangeSetType: 'UPDATE' });

    const { Status, StatusReason } = await client.send(
      new DescribeChangeSetCommand({ StackName: 'same', ChangeSetName: 'change' }),
    );

    expect(Status).toBe('FAILED');
    expect(StatusReason).toContain("The submitted information didn't contain changes.");
    await expect(
      client.send(new ExecuteChangeSetCommand({ StackName: 'same', ChangeSetName: 'change' })),
    ).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
  });

  // As AWS answered: https://github.com/localstack/localstack/blob/01cef27/tests/aws/services/cloudformation/api/test_changesets.snapshot.json
  // As AWS answered: https://github.com/localstack/localstack/blob/01cef27/tests/aws/services/cloudformation/api/test_changesets.snapshot.json
  // and test_templates.snapshot.json at 023d791.
  it('deletes change sets only of stacks that exist, and summarizes none under review', async () => {
    await plan('planned', { One: topic('planned-one') });

    const refusals = [
      client.send(new DeleteChangeSetCommand({ ChangeSetName: 'change', StackName: 'nostack' })),
      client.send(new DeleteChangeSetCommand({ ChangeSetName: 'change' })),
      client.send(new GetTemplateSummaryCommand({ StackName: 'planned' })),
    ].map(refusal);
    expect(await Promise.all(refusals)).toEqual([
      'ValidationError: Stack [nostack] does not exist',
      'ValidationError: StackName must be specified if ChangeSetName is not specified as an ARN.',
      'ValidationError: GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.',
    ]);
  });

  it('creates what an update adds, and updates the rest', async () => {
    await plan('grown', { One: topic('grown-one') });
    await execute('grown');
    await plan(
      'grown',
      { One: topic('grown-one'), Two: topic('grown-two') },
      { ChangeSetType: 'UPDATE' },
    );
    await execute('grown');

    expect((await eventsOf('grown')).slice(-4)).toEqual([
      'grown UPDATE_IN_PROGRESS',
      'Two CREATE_IN_PROGRESS',
      'Two CREATE_COMPLETE',
      'grown UPDATE_COMPLETE',
    ]);
  });

  it('leaves nothing of a stack that cannot be created', async () => {
    await plan('broken', {
      One: topic('broken-one'),
      Bad: { Type: 'AWS::SQS::Queue', DependsOn: 'One', Properties: { QueueName: 'not a name' } },
    });

    expect(await execute('broken')).toBe('ROLLBACK_COMPLETE');
    expect(await topics()).not.toContain('broken-one');
    expect(await eventsOf('broken')).toEqual([
      'broken REVIEW_IN_PROGRESS',
      'broken CREATE_IN_PROGRESS',
      'One CREATE_IN_PROGRESS',
      'One CREATE_COMPLETE',
      'Bad CREATE_IN_PROGRESS',
      'Bad CREATE_FAILED',
      'broken ROLLBACK_IN_PROGRESS',
      'broken ROLLBACK_COMPLETE',
    ]);
  });

  it('rolls a failed update back, and keeps the former template', async () => {
    await plan('updated', { One: topic('updated-one') });
    await execute('updated');
    await plan(
      'updated',
      {
        Two: topic('updated-two'),
        Bad: { Type: 'AWS::SQS::Queue', DependsOn: 'Two', Properties: { QueueName: '?' } },
      },
      { ChangeSetType: 'UPDATE' },
    );

    expect(await execute('updated')).toBe('UPDATE_ROLLBACK_COMPLETE');
    const left = await topics();
    expect([left.includes('updated-one'), left.includes('updated-two')]).toEqual([true, false]);
    const { TemplateBody = '' } = await client.send(
      new GetTemplateCommand({ StackName: 'updated' }),
    );
    expect(Object.keys(JSON.parse(TemplateBody).Resources)).toEqual(['One']);
  });

  it.each<[string, object, Partial<CreateChangeSetCommandInput>, string]>([
    ['an unknown stack', {}, { ChangeSetType: 'UPDATE' }, 'Stack [refused] does not exist'],
    ['no JSON', {}, { TemplateBody: '{"Resources": [' }, 'Template format error'],
    [
      'a tag of somebody else',
      {},
      { TemplateBody: 'Resources: {A: {Type: !Mine B}}' },
      'Unresolved tag: !Mine',
    ],
    [
      'a missing capability',
      { R: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r' } } },
      { Capabilities: ['CAPABILITY_IAM'] },
      'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    ],
  ])('is refused for %s', async (_, Resources, more, message) => {
    await expect(plan('refused', Resources, more)).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
  });
});

it('a deleted stack takes its resources with it', async () => {
  await plan('gone', { One: topic('gone-one') });
  await execute('gone');
  await client.send(new DeleteStackCommand({ StackName: 'gone' }));
  const end = await ended('gone').catch((error: Error) => error.message);

  expect(end).toBe('Stack with id gone does not exist');
  expect(await topics()).not.toContain('gone-one');
});

describe('a stack that has only a change set', () => {
  it('has one event, with the status of a review', async () => {
    await plan('reviewed', { Topic: topic('reviewed') });

    const { StackEvents = [] } = await client.send(
      new DescribeStackEventsCommand({ StackName: 'reviewed' }),
    );

    expect(
      StackEvents.map((event) => [
        event.ResourceType,
        event.ResourceStatus,
        event.ResourceStatusReason,
      ]),
    ).toEqual([['AWS::CloudFormation::Stack', 'REVIEW_IN_PROGRESS', 'User Initiated']]);
  });

  it('is none where there is no stack', async () => {
    await expect(
      client.send(new DescribeChangeSetCommand({ StackName: 'nowhere', ChangeSetName: 'change' })),
    ).rejects.toMatchObject({ name: 'ValidationError', message: 'Stack [nowhere] does not exist' });
  });
});
