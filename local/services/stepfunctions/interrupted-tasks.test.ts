import { afterEach, expect, it } from 'vitest';
import type { Cloud, ServiceFactory } from '../../cloud/cloud.ts';
import type { AnyOperation, Service } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { MemoryStore } from '../../store/index.ts';
import { createTestCloud, settle } from '../../testing/cloud.testing.ts';
import { createStepFunctionsService } from './index.ts';

/**
 * Tasks whose call was under way, or whose work went on, when the runtime ended. Step Functions runs a task at most once:
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-standard-vs-express.html
 */

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const STATES = 'arn:aws:states:us-east-1:000000000000';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const START = Date.parse('2026-01-01T00:00:00Z');

type Answer = (input: never) => unknown;
type Answers = Readonly<Record<string, Readonly<Record<string, Answer>>>>;

interface Life {
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  /** The operations that were called. */
  readonly calls: string[];
}

const lives: Life[] = [];

afterEach(async () => {
  for (const { cloud } of lives.splice(0)) await cloud.stop();
});

/** A runtime whose other services answer so; all other calls have no answer. */
async function begin(store: MemoryStore, answers: Answers = {}): Promise<Life> {
  const clock = createVirtualClock(START);
  const calls: string[] = [];
  const service =
    (name: Service['name'], operations: readonly string[]): ServiceFactory =>
    () => ({
      name,
      accessDenied: (message) => new ServiceError('AccessDenied', message),
      operations: Object.fromEntries(
        operations.map((operation): [string, AnyOperation] => [
          operation,
          {
            permissions: () => [],
            run(input) {
              calls.push(operation);
              const answer = answers[name]?.[operation];
              return answer === undefined ? new Promise(() => {}) : answer(input as never);
            },
          },
        ]),
      ),
    });
  const cloud = createTestCloud(
    [
      createStepFunctionsService,
      service('sqs', ['SendMessage']),
      service('sns', ['Publish']),
      service('eventbridge', ['PutEvents']),
      service('dynamodb', ['PutItem', 'GetItem']),
      service('lambda', ['Invoke']),
      service('logs', ['PutLogEvents']),
      service('cloudwatch', ['PutMetricData']),
      service('ssm', ['PutParameter', 'GetParameter']),
      service('s3', ['PutObject', 'GetObject', 'CreateMultipartUpload']),
      service('ecs', ['RunTask', 'DescribeTasks', 'DescribeTaskDefinition']),
      service('sagemaker', [
        'CreateModelPackage',
        'CreateModel',
        'CreateTrainingJob',
        'DescribeTrainingJob',
      ]),
    ],
    { clock, store },
  );
  await cloud.start();
  const life = { cloud, clock, calls };
  lives.push(life);
  return life;
}

const executionArn = `${STATES}:execution:m:x`;

async function start({ cloud }: Life, Resource: string, Arguments: object): Promise<void> {
  const resource = Resource.startsWith('arn:') ? Resource : `arn:aws:states:::${Resource}`;
  const { stateMachineArn } = await cloud.call<{ readonly stateMachineArn: string }>(
    ACCOUNT,
    'stepfunctions',
    'CreateStateMachine',
    {
      name: 'm',
      roleArn: 'arn:aws:iam::000000000000:role/r',
      definition: JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'T',
        States: { T: { Type: 'Task', Resource: resource, Arguments, End: true } },
      }),
    },
  );
  await cloud.call(ACCOUNT, 'stepfunctions', 'StartExecution', { stateMachineArn, name: 'x' });
  await settle();
}

async function end(life: Life): Promise<void> {
  await life.cloud.stop();
  lives.splice(lives.indexOf(life), 1);
}

