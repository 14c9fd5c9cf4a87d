import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createEventBridgeService } from '../eventbridge/index.ts';
import { createIamService } from '../iam/index.ts';
import { createS3Service } from '../s3/index.ts';
import { createSnsService } from '../sns/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStsService } from '../sts/index.ts';
import { TooManyRequestsException } from './errors.ts';
import type { FunctionPool, Invocation } from './sandbox/sandbox-pool.ts';
import { createLambdaService } from './service.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';
const QUEUES = 'arn:aws:sqs:us-east-1:000000000000';
const Role = 'arn:aws:iam::000000000000:role/r';
const zipOf = (source: string) =>
  zipSync({ 'index.js': strToU8(source) }, { mtime: '2026-01-01T00:00:00Z' });
const ZIP = zipOf('exports.handler = async () => 1;');
const OTHER_ZIP = zipOf('exports.handler = async () => 2;');

const ACCOUNT: readonly Step[] = [
  [
    'iam:CreateRole',
    {
      RoleName: 'r',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
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
  ['s3:CreateBucket', { Bucket: 'code' }],
  ['s3:PutObject', { Bucket: 'code', Key: 'f.zip', Body: ZIP }],
];
const create = (FunctionName: string, more: object = {}): Step => [
  'CreateFunction',
  {
    FunctionName,
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role,
    Code: { S3Bucket: 'code', S3Key: 'f.zip' },
    ...more,
  },
];
const configure = (more: object): Step => [
  'UpdateFunctionConfiguration',
  { FunctionName: 'f', ...more },
];
const long = (length: number) => ({ Variables: { AB: 'x'.repeat(length) } });
/** `{"AB":"…"}` has nine characters around the value. */
const LARGEST_VALUE = 4_096 - 9;

const functions: readonly Step[] = [
  ...ACCOUNT,
  ['s3:PutObject', { Bucket: 'code', Key: 'text.zip', Body: 'no zip' }],
  create('a b'),
  create('f'.repeat(65)),
  create('f', { Runtime: 'other' }),
  create('f', { Runtime: 'nodejs14.x' }),
  create('f', { Runtime: 'python3.7' }),
  create('f', { Runtime: 'provided' }),
  create('f', { Runtime: 'java21' }),
  create('f', { Runtime: undefined }),
  create('f', { Handler: undefined }),
  create('f', { Role: 'no arn' }),
  create('f', { Role: 'arn:aws:iam::000000000000:role/missing' }),
  create('f', { Layers: ['arn:aws:lambda:us-east-1:000000000000:layer:l:1'] }),
  create('f', { Layers: [], Code: {} }),
  create('f', { Code: { ImageUri: 'image' } }),
  create('f', { Code: { S3Bucket: 'code' } }),
  create('f', { Code: { S3Bucket: 'code', S3Key: 'missing.zip' } }),
  create('f', { Code: { S3Bucket: 'code', S3Key: 'f.zip', S3ObjectVersion: 'missing' } }),
  create('f', { Code: { S3Bucket: 'code', S3Key: 'text.zip' } }),
  create('f', { Code: { ZipFile: Buffer.from('no zip') } }),
  create('f', { Environment: { Variables: { AWS_REGION: 'x', AWS_ACCESS_KEY: 'y', AB: 'z' } } }),
  create('f', { Environment: long(LARGEST_VALUE + 1) }),
  create('f', { Timeout: 0 }),
  create('f', { Timeout: 901 }),
  create('f', { MemorySize: 127 }),
  create('f', { MemorySize: 10_241 }),
  create('f', { EphemeralStorage: { Size: 511 } }),
  create('f', { Tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])) }),
  create('f', { Code: { ZipFile: ZIP } }),
  create('f'),
  create('f'.repeat(64), { Code: { S3Bucket: 'code', S3Key: 'f.zip' }, Publish: true }),
  create('full', {
    Description: 'all settings',
    Timeout: 900,
    MemorySize: 10_240,
    EphemeralStorage: { Size: 10_240 },
    Environment: long(LARGEST_VALUE),
    TracingConfig: { Mode: 'Active' },
    DeadLetterConfig: { TargetArn: `${QUEUES}:dead` },
    LoggingConfig: { LogFormat: 'JSON', LogGroup: 'group' },
    Architectures: ['arm64'],
    Tags: { team: 'ml' },
  }),
  ['GetFunction', { FunctionName: 'full' }],
  ['GetFunction', { FunctionName: 'f' }],
  ['GetFunction', { FunctionName: `${ARN}:f` }],
  ['GetFunction', { FunctionName: '000000000000:function:f' }],
  ['GetFunction', { FunctionName: '000000000000:f' }],
  ['GetFunction', { FunctionName: 'f:$LATEST' }],
  ['GetFunction', { FunctionName: 'f:1' }],
  ['GetFunction', { FunctionName: 'f:1', Qualifier: '2' }],
  ['GetFunction', { FunctionName: 'f:$LATEST', Qualifier: '$LATEST' }],
  ['GetFunction', { FunctionName: 'missing' }],
  ['GetFunction', { FunctionName: 'f/1' }],
  ['GetFunctionConfiguration', { FunctionName: 'f' }, 'configuration'],
  { advanceSeconds: 1 },
  configure({ RevisionId: 'other' }),
  configure({ Runtime: 'go1.x' }),
  configure({ Role: 'arn:aws:iam::000000000000:role/missing' }),
  configure({ FunctionName: 'missing' }),
  [
    'UpdateFunctionConfiguration',
    (answered) => ({
      FunctionName: 'f',
      RevisionId: answered('configuration.RevisionId'),
      Description: 'changed',
      Runtime: 'nodejs20.x',
      Handler: 'other.handler',
      Timeout: 5,
      MemorySize: 256,
      Environment: { Variables: { AB: '2' } },
    }),
  ],
  configure({ Role }),
  { advanceSeconds: 1 },
  ['GetFunctionConfiguration', { FunctionName: 'f' }],
  ['UpdateFunctionCode', { FunctionName: 'f', ZipFile: OTHER_ZIP, DryRun: true }],
  ['UpdateFunctionCode', { FunctionName: 'f', ZipFile: OTHER_ZIP, RevisionId: 'other' }],
  ['UpdateFunctionCode', { FunctionName: 'missing', ZipFile: OTHER_ZIP }],
  ['UpdateFunctionCode', { FunctionName: 'f' }],
  ['UpdateFunctionCode', { FunctionName: 'f', ZipFile: OTHER_ZIP, Architectures: ['arm64'] }],
  ['UpdateFunctionCode', { FunctionName: 'f', ZipFile: ZIP, Publish: true }],
  ['ListFunctions'],
  ['ListFunctions', { FunctionVersion: 'ALL' }],
  ['ListFunctions', { MaxItems: 2 }, 'page'],
  ['ListFunctions', (answered) => ({ MaxItems: 2, Marker: answered('page.NextMarker') })],
  ['ListFunctions', { MaxItems: 0 }],
  ['ListFunctions', { MaxItems: 10_001 }],
  ['DeleteFunction', { FunctionName: 'f', Qualifier: '$LATEST' }],
  ['DeleteFunction', { FunctionName: 'f', Qualifier: '9' }],
  ['DeleteFunction', { FunctionName: 'f:1' }],
  ['ListVersionsByFunction', { FunctionName: 'f' }],
  ['PutFunctionEventInvokeConfig', { FunctionName: 'f', MaximumRetryAttempts: 0 }],
  ['CreateAlias', { FunctionName: 'f', Name: 'live', FunctionVersion: '$LATEST' }],
  ['DeleteFunction', { FunctionName: 'f' }],
  ['DeleteFunction', { FunctionName: 'f' }],
  ['GetFunctionConcurrency', { FunctionName: 'f' }],
  ['ListFunctions'],
  create('f'),
  ['ListAliases', { FunctionName: 'f' }],
  ['GetFunctionEventInvokeConfig', { FunctionName: 'f' }],
  ['PublishVersion', { FunctionName: 'f' }],
];

