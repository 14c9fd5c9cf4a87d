import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/cloud.testing.ts';
import { createLambdaService } from '../../lambda/index.ts';
import { createS3Service } from '../../s3/index.ts';
import { createSnsService } from '../../sns/index.ts';
import { createSsmService } from '../../ssm/index.ts';
import { createStepFunctionsService } from '../index.ts';

let clock: VirtualClock;
let runtime: TestRuntime;
let sfn: SFNClient;
let topicArn: string;

const bucket = 'integration-bucket';
const roleArn = 'arn:aws:iam::000000000000:role/any';

beforeAll(async () => {
  clock = createVirtualClock();
  const services = [
    createStepFunctionsService,
    createLambdaService,
    createS3Service,
    createSnsService,
    createSsmService,
  ];
  runtime = await startTestRuntime(services, { clock });
  sfn = new SFNClient(runtime.clientConfig);
  const s3 = new S3Client({ ...runtime.clientConfig, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const sns = new SNSClient(runtime.clientConfig);
  topicArn = (await sns.send(new CreateTopicCommand({ Name: 'topic' }))).TopicArn ?? '';
});

afterAll(async () => {
  sfn.destroy();
  await runtime.stop();
});

async function createMachine(state: object): Promise<string> {
  const End = 'Error' in state ? {} : { End: true };
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Work',
    States: { Work: { ...state, ...End } },
  };
  const { stateMachineArn = '' } = await sfn.send(
    new CreateStateMachineCommand({
      name: `machine-${runtime.cloud.random.hex(6)}`,
      definition: JSON.stringify(definition),
      roleArn,
    }),
  );
  return stateMachineArn;
}

async function start(stateMachineArn: string): Promise<string> {
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
  return executionArn;
}

/** How the execution ended, once it has. */
async function endOf(executionArn: string) {
  return vi.waitFor(
    async () => {
      const end = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      expect(end.status).not.toBe('RUNNING');
      return end;
    },
    { interval: 1, timeout: 20_000 },
  );
}

/** What comes of a task with these arguments. */
async function run(resource: string, args: object) {
  const task = { Type: 'Task', Resource: `arn:aws:states:::${resource}`, Arguments: args };
  return endOf(await start(await createMachine(task)));
}

const failing = { Type: 'Fail', Error: 'Mine', Cause: 'why' };

describe('a nested execution', () => {
  // Measured on AWS: https://github.com/floci-io/floci, AslExecutorNestedSyncFailureTest.
  it.each(['states:startExecution.sync', 'states:startExecution.sync:2'])(
    'that fails is described by the cause of %s, its members in order',
    async (resource) => {
      const child = await createMachine(failing);

      const { error, cause = '' } = await run(resource, { StateMachineArn: child, Input: {} });

      expect(error).toBe('States.TaskFailed');
      expect(Object.keys(JSON.parse(cause) as object)).toEqual([
        'Cause',
        'Error',
        'ExecutionArn',
        'Input',
        'InputDetails',
        'Name',
        'RedriveCount',
        'RedriveStatus',
        'StartDate',
        'StateMachineArn',
        'Status',
        'StopDate',
      ]);
    },
  );

  // Measured on AWS: https://github.com/floci-io/floci, AslExecutorNestedSyncTimeoutTest.
  it('is aborted when its task times out, with the name of the state machine', async () => {
    const child = await createMachine({ Type: 'Wait', Seconds: 600 });
    const parent = await createMachine({
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: { StateMachineArn: child, Name: 'child' },
      TimeoutSeconds: 60,
    });
    const childArn = `${child.replace(':stateMachine:', ':execution:')}:child`;
    const parentArn = await start(parent);
    await vi.waitFor(() => sfn.send(new DescribeExecutionCommand({ executionArn: childArn })));

    clock.advance(60_000);

    expect((await endOf(parentArn)).error).toBe('States.Timeout');
    const { status, error, cause } = await endOf(childArn);
    expect({ status, error, cause }).toEqual({
      status: 'ABORTED',
      error: undefined,
      cause: `The Task state in AWS Step Functions execution [${parentArn}] which was managing this resource was aborted`,
    });
  });
});

describe('a refused call', () => {
  it('has no message where the answer has no body: HEAD of S3', async () => {
    const { error, cause } = await run('aws-sdk:s3:headObject', { Bucket: bucket, Key: 'none' });

    expect(error).toBe('S3.NoSuchKeyException');
    expect(cause).toMatch(/^null \(Service: S3, Status Code: 404, Request ID: /);
  });

  // AWS SDK for Java 2, services/s3, ExceptionTranslationInterceptor: the operation decides, not the code.
  it.each([
    ['headObject', { Bucket: 'no-such-bucket', Key: 'none' }, 'S3.NoSuchKeyException'],
    ['headBucket', { Bucket: 'no-such-bucket' }, 'S3.NoSuchBucketException'],
  ])('is named by the operation where a bucket is missing: %s', async (action, args, name) => {
    const { error, cause } = await run(`aws-sdk:s3:${action}`, args);

    expect(error).toBe(name);
    expect(cause).toMatch(/^null \(Service: S3, Status Code: 404, Request ID: /);
  });

  it('has no message where the service gives none: a parameter of SSM', async () => {
    const { error, cause } = await run('aws-sdk:ssm:getParameter', { Name: 'none' });

    expect(error).toBe('Ssm.ParameterNotFoundException');
    expect(cause).toMatch(/^null \(Service: Ssm, Status Code: 400, Request ID: /);
  });

  it('of Lambda for a name that is none is a general one', async () => {
    const { error, cause } = await run('lambda:invoke', { FunctionName: 'no name' });

    expect(error).toBe('Lambda.AWSLambdaException');
    expect(cause).toMatch(/^1 validation error detected: .*; Error Code: ValidationException; /);
  });

  const prefix = 'SNS.InvalidParameter';
  it.each([
    [
      { TopicArn: 'none' },
      `${prefix}Exception`,
      'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
    ],
    [
      {},
      `${prefix}Exception`,
      'Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter',
    ],
    [
      { MessageAttributes: { a: { DataType: 'Text', StringValue: 'x' } } },
      `${prefix}ValueException`,
      "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
    ],
    [
      { MessageAttributes: { a: { DataType: 'String' } } },
      `${prefix}ValueException`,
      "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
    ],
  ])('of SNS with %j is %s', async (args, error, message) => {
    const target = 'MessageAttributes' in args ? { TopicArn: topicArn } : {};

    const end = await run('sns:publish', { Message: 'x', ...target, ...args });

    expect(end.error).toBe(error);
    expect(end.cause).toContain(`${message} (Service: AmazonSNS; Status Code: 400; Error Code: `);
  });
});