interface Description {
  readonly status: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

async function describeRun({ cloud }: Life): Promise<Description> {
  await settle();
  return cloud.call<Description>(ACCOUNT, 'stepfunctions', 'DescribeExecution', { executionArn });
}

const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/q';
const RUN_TASK = { Cluster: 'c', TaskDefinition: 't' };
const STREAM = { LogGroupName: 'g', LogStreamName: 's' };

it.each<[string, object, string, string]>([
  ['sqs:sendMessage', { QueueUrl, MessageBody: 'm' }, 'SQS', 'SendMessage'],
  [
    'sns:publish',
    { TopicArn: 'arn:aws:sns:us-east-1:000000000000:t', Message: 'm' },
    'SNS',
    'Publish',
  ],
  [
    'events:putEvents',
    { Entries: [{ Source: 's', DetailType: 'd', Detail: {} }] },
    'EventBridge',
    'PutEvents',
  ],
  ['ecs:runTask', RUN_TASK, 'ECS', 'RunTask'],
  ['ecs:runTask', { ...RUN_TASK, ClientToken: '' }, 'ECS', 'RunTask'],
  [
    'aws-sdk:sagemaker:createModelPackage',
    { ModelPackageGroupName: 'g' },
    'SageMaker',
    'CreateModelPackage',
  ],
  ['aws-sdk:s3:createMultipartUpload', { Bucket: 'b', Key: 'k' }, 'S3', 'CreateMultipartUpload'],
  [
    'aws-sdk:cloudwatch:putMetricData',
    { Namespace: 'n', MetricData: [{ MetricName: 'm', Value: 1 }] },
    'CloudWatch',
    'PutMetricData',
  ],
  [
    'aws-sdk:cloudwatchlogs:putLogEvents',
    { ...STREAM, LogEvents: [{ Message: 'm', Timestamp: 1 }] },
    'CloudWatchLogs',
    'PutLogEvents',
  ],
])(
  'a call of %s %j that the end of the runtime interrupted is not made again',
  async (resource, args, prefix, operation) => {
    const store = new MemoryStore();
    const before = await begin(store);
    await start(before, resource, args);
    await end(before);

    const after = await begin(store);

    expect(before.calls).toEqual([operation]);
    expect(await describeRun(after)).toMatchObject({
      status: 'FAILED',
      error: `${prefix}.SdkClientException`,
      cause: `Unable to execute HTTP request: the runtime ended before ${operation} answered`,
    });
    expect(after.calls).toEqual([]);
  },
);

it.each<[string, object]>([
  ['lambda:invoke', { FunctionName: 'f', Payload: {} }],
  [FUNCTION, {}],
])('an interrupted invocation of %s fails as a lost connection does', async (resource, args) => {
  const store = new MemoryStore();
  const before = await begin(store);
  await start(before, resource, args);
  await end(before);

  const after = await begin(store);

  expect(await describeRun(after)).toMatchObject({
    status: 'FAILED',
    error: 'Lambda.SdkClientException',
    cause: 'Unable to execute HTTP request: the runtime ended before the function answered',
  });
  expect([before.calls, after.calls]).toEqual([['Invoke'], []]);
});

it.each<[string, object, string, string, object, object]>([
  ['dynamodb:putItem', { TableName: 't', Item: {} }, 'dynamodb', 'PutItem', {}, {}],
  ['dynamodb:getItem', { TableName: 't', Key: {} }, 'dynamodb', 'GetItem', {}, {}],
  [
    'aws-sdk:ssm:putParameter',
    { Name: 'n', Value: 'v' },
    'ssm',
    'PutParameter',
    { Version: 2 },
    { Version: 2 },
  ],
  [
    'aws-sdk:ssm:getParameter',
    { Name: 'n' },
    'ssm',
    'GetParameter',
    { Parameter: { Name: 'n' } },
    { Parameter: { Name: 'n' } },
  ],
  [
    'ecs:runTask',
    { ...RUN_TASK, ClientToken: 'once' },
    'ecs',
    'RunTask',
    { tasks: [], failures: [] },
    { Tasks: [], Failures: [] },
  ],
])(
  'an interrupted call of %s %j is repeated, which has no second effect',
  async (resource, args, service, operation, answer, output) => {
    const store = new MemoryStore();
    const before = await begin(store);
    await start(before, resource, args);
    await end(before);

    const after = await begin(store, { [service]: { [operation]: () => answer } });
    const { status, output: text = '' } = await describeRun(after);

    expect(after.calls).toEqual([operation]);
    expect([status, JSON.parse(text)]).toEqual(['SUCCEEDED', expect.objectContaining(output)]);
  },
);

const refusal = () => {
  throw new ServiceError('PreconditionFailed', 'At least one of the pre-conditions did not hold', {
    status: 412,
  });
};

it.each([
  ['its own bytes', '"mine"', { status: 'SUCCEEDED', output: '{"ETag":"\\"e\\""}' }],
  ['other bytes', 'mine', { status: 'FAILED', error: 'S3.S3Exception' }],
])('a repeated conditional write that finds %s', async (_what, Body, expected) => {
  const store = new MemoryStore();
  const before = await begin(store);
  await start(before, 'aws-sdk:s3:putObject', {
    Bucket: 'b',
    Key: 'k',
    Body: 'mine',
    IfNoneMatch: '*',
  });
  await end(before);

  const after = await begin(store, {
    s3: { PutObject: refusal, GetObject: () => ({ Body: Buffer.from(Body), ETag: '"e"' }) },
  });

  expect(await describeRun(after)).toMatchObject(expected);
  expect(after.calls).toEqual(['PutObject', 'GetObject']);
});

it('a conditional write that is refused the first time fails', async () => {
  const life = await begin(new MemoryStore(), { s3: { PutObject: refusal } });

  await start(life, 'aws-sdk:s3:putObject', { Bucket: 'b', Key: 'k', Body: 'x', IfNoneMatch: '*' });

  expect(await describeRun(life)).toMatchObject({ status: 'FAILED', error: 'S3.S3Exception' });
  expect(life.calls).toEqual(['PutObject']);
});

const TRAINING = {
  TrainingJobName: 'job',
  RoleArn: 'arn:aws:iam::000000000000:role/r',
  AlgorithmSpecification: { TrainingInputMode: 'File' },
  OutputDataConfig: { S3OutputPath: 's3://b/' },
  StoppingCondition: {},
};
const described = (TrainingJobStatus: string) => () => ({
  TrainingJobArn: 'arn:job',
  TrainingJobStatus,
});
const missing = () => {
  throw new ServiceError('ValidationException', 'Requested resource not found.');
};

it('a job that was created before the end of the runtime is found by its name', async () => {
  const store = new MemoryStore();
  const before = await begin(store);
  await start(before, 'sagemaker:createTrainingJob.sync', TRAINING);
  await end(before);

  const after = await begin(store, { sagemaker: { DescribeTrainingJob: described('Completed') } });

  expect(await describeRun(after)).toMatchObject({ status: 'SUCCEEDED' });
  expect(after.calls).toEqual(['DescribeTrainingJob', 'DescribeTrainingJob']);
});

it('a job that was not created yet is created', async () => {
  const store = new MemoryStore();
  const before = await begin(store);
  await start(before, 'sagemaker:createTrainingJob.sync', TRAINING);
  await end(before);
  let isCreated = false;

  const after = await begin(store, {
    sagemaker: {
      DescribeTrainingJob: () => (isCreated ? described('Failed')() : missing()),
      CreateTrainingJob() {
        isCreated = true;
        return { TrainingJobArn: 'arn:job' };
      },
    },
  });

  expect(await describeRun(after)).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  expect(after.calls).toEqual(['DescribeTrainingJob', 'CreateTrainingJob', 'DescribeTrainingJob']);
});

it('a job that runs at the end of the runtime is waited for, and not created again', async () => {
  const store = new MemoryStore();
  const running = { CreateTrainingJob: () => ({ TrainingJobArn: 'arn:job' }) };
  const before = await begin(store, {
    sagemaker: { ...running, DescribeTrainingJob: described('InProgress') },
  });
  await start(before, 'sagemaker:createTrainingJob.sync', TRAINING);
  await end(before);

  const after = await begin(store, { sagemaker: { DescribeTrainingJob: described('Stopped') } });

  expect(await describeRun(after)).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  expect(after.calls).toEqual(['DescribeTrainingJob']);
});

it('a task of ECS that runs at the end of the runtime is waited for', async () => {
  const store = new MemoryStore();
  const taskArn = 'arn:aws:ecs:us-east-1:000000000000:task/c/1';
  const task = (more: object) => () => ({ tasks: [{ taskArn, ...more }], failures: [] });
  const before = await begin(store, {
    ecs: { RunTask: task({}), DescribeTasks: task({ lastStatus: 'RUNNING' }) },
  });
  await start(before, 'ecs:runTask.sync', RUN_TASK);
  await end(before);

  const after = await begin(store, {
    ecs: {
      DescribeTasks: task({ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited' }),
      DescribeTaskDefinition: () => ({ taskDefinition: { containerDefinitions: [] } }),
    },
  });

  expect(await describeRun(after)).toMatchObject({ status: 'SUCCEEDED' });
  expect(after.calls).toEqual(['DescribeTasks', 'DescribeTaskDefinition']);
});

it.each<[string, object, string, string, object]>([
  [
    'sqs:sendMessage.waitForTaskToken',
    { QueueUrl, MessageBody: '{% $states.context.Task.Token %}' },
    'sqs',
    'SendMessage',
    { MessageId: 'i' },
  ],
  [
    'lambda:invoke.waitForTaskToken',
    { FunctionName: 'f', Payload: { token: '{% $states.context.Task.Token %}' } },
    'lambda',
    'Invoke',
    { StatusCode: 200, Payload: Buffer.from('{}') },
  ],
])(
  '%s waits for its token in the next run, and is not called again',
  async (resource, args, service, operation, answer) => {
    const store = new MemoryStore();
    const tokens: string[] = [];
    const before = await begin(store, {
      [service]: {
        [operation]({ MessageBody, Payload }: { MessageBody?: string; Payload?: Uint8Array }) {
          const given = JSON.parse(Buffer.from(Payload ?? '{}').toString()) as { token?: string };
          tokens.push(MessageBody ?? given.token ?? '');
          return answer;
        },
      },
    });
    await start(before, resource, args);
    await end(before);

    const after = await begin(store);
    const waiting = await describeRun(after);
    await after.cloud.call(ACCOUNT, 'stepfunctions', 'SendTaskSuccess', {
      taskToken: tokens[0],
      output: '{"done":true}',
    });

    expect(waiting.status).toBe('RUNNING');
    expect(await describeRun(after)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"done":true}',
    });
    expect(after.calls).toEqual([]);
  },
);
