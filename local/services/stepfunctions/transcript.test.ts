import { describe, expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createIamService } from '../iam/index.ts';
import { createLogsService } from '../logs/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStsService } from '../sts/index.ts';
import { createStepFunctionsService } from './index.ts';

const ARN = 'arn:aws:states:us-east-1:000000000000';
const MACHINE = `${ARN}:stateMachine:m`;
const roleArn = 'arn:aws:iam::000000000000:role/r';
const TRUST =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole"}]}';
const ROLE: readonly Step[] = [
  [
    'iam:CreateRole',
    {
      RoleName: 'r',
      AssumeRolePolicyDocument: TRUST,
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
];
const machine = (States: object, StartAt = 'A', more: object = {}) =>
  JSON.stringify({ StartAt, States, ...more });
const PASS = machine({ A: { Type: 'Pass', Result: { done: true }, End: true } });
const WAIT = machine({ A: { Type: 'Wait', Seconds: 10, End: true } });
const create = (name: string, definition: string, more: object = {}): Step => [
  'CreateStateMachine',
  { name, roleArn, definition, ...more },
];

const machines: readonly Step[] = [
  ...ROLE,
  create('', PASS),
  create('a b', PASS),
  create('a'.repeat(81), PASS),
  create('m', '{'),
  create('m', '{}'),
  create('m', machine({ A: { Type: 'Pass', Next: 'B' } })),
  create('m', machine({ A: { Type: 'Other', End: true } })),
  create('m', PASS, { type: 'OTHER' }),
  create('m', PASS, { roleArn: 'no arn' }),
  create('m', PASS, { roleArn: 'arn:aws:iam::000000000000:role/missing' }),
  create('m', PASS, { loggingConfiguration: { level: 'ALL' } }),
  create('m', PASS, { versionDescription: 'without publish' }),
  create('m', PASS, { tags: [{ key: 'team', value: 'ml' }] }),
  create('m', PASS, { tags: [{ key: 'team', value: 'ml' }] }),
  create('m', WAIT),
  create('e', PASS, { type: 'EXPRESS', tracingConfiguration: { enabled: true } }),
  create('p', PASS, { publish: true, versionDescription: 'first' }),
  ['DescribeStateMachine', { stateMachineArn: MACHINE }],
  ['DescribeStateMachine', { stateMachineArn: MACHINE, includedData: 'METADATA_ONLY' }],
  ['DescribeStateMachine', { stateMachineArn: `${MACHINE}x` }],
  ['DescribeStateMachine', { stateMachineArn: 'no arn' }],
  ['ListStateMachines'],
  ['ListStateMachines', { maxResults: 1 }, 'page'],
  ['ListStateMachines', (answered) => ({ maxResults: 1, nextToken: answered('page.nextToken') })],
  ['ListStateMachines', { nextToken: 'wrong' }],
  ['ListStateMachines', { maxResults: 1_001 }],
  { advanceSeconds: 1 },
  ['UpdateStateMachine', { stateMachineArn: MACHINE }],
  ['UpdateStateMachine', { stateMachineArn: MACHINE, definition: '{' }],
  ['UpdateStateMachine', { stateMachineArn: MACHINE, definition: WAIT }],
  [
    'UpdateStateMachine',
    { stateMachineArn: MACHINE, definition: PASS, publish: true, versionDescription: 'v1' },
  ],
  ['UpdateStateMachine', { stateMachineArn: `${MACHINE}x`, definition: PASS }],
  ['PublishStateMachineVersion', { stateMachineArn: MACHINE }],
  ['PublishStateMachineVersion', { stateMachineArn: MACHINE, revisionId: 'other' }],
  ['UpdateStateMachine', { stateMachineArn: MACHINE, definition: WAIT }],
  ['PublishStateMachineVersion', { stateMachineArn: MACHINE, description: 'v2' }],
  ['ListStateMachineVersions', { stateMachineArn: MACHINE }],
  ['ListStateMachineVersions', { stateMachineArn: MACHINE, maxResults: 1 }, 'page'],
  [
    'ListStateMachineVersions',
    (answered) => ({ stateMachineArn: MACHINE, nextToken: answered('page.nextToken') }),
  ],
  ['ListStateMachineVersions', { stateMachineArn: `${MACHINE}x` }],
  ['DescribeStateMachine', { stateMachineArn: `${MACHINE}:1` }],
  ['DescribeStateMachine', { stateMachineArn: `${MACHINE}:9` }],
  [
    'CreateStateMachineAlias',
    {
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 99 }],
    },
  ],
  [
    'CreateStateMachineAlias',
    { name: '1', routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 100 }] },
  ],
  [
    'CreateStateMachineAlias',
    {
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:9`, weight: 100 }],
    },
  ],
  [
    'CreateStateMachineAlias',
    {
      name: 'live',
      routingConfiguration: [
        { stateMachineVersionArn: `${MACHINE}:1`, weight: 50 },
        { stateMachineVersionArn: `${MACHINE}:1`, weight: 50 },
      ],
    },
  ],
  [
    'CreateStateMachineAlias',
    {
      name: 'live',
      description: 'd',
      routingConfiguration: [
        { stateMachineVersionArn: `${MACHINE}:1`, weight: 90 },
        { stateMachineVersionArn: `${MACHINE}:2`, weight: 10 },
      ],
    },
  ],
  [
    'CreateStateMachineAlias',
    {
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 100 }],
    },
  ],
  ['DescribeStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live` }],
  ['DescribeStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:missing` }],
  ['ListStateMachineAliases', { stateMachineArn: MACHINE }],
  ['ListStateMachineAliases', { stateMachineArn: `${MACHINE}:2` }],
  ['UpdateStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live` }],
  ['UpdateStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live`, description: 'new' }],
  ['DeleteStateMachineVersion', { stateMachineVersionArn: `${MACHINE}:2` }],
  [
    'UpdateStateMachineAlias',
    {
      stateMachineAliasArn: `${MACHINE}:live`,
      routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 100 }],
    },
  ],
  ['DescribeStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live` }],
  ['DeleteStateMachineVersion', { stateMachineVersionArn: `${MACHINE}:2` }],
  ['DeleteStateMachineVersion', { stateMachineVersionArn: `${MACHINE}:2` }],
  ['DeleteStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live` }],
  ['DeleteStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:live` }],
  ['ListTagsForResource', { resourceArn: MACHINE }],
  ['TagResource', { resourceArn: MACHINE, tags: [{ key: 'b', value: '' }] }],
  ['UntagResource', { resourceArn: MACHINE, tagKeys: ['team'] }],
  ['ListTagsForResource', { resourceArn: MACHINE }],
  ['ListTagsForResource', { resourceArn: `${MACHINE}x` }],
  ['ValidateStateMachineDefinition', { definition: PASS }],
  ['ValidateStateMachineDefinition', { definition: '{"StartAt":"B","States":{}}' }],
  ['ValidateStateMachineDefinition', { definition: PASS, severity: 'WARNING', maxResults: 1 }],
  ['DeleteStateMachine', { stateMachineArn: MACHINE }],
  { advanceSeconds: 60 },
  ['DescribeStateMachine', { stateMachineArn: MACHINE }],
  ['DeleteStateMachine', { stateMachineArn: MACHINE }],
  ['CreateActivity', { name: 'a b' }],
  ['CreateActivity', { name: 'a', tags: [{ key: 'k', value: 'v' }] }],
  ['CreateActivity', { name: 'a' }],
  ['DescribeActivity', { activityArn: `${ARN}:activity:a` }],
  ['DescribeActivity', { activityArn: `${ARN}:activity:b` }],
  ['ListActivities'],
  ['ListTagsForResource', { resourceArn: `${ARN}:activity:a` }],
  ['DeleteActivity', { activityArn: `${ARN}:activity:a` }],
  ['DeleteActivity', { activityArn: `${ARN}:activity:a` }],
];

const execution = (name: string) => `${ARN}:execution:m:${name}`;
const history = (name: string, more: object = {}): Step => [
  'GetExecutionHistory',
  { executionArn: execution(name), ...more },
];
const start = (name: string, input = '{}', stateMachineArn = MACHINE): Step => [
  'StartExecution',
  { stateMachineArn, name, input },
];
const TASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage',
  Parameters: { 'QueueUrl.$': '$.queue', MessageBody: { 'a.$': '$.a' } },
};
const CAUGHT = machine({
  A: {
    ...TASK,
    TimeoutSeconds: 30,
    Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 1, BackoffRate: 1 }],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B', ResultPath: '$.error' }],
    Next: 'C',
  },
  B: { Type: 'Fail', ErrorPath: '$.error.Error', Cause: 'because' },
  C: {
    Type: 'Choice',
    Choices: [{ Variable: '$.MessageId', IsPresent: true, Next: 'D' }],
    Default: 'B',
  },
  D: {
    Type: 'Map',
    ItemsPath: '$$.Execution.Input.items',
    MaxConcurrency: 1,
    ItemProcessor: { StartAt: 'E', States: { E: { Type: 'Pass', End: true } } },
    Next: 'F',
  },
  F: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'G', States: { G: { Type: 'Succeed' } } },
      { StartAt: 'H', States: { H: { Type: 'Wait', Seconds: 1, End: true } } },
    ],
    End: true,
  },
});
const TOKEN = machine({
  A: {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Parameters: { QueueUrl: '/000000000000/q', MessageBody: { 'token.$': '$$.Task.Token' } },
    HeartbeatSeconds: 60,
    End: true,
  },
});

