import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetFunctionRecursionConfigCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionRecursionConfigCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScaledClock } from '../host/clock.ts';
import { createCloudWatchService } from '../services/cloudwatch/index.ts';
import { createLambdaService } from '../services/lambda/index.ts';
import { createSnsService } from '../services/sns/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

const ACCOUNT = 'us-east-1:000000000000';
const ROLE = 'arn:aws:iam::000000000000:role/worker';
const TOPIC = `arn:aws:sns:${ACCOUNT}:loop`;

let runtime: TestRuntime;
let lambda: LambdaClient;
let sqs: SQSClient;
let sns: SNSClient;

function allow(rest: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...rest } });
}

beforeEach(async () => {
  runtime = await startTestRuntime(
    [createLambdaService, createSqsService, createSnsService, createCloudWatchService],
    { clock: createScaledClock(600) },
  );
  lambda = new LambdaClient(runtime.clientConfig);
  sqs = new SQSClient(runtime.clientConfig);
  sns = new SNSClient(runtime.clientConfig);
  const iam = new IAMClient(runtime.clientConfig);
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'worker',
      AssumeRolePolicyDocument: allow({
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'worker',
      PolicyName: 'all',
      PolicyDocument: allow({ Action: '*', Resource: '*' }),
    }),
  );
});

afterEach(async () => {
  await runtime.stop();
});

/** Creates a function that sends a message to the queue `count`, then triggers itself again. */
async function createLoop(again: string, deadLetters?: string): Promise<void> {
  const source = `
    const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
    const { SNSClient, PublishCommand } = require('@aws-sdk/client-sns');
    const { LambdaClient, InvokeCommand } = require('@aws-sdk/client-lambda');
    const sqs = new SQSClient({}), sns = new SNSClient({}), lambda = new LambdaClient({});
    const send = (name) => sqs.send(new SendMessageCommand({
      QueueUrl: process.env.AWS_ENDPOINT_URL + '/000000000000/' + name, MessageBody: 'again' }));
    exports.handler = async () => { await send('count'); ${again} };`;
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'worker',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Role: ROLE,
      Timeout: 60,
      Code: { ZipFile: zipSync({ 'index.js': strToU8(source) }) },
      ...(deadLetters !== undefined && {
        DeadLetterConfig: { TargetArn: `arn:aws:sqs:${ACCOUNT}:${deadLetters}` },
      }),
    }),
  );
}

async function createQueue(QueueName: string, Attributes = {}): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl ?? '';
}

async function messagesIn(QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes?.['ApproximateNumberOfMessages']);
}

async function untilMessagesIn(QueueUrl: string): Promise<void> {
  while ((await messagesIn(QueueUrl)) === 0) await new Promise((done) => setTimeout(done, 20));
}

async function dropped(): Promise<number> {
  const cloudwatch = new CloudWatchClient(runtime.clientConfig);
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName: 'RecursiveInvocationsDropped',
      Dimensions: [{ Name: 'FunctionName', Value: 'worker' }],
      StartTime: new Date(runtime.cloud.clock.now() - 40 * 3_600_000),
      EndTime: new Date(runtime.cloud.clock.now() + 3_600_000),
      Period: 3_600,
      Statistics: ['Sum'],
    }),
  );
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
describe('a function that triggers itself', () => {
  it('through a queue runs 16 times; its message goes to the dead-letter queue of the queue', async () => {
    const count = await createQueue('count');
    const dead = await createQueue('dead');
    const QueueUrl = await createQueue('loop', {
      VisibilityTimeout: '60',
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${ACCOUNT}:dead`,
        maxReceiveCount: 2,
      }),
    });
    await createLoop(`await send('loop')`);
    await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'worker',
        EventSourceArn: `arn:aws:sqs:${ACCOUNT}:loop`,
      }),
    );

    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'begin' }));
    await untilMessagesIn(dead);

    expect(await messagesIn(count)).toBe(16);
    expect(await dropped()).toBe(2);
  }, 60_000);

  it('through a topic runs 16 times; its event goes to its own dead-letter queue', async () => {
    const count = await createQueue('count');
    const dead = await createQueue('dead');
    await createLoop(
      `await sns.send(new PublishCommand({ TopicArn: '${TOPIC}', Message: 'again' }))`,
      'dead',
    );
    await sns.send(new CreateTopicCommand({ Name: 'loop' }));
    await sns.send(
      new SubscribeCommand({
        TopicArn: TOPIC,
        Protocol: 'lambda',
        Endpoint: `arn:aws:lambda:${ACCOUNT}:function:worker`,
      }),
    );
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: 'worker',
        StatementId: 'sns',
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
      }),
    );

    await sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'begin' }));
    await untilMessagesIn(dead);

    expect(await messagesIn(count)).toBe(16);
    expect(await dropped()).toBe(1);
  }, 60_000);

  it('by invoking itself is refused, unless recursion is allowed', async () => {
    const count = await createQueue('count');
    const invoke = `lambda.send(new InvokeCommand({ FunctionName: 'worker' }))`;
    await createLoop(`await ${invoke}.catch(() => undefined)`);

    const before = await lambda.send(
      new GetFunctionRecursionConfigCommand({ FunctionName: 'worker' }),
    );
    await lambda.send(new InvokeCommand({ FunctionName: 'worker' }));
    const changed = await lambda.send(
      new PutFunctionRecursionConfigCommand({ FunctionName: 'worker', RecursiveLoop: 'Allow' }),
    );

    expect(await messagesIn(count)).toBe(16);
    expect(before.RecursiveLoop).toBe('Terminate');
    expect(changed.RecursiveLoop).toBe('Allow');
  }, 60_000);
});
