import { strToU8, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Service } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createDynamoDbService } from '../dynamodb/index.ts';
import { createEventBridgeService } from '../eventbridge/index.ts';
import { createIamService } from '../iam/index.ts';
import { TooManyRequestsException } from '../lambda/errors.ts';
import type { FunctionPool } from '../lambda/sandbox/sandbox-pool.ts';
import { createLambdaService } from '../lambda/service.ts';
import { createLogsService } from '../logs/index.ts';
import { createS3Service } from '../s3/index.ts';
import { createSnsService } from '../sns/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStsService } from '../sts/index.ts';
import { createStepFunctionsService } from './index.ts';

// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html

const ARN = 'arn:aws:states:us-east-1:000000000000';
const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function';
const roleArn = 'arn:aws:iam::000000000000:role/r';
const QUEUE = 'https://sqs.us-east-1.amazonaws.com/000000000000/q';

const ACCOUNT: readonly Step[] = [
  [
    'iam:CreateRole',
    {
      RoleName: 'r',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["states.amazonaws.com","lambda.amazonaws.com"]},"Action":"sts:AssumeRole"}]}',
    },
  ],
  [
    'iam:PutRolePolicy',
    {
      RoleName: 'r',
      PolicyName: 'all',
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    },
  ],
  ['sqs:CreateQueue', { QueueName: 'q' }],
  ['sns:CreateTopic', { Name: 't' }],
  ['s3:CreateBucket', { Bucket: 'data' }],
  [
    'dynamodb:CreateTable',
    {
      TableName: 'items',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  ],
  ...['echo', 'fails', 'throttled', 'bare'].map(
    (FunctionName): Step => [
      'lambda:CreateFunction',
      {
        FunctionName,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: roleArn,
        Code: { ZipFile: zipSync({ 'index.js': strToU8('') }, { mtime: '2026-01-01T00:00:00Z' }) },
      },
    ],
  ),
];

let machines = 0;

/** Runs one task to its end: what its execution says, and its history. */
function task(Resource: string, Arguments: object, more: object = {}): readonly Step[] {
  machines += 1;
  const name = `m${machines}`;
  const executionArn = `${ARN}:execution:${name}:x`;
  const resource = Resource.startsWith('arn:') ? Resource : `arn:aws:states:::${Resource}`;
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'T',
    States: { T: { Type: 'Task', Resource: resource, Arguments, End: true, ...more } },
  });
  return [
    ['CreateStateMachine', { name, roleArn, definition }],
    [
      'StartExecution',
      { stateMachineArn: `${ARN}:stateMachine:${name}`, name: 'x', input: '{"n":1}' },
    ],
    { advanceSeconds: 1 },
    { advanceSeconds: 1 },
    ['GetExecutionHistory', { executionArn, reverseOrder: true }],
  ];
}

const KEY = { pk: { S: 'a' } };
const child = (name: string, definition: object, more: object = {}): Step => [
  'CreateStateMachine',
  { name, roleArn, definition: JSON.stringify(definition), ...more },
];
const PASS = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const FAIL = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E', Cause: 'c' } } };
const WAIT = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 100, End: true } } };
const machine = (name: string) => `${ARN}:stateMachine:${name}`;

