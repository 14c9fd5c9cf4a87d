import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScaledClock } from '../host/clock.ts';
import { createLambdaService } from '../services/lambda/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

let runtime: TestRuntime;
let lambda: LambdaClient;
let sqs: SQSClient;

const ROLE = 'arn:aws:iam::000000000000:role/worker';
const arnOf = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:${queue}`;

beforeEach(async () => {
  // Minutes between retries pass in milliseconds; while a function runs, the clock follows real time.
  runtime = await startTestRuntime([createLambdaService, createSqsService], {
    clock: createScaledClock(600),
  });
  lambda = new LambdaClient(runtime.clientConfig);
  sqs = new SQSClient(runtime.clientConfig);
  const iam = new IAMClient(runtime.clientConfig);
  const Version = '2012-10-17';
  const trust = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const allowed = { Effect: 'Allow', Action: 'sqs:*', Resource: '*' };
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'worker',
      AssumeRolePolicyDocument: JSON.stringify({ Version, Statement: trust }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'worker',
      PolicyName: 'queues',
      PolicyDocument: JSON.stringify({ Version, Statement: allowed }),
    }),
  );
});

afterEach(async () => {
  await runtime.stop();
});

async function createFunction(source: string, deadLetters?: string): Promise<void> {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'worker',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: zipSync({ 'index.js': strToU8(source) }) },
      ...(deadLetters !== undefined && { DeadLetterConfig: { TargetArn: arnOf(deadLetters) } }),
    }),
  );
}

async function createQueue(QueueName: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
  return QueueUrl ?? '';
}

describe('an asynchronous invocation that fails', () => {
  it('runs three times, then its event goes to the dead-letter queue', async () => {
    const QueueUrl = await createQueue('failed');
    await createFunction(`exports.handler = async () => { throw new Error('no'); };`, 'failed');

    await lambda.send(
      new InvokeCommand({
        FunctionName: 'worker',
        InvocationType: 'Event',
        Payload: Buffer.from('{"x":1}'),
      }),
    );
    let message: { readonly Body?: string; readonly MessageAttributes?: object } | undefined;
    for (let polls = 0; message === undefined && polls < 200; polls += 1) {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          WaitTimeSeconds: 20,
          MessageAttributeNames: ['All'],
        }),
      );
      message = Messages?.[0] as typeof message;
    }

    expect(message).toMatchObject({
      Body: '{"x":1}',
      MessageAttributes: {
        ErrorCode: { StringValue: '200' },
        ErrorMessage: { StringValue: 'no' },
      },
    });
  });
});

describe('a queue as an event source', () => {
  it('sends its messages to the function, and keeps only those that the function reports as failed', async () => {
    const QueueUrl = await createQueue('jobs');
    await createFunction(
      `exports.handler = async (event) => ({ batchItemFailures: event.Records
         .filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })) });`,
    );
    for (const MessageBody of ['good', 'bad']) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }

    await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'worker',
        EventSourceArn: arnOf('jobs'),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      }),
    );
    let left = 2;
    for (let polls = 0; left > 1 && polls < 2_000; polls += 1) {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      left =
        Number(Attributes?.['ApproximateNumberOfMessages']) +
        Number(Attributes?.['ApproximateNumberOfMessagesNotVisible']);
    }

    expect(left).toBe(1);
  });

  // LocalStack's tests/aws/services/lambda_/event_source_mapping/test_lambda_integration_sqs.snapshot.json,
  // recorded against AWS: null where a message has no attributes.
  it('passes on binary attributes and the digest of the attributes', async () => {
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'x' },
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
    };
    const probed = await sqs.send(
      new SendMessageCommand({
        QueueUrl: await createQueue('probe'),
        MessageBody: 'm',
        MessageAttributes,
      }),
    );
    const QueueUrl = await createQueue('digests');
    await createFunction(
      `exports.handler = async (event) => ({ batchItemFailures: event.Records
         .filter(({ body, md5OfMessageAttributes: md5, messageAttributes: given }) =>
           JSON.stringify([md5, given.bytes?.binaryValue ?? null]) !== body)
         .map(({ messageId }) => ({ itemIdentifier: messageId })) });`,
    );
    const expected = JSON.stringify([probed.MD5OfMessageAttributes, 'AP8=']);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '[null,null]' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: expected, MessageAttributes }));

    const mapping = {
      FunctionName: 'worker',
      EventSourceArn: arnOf('digests'),
      FunctionResponseTypes: ['ReportBatchItemFailures' as const],
    };
    const { State } = await lambda.send(new CreateEventSourceMappingCommand(mapping));
    let left = 2;
    for (let polls = 0; left > 0 && polls < 2_000; polls += 1) {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      left =
        Number(Attributes?.['ApproximateNumberOfMessages']) +
        Number(Attributes?.['ApproximateNumberOfMessagesNotVisible']);
    }

    expect(State).toBe('Creating');
    expect(left).toBe(0);
  });
});

const refused = (message: string) => ({ name: 'InvalidParameterValueException', message });
const map = (more: Partial<CreateEventSourceMappingCommandInput> = {}) =>
  lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: 'worker',
      EventSourceArn: arnOf('jobs'),
      ...more,
    }),
  );

describe('a mapping that AWS refuses', () => {
  // Recorded: tests/aws/services/lambda_/event_source_mapping/test_lambda_integration_sqs.snapshot.json of LocalStack
  // (Apache-2.0), commit 8b9a79f0, test_esm_with_not_existing_sqs_queue, test_event_source_mapping_default_batch_size.
  it('has a queue that does not exist, or a large batch without a window', async () => {
    await createFunction('exports.handler = async () => {};');

    await expect(map()).rejects.toMatchObject(
      refused(
        'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
      ),
    );
    await expect(map({ BatchSize: 11 })).rejects.toMatchObject(
      refused(
        'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
      ),
    );
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
  it('has a role without permission to read the queue', async () => {
    await createQueue('jobs');
    await createFunction('exports.handler = async () => {};');
    const names = { RoleName: 'worker', PolicyName: 'queues' };
    await new IAMClient(runtime.clientConfig).send(new DeleteRolePolicyCommand(names));

    await expect(map()).rejects.toMatchObject(
      refused(
        'The provided execution role does not have permissions to call ReceiveMessage on SQS',
      ),
    );
  });

  // As AWS answers in https://github.com/github-aws-runners/terraform-aws-github-runner/issues/465
  it('has a queue with a visibility timeout below the function timeout', async () => {
    const Attributes = { VisibilityTimeout: '2' };
    await sqs.send(new CreateQueueCommand({ QueueName: 'jobs', Attributes }));
    await createFunction('exports.handler = async () => {};');

    await expect(map()).rejects.toMatchObject(
      refused('Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds'),
    );
  });
});

const reserve = (ReservedConcurrentExecutions: number) =>
  lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: 'worker', ReservedConcurrentExecutions }),
  );

// Recorded: test_lambda_api.snapshot.json of the same, test_function_concurrency_limits.
it('a reserved concurrency that leaves less than 100 for other functions is refused', async () => {
  await createFunction('exports.handler = async () => {};');
  await reserve(900);

  await expect(reserve(901)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message:
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
  });
});