const alias = (more: object): Step => ['CreateAlias', { FunctionName: 'f', Name: 'live', ...more }];
const permit = (more: object): Step => [
  'AddPermission',
  {
    FunctionName: 'f',
    StatementId: 's',
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    ...more,
  },
];
const reserve = (FunctionName: string, ReservedConcurrentExecutions: number): Step => [
  'PutFunctionConcurrency',
  { FunctionName, ReservedConcurrentExecutions },
];
const invokeConfig = (more: object): Step => [
  'PutFunctionEventInvokeConfig',
  { FunctionName: 'f', ...more },
];

const settings: readonly Step[] = [
  ...ACCOUNT,
  create('f'),
  create('g'),
  ['ListVersionsByFunction', { FunctionName: 'f' }],
  ['PublishVersion', { FunctionName: 'missing' }],
  ['PublishVersion', { FunctionName: 'f', RevisionId: 'other' }],
  ['PublishVersion', { FunctionName: 'f', Description: 'first' }],
  ['PublishVersion', { FunctionName: 'f', Description: 'the same' }],
  { advanceSeconds: 1 },
  configure({ Description: 'of the function' }),
  ['PublishVersion', { FunctionName: 'f' }],
  configure({ Description: 'the same' }),
  ['PublishVersion', { FunctionName: 'f' }],
  ['ListVersionsByFunction', { FunctionName: 'f' }],
  ['ListVersionsByFunction', { FunctionName: 'f', MaxItems: 1 }, 'page'],
  [
    'ListVersionsByFunction',
    (answered) => ({ FunctionName: 'f', MaxItems: 2, Marker: answered('page.NextMarker') }),
  ],
  ['ListVersionsByFunction', { FunctionName: 'missing' }],
  alias({ FunctionVersion: '9' }),
  alias({ FunctionVersion: '1', Description: 'd' }),
  alias({ FunctionVersion: '1' }),
  alias({
    Name: 'split',
    FunctionVersion: '1',
    RoutingConfig: { AdditionalVersionWeights: { 2: 0.5 } },
  }),
  alias({ Name: '1', FunctionVersion: '1' }),
  ['GetAlias', { FunctionName: 'f', Name: 'live' }, 'alias'],
  ['GetAlias', { FunctionName: 'f', Name: 'missing' }],
  ['GetFunction', { FunctionName: 'f:live' }],
  ['GetFunction', { FunctionName: 'f', Qualifier: 'split' }],
  ['GetFunction', { FunctionName: 'f', Qualifier: 'split' }],
  ['GetFunction', { FunctionName: 'f', Qualifier: 'split' }],
  ['UpdateAlias', { FunctionName: 'f', Name: 'live', RevisionId: 'other' }],
  [
    'UpdateAlias',
    (answered) => ({
      FunctionName: 'f',
      Name: 'live',
      FunctionVersion: '2',
      RevisionId: answered('alias.RevisionId'),
    }),
  ],
  ['UpdateAlias', { FunctionName: 'f', Name: 'split', Description: 'new' }],
  ['UpdateAlias', { FunctionName: 'f', Name: 'missing', FunctionVersion: '2' }],
  ['ListAliases', { FunctionName: 'f' }],
  ['ListAliases', { FunctionName: 'f', FunctionVersion: '2' }],
  ['ListAliases', { FunctionName: 'f', MaxItems: 1 }, 'aliases'],
  [
    'ListAliases',
    (answered) => ({ FunctionName: 'f', MaxItems: 1, Marker: answered('aliases.NextMarker') }),
  ],
  ['DeleteAlias', { FunctionName: 'f', Name: 'split' }],
  ['DeleteAlias', { FunctionName: 'f', Name: 'split' }],
  ['ListAliases', { FunctionName: 'f' }],
  ['GetPolicy', { FunctionName: 'f' }],
  permit({}),
  permit({}),
  permit({ StatementId: 'account', Principal: '111111111111', SourceAccount: '222222222222' }),
  permit({ StatementId: 'arn', Principal: 'arn:aws:iam::111111111111:role/x' }),
  permit({ StatementId: 'any', Principal: '*', SourceArn: 'arn:aws:s3:::bucket' }),
  permit({ StatementId: 'revision', RevisionId: 'other' }),
  permit({ FunctionName: 'missing' }),
  permit({ FunctionName: 'f:live' }),
  permit({ StatementId: 'version', Qualifier: '1' }),
  ['GetPolicy', { FunctionName: 'f' }, 'policy'],
  ['GetPolicy', { FunctionName: 'f', Qualifier: 'live' }],
  ['GetPolicy', { FunctionName: 'f:2' }],
  [
    'AddPermission',
    (answered) => ({
      FunctionName: 'f',
      StatementId: 'revised',
      Action: 'lambda:GetFunction',
      Principal: 's3.amazonaws.com',
      RevisionId: answered('policy.RevisionId'),
    }),
  ],
  ['RemovePermission', { FunctionName: 'f', StatementId: 'missing' }],
  ['RemovePermission', { FunctionName: 'f', StatementId: 'account' }],
  ['RemovePermission', { FunctionName: 'f', StatementId: 's', Qualifier: 'live' }],
  ['GetPolicy', { FunctionName: 'f' }],
  ['GetPolicy', { FunctionName: 'f', Qualifier: 'live' }],
  ['GetFunctionConcurrency', { FunctionName: 'f' }],
  reserve('missing', 1),
  reserve('f', 901),
  reserve('f', 900),
  reserve('g', 1),
  reserve('f', 800),
  reserve('g', 100),
  reserve('g', 101),
  ['GetFunctionConcurrency', { FunctionName: 'f' }],
  ['GetAccountSettings'],
  ['GetFunction', { FunctionName: 'g' }],
  ['DeleteFunctionConcurrency', { FunctionName: 'f' }],
  ['GetFunctionConcurrency', { FunctionName: 'f' }],
  ['GetAccountSettings'],
  ['TagResource', { Resource: `${ARN}:f`, Tags: { a: '1', b: '2' } }],
  ['TagResource', { Resource: `${ARN}:f`, Tags: { b: '3' } }],
  ['TagResource', { Resource: `${ARN}:missing`, Tags: { b: '3' } }],
  ['ListTags', { Resource: `${ARN}:f` }],
  ['UntagResource', { Resource: `${ARN}:f`, TagKeys: ['a', 'z'] }],
  ['ListTags', { Resource: `${ARN}:f` }],
  ['ListTags', { Resource: `${ARN}:missing` }],
  ['GetFunctionEventInvokeConfig', { FunctionName: 'f' }],
  ['UpdateFunctionEventInvokeConfig', { FunctionName: 'f', MaximumRetryAttempts: 0 }],
  invokeConfig({ FunctionName: 'missing', MaximumRetryAttempts: 1 }),
  invokeConfig({ MaximumRetryAttempts: 3 }),
  invokeConfig({ MaximumEventAgeInSeconds: 59 }),
  invokeConfig({
    MaximumRetryAttempts: 0,
    MaximumEventAgeInSeconds: 60,
    DestinationConfig: { OnFailure: { Destination: `${QUEUES}:q` } },
  }),
  [
    'UpdateFunctionEventInvokeConfig',
    { FunctionName: 'f', DestinationConfig: { OnSuccess: { Destination: `${QUEUES}:q` } } },
  ],
  ['UpdateFunctionEventInvokeConfig', { FunctionName: 'f', MaximumRetryAttempts: 2 }],
  ['UpdateFunctionEventInvokeConfig', { FunctionName: 'f', MaximumEventAgeInSeconds: 21_600 }],
  ['GetFunctionEventInvokeConfig', { FunctionName: 'f:$LATEST' }],
  invokeConfig({ Qualifier: 'live', MaximumRetryAttempts: 1 }),
  ['GetFunctionEventInvokeConfig', { FunctionName: 'f', Qualifier: 'live' }],
  ['DeleteFunctionEventInvokeConfig', { FunctionName: 'f' }],
  ['DeleteFunctionEventInvokeConfig', { FunctionName: 'f' }],
  ['GetFunctionEventInvokeConfig', { FunctionName: 'f', Qualifier: 'live' }],
  ['GetFunctionRecursionConfig', { FunctionName: 'f' }],
  ['PutFunctionRecursionConfig', { FunctionName: 'f', RecursiveLoop: 'Allow' }],
  ['PutFunctionRecursionConfig', { FunctionName: 'f', RecursiveLoop: 'Other' }],
  ['PutFunctionRecursionConfig', { FunctionName: 'f', RecursiveLoop: 'Terminate' }],
  ['PutFunctionRecursionConfig', { FunctionName: 'f', RecursiveLoop: 'Allow' }],
  ['PutFunctionRecursionConfig', { FunctionName: 'missing', RecursiveLoop: 'Allow' }],
  ['GetFunctionRecursionConfig', { FunctionName: 'f' }],
];