const services: readonly Step[] = [
  ...ACCOUNT,
  ...task('sqs:sendMessage', { QueueUrl: QUEUE, MessageBody: { n: '{% $states.input.n %}' } }),
  ...task('sqs:sendMessage', {
    QueueUrl: QUEUE,
    MessageBody: 'text',
    MessageAttributes: { a: { DataType: 'String', StringValue: 'x' } },
  }),
  ...task('sqs:sendMessage', { QueueUrl: `${QUEUE}x`, MessageBody: 'text' }),
  ...task('sqs:sendMessage', { QueueUrl: 'nowhere', MessageBody: 'text' }),
  ...task('sqs:sendMessage', { QueueUrl: QUEUE, MessageBody: '' }),
  ...task('sqs:sendMessage', { QueueUrl: QUEUE }),
  ...task('sqs:sendMessage', { QueueUrl: QUEUE, MessageBody: 'x', Unknown: 1 }),
  ...task('sqs:sendMessage', { QueueUrl: QUEUE, MessageBody: 'x', DelaySeconds: 'x' }),
  ...task('sns:publish', {
    TopicArn: 'arn:aws:sns:us-east-1:000000000000:t',
    Message: { a: 1 },
    Subject: 's',
  }),
  ...task('sns:publish', { TopicArn: 'arn:aws:sns:us-east-1:000000000000:missing', Message: 'm' }),
  ...task('dynamodb:putItem', {
    TableName: 'items',
    Item: { ...KEY, n: { N: '1' }, b: { BOOL: true }, l: { L: [{ S: 'x' }] } },
  }),
  ...task('dynamodb:getItem', { TableName: 'items', Key: KEY, ReturnConsumedCapacity: 'TOTAL' }),
  ...task('dynamodb:updateItem', {
    TableName: 'items',
    Key: KEY,
    UpdateExpression: 'SET n = :n',
    ExpressionAttributeValues: { ':n': { N: '2' } },
    ReturnValues: 'ALL_NEW',
  }),
  ...task('dynamodb:updateItem', {
    TableName: 'items',
    Key: KEY,
    ConditionExpression: 'attribute_not_exists(pk)',
    UpdateExpression: 'SET n = :n',
    ExpressionAttributeValues: { ':n': { N: '2' } },
  }),
  ...task('dynamodb:deleteItem', { TableName: 'items', Key: KEY, ReturnValues: 'ALL_OLD' }),
  ...task('dynamodb:getItem', { TableName: 'missing', Key: KEY }),
  ...task('events:putEvents', {
    Entries: [
      { Source: 's', DetailType: 'd', Detail: { a: 1 }, Resources: ['r'] },
      { Source: 's', DetailType: 'd', Detail: '{}' },
    ],
  }),
  ...task('events:putEvents', { Entries: [{ Source: 'aws.s3', DetailType: 'd', Detail: {} }] }),
  ...task('aws-sdk:s3:putObject', { Bucket: 'data', Key: 'k', Body: { a: 1 } }),
  ...task('aws-sdk:s3:putObject', { Bucket: 'data', Key: 't', Body: 'text', Metadata: { m: 'x' } }),
  ...task('aws-sdk:s3:getObject', { Bucket: 'data', Key: 'k' }),
  ...task('aws-sdk:s3:getObject', { Bucket: 'data', Key: 'missing' }),
  ...task('aws-sdk:s3:headObject', { Bucket: 'data', Key: 't' }),
  ...task('aws-sdk:s3:headObject', { Bucket: 'data', Key: 'missing' }),
  ...task('aws-sdk:s3:listObjectsV2', { Bucket: 'data' }),
  ...task('aws-sdk:sqs:getQueueAttributes', {
    QueueUrl: QUEUE,
    AttributeNames: ['QueueArn', 'DelaySeconds'],
  }),
  ...task('aws-sdk:sqs:receiveMessage', { QueueUrl: QUEUE, MaxNumberOfMessages: 2 }),
  ...task('aws-sdk:dynamodb:describeTable', { TableName: 'items' }),
  ...task('aws-sdk:sfn:listStateMachines', { MaxResults: 1 }),
  ...task('aws-sdk:iam:getRole', { RoleName: 'r' }),
  ...task('aws-sdk:iam:getRole', { RoleName: 'missing' }),
  ...task('aws-sdk:sts:getCallerIdentity', {}),
  ...task('aws-sdk:eventbridge:listEventBuses', {}),
  ...task('aws-sdk:ec2:describeInstances', {}),
  ...task('aws-sdk:unknown:call', {}),
  ...task('aws-sdk:sqs:unknown', {}),
  ...task('sqs:unknown', {}),
  // Functions.
  ...task('lambda:invoke', { FunctionName: 'echo', Payload: { a: 1 } }),
  ...task('lambda:invoke', { FunctionName: `${LAMBDA}:echo`, Payload: 'text' }),
  ...task('lambda:invoke', { FunctionName: 'echo' }),
  ...task('lambda:invoke', { FunctionName: 'echo', InvocationType: 'Event', Payload: {} }),
  ...task('lambda:invoke', { FunctionName: 'echo', InvocationType: 'DryRun' }),
  ...task('lambda:invoke', {
    FunctionName: 'echo',
    LogType: 'Tail',
    Qualifier: '$LATEST',
    ClientContext: 'e30=',
  }),
  ...task('lambda:invoke', {
    FunctionName: 'fails',
    Payload: { error: { errorType: 'Mine', errorMessage: 'm' } },
  }),
  ...task('lambda:invoke', {
    FunctionName: 'fails',
    Payload: { error: { errorMessage: 'no type' } },
  }),
  ...task('lambda:invoke', { FunctionName: 'fails', Payload: { error: 'text' } }),
  ...task('lambda:invoke', { FunctionName: 'throttled' }),
  ...task('lambda:invoke', { FunctionName: 'missing' }),
  ...task('lambda:invoke', { FunctionName: 'bare' }),
  ...task(`${LAMBDA}:echo`, { a: 1 }),
  ...task(`${LAMBDA}:fails`, { error: { errorType: 'Mine' } }),
  ...task(`${LAMBDA}:missing`, {}),
  ...task(
    'lambda:invoke.waitForTaskToken',
    { FunctionName: 'echo', Payload: { t: '{% $states.context.Task.Token %}' } },
    { TimeoutSeconds: 1 },
  ),
];

