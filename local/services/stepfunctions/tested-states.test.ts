import { expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createIamService } from '../iam/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStsService } from '../sts/index.ts';
import { createStepFunctionsService } from './index.ts';

// https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html

const roleArn = 'arn:aws:iam::000000000000:role/r';
const test = (state: object, more: object = {}, input: unknown = { n: 1, items: [1, 2] }): Step => [
  'TestState',
  {
    definition: JSON.stringify(state),
    input: JSON.stringify(input),
    inspectionLevel: 'DEBUG',
    ...more,
  },
];
const END = { End: true };
const TASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage',
  Parameters: { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/q', MessageBody: 'x' },
  ...END,
};
const RETRIED = {
  ...TASK,
  Retry: [
    { ErrorEquals: ['E'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 2, MaxDelaySeconds: 5 },
    { ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 },
  ],
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Caught' }],
};
const mock = (result: unknown, more: object = {}) => ({
  mock: { result: JSON.stringify(result), ...more },
});
const mockError = (error: string, cause?: string) => ({
  mock: { errorOutput: { error, ...(cause !== undefined && { cause }) } },
});
const retried = (retrierRetryCount: number) => ({ stateConfiguration: { retrierRetryCount } });
const context = (value: unknown) => ({
  context: typeof value === 'string' ? value : JSON.stringify(value),
  ...mock({ MessageId: 'm' }),
});
const MAP = {
  Type: 'Map',
  ItemsPath: '$.items',
  ItemSelector: { 'v.$': '$$.Map.Item.Value', 'n.$': '$.n' },
  ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
  ResultPath: '$.out',
  ...END,
};
const PARALLEL = {
  Type: 'Parallel',
  Branches: [
    { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
    { StartAt: 'Q', States: { Q: { Type: 'Pass', End: true } } },
  ],
  ...END,
};
const MACHINE = {
  StartAt: 'First',
  QueryLanguage: 'JSONata',
  States: {
    First: { Type: 'Pass', Output: '{% $states.input.n %}', Next: 'Second' },
    Second: {
      Type: 'Map',
      Items: [1],
      ItemProcessor: {
        StartAt: 'Inner',
        States: { Inner: { Type: 'Pass', Output: 7, End: true } },
      },
      End: true,
    },
  },
};
const DISTRIBUTED = {
  ...MAP,
  ItemProcessor: {
    ...MAP.ItemProcessor,
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  },
};

/** The members that the operations require. */
function parametersOf(resource: string): object {
  if (resource.startsWith('dynamodb:')) return { TableName: 't', Key: { pk: { S: 'a' } } };
  if (resource.startsWith('lambda:')) return { FunctionName: 'f' };
  if (resource.startsWith('events:')) return { Entries: [] };
  if (resource.startsWith('states:')) return { StateMachineArn: 'm' };
  return {};
}

const steps: readonly Step[] = [
  [
    'iam:CreateRole',
    {
      RoleName: 'r',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    },
  ],
  ['sqs:CreateQueue', { QueueName: 'q' }],
  ...['INFO', 'DEBUG', 'TRACE', 'OTHER', undefined].map((inspectionLevel) =>
    test(
      {
        Type: 'Pass',
        InputPath: '$.n',
        Parameters: { 'a.$': '$' },
        Result: { r: 1 },
        ResultPath: '$.b',
        OutputPath: '$.b',
        Next: 'N',
      },
      { inspectionLevel },
    ),
  ),
  test({
    Type: 'Pass',
    QueryLanguage: 'JSONata',
    Output: { o: '{% $states.input.n + 1 %}' },
    Assign: { v: '{% $states.input.n %}' },
    ...END,
  }),
  test({ Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $missing.x %}', ...END }),
  test(
    { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $v + 1 %}', ...END },
    { variables: '{"v":2}' },
  ),
  test({ Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $v %}', ...END }, { variables: '[' }),
  test(
    { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $v %}', ...END },
    { variables: '[1]' },
  ),
  test({ Type: 'Pass', InputPath: '$.missing', ...END }),
  test({ Type: 'Pass', ...END }, { input: '{' }),
  test({ Type: 'Pass', ...END }, { input: undefined }),
  test({ Type: 'Pass' }),
  test({ Type: 'Other', ...END }),
  test({ Type: 'Wait', Seconds: 100, Next: 'N' }),
  test({ Type: 'Succeed', OutputPath: '$.n' }),
  test({ Type: 'Fail', ErrorPath: '$.n', CausePath: '$.n' }),
  test({ Type: 'Fail', Error: 'E', Cause: 'c' }),
  test({ Type: 'Fail', QueryLanguage: 'JSONata', Error: '{% "E" & $states.input.n %}' }),
  test({ Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 2, Next: 'Two' }] }),
  test({
    Type: 'Choice',
    QueryLanguage: 'JSONata',
    Choices: [
      { Condition: '{% $states.input.n = 1 %}', Assign: { x: 1 }, Output: 'o', Next: 'One' },
    ],
    Default: 'D',
  }),
  test({
    Type: 'Choice',
    QueryLanguage: 'JSONata',
    Choices: [{ Condition: '{% 1 %}', Next: 'One' }],
    Default: 'D',
  }),
  test(TASK),
  test(TASK, { roleArn: 'no arn' }),
  test(TASK, { roleArn }),
  test(TASK, { roleArn: 'arn:aws:iam::000000000000:role/missing' }),
  [
    'iam:PutRolePolicy',
    {
      RoleName: 'r',
      PolicyName: 'all',
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    },
  ],
  test(TASK, { roleArn }),
  test(
    {
      ...TASK,
      Parameters: {
        QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/missing',
        MessageBody: 'x',
      },
    },
    { roleArn },
  ),
  test(
    { ...TASK, Parameters: { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/q' } },
    { roleArn },
  ),
  test(
    { ...TASK, ResultSelector: { 'id.$': '$.MessageId' }, ResultPath: '$.r' },
    mock({ MessageId: 'm', MD5OfMessageBody: 'x' }),
  ),
  test(TASK, { ...mock({ MessageId: 'm' }), roleArn }),
  test(TASK, { ...mock({ MessageId: 'm' }), inspectionLevel: 'TRACE' }),
  test(TASK, { revealSecrets: true, ...mock({ MessageId: 'm' }) }),
  test(TASK, { revealSecrets: true, inspectionLevel: 'TRACE', roleArn }),
  test(TASK, { mock: { result: '{' } }),
  test(TASK, { mock: {} }),
  test(TASK, { mock: { result: '{}', errorOutput: { error: 'E' } } }),
  ...['STRICT', 'PRESENT', 'NONE', 'OTHER'].flatMap((fieldValidationMode) =>
    [
      { MessageId: 'm' },
      { MessageId: 5 },
      { Unknown: 'x' },
      {},
      'text',
      { MessageId: 'm', SequenceNumber: null },
    ].map((result) => test(TASK, mock(result, { fieldValidationMode }))),
  ),
  ...[
    ['dynamodb:getItem', { Item: { a: { S: 'x' } }, ConsumedCapacity: { CapacityUnits: 'x' } }],
    ['dynamodb:getItem', { Item: [] }],
    ['aws-sdk:dynamodb:listTables', { TableNames: ['a', 1] }],
    ['aws-sdk:dynamodb:listTables', { TableNames: 'a' }],
    ['aws-sdk:s3:headBucket', { AccessPointAlias: 'x' }],
    ['aws-sdk:s3:getObject', { Body: 'x', ContentLength: 1, LastModified: '2026-01-01T00:00:00Z' }],
    ['aws-sdk:sagemaker:describeEndpoint', { EndpointName: '' }],
    ['lambda:invoke', { Payload: { a: 1 }, StatusCode: 200 }],
    ['lambda:invoke', { Payload: 'x', StatusCode: 'x' }],
    ['aws-sdk:ec2:describeInstances', { Reservations: [] }],
    ['events:putEvents', { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] }],
    ['states:startExecution', { ExecutionArn: 'a', StartDate: 'x' }],
  ].map(([resource, result]) =>
    test(
      {
        Type: 'Task',
        Resource: `arn:aws:states:::${resource as string}`,
        Parameters: parametersOf(resource as string),
        ...END,
      },
      mock(result),
    ),
  ),
  test({ ...TASK, Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken' }, mock({ a: 1 })),
  test({ ...TASK, Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken' }, { roleArn }),
  test(
    { ...TASK, Resource: 'arn:aws:states:::states:startExecution.sync:2' },
    mock({ Output: '{}' }),
  ),
  test({ ...TASK, Resource: 'arn:aws:states:us-east-1:000000000000:activity:a' }, { roleArn }),
  test({ ...TASK, Resource: 'arn:aws:lambda:us-east-1:000000000000:function:f' }, mock({ a: 1 })),
  ...['E', 'Other', 'States.Timeout', 'States.Runtime', 'States.DataLimitExceeded'].map((error) =>
    test(RETRIED, mockError(error, 'c')),
  ),
  ...[0, 1, 2, 3].map((count) => test(RETRIED, { ...mockError('E'), ...retried(count) })),
  ...[1, 2].map((count) => test(RETRIED, { ...mockError('Other'), ...retried(count) })),
  test(RETRIED, { ...mockError('E'), ...retried(-1) }),
  test(
    {
      ...TASK,
      Catch: [
        { ErrorEquals: ['A'], Next: 'A' },
        { ErrorEquals: ['B'], Next: 'B' },
      ],
    },
    mockError('B'),
  ),
  test({ ...TASK, Catch: [{ ErrorEquals: ['A'], Next: 'A' }] }, mockError('B')),
  test({ ...TASK, Retry: [{ ErrorEquals: ['B'] }] }, mockError('B')),
  test({ ...TASK, Retry: [{ ErrorEquals: ['B'], JitterStrategy: 'FULL' }] }, mockError('B')),
  ...[
    '[',
    '[]',
    { Map: {} },
    { Other: {} },
    { Execution: 1 },
    { Execution: { Other: 1 } },
    { Execution: { Id: 'e', Input: { i: 1 }, Name: 'n', RoleArn: 'r', StartTime: 't' } },
    { State: { EnteredTime: 't', Name: 's', RetryCount: 2 }, StateMachine: { Id: 'i', Name: 'm' } },
    { Task: { Token: 't' } },
  ].map((value) =>
    test({ ...TASK, Parameters: { QueueUrl: 'q', 'MessageBody.$': '$$' } }, context(value)),
  ),
  test(
    {
      ...TASK,
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Parameters: { QueueUrl: 'q', 'MessageBody.$': '$$.Task.Token' },
    },
    context({ Task: { Token: 't' } }),
  ),
  test(MAP),
  test(MAP, mock([3, 4])),
  test(MAP, mock([3])),
  test(MAP, mock({ a: 1 })),
  test(MAP, mockError('E')),
  test(
    { ...MAP, ToleratedFailureCount: 1 },
    { ...mockError('E'), stateConfiguration: { mapIterationFailureCount: 1 } },
  ),
  test(DISTRIBUTED, mock([3, 4])),
  test(
    { ...DISTRIBUTED, ToleratedFailureCount: 1 },
    { ...mock([3, 4]), stateConfiguration: { mapIterationFailureCount: 1 } },
  ),
  test(
    { ...DISTRIBUTED, ToleratedFailureCount: 1 },
    { ...mock([3, 4]), stateConfiguration: { mapIterationFailureCount: 2 } },
  ),
  test(
    { ...DISTRIBUTED, ToleratedFailurePercentage: 50 },
    { ...mock([3, 4]), stateConfiguration: { mapIterationFailureCount: 1 } },
  ),
  test(
    { ...DISTRIBUTED, ToleratedFailurePercentage: 49 },
    { ...mock([3, 4]), stateConfiguration: { mapIterationFailureCount: 1 } },
  ),
  test(DISTRIBUTED, { ...mock([3, 4]), stateConfiguration: { mapIterationFailureCount: 3 } }),
  test(
    {
      ...DISTRIBUTED,
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b' } },
    },
    mock({ MapRunArn: 'a' }),
  ),
  test(
    {
      ...DISTRIBUTED,
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b' } },
    },
    mock([1]),
  ),
  test(
    {
      ...DISTRIBUTED,
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        Parameters: { Bucket: 'b', Key: 'k' },
        ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      },
    },
    { ...mock([1]), stateConfiguration: { mapItemReaderData: 'a,b\n1,2\n' } },
  ),
  test(
    {
      ...DISTRIBUTED,
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        Parameters: { Bucket: 'b', Key: 'k' },
        ReaderConfig: { InputType: 'JSON', MaxItems: 1 },
      },
      ItemBatcher: { MaxItemsPerBatch: 1 },
    },
    { ...mock([1]), stateConfiguration: { mapItemReaderData: '[1,2]' } },
  ),
  test(
    {
      ...DISTRIBUTED,
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        Parameters: { Bucket: 'b', Key: 'k' },
        ReaderConfig: { InputType: 'JSON' },
      },
    },
    mock([1]),
  ),
  test({ ...MAP, ItemsPath: '$.n' }, mock([1])),
  test({ ...MAP, ItemsPath: '$.missing' }, mock([1])),
  test(PARALLEL),
  test(PARALLEL, mock([1, 2])),
  test(PARALLEL, mock([1])),
  test(PARALLEL, mock({})),
  test(PARALLEL, mockError('E', 'c')),
  test(
    {
      ...PARALLEL,
      ResultSelector: { 'a.$': '$[1]' },
      ResultPath: '$.p',
      Parameters: { 'q.$': '$.n' },
    },
    mock([1, 2]),
  ),
  test(MACHINE),
  test(MACHINE, { stateName: 'First' }),
  test(MACHINE, { stateName: 'Inner' }),
  test(MACHINE, { stateName: 'Second', ...mock([7]) }),
  test(MACHINE, { stateName: 'Missing' }),
  test({ Type: 'Pass', ...END }, { stateName: 'Pass' }),
  test({ Type: 'Pass', ...END }, mock({})),
  test({ Type: 'Wait', Seconds: 1, ...END }, mock({})),
  ['TestState', { input: '{}' }],
  ['TestState', { definition: '[]' }],
];

it('tested states answer as in the transcript', async () => {
  const transcript = await transcriptOf(
    'stepfunctions',
    [createIamService, createStsService, createSqsService, createStepFunctionsService],
    steps,
  );

  await expect(transcript).toMatchFileSnapshot('transcripts/tested-states.txt');
});