const asynchronously = (FunctionName: string, Payload = '{"n":1}'): Step => [
  'Invoke',
  { FunctionName, InvocationType: 'Event', Payload },
];
const received = (queue: string): Step => [
  'sqs:ReceiveMessage',
  {
    QueueUrl: `/000000000000/${queue}`,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['AWSTraceHeader'],
  },
];
const emptied = (queue: string): Step => ['sqs:PurgeQueue', { QueueUrl: `/000000000000/${queue}` }];
const destinations = (FunctionName: string, target: string, more: object = {}): Step => [
  'PutFunctionEventInvokeConfig',
  {
    FunctionName,
    DestinationConfig: {
      OnSuccess: { Destination: target },
      OnFailure: { Destination: target },
    },
    ...more,
  },
];
const metric = (MetricName: string, FunctionName: string): Step => [
  'cloudwatch:GetMetricStatistics',
  {
    Namespace: 'AWS/Lambda',
    MetricName,
    Dimensions: [{ Name: 'FunctionName', Value: FunctionName }],
    StartTime: new Date('2026-01-01T00:00:00Z'),
    EndTime: new Date('2026-01-02T00:00:00Z'),
    Period: 86_400,
    Statistics: ['Sum'],
  },
];

const invocations: readonly Step[] = [
  ...ACCOUNT,
  ['sqs:CreateQueue', { QueueName: 'q' }],
  ['sqs:CreateQueue', { QueueName: 'dead' }],
  ['sqs:CreateQueue', { QueueName: 'heard' }],
  ['sns:CreateTopic', { Name: 'topic' }],
  [
    'sns:Subscribe',
    {
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:topic',
      Protocol: 'sqs',
      Endpoint: `${QUEUES}:heard`,
      Attributes: { RawMessageDelivery: 'true' },
    },
  ],
  [
    'sqs:SetQueueAttributes',
    {
      QueueUrl: '/000000000000/heard',
      Attributes: {
        Policy:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}',
      },
    },
  ],
  ['eventbridge:PutRule', { Name: 'all', EventPattern: '{"source":["lambda"]}' }],
  ['eventbridge:PutTargets', { Rule: 'all', Targets: [{ Id: '1', Arn: `${QUEUES}:heard` }] }],
  create('echo'),
  create('fails', { DeadLetterConfig: { TargetArn: `${QUEUES}:dead` } }),
  create('throttled', {
    DeadLetterConfig: { TargetArn: 'arn:aws:sns:us-east-1:000000000000:topic' },
  }),
  create('broken', { DeadLetterConfig: { TargetArn: `${QUEUES}:missing` } }),
  create('text'),
  ['PublishVersion', { FunctionName: 'echo' }],
  ['CreateAlias', { FunctionName: 'echo', Name: 'live', FunctionVersion: '1' }],
  ['Invoke', { FunctionName: 'missing' }],
  ['Invoke', { FunctionName: 'echo', InvocationType: 'DryRun', Payload: '{' }],
  ['Invoke', { FunctionName: 'echo' }],
  ['Invoke', { FunctionName: 'echo', Payload: '' }],
  ['Invoke', { FunctionName: 'echo', Payload: '{"n":1}', LogType: 'Tail' }],
  ['Invoke', { FunctionName: 'echo:live', Payload: Buffer.from('[1]'), LogType: 'None' }],
  ['Invoke', { FunctionName: 'echo', Qualifier: '1', ClientContext: 'eyJhIjoxfQ==' }],
  ['Invoke', { FunctionName: 'echo', Payload: '{' }],
  ['Invoke', { FunctionName: 'echo', Payload: `"${'x'.repeat(6_291_555)}"` }],
  ['Invoke', { FunctionName: 'fails' }],
  ['Invoke', { FunctionName: 'throttled' }],
  asynchronously('missing'),
  asynchronously('echo', `"${'x'.repeat(1_048_575)}"`),
  // No destination and no dead-letter queue.
  asynchronously('echo'),
  // The destinations of success.
  destinations('echo', `${QUEUES}:q`),
  asynchronously('echo'),
  { advanceSeconds: 1 },
  received('q'),
  emptied('q'),
  destinations('echo', 'arn:aws:sns:us-east-1:000000000000:topic'),
  asynchronously('echo', '"text"'),
  { advanceSeconds: 1 },
  received('heard'),
  emptied('heard'),
  destinations('echo', 'arn:aws:events:us-east-1:000000000000:event-bus/default'),
  asynchronously('echo'),
  { advanceSeconds: 1 },
  { advanceSeconds: 1 },
  received('heard'),
  emptied('heard'),
  destinations('echo', `${ARN}:text`),
  asynchronously('echo'),
  destinations('echo', 'arn:aws:s3:::bucket'),
  asynchronously('echo'),
  destinations('echo', `${QUEUES}:missing`),
  asynchronously('echo'),
  { advanceSeconds: 1 },
  metric('DestinationDeliveryFailures', 'echo'),
  metric('AsyncEventsReceived', 'echo'),
  // The alias has no config.
  asynchronously('echo:live'),
  // Two retries, after one and two minutes.
  asynchronously('fails'),
  received('dead'),
  { advanceSeconds: 59 },
  { advanceSeconds: 1 },
  { advanceSeconds: 119 },
  received('dead'),
  { advanceSeconds: 1 },
  received('dead'),
  emptied('dead'),
  destinations('fails', `${QUEUES}:q`, { MaximumRetryAttempts: 1 }),
  asynchronously('fails', '{"message":""}'),
  { advanceSeconds: 60 },
  received('q'),
  received('dead'),
  emptied('q'),
  emptied('dead'),
  destinations('fails', 'arn:aws:events:us-east-1:000000000000:event-bus/default', {
    MaximumRetryAttempts: 0,
  }),
  asynchronously('fails', '{"message":5}'),
  { advanceSeconds: 1 },
  received('heard'),
  received('dead'),
  emptied('heard'),
  emptied('dead'),
  // The second retry would be after three minutes, the first after one.
  destinations('fails', `${QUEUES}:q`, { MaximumEventAgeInSeconds: 179 }),
  asynchronously('fails'),
  { advanceSeconds: 60 },
  received('q'),
  emptied('q'),
  destinations('fails', `${QUEUES}:q`, { MaximumEventAgeInSeconds: 180 }),
  asynchronously('fails'),
  { advanceSeconds: 60 },
  received('q'),
  { advanceSeconds: 120 },
  received('q'),
  emptied('q'),
  // Throttled invocations are retried each second, and are not counted as failures.
  destinations('throttled', `${QUEUES}:q`, { MaximumEventAgeInSeconds: 60 }),
  asynchronously('throttled'),
  { advanceSeconds: 30 },
  received('q'),
  ...Array.from({ length: 61 }, () => ({ advanceSeconds: 1 })),
  received('q'),
  received('heard'),
  emptied('heard'),
  // Functions that cannot start are retried after a minute.
  asynchronously('broken'),
  { advanceSeconds: 60 },
  ['PutFunctionEventInvokeConfig', { FunctionName: 'broken', MaximumEventAgeInSeconds: 60 }],
  { advanceSeconds: 60 },
  metric('DeadLetterErrors', 'broken'),
  // The function is deleted before its retry.
  asynchronously('broken'),
  ['DeleteFunction', { FunctionName: 'broken' }],
  { advanceSeconds: 60 },
];