const STOPPED = `${ARN}:execution:m`;

const jobs: readonly Step[] = [
  ...ACCOUNT,
  child('pass', PASS),
  child('fail', FAIL),
  child('wait', WAIT),
  child('express', PASS, { type: 'EXPRESS' }),
  ...task('states:startExecution', {
    StateMachineArn: machine('pass'),
    Name: 'a',
    Input: { i: 1 },
  }),
  ...task('states:startExecution', { StateMachineArn: machine('pass') }),
  ...task('states:startExecution', {
    StateMachineArn: machine('pass'),
    Name: 'a',
    Input: { i: 2 },
  }),
  ...task('states:startExecution', { StateMachineArn: machine('missing') }),
  ...task('states:startExecution', { StateMachineArn: machine('pass'), Input: 'text' }),
  ...task('states:startExecution', { StateMachineArn: machine('express') }),
  ...task('states:startExecution.sync', {
    StateMachineArn: machine('pass'),
    Name: 'b',
    Input: { i: 1 },
  }),
  ...task('states:startExecution.sync:2', {
    StateMachineArn: machine('pass'),
    Name: 'c',
    Input: { i: 1 },
  }),
  ...task('states:startExecution.sync', { StateMachineArn: machine('fail'), Name: 'd' }),
  ...task('states:startExecution.sync:2', { StateMachineArn: machine('fail'), Name: 'e' }),
  ...task('states:startExecution.sync', { StateMachineArn: machine('express') }),
  ...task(
    'states:startExecution.sync',
    { StateMachineArn: machine('wait'), Name: 'f' },
    { TimeoutSeconds: 1 },
  ),
  ['DescribeExecution', { executionArn: `${ARN}:execution:wait:f` }],
  ...task('aws-sdk:sfn:startSyncExecution', { StateMachineArn: machine('express'), Input: '{}' }),
  ...task(
    'states:startExecution.waitForTaskToken',
    { StateMachineArn: machine('pass'), Input: { t: '{% $states.context.Task.Token %}' } },
    { HeartbeatSeconds: 1 },
  ),
  ...['Completed', 'Failed', 'Stopped'].flatMap((status): readonly Step[] => [
    ...task('sagemaker:createProcessingJob.sync', {
      ProcessingJobName: status,
      RoleArn: roleArn,
      AppSpecification: { ImageUri: 'i' },
      ProcessingResources: {
        ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
      },
    }),
    ...task('sagemaker:createTrainingJob.sync', {
      TrainingJobName: status,
      RoleArn: roleArn,
      AlgorithmSpecification: { TrainingInputMode: 'File' },
      OutputDataConfig: { S3OutputPath: 's3://data/' },
      StoppingCondition: {},
    }),
  ]),
  ...task('sagemaker:createProcessingJob', {
    ProcessingJobName: 'Other',
    RoleArn: roleArn,
    AppSpecification: { ImageUri: 'i' },
    ProcessingResources: {
      ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
    },
  }),
  ...task('sagemaker:createProcessingJob.sync', {
    ProcessingJobName: 'refused',
    RoleArn: roleArn,
    AppSpecification: { ImageUri: 'i' },
    ProcessingResources: {
      ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
    },
  }),
  ...task(
    'sagemaker:createProcessingJob.sync',
    {
      ProcessingJobName: 'endless',
      RoleArn: roleArn,
      AppSpecification: { ImageUri: 'i' },
      ProcessingResources: {
        ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
      },
    },
    { TimeoutSeconds: 1 },
  ),
  ...task('sagemaker:createEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' }),
  ...task('sagemaker:updateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' }),
  ...task('sagemaker:createEndpoint.sync', { EndpointName: 'e', EndpointConfigName: 'c' }),
  // A task that an execution stops.
  ...task('states:startExecution.sync', { StateMachineArn: machine('wait'), Name: 'g' }),
  ['ListExecutions', { stateMachineArn: machine('wait') }],
  ['StopExecution', { executionArn: `${STOPPED}80:x`, error: 'E' }],
  ['CreateActivity', { name: 'a' }],
  ...task(`${ARN}:activity:a`, { n: 1 }, { HeartbeatSeconds: 60 }),
  ['GetActivityTask', { activityArn: `${ARN}:activity:a`, workerName: 'w' }, 'work'],
  ['SendTaskHeartbeat', (answered) => ({ taskToken: answered('work.taskToken') })],
  ['SendTaskSuccess', (answered) => ({ taskToken: answered('work.taskToken'), output: '{' })],
  ['SendTaskSuccess', (answered) => ({ taskToken: answered('work.taskToken'), output: '{"o":1}' })],
  ['SendTaskSuccess', (answered) => ({ taskToken: answered('work.taskToken'), output: '{"o":1}' })],
  ['SendTaskHeartbeat', (answered) => ({ taskToken: answered('work.taskToken') })],
  ...task(`${ARN}:activity:a`, { n: 2 }),
  ['GetActivityTask', { activityArn: `${ARN}:activity:a` }, 'work'],
  [
    'SendTaskFailure',
    (answered) => ({ taskToken: answered('work.taskToken'), error: 'E', cause: 'c' }),
  ],
  ...task(`${ARN}:activity:a`, { n: 3 }, { TimeoutSeconds: 1 }),
  ...task(`${ARN}:activity:missing`, {}),
  ['GetActivityTask', { activityArn: `${ARN}:activity:missing` }],
];