const executions: readonly Step[] = [
  ...ROLE,
  ['sqs:CreateQueue', { QueueName: 'q' }],
  create('m', PASS),
  create('wait', WAIT),
  create('caught', CAUGHT),
  create('token', TOKEN),
  create('e', PASS, { type: 'EXPRESS' }),
  start('a b'),
  start('one', '{'),
  start('one', '{}', `${MACHINE}x`),
  start('one', '{"n":1}'),
  start('one', '{"n":1}'),
  start('one', '{"n":2}'),
  ['DescribeExecution', { executionArn: execution('one') }],
  ['DescribeExecution', { executionArn: execution('missing') }],
  ['DescribeStateMachineForExecution', { executionArn: execution('one') }],
  history('one'),
  history('one', { reverseOrder: true, maxResults: 2 }),
  history('one', { includeExecutionData: false }),
  history('one', { maxResults: 0 }),
  history('one', { nextToken: 'wrong' }),
  history('missing'),
  start('long', '{}', `${ARN}:stateMachine:wait`),
  start('stopped', '{}', `${ARN}:stateMachine:wait`),
  ['ListExecutions', { stateMachineArn: `${ARN}:stateMachine:wait` }],
  ['ListExecutions', { stateMachineArn: `${ARN}:stateMachine:wait`, statusFilter: 'RUNNING' }],
  ['ListExecutions', { stateMachineArn: `${ARN}:stateMachine:wait`, maxResults: 1 }],
  ['ListExecutions', { stateMachineArn: `${MACHINE}x` }],
  ['ListExecutions', {}],
  ['StopExecution', { executionArn: `${ARN}:execution:wait:stopped`, error: 'E', cause: 'enough' }],
  ['StopExecution', { executionArn: `${ARN}:execution:wait:stopped` }],
  { advanceSeconds: 10 },
  ['DescribeExecution', { executionArn: `${ARN}:execution:wait:long` }],
  ['DescribeExecution', { executionArn: `${ARN}:execution:wait:stopped` }],
  ['GetExecutionHistory', { executionArn: `${ARN}:execution:wait:stopped` }],
  ['RedriveExecution', { executionArn: `${ARN}:execution:wait:long` }],
  ['RedriveExecution', { executionArn: `${ARN}:execution:wait:stopped` }],
  { advanceSeconds: 10 },
  ['DescribeExecution', { executionArn: `${ARN}:execution:wait:stopped` }],
  ['GetExecutionHistory', { executionArn: `${ARN}:execution:wait:stopped` }],
  start('good', '{"queue":"/000000000000/q","a":1,"items":[1,2]}', `${ARN}:stateMachine:caught`),
  start('bad', '{"queue":"/000000000000/missing","a":1}', `${ARN}:stateMachine:caught`),
  { advanceSeconds: 3 },
  { advanceSeconds: 3 },
  ['GetExecutionHistory', { executionArn: `${ARN}:execution:caught:good` }],
  ['GetExecutionHistory', { executionArn: `${ARN}:execution:caught:bad` }],
  ['DescribeExecution', { executionArn: `${ARN}:execution:caught:bad` }],
  ['sqs:PurgeQueue', { QueueUrl: '/000000000000/q' }],
  start('t', '{}', `${ARN}:stateMachine:token`),
  { advanceSeconds: 1 },
  ['SendTaskSuccess', { taskToken: 'wrong', output: '{}' }],
  ['SendTaskHeartbeat', { taskToken: 'wrong' }],
  { advanceSeconds: 60 },
  ['GetExecutionHistory', { executionArn: `${ARN}:execution:token:t` }],
  ['StartSyncExecution', { stateMachineArn: `${ARN}:stateMachine:e`, input: '{"x":1}', name: 's' }],
  ['StartSyncExecution', { stateMachineArn: MACHINE }],
  start('asynchronous', '{}', `${ARN}:stateMachine:e`),
  ['ListExecutions', { stateMachineArn: `${ARN}:stateMachine:e` }],
  ['TestState', { definition: '{"Type":"Pass","Result":1,"End":true}', input: '{}' }],
  [
    'TestState',
    {
      definition:
        '{"Type":"Choice","Choices":[{"Variable":"$.n","NumericEquals":1,"Next":"One"}],"Default":"Other"}',
      input: '{"n":1}',
      inspectionLevel: 'DEBUG',
    },
  ],
  ['TestState', { definition: '{"Type":"Fail","Error":"E","Cause":"c"}' }],
  ['TestState', { definition: '{"Type":"Pass"' }],
  ['cloudwatch:ListMetrics', { Namespace: 'AWS/States' }],
];