const map = (more: object): Step => [
  'CreateEventSourceMapping',
  { FunctionName: 'consumer', EventSourceArn: `${QUEUES}:q`, ...more },
];
const mapped =
  (more: object): ((answered: (path: string) => never) => object) =>
  (answered) => ({ UUID: answered('mapping.UUID'), ...more });
const send = (MessageBody: string, more: object = {}): Step => [
  'sqs:SendMessage',
  { QueueUrl: '/000000000000/q', MessageBody, ...more },
];

const mappings: readonly Step[] = [
  ...ACCOUNT,
  [
    'iam:CreateRole',
    {
      RoleName: 'powerless',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    },
  ],
  ['sqs:CreateQueue', { QueueName: 'q', Attributes: { VisibilityTimeout: '30' } }],
  ['sqs:CreateQueue', { QueueName: 'other' }],
  create('consumer', { Timeout: 30 }),
  create('powerless', { Role: 'arn:aws:iam::000000000000:role/powerless' }),
  create('slow', { Timeout: 31 }),
  map({ EventSourceArn: undefined }),
  map({ EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' }),
  map({ FilterCriteria: { Filters: [{ Pattern: '{}' }] } }),
  map({ BatchSize: 11 }),
  map({ BatchSize: 10_001, MaximumBatchingWindowInSeconds: 1 }),
  map({ MaximumBatchingWindowInSeconds: 301 }),
  map({ FunctionName: 'missing' }),
  map({ FunctionName: 'powerless' }),
  map({ FunctionName: 'slow' }),
  map({ EventSourceArn: `${QUEUES}:missing` }),
  [
    'CreateEventSourceMapping',
    { FunctionName: 'consumer', EventSourceArn: `${QUEUES}:q`, FilterCriteria: { Filters: [] } },
    'mapping',
  ],
  map({}),
  map({ EventSourceArn: `${QUEUES}:other`, Enabled: false, BatchSize: 10 }),
  map({
    FunctionName: 'consumer:$LATEST',
    EventSourceArn: `${QUEUES}:other`,
    BatchSize: 11,
    MaximumBatchingWindowInSeconds: 1,
    Enabled: false,
  }),
  ['GetEventSourceMapping', mapped({})],
  ['GetEventSourceMapping', { UUID: 'missing' }],
  ['ListEventSourceMappings'],
  ['ListEventSourceMappings', { FunctionName: 'consumer' }],
  ['ListEventSourceMappings', { FunctionName: 'slow' }],
  ['ListEventSourceMappings', { EventSourceArn: `${QUEUES}:other`, MaxItems: 1 }, 'page'],
  [
    'ListEventSourceMappings',
    (answered) => ({
      EventSourceArn: `${QUEUES}:other`,
      MaxItems: 1,
      Marker: answered('page.NextMarker'),
    }),
  ],
  send('{"n":1}', {
    MessageAttributes: {
      text: { DataType: 'String', StringValue: 'x' },
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from('y') },
    },
  }),
  { advanceSeconds: 1 },
  ['sqs:GetQueueAttributes', { QueueUrl: '/000000000000/q', AttributeNames: ['All'] }],
  // The function fails: the message is visible again after its timeout.
  send('fail'),
  { advanceSeconds: 29 },
  { advanceSeconds: 1 },
  [
    'sqs:GetQueueAttributes',
    {
      QueueUrl: '/000000000000/q',
      AttributeNames: ['ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessages'],
    },
  ],
  ['UpdateEventSourceMapping', mapped({ Enabled: false })],
  ['sqs:PurgeQueue', { QueueUrl: '/000000000000/q' }],
  send('while disabled'),
  { advanceSeconds: 30 },
  ['UpdateEventSourceMapping', mapped({ BatchSize: 11 })],
  ['UpdateEventSourceMapping', mapped({ BatchSize: 2 })],
  ['UpdateEventSourceMapping', mapped({ MaximumBatchingWindowInSeconds: 1 })],
  ['UpdateEventSourceMapping', mapped({ BatchSize: 11 })],
  ['UpdateEventSourceMapping', mapped({ FunctionName: 'consumer:$LATEST' })],
  send('report ok'),
  send('report bad'),
  send('report other'),
  [
    'UpdateEventSourceMapping',
    mapped({
      Enabled: true,
      BatchSize: 3,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    }),
  ],
  { advanceSeconds: 1 },
  { advanceSeconds: 30 },
  ['UpdateEventSourceMapping', mapped({ Enabled: true })],
  send('report broken'),
  { advanceSeconds: 1 },
  { advanceSeconds: 30 },
  ['sqs:PurgeQueue', { QueueUrl: '/000000000000/q' }],
  // An error of the queue: the poller pauses.
  ['sqs:DeleteQueue', { QueueUrl: '/000000000000/q' }],
  { advanceSeconds: 20 },
  { advanceSeconds: 60 },
  ['sqs:CreateQueue', { QueueName: 'q' }],
  send('after the pause'),
  { advanceSeconds: 9 },
  { advanceSeconds: 1 },
  ['DeleteEventSourceMapping', mapped({})],
  ['DeleteEventSourceMapping', mapped({})],
  ['UpdateEventSourceMapping', mapped({})],
  send('after the end'),
  { advanceSeconds: 30 },
  ['ListEventSourceMappings', { EventSourceArn: `${QUEUES}:q` }],
];

type Handler = (event: unknown) => unknown;

const HANDLERS: Readonly<Record<string, Handler>> = {
  echo: (event) => ({ event }),
  fails(event) {
    const { message = 'x'.repeat(1_025) } = event as { readonly message?: unknown };
    throw Object.assign(new Error(), { thrown: message });
  },
  throttled() {
    throw new TooManyRequestsException();
  },
  broken() {
    throw new TypeError('the process did not start');
  },
  text: () => 'text',
  consumer(event) {
    const { Records } = event as {
      readonly Records: readonly { body: string; messageId: string }[];
    };
    if (Records.some(({ body }) => body === 'fail'))
      throw Object.assign(new Error(), { thrown: '' });
    const itemsOf = (body: string, identifier: (id: string) => string) =>
      Records.filter((each) => each.body === body).map(({ messageId }) => ({
        itemIdentifier: identifier(messageId),
      }));
    return {
      batchItemFailures: [
        ...itemsOf('report bad', (id) => id),
        ...itemsOf('report broken', () => ''),
      ],
    };
  },
};

/** Functions of this file in place of processes. What reaches them is noted. */
function inlinePool(noted: string[]): FunctionPool {
  return {
    async invoke({ record, qualifier, payload, clientContext, traceHeader }: Invocation) {
      const text = Buffer.from(payload).toString();
      const given = [record.name, record.version, qualifier, clientContext, traceHeader];
      noted.push(`${given.join(' ')} ${text.slice(0, 1_500)}`);
      const logTail = Buffer.from('tail').toString('base64');
      try {
        const result = HANDLERS[record.name]?.(JSON.parse(text));
        return { payload: Buffer.from(JSON.stringify(result)), failed: false, logTail };
      } catch (error) {
        if (!(error instanceof Error && 'thrown' in error)) throw error;
        const body = JSON.stringify({ errorMessage: error.thrown });
        return { payload: Buffer.from(body), failed: true, logTail };
      }
    },
    prepare: ({ name }) => void noted.push(`prepare ${name}`),
    expectChange: () => void noted.push('expect a change'),
    restart: ({ name }) => void noted.push(`restart ${name}`),
    progressOf: () => undefined,
    keepWarm: () => undefined,
    warmthOf: () => undefined,
    forget: (name, version = 'ALL') => void noted.push(`forget ${name} ${version}`),
    halt: () => void noted.push('halt'),
    async stop() {
      noted.push('stop');
    },
  };
}

describe('Lambda answers', () => {
  it.each(Object.entries({ functions, settings, invocations, mappings }))(
    'about %s as in the transcript',
    async (name, steps) => {
      const noted: string[] = [];
      const transcript = await transcriptOf(
        'lambda',
        [
          createIamService,
          createStsService,
          createS3Service,
          createSqsService,
          createSnsService,
          createEventBridgeService,
          createCloudWatchService,
          (cloud) => createLambdaService(cloud, inlinePool(noted)),
        ],
        steps,
      );

      const whole = `${transcript}\nThe pool:\n${noted.join('\n')}\n`;
      await expect(whole).toMatchFileSnapshot(`transcripts/${name}.txt`);
    },
  );
});