const logged: readonly Step[] = [
  ...ACCOUNT,
  ['logs:CreateLogGroup', { logGroupName: 'g' }],
  ...['ALL', 'ERROR', 'FATAL', 'OFF'].flatMap((level): readonly Step[] =>
    [true, false].flatMap((includeExecutionData): readonly Step[] => {
      const name = `${level}-${includeExecutionData}`;
      return [
        child(
          name,
          {
            StartAt: 'T',
            States: {
              T: {
                Type: 'Task',
                Resource: 'arn:aws:states:::sqs:sendMessage',
                Parameters: { QueueUrl: `${QUEUE}x`, MessageBody: 'm' },
                Catch: [{ ErrorEquals: ['States.ALL'], Next: 'F' }],
                End: true,
              },
              F: { Type: 'Fail', Error: 'E', Cause: 'c' },
            },
          },
          {
            loggingConfiguration: {
              level,
              includeExecutionData,
              destinations: [
                {
                  cloudWatchLogsLogGroup: {
                    logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:g:*',
                  },
                },
              ],
            },
          },
        ),
        ['StartExecution', { stateMachineArn: machine(name), name: 'x', input: '{"i":1}' }],
        { advanceSeconds: 1 },
      ];
    }),
  ),
  ['logs:DescribeLogStreams', { logGroupName: 'g' }],
  ['logs:FilterLogEvents', { logGroupName: 'g' }],
];