const ALIAS = `${MACHINE}:live`;
const routed = (...versions: readonly [number, number][]) => ({
  routingConfiguration: versions.map(([version, weight]) => ({
    stateMachineVersionArn: `${MACHINE}:${version}`,
    weight,
  })),
});
const logged = (logGroup: string, more: object = {}): Step =>
  create('logged', PASS, {
    loggingConfiguration: {
      level: 'ALL',
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: `${logGroup}:*` } }],
      ...more,
    },
  });
const LOG_GROUP = 'arn:aws:logs:us-east-1:000000000000:log-group';

/** Aliases, log groups, pages of a history, and a machine that waits for its executions to be deleted. */
const lifecycle: readonly Step[] = [
  ...ROLE,
  ['logs:CreateLogGroup', { logGroupName: 'machines' }],
  logged(`${LOG_GROUP}:machine`),
  logged('arn:aws:s3:::bucket'),
  logged(`${LOG_GROUP}:machines`, { destinations: [] }),
  logged(`${LOG_GROUP}:machines`, { level: 'OFF', destinations: undefined }),
  ['iam:CreateRole', { RoleName: 'bare', AssumeRolePolicyDocument: TRUST }],
  create('denied', PASS, {
    roleArn: 'arn:aws:iam::000000000000:role/bare',
    loggingConfiguration: {
      level: 'ERROR',
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: `${LOG_GROUP}:machines:*` } }],
    },
  }),
  create('m', WAIT, { publish: true }),
  ['PublishStateMachineVersion', { stateMachineArn: MACHINE, description: 'again' }],
  ['UpdateStateMachine', { stateMachineArn: MACHINE, definition: PASS, publish: true }],
  ['CreateStateMachineAlias', { name: 'live', ...routed([1, 50], [2, 49]) }],
  ['CreateStateMachineAlias', { name: 'live', ...routed([1, 50], [1, 50]) }],
  ['CreateStateMachineAlias', { name: 'live', ...routed([3, 100]) }],
  ['CreateStateMachineAlias', { name: 'live', description: 'd', ...routed([1, 75], [2, 25]) }],
  { advanceSeconds: 1 },
  ['CreateStateMachineAlias', { name: 'live', description: 'd', ...routed([1, 75], [2, 25]) }],
  ['CreateStateMachineAlias', { name: 'live', description: 'e', ...routed([1, 75], [2, 25]) }],
  ['CreateStateMachineAlias', { name: 'live', description: 'd', ...routed([1, 100]) }],
  ['DescribeStateMachineAlias', { stateMachineAliasArn: ALIAS }],
  ['DeleteStateMachineVersion', { stateMachineVersionArn: `${MACHINE}:2` }],
  ...Array.from(
    { length: 4 },
    (_, index): Step => [
      'StartExecution',
      { stateMachineArn: ALIAS, name: `routed-${index}`, input: '{}' },
    ],
  ),
  ...[0, 1, 2, 3].map(
    (index): Step => ['DescribeExecution', { executionArn: `${ARN}:execution:m:routed-${index}` }],
  ),
  ['ListExecutions', { stateMachineArn: ALIAS, maxResults: 3 }, 'page'],
  [
    'ListExecutions',
    (answered) => ({ stateMachineArn: ALIAS, nextToken: answered('page.nextToken') }),
  ],
  { advanceSeconds: 10 },
  ...[true, false].flatMap((reverseOrder): readonly Step[] => {
    const asked = { executionArn: `${ARN}:execution:m:routed-0`, reverseOrder, maxResults: 3 };
    return [
      ['GetExecutionHistory', asked, 'page'],
      ['GetExecutionHistory', (answered) => ({ ...asked, nextToken: answered('page.nextToken') })],
      ['GetExecutionHistory', { ...asked, maxResults: 5, includeExecutionData: false }],
    ];
  }),
  create('m2', WAIT),
  ['UpdateStateMachine', { stateMachineArn: MACHINE, definition: WAIT }],
  ['StartExecution', { stateMachineArn: MACHINE, name: 'last', input: '{}' }],
  ['DeleteStateMachineAlias', { stateMachineAliasArn: ALIAS }],
  ['DeleteStateMachine', { stateMachineArn: MACHINE }],
  ['DescribeStateMachine', { stateMachineArn: MACHINE }],
  create('m', WAIT),
  ['StartExecution', { stateMachineArn: MACHINE }],
  ['UpdateStateMachine', { stateMachineArn: MACHINE, definition: PASS }],
  ['PublishStateMachineVersion', { stateMachineArn: MACHINE }],
  ['CreateStateMachineAlias', { name: 'live', ...routed([1, 100]) }],
  ['DeleteStateMachine', { stateMachineArn: MACHINE }],
  ['ListStateMachines'],
  { advanceSeconds: 10 },
  ['DescribeStateMachine', { stateMachineArn: MACHINE }],
  ['DescribeExecution', { executionArn: `${ARN}:execution:m:last` }],
  create('m', WAIT),
];

const factories = [
  createIamService,
  createStsService,
  createCloudWatchService,
  createLogsService,
  createSqsService,
  createStepFunctionsService,
];

describe('Step Functions answers', () => {
  it.each(Object.entries({ machines, executions, lifecycle }))(
    'about %s as in the transcript',
    async (name, steps) => {
      const transcript = await transcriptOf('stepfunctions', factories, steps);

      await expect(transcript).toMatchFileSnapshot(`transcripts/${name}.txt`);
    },
  );
});
