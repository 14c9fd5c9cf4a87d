import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../host/clock.ts';
import { createCloudWatchService } from '../services/cloudwatch/index.ts';
import { createLogsService } from '../services/logs/index.ts';
import { createSnsService } from '../services/sns/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

let runtime: TestRuntime;
let sns: SNSClient;
let sqs: SQSClient;
let TopicArn: string;
let QueueUrl: string;

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:inbox';

beforeEach(async () => {
  runtime = await startTestRuntime(
    [createSnsService, createSqsService, createLogsService, createCloudWatchService],
    { clock: createVirtualClock() },
  );
  sns = new SNSClient(runtime.clientConfig);
  sqs = new SQSClient(runtime.clientConfig);
  ({ TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'people' })));
  ({ QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'inbox' })));
});

afterEach(async () => {
  await runtime.stop();
});

async function inbox(): Promise<readonly (string | undefined)[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  return Messages.map(({ Body }) => Body);
}

function subscribe(attributes: Record<string, string> = {}): Promise<unknown> {
  return sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: QUEUE, Attributes: attributes }),
  );
}

const publish = (Message: string, project: string, mse: string) =>
  sns.send(
    new PublishCommand({
      TopicArn,
      Message,
      MessageAttributes: {
        project: { DataType: 'String', StringValue: project },
        mse: { DataType: 'Number', StringValue: mse },
      },
    }),
  );

describe('a topic', () => {
  it('delivers messages to queues, in its envelope or raw', async () => {
    await subscribe();
    const { MessageId } = await sns.send(
      new PublishCommand({ TopicArn, Subject: 'News', Message: 'approved' }),
    );

    const [body = '{}'] = await inbox();

    expect(JSON.parse(body)).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn,
      Subject: 'News',
      Message: 'approved',
    });
  });

  it('sends only messages that match the subscription’s filter', async () => {
    await subscribe({
      FilterPolicy: '{"project": ["abalone"], "mse": [{"numeric": ["<", 6]}]}',
      RawMessageDelivery: 'true',
    });

    await publish('good', 'abalone', '4.5');
    await publish('bad', 'abalone', '7');
    await publish('other', 'titanic', '1');

    expect(await inbox()).toEqual(['good']);
  });

  it('keeps unconfirmed email subscriptions, and makes all published messages readable', async () => {
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'someone@example.com' }),
    );
    await sns.send(new PublishCommand({ TopicArn, Message: 'hello' }));

    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    const logs = new CloudWatchLogsClient(runtime.clientConfig);
    const { events } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: 'sns/us-east-1/000000000000/people' }),
    );

    expect(SubscriptionArn).toBe('pending confirmation');
    expect(Subscriptions).toMatchObject([
      { SubscriptionArn: 'PendingConfirmation', Endpoint: 'someone@example.com' },
    ]);
    expect(JSON.parse(events?.[0]?.message ?? '{}')).toMatchObject({ message: 'hello' });
  });

  // https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html: confirmed by the endpoint only.
  it('of an HTTP endpoint stays pending', async () => {
    const Endpoint = 'https://hooks.example.org/x';
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'https', Endpoint }),
    );
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));

    expect(SubscriptionArn).toBe('pending confirmation');
    expect(Subscriptions).toContainEqual(
      expect.objectContaining({ SubscriptionArn: 'PendingConfirmation', Endpoint }),
    );
  });

  it('that does not exist, or has an unknown protocol, is refused', async () => {
    const missing = sns.send(new PublishCommand({ TopicArn: `${TopicArn}-2`, Message: 'x' }));
    const firehose = sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'firehose', Endpoint: 'arn:aws:firehose:x' }),
    );
    const other = sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'https', Endpoint: 'http://example.com' }),
    );

    await expect(missing).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Topic does not exist',
    });
    await expect(firehose).rejects.toMatchObject({ message: expect.stringContaining('firehose') });
    await expect(other).rejects.toMatchObject({
      message: 'Invalid parameter: Endpoint must match the specified protocol',
    });
  });
});

describe('an alarm', () => {
  it('notifies a topic of its new state', async () => {
    await subscribe({ RawMessageDelivery: 'true' });
    const cloudwatch = new CloudWatchClient(runtime.clientConfig);
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'failures',
        Namespace: 'AWS/States',
        MetricName: 'ExecutionsFailed',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        AlarmActions: [TopicArn],
      }),
    );

    await cloudwatch.send(
      new SetAlarmStateCommand({
        AlarmName: 'failures',
        StateValue: 'ALARM',
        StateReason: 'by hand',
      }),
    );
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }),
    );

    expect(JSON.parse(Messages?.[0]?.Body ?? '{}')).toMatchObject({
      AlarmName: 'failures',
      NewStateValue: 'ALARM',
      OldStateValue: 'INSUFFICIENT_DATA',
      NewStateReason: 'by hand',
      Region: 'US East (N. Virginia)',
      Trigger: { MetricName: 'ExecutionsFailed', Statistic: 'SUM' },
    });
  });
});