const FUNCTIONS: FunctionPool = {
  async invoke({ record, payload }) {
    const text = Buffer.from(payload).toString();
    const logTail = '';
    if (record.name === 'throttled') throw new TooManyRequestsException();
    if (record.name === 'bare') return { payload: Buffer.from(''), failed: false, logTail };
    if (record.name === 'echo')
      return { payload: Buffer.from(`{"e":${text}}`), failed: false, logTail };
    const { error } = JSON.parse(text) as { readonly error: unknown };
    return { payload: Buffer.from(JSON.stringify(error)), failed: true, logTail };
  },
  prepare: () => undefined,
  expectChange: () => undefined,
  restart: () => undefined,
  progressOf: () => undefined,
  keepWarm: () => undefined,
  warmthOf: () => undefined,
  forget: () => undefined,
  halt: () => undefined,
  stop: async () => undefined,
};

const permissions = () => [];

/** Jobs that end with the status of their name, a second after they were created. */
function createJobs(cloud: Cloud): Service {
  const began = new Map<string, number>();
  const statusOf = (name: string): string =>
    name !== 'endless' && cloud.clock.now() - (began.get(name) ?? 0) >= 1_000 ? name : 'InProgress';
  const job = (kind: 'Processing' | 'Training') => {
    const member = `${kind}JobName`;
    const nameOf = (input: object) => String((input as Readonly<Record<string, unknown>>)[member]);
    return {
      [`Create${kind}Job`]: {
        permissions,
        run(input: object) {
          const name = nameOf(input);
          if (name === 'refused') throw new ServiceError('ResourceLimitExceeded', 'too many');
          began.set(name, cloud.clock.now());
          cloud.clock.setTimer(1_000, () =>
            cloud.publish({
              source: 'aws.sagemaker',
              'detail-type': `SageMaker ${kind} Job State Change`,
              resources: [],
              detail: { [member]: name, [`${kind}JobStatus`]: name },
            }),
          );
          return { [`${kind}JobArn`]: `arn:${name}` };
        },
      },
      [`Describe${kind}Job`]: {
        permissions,
        run: (input: object) => ({
          [member]: nameOf(input),
          [`${kind}JobStatus`]: statusOf(nameOf(input)),
          CreationTime: new Date(0),
        }),
      },
      [`Stop${kind}Job`]: { permissions, run: () => ({}) },
    };
  };
  return {
    name: 'sagemaker',
    accessDenied: (message) => new ServiceError('AccessDeniedException', message),
    operations: {
      ...job('Processing'),
      ...job('Training'),
      CreateEndpoint: { permissions, run: () => ({ EndpointArn: 'arn:e' }) },
      UpdateEndpoint: {
        permissions,
        run() {
          throw new ServiceError('ValidationException', 'Could not find endpoint');
        },
      },
    },
  };
}

it.each(Object.entries({ services, jobs, logged }))(
  'tasks answer about %s as in the transcript',
  async (name, steps) => {
    const transcript = await transcriptOf(
      'stepfunctions',
      [
        createIamService,
        createStsService,
        createLogsService,
        createSqsService,
        createSnsService,
        createS3Service,
        createDynamoDbService,
        createEventBridgeService,
        createJobs,
        (cloud) => createLambdaService(cloud, FUNCTIONS),
        createStepFunctionsService,
      ],
      steps,
    );

    await expect(transcript).toMatchFileSnapshot(`transcripts/tasks-${name}.txt`);
  },
);
