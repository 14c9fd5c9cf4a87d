import { inspect } from 'node:util';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Cloud, ServiceFactory } from '../../cloud/cloud.ts';
import type { ServiceEvent } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import {
  type Answered,
  type Step,
  transcriptOf,
  withNumberedIds,
} from '../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createCodeBuildService } from '../codebuild/index.ts';
import { createIamService } from '../iam/index.ts';
import type { FunctionPool } from '../lambda/sandbox/sandbox-pool.ts';
import { createLambdaService } from '../lambda/service.ts';
import { createLogsService } from '../logs/index.ts';
import { createS3Service } from '../s3/index.ts';
import { createSnsService } from '../sns/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStepFunctionsService } from '../stepfunctions/index.ts';
import { createStsService } from '../sts/index.ts';
import { branchKey, commitKey } from './commit-keys.ts';
import { createCodePipelineService } from './index.ts';
import { KEPT_EXECUTIONS, MAX_PIPELINES } from './limits.ts';
import { CodePipelineStore } from './store.ts';

const ARN = 'arn:aws:codepipeline:us-east-1:000000000000';
const roleOf = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const TRUSTED = ['codebuild', 'codepipeline', 'lambda', 'states'].map(
  (name) => `${name}.amazonaws.com`,
);
const role = (RoleName: string, ...Action: readonly string[]): readonly Step[] => [
  [
    'iam:CreateRole',
    {
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: TRUSTED, AWS: roleOf('all') },
            Action: 'sts:AssumeRole',
          },
        ],
      }),
    },
  ],
  [
    'iam:PutRolePolicy',
    {
      RoleName,
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
      }),
    },
  ],
];
const zip = (files: Readonly<Record<string, string>>) =>
  Buffer.from(
    zipSync(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])),
      { mtime: new Date(1980, 0, 1) },
    ),
  );
const ACCOUNT: readonly Step[] = [
  ...role('all', '*'),
  ...role('none', 's3:ListBucket'),
  ['s3:CreateBucket', { Bucket: 'artifacts' }],
  [
    's3:PutBucketVersioning',
    { Bucket: 'artifacts', VersioningConfiguration: { Status: 'Enabled' } },
  ],
  ['s3:PutObject', { Bucket: 'artifacts', Key: 'in.zip', Body: zip({ 'in.json': '{"a":1}' }) }],
];

const typed = (category: string, provider: string) => ({
  category,
  owner: 'AWS',
  provider,
  version: '1',
});
const SOURCE = {
  name: 'Files',
  actionTypeId: typed('Source', 'S3'),
  configuration: { S3Bucket: 'artifacts', S3ObjectKey: 'in.zip' },
  outputArtifacts: [{ name: 'In' }],
  namespace: 'source',
};
const OK = { name: 'Ok', actionTypeId: typed('Approval', 'Manual') };
const RUN = {
  name: 'Run',
  actionTypeId: typed('Compute', 'Commands'),
  commands: ['true'],
  inputArtifacts: [{ name: 'In' }],
};
const BUILD = {
  name: 'Make',
  actionTypeId: typed('Build', 'CodeBuild'),
  configuration: { ProjectName: 'project' },
  inputArtifacts: [{ name: 'In' }],
};
const FUNCTION = {
  name: 'Call',
  actionTypeId: typed('Invoke', 'Lambda'),
  configuration: { FunctionName: 'f' },
};
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine';
const STATES = {
  name: 'Work',
  actionTypeId: typed('Invoke', 'StepFunctions'),
  configuration: { StateMachineArn: `${MACHINE}:works` },
};

const stage = (name: string, action: object, more: object = {}) => ({
  name,
  actions: [action],
  ...more,
});
const pipelineOf = (name: string, stages: readonly object[], more: object = {}) => ({
  pipeline: {
    name,
    roleArn: roleOf('all'),
    pipelineType: 'V2',
    artifactStore: { type: 'S3', location: 'artifacts' },
    stages: [stage('Source', SOURCE), ...stages],
    ...more,
  },
});
const create = (name: string, stages: readonly object[], more: object = {}): Step => [
  'CreatePipeline',
  pipelineOf(name, stages, more),
];
const start = (name: string, more: object = {}, as = name): Step => [
  'StartPipelineExecution',
  { name, ...more },
  as,
];
const execution = (pipelineName: string, as: string) => (answered: Answered) => ({
  pipelineName,
  pipelineExecutionId: answered(`${as}.pipelineExecutionId`),
});
const inStage = (pipelineName: string, stageName: string, as: string, more: object = {}) => {
  const given = execution(pipelineName, as);
  return (answered: Answered) => ({ ...given(answered), stageName, ...more });
};
interface Execution {
  readonly pipelineExecution?: { readonly status?: string };
}
/** Waits for the end of an execution, and shows it with its actions. */
const ended = (name: string, as = name): readonly Step[] => [
  {
    until: ['GetPipelineExecution', execution(name, as)],
    fulfils: ({ pipelineExecution: { status = '' } = {} }: Execution) =>
      !['InProgress', 'Stopping'].includes(status),
  },
  ['GetPipelineExecution', execution(name, as)],
];
const actionsOf = (name: string, as = name): Step => [
  'ListActionExecutions',
  (answered) => ({
    pipelineName: name,
    filter: { pipelineExecutionId: answered(`${as}.pipelineExecutionId`) },
  }),
];
const run = (name: string, more: object = {}, as = name): readonly Step[] => [
  { advanceSeconds: 1 },
  start(name, more, as),
  ...ended(name, as),
  actionsOf(name, as),
];
interface States {
  readonly stageStates?: readonly {
    readonly stageName: string;
    readonly latestExecution?: { readonly status: string };
    readonly inboundExecutions: readonly object[];
    readonly actionStates: readonly {
      readonly latestExecution?: {
        readonly token?: string;
        readonly externalExecutionId?: string;
        readonly status: string;
      };
    }[];
  }[];
}
const stageNamed = ({ stageStates = [] }: States, name: string) =>
  stageStates.find(({ stageName }) => stageName === name);
const states = (name: string, as?: string): Step => ['GetPipelineState', { name }, as];
/** Waits until an action waits for its approval, and shows the state of the pipeline. */
const asked = (name: string, stageName = 'Approve', as = `${name} asked`): readonly Step[] => [
  {
    until: ['GetPipelineState', { name }],
    fulfils: (answer: States) =>
      stageNamed(answer, stageName)?.actionStates[0]?.latestExecution?.token !== undefined,
  },
  states(name, as),
];
const entered = (name: string, stageName: string): Step => ({
  until: ['GetPipelineState', { name }],
  fulfils: (answer: States) =>
    stageNamed(answer, stageName)?.latestExecution?.status === 'InProgress',
});
const waiting = (name: string, stageName: string): Step => ({
  until: ['GetPipelineState', { name }],
  fulfils: (answer: States) => stageNamed(answer, stageName)?.inboundExecutions.length !== 0,
});
const approve = (pipelineName: string, result: object, more: object = {}): Step => [
  'PutApprovalResult',
  (answered) => ({
    pipelineName,
    stageName: 'Approve',
    actionName: 'Ok',
    token: answered(`${pipelineName} asked.stageStates.1.actionStates.0.latestExecution.token`),
    result: { status: 'Approved', summary: '', ...result },
    ...more,
  }),
];

const rule = (provider: string, configuration: object = {}, more: object = {}) => ({
  name: 'Rule',
  ruleTypeId: typed('Rule', provider),
  configuration,
  ...more,
});
const condition = (result: string | undefined, ...rules: readonly object[]) => ({
  conditions: [{ ...(result !== undefined && { result }), rules }],
});
const VARIABLE = rule('VariableCheck', { Variable: 'a', Operator: 'EQ', Value: 'a' });
const refused = (stages: readonly object[], more: object = {}): Step => create('p', stages, more);
const inAction = (more: object): Step => refused([stage('Run', { ...RUN, ...more })]);
const withRule = (kind: string, result: string | undefined, ...rules: readonly object[]): Step =>
  refused([stage('Approve', OK, { [kind]: condition(result, ...rules) })]);
const named = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...VARIABLE, name: `r${index}` }));

const structures: readonly Step[] = [
  ...role('all', '*'),
  refused([]),
  refused([stage('Source', OK)]),
  refused([stage('Approve', OK)], { executionMode: 'PARALLEL' }),
  refused([stage('Approve', OK)], { executionMode: 'QUEUED', pipelineType: 'V1' }),
  refused([stage('Approve', OK)], { artifactStore: undefined }),
  refused([stage('Approve', OK)], {
    artifactStore: undefined,
    artifactStores: {
      'us-east-1': { type: 'S3', location: 'artifacts' },
      'eu-west-1': { type: 'S3', location: 'artifacts' },
    },
  }),
  refused([stage('Approve', OK)], {
    variables: [{ name: 'a' }, { name: 'a', defaultValue: 'b' }],
  }),
  refused([stage('More', { ...SOURCE, name: 'More' })]),
  refused([], { stages: [stage('First', OK), stage('Second', OK)] }),
  refused([{ name: 'Empty', actions: [] }]),
  refused([{ name: 'Two', actions: [OK, OK] }]),
  inAction({ actionTypeId: typed('Deploy', 'CloudFormation') }),
  inAction({ region: 'eu-west-1' }),
  inAction({ commands: undefined }),
  inAction({ commands: [] }),
  inAction({ environmentVariables: [{ name: 'S', value: 's', type: 'SECRETS_MANAGER' }] }),
  inAction({ inputArtifacts: [] }),
  inAction({ inputArtifacts: Array.from({ length: 11 }, () => ({ name: 'In' })) }),
  inAction({ inputArtifacts: [{ name: 'Other' }] }),
  inAction({ outputArtifacts: [{ name: 'A' }, { name: 'B' }] }),
  inAction({ outputArtifacts: [{ name: 'In' }] }),
  inAction({ configuration: { Unknown: 'x' } }),
  refused([stage('Work', { ...STATES, configuration: {} })]),
  refused([stage('Call', { ...FUNCTION, configuration: {} })]),
  refused([stage('Build', { ...BUILD, configuration: {} })]),
  refused([
    stage('Build', { ...BUILD, configuration: { ProjectName: 'p', BatchEnabled: 'true' } }),
  ]),
  ...['#{none.A}', '#{variables.a}', '#{later.A}'].map((CustomData) =>
    refused([
      {
        name: 'Approve',
        actions: [
          { ...OK, configuration: { CustomData } },
          { ...RUN, namespace: 'later' },
        ],
      },
    ]),
  ),
  withRule('beforeEntry', 'ROLLBACK', VARIABLE),
  withRule('beforeEntry', 'RETRY', VARIABLE),
  withRule('onSuccess', 'SKIP', VARIABLE),
  withRule('beforeEntry', 'SKIP', rule('DeploymentWindow', { Cron: '0 0 9 ? * * *' })),
  withRule('onSuccess', 'FAIL'),
  withRule('onSuccess', 'FAIL', ...named(6)),
  refused([
    stage('Approve', OK, {
      onFailure: {
        conditions: [condition('FAIL', VARIABLE), condition('FAIL', VARIABLE)].flatMap(
          ({ conditions }) => conditions,
        ),
      },
    }),
  ]),
  withRule('onSuccess', 'FAIL', rule('Own')),
  withRule('onSuccess', 'FAIL', rule('CloudWatchAlarm')),
  withRule('onSuccess', 'FAIL', rule('CodeBuild')),
  withRule('onSuccess', 'FAIL', rule('LambdaInvoke')),
  withRule('onSuccess', 'FAIL', rule('VariableCheck', { Operator: 'EQ', Variable: 'a' })),
  withRule('onSuccess', 'FAIL', rule('Commands')),
  ...['0 0 9 ? * *', '0 x 9 ? * * *', '0 0 9 ? * MON-FRI *'].map((Cron) =>
    withRule('onSuccess', 'FAIL', rule('DeploymentWindow', { Cron, TimeZone: 'Here/There' })),
  ),
  refused([stage('Approve', OK)], { roleArn: 'role' }),
  refused([stage('Approve', OK)], { name: 'a b' }),
];

const pipelines: readonly Step[] = [
  ...role('all', '*'),
  ['ListPipelines'],
  ['GetPipeline', { name: 'none' }],
  ['GetPipelineState', { name: 'none' }],
  [
    'CreatePipeline',
    {
      ...pipelineOf(
        'whole',
        [
          {
            name: 'Many',
            actions: [
              { ...OK, configuration: { CustomData: '#{source.ETag} #{variables.a}' } },
              { ...RUN, namespace: 'made', outputArtifacts: [{ name: 'Out', files: ['*'] }] },
              {
                ...BUILD,
                runOrder: 2,
                inputArtifacts: [{ name: 'Out' }],
                configuration: { ProjectName: '#{made.A}' },
              },
            ],
            beforeEntry: condition('SKIP', VARIABLE, rule('LambdaInvoke', { FunctionName: 'f' })),
            onSuccess: condition(undefined, ...named(5)),
            onFailure: { result: 'RETRY' },
          },
        ],
        {
          executionMode: 'QUEUED',
          variables: [{ name: 'a', defaultValue: 'b', description: 'c' }],
        },
      ),
      tags: [{ key: 'k', value: 'v' }],
    },
  ],
  create('whole', [stage('Approve', OK)]),
  { advanceSeconds: 1 },
  create('plain', [stage('Approve', OK)], {
    pipelineType: undefined,
    artifactStore: undefined,
    artifactStores: { 'us-east-1': { type: 'S3', location: 'artifacts' } },
  }),
  ['ListPipelines', { maxResults: 1 }, 'page'],
  ['ListPipelines', (answered) => ({ nextToken: answered('page.nextToken') })],
  ['ListPipelines', { nextToken: '!' }],
  { advanceSeconds: 1 },
  ['UpdatePipeline', pipelineOf('none', [stage('Approve', OK)])],
  ['UpdatePipeline', pipelineOf('plain', [])],
  ['UpdatePipeline', pipelineOf('plain', [stage('Approve', OK), stage('Again', OK)])],
  ['GetPipeline', { name: 'plain' }],
  ['GetPipeline', { name: 'plain', version: 1 }],
  ['GetPipeline', { name: 'plain', version: 3 }],
  ['ListTagsForResource', { resourceArn: `${ARN}:whole` }],
  ['ListTagsForResource', { resourceArn: `${ARN}:none` }],
  [
    'TagResource',
    {
      resourceArn: `${ARN}:whole`,
      tags: [
        { key: 'k', value: 'new' },
        { key: 'l', value: '' },
      ],
    },
  ],
  ['ListTagsForResource', { resourceArn: `${ARN}:whole` }],
  ['UntagResource', { resourceArn: `${ARN}:whole`, tagKeys: ['k', 'none'] }],
  ['ListTagsForResource', { resourceArn: `${ARN}:whole` }],
  ['TagResource', { resourceArn: `${ARN}:none`, tags: [] }],
  ['TagResource', { resourceArn: `${ARN}:whole`, tags: [{ key: 'aws:x', value: 'y' }] }],
  ...['Inbound', 'Outbound'].map(
    (transitionType): Step => [
      'DisableStageTransition',
      { pipelineName: 'plain', stageName: 'Approve', transitionType, reason: 'a freeze' },
    ],
  ),
  [
    'DisableStageTransition',
    { pipelineName: 'plain', stageName: 'None', transitionType: 'Inbound', reason: 'x' },
  ],
  states('plain'),
  [
    'EnableStageTransition',
    { pipelineName: 'plain', stageName: 'None', transitionType: 'Inbound' },
  ],
  [
    'EnableStageTransition',
    { pipelineName: 'plain', stageName: 'Approve', transitionType: 'Inbound' },
  ],
  states('plain'),
  ['DeletePipeline', { name: 'whole' }],
  ['DeletePipeline', { name: 'whole' }],
  ['ListPipelines'],
];

const sourceOf = (provider: string, configuration: object, more: object = {}) => ({
  stages: [
    stage('Source', {
      ...SOURCE,
      actionTypeId: typed('Source', provider),
      configuration,
      ...more,
    }),
    stage('Approve', OK),
  ],
});
const CONNECTION = 'arn:aws:codestar-connections:us-east-1:000000000000:connection/c';
const commit = (repository: string, id: string): readonly Step[] => [
  [
    's3:PutObject',
    {
      Bucket: 'artifacts',
      Key: commitKey(repository, id),
      Body: 'zip',
      Metadata: { 'author-date': '2026-01-01', 'commit-message': 'Say%20it' },
    },
  ],
  [
    's3:PutObject',
    {
      Bucket: 'artifacts',
      Key: branchKey(repository, 'main'),
      Body: '',
      Metadata: { commit: id },
    },
  ],
];
const override = (revisionType: string, revisionValue: string) => ({
  sourceRevisions: [{ actionName: 'Files', revisionType, revisionValue }],
});
const stopped = (name: string, as = name, more: object = {}): Step => [
  'StopPipelineExecution',
  (answered) => ({ ...execution(name, as)(answered), abandon: true, ...more }),
];
/** Runs the source of a pipeline, and ends it in its approval. */
const sourced = (name: string, more: object = {}, as = name): readonly Step[] => [
  { advanceSeconds: 1 },
  start(name, more, as),
  ...asked(name),
  actionsOf(name, as),
  stopped(name, as),
];

const sources: readonly Step[] = [
  ...ACCOUNT,
  ['s3:PutObject', { Bucket: 'artifacts', Key: 'a b.zip', Body: 'other' }, 'other'],
  ['s3:CreateBucket', { Bucket: 'plain' }],
  ['s3:PutObject', { Bucket: 'plain', Key: 'in.zip', Body: 'zip' }],
  create('files', [stage('Approve', OK)]),
  ...sourced('files'),
  ...sourced('files', override('S3_OBJECT_KEY', 'a b.zip'), 'key'),
  ['s3:PutObject', { Bucket: 'artifacts', Key: 'in.zip', Body: 'new' }, 'new'],
  ...sourced('files', {}, 'newest'),
  ...run('files', override('S3_OBJECT_KEY', 'none.zip')),
  ...run('files', override('S3_OBJECT_VERSION_ID', 'none')),
  start('files', {
    sourceRevisions: [{ actionName: 'Ok', revisionType: 'COMMIT_ID', revisionValue: 'x' }],
  }),
  create('unversioned', [], sourceOf('S3', { S3Bucket: 'plain', S3ObjectKey: 'in.zip' })),
  ...run('unversioned'),
  create('nowhere', [], sourceOf('S3', { S3Bucket: 'nowhere', S3ObjectKey: 'in.zip' })),
  ...run('nowhere'),
  create('denied', [stage('Approve', OK)], { roleArn: roleOf('none') }),
  ...run('denied'),
  create('other-role', [], sourceOf('S3', SOURCE.configuration, { roleArn: roleOf('none') })),
  ...run('other-role'),
  create('unknown-role', [stage('Approve', OK)], { roleArn: roleOf('unknown') }),
  ...run('unknown-role'),
  create(
    'git',
    [],
    sourceOf('CodeStarSourceConnection', {
      ConnectionArn: CONNECTION,
      FullRepositoryId: 'team/app',
      BranchName: 'main',
    }),
  ),
  ...run('git'),
  ...commit('team/app', 'abc'),
  ...sourced('git'),
  ...run('git', override('COMMIT_ID', 'none')),
  ...sourced('git', override('COMMIT_ID', 'abc')),
  create('commits', [], sourceOf('CodeCommit', { RepositoryName: 'app', BranchName: 'main' })),
  ...commit('app', 'def'),
  ...sourced('commits'),
  [
    'iam:PutRolePolicy',
    {
      RoleName: 'none',
      PolicyName: 'p',
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
    },
  ],
  create('no-connection', [], {
    roleArn: roleOf('none'),
    ...sourceOf('CodeStarSourceConnection', {
      ConnectionArn: CONNECTION,
      FullRepositoryId: 'team/app',
      BranchName: 'main',
    }),
  }),
  ...run('no-connection'),
];

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:topic';
const QUEUE = '/000000000000/q';
const approvals: readonly Step[] = [
  ...ACCOUNT,
  ['sns:CreateTopic', { Name: 'topic' }],
  ['sqs:CreateQueue', { QueueName: 'q' }],
  [
    'sqs:SetQueueAttributes',
    {
      QueueUrl: QUEUE,
      Attributes: {
        Policy:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}]}',
      },
    },
  ],
  [
    'sns:Subscribe',
    { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:000000000000:q' },
  ],
  create('asks', [
    stage('Approve', {
      ...OK,
      configuration: {
        NotificationArn: TOPIC,
        CustomData: 'of #{codepipeline.PipelineExecutionId} from #{source.BucketName}',
        ExternalEntityLink: 'https://example.com',
      },
    }),
  ]),
  start('asks'),
  ...asked('asks'),
  ['sqs:ReceiveMessage', { QueueUrl: QUEUE }],
  approve('asks', {}, { token: '00000000-0000-0000-0000-000000000000' }),
  approve('asks', {}, { pipelineName: 'none' }),
  approve('asks', {}, { stageName: 'None' }),
  approve('asks', {}, { actionName: 'None' }),
  { advanceSeconds: 1 },
  approve('asks', { summary: 'looks good' }),
  ...ended('asks'),
  approve('asks', {}),
  states('asks'),
  actionsOf('asks'),
  create('a-pipeline-with-a-name-that-fills-all-of-a-subject-and-more-of-it-than-that-has', [
    stage('Approve', {
      ...OK,
      timeoutInMinutes: 5,
      configuration: { NotificationArn: TOPIC },
    }),
  ]),
  ...['a-pipeline-with-a-name-that-fills-all-of-a-subject-and-more-of-it-than-that-has'].flatMap(
    (name) => [
      start(name),
      ...asked(name),
      ['sqs:ReceiveMessage', { QueueUrl: QUEUE }] as const,
      { advanceSeconds: 299 },
      states(name),
      { advanceSeconds: 1 },
      ...ended(name),
      actionsOf(name),
    ],
  ),
  create('plain', [stage('Approve', OK)]),
  ...[{ status: 'Rejected', summary: 'no' }, { status: 'Rejected' }].flatMap((result) => [
    start('plain'),
    ...asked('plain'),
    approve('plain', result),
    ...ended('plain'),
    states('plain'),
  ]),
  start('plain'),
  ...asked('plain'),
  // https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html: seven days.
  { advanceSeconds: 7 * 86_400 - 1 },
  states('plain'),
  { advanceSeconds: 1 },
  ...ended('plain'),
  actionsOf('plain'),
  create('untold', [stage('Approve', { ...OK, configuration: { NotificationArn: `${TOPIC}s` } })]),
  ...run('untold'),
  create('unknown', [stage('Approve', { ...OK, configuration: { CustomData: '#{source.None}' } })]),
  ...run('unknown'),
];

const VARIABLES = { variables: [{ name: 'a', defaultValue: 'b' }, { name: 'c' }] };
const given = (...variables: readonly object[]) => ({ variables });
const C = { name: 'c', value: 'd' };
const executions: readonly Step[] = [
  ...ACCOUNT,
  start('none'),
  ['StopPipelineExecution', { pipelineName: 'none', pipelineExecutionId: 'x' }],
  create('some', [stage('Approve', OK)], VARIABLES),
  ['ListPipelineExecutions', { pipelineName: 'some' }],
  ['ListActionExecutions', { pipelineName: 'some' }],
  [
    'GetPipelineExecution',
    {
      pipelineName: 'some',
      pipelineExecutionId: '00000000-0000-0000-0000-000000000000',
    },
  ],
  start('some'),
  start('some', given({ name: 'x', value: 'y' })),
  start('some', { ...given(C), clientRequestToken: 't' }, 'first'),
  ...asked('some'),
  start('some', { clientRequestToken: 't' }),
  { advanceSeconds: 1 },
  start('some', given(C, { name: 'a', value: 'given' }), 'second'),
  waiting('some', 'Approve'),
  { advanceSeconds: 1 },
  start('some', given(C), 'third'),
  ...ended('some', 'second'),
  states('some'),
  ['StopPipelineExecution', inStage('some', '', 'second')],
  [
    'StopPipelineExecution',
    (answered) => ({ ...execution('some', 'first')(answered), reason: 'why' }),
  ],
  ['StopPipelineExecution', execution('some', 'first')],
  ['GetPipelineExecution', execution('some', 'first')],
  stopped('some', 'first', { reason: 'now' }),
  ...ended('some', 'first'),
  ...asked('some'),
  actionsOf('some', 'first'),
  stopped('some', 'first'),
  approve('some', {}),
  ...ended('some', 'third'),
  { advanceSeconds: 1 },
  ['ListPipelineExecutions', { pipelineName: 'some' }],
  ['ListPipelineExecutions', { pipelineName: 'some', maxResults: 2 }, 'page'],
  [
    'ListPipelineExecutions',
    (answered) => ({ pipelineName: 'some', nextToken: answered('page.nextToken') }),
  ],
  ['ListPipelineExecutions', { pipelineName: 'some', nextToken: '!' }],
  // The execution or action that a page ended with may be forgotten before the next one.
  ...['ListPipelineExecutions', 'ListActionExecutions'].map(
    (operation): Step => [
      operation,
      { pipelineName: 'some', nextToken: Buffer.from('000000000000005').toString('base64url') },
    ],
  ),
  [
    'ListPipelineExecutions',
    { pipelineName: 'some', filter: { succeededInStage: { stageName: 'Approve' } } },
  ],
  [
    'ListPipelineExecutions',
    { pipelineName: 'some', filter: { succeededInStage: { stageName: 'Source' } } },
  ],
  ['ListActionExecutions', { pipelineName: 'some', maxResults: 2 }, 'actions'],
  [
    'ListActionExecutions',
    (answered) => ({ pipelineName: 'some', nextToken: answered('actions.nextToken') }),
  ],
  [
    'ListActionExecutions',
    (answered) => ({
      pipelineName: 'some',
      filter: {
        latestInPipelineExecution: {
          pipelineExecutionId: answered('third.pipelineExecutionId'),
          startTimeRange: 'Latest',
        },
      },
    }),
  ],
  [
    'ListActionExecutions',
    {
      pipelineName: 'some',
      filter: { pipelineExecutionId: '00000000-0000-0000-0000-000000000000' },
    },
  ],
  // A changed structure cancels what runs: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-edit.html
  start('some', given(C), 'cancelled'),
  ...asked('some'),
  ['UpdatePipeline', pipelineOf('some', [stage('Approve', OK)], VARIABLES)],
  ...ended('some', 'cancelled'),
  states('some'),
  ['RetryStageExecution', inStage('some', 'Approve', 'cancelled', { retryMode: 'FAILED_ACTIONS' })],
  // One after the other, as long as there are not more than 50: https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
  create('queue', [stage('Approve', OK)], { executionMode: 'QUEUED' }),
  start('queue'),
  ...asked('queue'),
  start('queue', {}, 'later'),
  waiting('queue', 'Approve'),
  states('queue'),
  stopped('queue', 'later'),
  ...ended('queue', 'later'),
  ...Array.from({ length: 50 }, () => start('queue')).slice(0, 50),
  start('queue'),
  ['DeletePipeline', { name: 'queue' }],
];

const FAILS = { ...RUN, commands: ['exit 3'] };
const stages: readonly Step[] = [
  ...ACCOUNT,
  create('s', [
    {
      name: 'Work',
      actions: [
        { ...OK, runOrder: 2 },
        { ...RUN, name: 'Good' },
        { ...FAILS, runOrder: 3 },
      ],
    },
    stage('Last', OK),
  ]),
  start('s'),
  ...asked('s', 'Work'),
  approve('s', {}, { stageName: 'Work' }),
  ...ended('s'),
  states('s'),
  ['RetryStageExecution', inStage('s', 'None', 's', { retryMode: 'FAILED_ACTIONS' })],
  ['RetryStageExecution', inStage('s', 'Last', 's', { retryMode: 'FAILED_ACTIONS' })],
  ['RetryStageExecution', inStage('s', 'Source', 's', { retryMode: 'FAILED_ACTIONS' })],
  { advanceSeconds: 1 },
  ['RetryStageExecution', inStage('s', 'Work', 's', { retryMode: 'FAILED_ACTIONS' })],
  ...ended('s'),
  actionsOf('s'),
  { advanceSeconds: 1 },
  ['RetryStageExecution', inStage('s', 'Work', 's', { retryMode: 'ALL_ACTIONS' })],
  ...asked('s', 'Work'),
  stopped('s', 's', { reason: 'enough' }),
  ...ended('s'),
  states('s'),
  start('s', {}, 'newer'),
  ...asked('s', 'Work'),
  ['RetryStageExecution', inStage('s', 'Work', 's', { retryMode: 'FAILED_ACTIONS' })],
  ['DeletePipeline', { name: 's' }],
  // https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-retry.html
  create('again', [stage('Work', FAILS, { onFailure: { result: 'RETRY' } })]),
  ...run('again'),
  states('again'),
  create('all-again', [
    {
      name: 'Work',
      actions: [
        { ...RUN, name: 'Good' },
        { ...FAILS, runOrder: 2 },
      ],
      onFailure: { result: 'RETRY', retryConfiguration: { retryMode: 'ALL_ACTIONS' } },
    },
  ]),
  ...run('all-again'),
  create('skips', [stage('Work', FAILS, { onFailure: condition('SKIP', VARIABLE) })]),
  ...run('skips'),
  states('skips'),
  create(
    'back',
    [
      stage('Approve', OK, {
        onFailure: { result: 'ROLLBACK' },
        onSuccess: condition(
          'FAIL',
          rule('VariableCheck', { Variable: '#{variables.a}', Operator: 'EQ', Value: 'b' }),
        ),
      }),
    ],
    { variables: [{ name: 'a', defaultValue: 'b' }] },
  ),
  start('back', {}, 'good'),
  ...asked('back'),
  approve('back', {}),
  ...ended('back', 'good'),
  start('back', given({ name: 'a', value: 'x' }), 'odd'),
  ...asked('back'),
  approve('back', {}),
  ...ended('back', 'odd'),
  states('back'),
  ...['None', 'Approve', 'Source']
    .map(
      (stageName): Step => [
        'OverrideStageCondition',
        inStage('back', stageName, 'odd', { conditionType: 'ON_SUCCESS' }),
      ],
    )
    .slice(0, 1),
  ['OverrideStageCondition', inStage('back', 'Approve', 'odd', { conditionType: 'BEFORE_ENTRY' })],
  ['OverrideStageCondition', inStage('back', 'Approve', 'good', { conditionType: 'ON_SUCCESS' })],
  ['OverrideStageCondition', inStage('back', 'Approve', 'odd', { conditionType: 'ON_SUCCESS' })],
  ...ended('back', 'odd'),
  states('back'),
  start('back', {}, 'bad'),
  ...asked('back'),
  approve('back', { status: 'Rejected' }),
  ...ended('back', 'bad'),
  ...asked('back'),
  ['ListPipelineExecutions', { pipelineName: 'back' }, 'list'],
  approve('back', {}),
  ...[
    { stageName: 'Source', targetPipelineExecutionId: 'good' },
    { stageName: 'None', targetPipelineExecutionId: 'good' },
    { stageName: 'Approve', targetPipelineExecutionId: 'bad' },
    { stageName: 'Approve', targetPipelineExecutionId: 'good' },
  ].map(
    ({ stageName, targetPipelineExecutionId }): Step => [
      'RollbackStage',
      (answered) => ({
        pipelineName: 'back',
        stageName,
        targetPipelineExecutionId: answered(`${targetPipelineExecutionId}.pipelineExecutionId`),
      }),
      'rolled back',
    ],
  ),
  ...asked('back'),
  [
    'RollbackStage',
    (answered) => ({
      pipelineName: 'back',
      stageName: 'Approve',
      targetPipelineExecutionId: answered('rolled back.pipelineExecutionId'),
    }),
  ],
  approve('back', {}),
  ...ended('back', 'rolled back'),
  ['UpdatePipeline', pipelineOf('back', [stage('Approve', OK)])],
  [
    'RollbackStage',
    (answered) => ({
      pipelineName: 'back',
      stageName: 'Approve',
      targetPipelineExecutionId: answered('good.pipelineExecutionId'),
    }),
  ],
];

const machine = (name: string, state: object, more: object = {}): Step => [
  'stepfunctions:CreateStateMachine',
  {
    name,
    roleArn: roleOf('all'),
    definition: JSON.stringify({ StartAt: 'A', States: { A: state } }),
    ...more,
  },
];
const works = (name: string, configuration: object, more: object = {}): readonly Step[] => [
  create(name, [
    stage('Work', {
      ...STATES,
      namespace: 'work',
      configuration: { StateMachineArn: `${MACHINE}:works`, ...configuration },
      ...more,
    }),
  ]),
  ...run(name),
];
const IN = { inputArtifacts: [{ name: 'In' }] };
const stateMachines: readonly Step[] = [
  ...ACCOUNT,
  machine('works', { Type: 'Pass', End: true }),
  machine('fails', { Type: 'Fail', Error: 'Own', Cause: 'because' }),
  machine('fails-quietly', { Type: 'Fail' }),
  machine('fails-at-length', { Type: 'Fail', Error: 'Own', Cause: 'x'.repeat(1_000) }),
  machine('waits', { Type: 'Wait', Seconds: 60, End: true }),
  machine('express', { Type: 'Pass', End: true }, { type: 'EXPRESS' }),
  ...works('plain', {}),
  ...works('inputs', { Input: '{"b":2}', ExecutionNamePrefix: 'own' }),
  ...works(
    'files',
    { Input: 'in.json', InputType: 'FilePath' },
    { ...IN, outputArtifacts: [{ name: 'Out' }] },
  ),
  ['s3:ListObjectsV2', { Bucket: 'artifacts', Prefix: 'files/Out' }],
  ...works('no-input', { Input: 'in.json', InputType: 'FilePath' }),
  ...works('no-file', { Input: 'none.json', InputType: 'FilePath' }, IN),
  ...works('outside', { Input: '../in.json', InputType: 'FilePath' }, IN),
  ...['fails', 'fails-quietly', 'fails-at-length', 'express', 'none'].flatMap((name) =>
    works(name, { StateMachineArn: `${MACHINE}:${name}` }),
  ),
  create('waits', [
    stage('Work', { ...STATES, configuration: { StateMachineArn: `${MACHINE}:waits` } }),
  ]),
  start('waits'),
  {
    until: ['GetPipelineState', { name: 'waits' }],
    fulfils: (answer: States) =>
      stageNamed(answer, 'Work')?.actionStates[0]?.latestExecution?.externalExecutionId !==
      undefined,
  },
  { advanceSeconds: 59 },
  states('waits'),
  { advanceSeconds: 1 },
  ...ended('waits'),
  actionsOf('waits'),
];

/** What functions were called with. */
const invoked: string[] = [];
const FUNCTIONS: FunctionPool = {
  async invoke({ record, payload }) {
    invoked.push(`${record.name} ${Buffer.from(payload).toString()}`);
    return { payload: Buffer.from('null'), failed: false, logTail: '' };
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
const calls = (count: number): Step => ({
  until: ['GetPipelineState', { name: 'calls' }],
  fulfils: () => invoked.length === count,
});
const reports = (name: string, operation: string, result: object): Step => [
  operation,
  (answered) => ({
    jobId: answered(
      `${name} called.stageStates.1.actionStates.0.latestExecution.actionExecutionId`,
    ),
    ...result,
  }),
];
const CALLED = {
  ...FUNCTION,
  configuration: { FunctionName: 'f', UserParameters: '#{source.ObjectKey}' },
  inputArtifacts: [{ name: 'In' }],
  outputArtifacts: [{ name: 'Out' }],
  namespace: 'called',
};
const CREATE_FUNCTION: Step = [
  'lambda:CreateFunction',
  {
    FunctionName: 'f',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: roleOf('all'),
    Code: { ZipFile: zip({ 'index.js': 'exports.handler = async () => 1;' }) },
  },
];
const JOB = '00000000-0000-0000-0000-000000000000';
const functions: readonly Step[] = [
  ...ACCOUNT,
  CREATE_FUNCTION,
  ['PutJobSuccessResult', { jobId: JOB }],
  ['PutJobFailureResult', { jobId: JOB, failureDetails: { type: 'JobFailed', message: 'm' } }],
  create('calls', [stage('Call', CALLED)]),
  start('calls'),
  calls(1),
  states('calls', 'calls called'),
  { advanceSeconds: 1 },
  reports('calls', 'PutJobSuccessResult', { outputVariables: { made: 'it' } }),
  reports('calls', 'PutJobSuccessResult', {}),
  ...ended('calls'),
  actionsOf('calls'),
  start('calls'),
  calls(2),
  states('calls', 'calls called'),
  reports('calls', 'PutJobSuccessResult', { continuationToken: 'more' }),
  { advanceSeconds: 29 },
  calls(2),
  { advanceSeconds: 1 },
  calls(3),
  reports('calls', 'PutJobFailureResult', {
    failureDetails: { type: 'ConfigurationError', message: 'not so' },
  }),
  ...ended('calls'),
  actionsOf('calls'),
  start('calls'),
  calls(4),
  states('calls', 'calls called'),
  // https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html: it waits for 20 minutes.
  { advanceSeconds: 1_199 },
  states('calls'),
  { advanceSeconds: 1 },
  ...ended('calls'),
  actionsOf('calls'),
  create('calls-none', [stage('Call', { ...FUNCTION, configuration: { FunctionName: 'none' } })]),
  ...run('calls-none'),
];

const project = (name: string, buildspec: string): Step => [
  'codebuild:CreateProject',
  {
    name,
    source: { type: 'CODEPIPELINE', buildspec },
    artifacts: { type: 'CODEPIPELINE' },
    environment: { type: 'LINUX_CONTAINER', image: 'i', computeType: 'BUILD_GENERAL1_SMALL' },
    serviceRole: roleOf('all'),
  },
];
const builds = (name: string, configuration: object, more: object = {}): readonly Step[] => [
  create(name, [
    stage('Build', {
      ...BUILD,
      namespace: 'made',
      configuration: { ProjectName: 'project', ...configuration },
      ...more,
    }),
  ]),
  ...run(name),
];
const shownBuilds: readonly Step[] = [
  ['codebuild:ListBuilds', {}, 'builds'],
  ['codebuild:BatchGetBuilds', (answered) => ({ ids: [answered('builds.ids.0')] })],
];
const codeBuilds: readonly Step[] = [
  ...ACCOUNT,
  project(
    'project',
    '{"version":"0.2","env":{"exported-variables":["GIVEN"]},"phases":{},"artifacts":{"files":["*"],"secondary-artifacts":{"A":{"files":["*"]},"B":{"files":["*"]}}}}',
  ),
  ...builds(
    'makes',
    {
      EnvironmentVariables: '[{"name":"GIVEN","value":"#{source.ObjectKey}","type":"PLAINTEXT"}]',
      ServiceRoleArnOverride: roleOf('all'),
    },
    { outputArtifacts: [{ name: 'Out' }] },
  ),
  ...shownBuilds,
  create('two', [
    {
      name: 'Build',
      actions: [
        { ...RUN, outputArtifacts: [{ name: 'Second' }] },
        {
          ...BUILD,
          runOrder: 2,
          configuration: { ProjectName: 'project', PrimarySource: 'Second' },
          inputArtifacts: [{ name: 'In' }, { name: 'Second' }],
          outputArtifacts: [{ name: 'A' }, { name: 'B' }],
        },
      ],
    },
  ]),
  ...run('two'),
  ...shownBuilds,
  ...builds('fails', { BuildspecOverride: '{}' }),
  ...builds('none', { ProjectName: 'none' }),
  ...['{}', '['].flatMap((EnvironmentVariables, index) =>
    builds(`bad-${index}`, { EnvironmentVariables }),
  ),
  create('slow', [
    stage('Build', {
      ...BUILD,
      timeoutInMinutes: 5,
      configuration: {
        ProjectName: 'project',
        BuildspecOverride: '{"version":"0.2","phases":{"build":{"commands":["exec sleep 600"]}}}',
      },
    }),
  ]),
  start('slow'),
  {
    until: ['GetPipelineState', { name: 'slow' }],
    fulfils: (answer: States) =>
      stageNamed(answer, 'Build')?.actionStates[0]?.latestExecution?.externalExecutionId !==
      undefined,
  },
  { advanceSeconds: 299 },
  { advanceSeconds: 1 },
  ...ended('slow'),
  actionsOf('slow'),
  ['codebuild:ListBuilds', {}, 'builds'],
  {
    until: ['codebuild:BatchGetBuilds', (answered) => ({ ids: [answered('builds.ids.0')] })],
    fulfils: ({ builds: [build] = [] }: { builds?: readonly { buildStatus: string }[] }) =>
      build?.buildStatus === 'STOPPED',
  },
];

const alarm = (AlarmName: string): Step => [
  'cloudwatch:PutMetricAlarm',
  {
    AlarmName,
    Namespace: 'N',
    MetricName: 'M',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    Statistic: 'Sum',
  },
];
const inState = (AlarmName: string, StateValue: string): Step => [
  'cloudwatch:SetAlarmState',
  { AlarmName, StateValue, StateReason: 'set' },
];
const ruled = (name: string, ...rules: readonly object[]): readonly Step[] => [
  create(name, [
    stage('Approve', OK, {
      beforeEntry: condition('FAIL', ...rules.map((one, index) => ({ ...one, name: `r${index}` }))),
    }),
  ]),
  { advanceSeconds: 1 },
  start(name),
];
/** The conditions of a stage that is not entered. */
const closed = (name: string, ...rules: readonly object[]): readonly Step[] => [
  ...ruled(name, ...rules),
  ...ended(name),
  states(name),
];
const open = (name: string, ...rules: readonly object[]): readonly Step[] => [
  ...ruled(name, ...rules),
  ...asked(name),
];
const check = (Operator: string, Variable: string, Value: string) =>
  rule('VariableCheck', { Operator, Variable, Value });
const windowOf = (Cron: string, TimeZone?: string) =>
  rule('DeploymentWindow', { Cron, ...(TimeZone !== undefined && { TimeZone }) });
const rules: readonly Step[] = [
  ...ACCOUNT,
  alarm('alarm'),
  inState('alarm', 'OK'),
  ...open(
    'passes',
    check('EQ', '#{source.ObjectKey}', 'in.zip'),
    check('NE', 'a', 'b'),
    check('CONTAINS', 'abc', 'b'),
    check('MATCHES', 'abc', 'a.c'),
    rule('CloudWatchAlarm', { AlarmName: 'alarm' }),
  ),
  ...closed(
    'fails',
    check('EQ', 'a', 'b'),
    check('NE', 'a', 'a'),
    check('CONTAINS', 'abc', 'd'),
    check('MATCHES', 'abc', 'b'),
    check('OTHER', 'a', 'a'),
  ),
  ...closed(
    'unknown',
    check('EQ', '#{source.None}', 'b'),
    rule('Commands', {}, { commands: ['exit 5'] }),
  ),
  ...open(
    'commands',
    rule('Commands', {}, { commands: ['test -f in.json'], inputArtifacts: [{ name: 'In' }] }),
  ),
  ...closed(
    'alarms',
    rule('CloudWatchAlarm', { AlarmName: 'none' }),
    rule('CloudWatchAlarm', { AlarmName: 'alarm', AlarmStates: 'ALARM, OK' }),
  ),
  ...ruled('waits', rule('CloudWatchAlarm', { AlarmName: 'alarm', WaitTime: '1' })),
  entered('waits', 'Approve'),
  { advanceSeconds: 15 },
  { advanceSeconds: 15 },
  { advanceSeconds: 15 },
  { advanceSeconds: 14 },
  states('waits'),
  { advanceSeconds: 1 },
  ...asked('waits'),
  ...ruled('rings', rule('CloudWatchAlarm', { AlarmName: 'alarm', WaitTime: '1' })),
  entered('rings', 'Approve'),
  { advanceSeconds: 15 },
  inState('alarm', 'ALARM'),
  ...ended('rings'),
  states('rings'),
  // The transcript begins on a Thursday at midnight.
  ...open('opens', windowOf('0 0 0 ? * THU *'), windowOf('0 0 19 ? * WED *', 'America/New_York')),
  ...closed(
    'shut',
    windowOf('0 30 0 ? * * *'),
    windowOf('0 0 9-17 ? * MON-FRI *'),
    windowOf('0 0 0 ? * * 2025'),
  ),
  ...closed(
    'denied',
    rule('LambdaInvoke', { FunctionName: 'none' }),
    rule('CodeBuild', { ProjectName: 'none' }),
  ),
  create('skips', [
    stage('Approve', OK, { beforeEntry: condition('SKIP', check('EQ', 'a', 'b')) }),
    stage('Last', OK),
  ]),
  start('skips'),
  ...asked('skips', 'Last'),
];

/** Rules that wait for an answer, which is their own, that of an end, or none in time. */
const judgedBy = (configuration: object, more: object = {}) => [
  stage('Approve', OK, {
    beforeEntry: condition('FAIL', rule('LambdaInvoke', configuration, more)),
  }),
];
const ruleReports = (operation: string, result: object): Step => [
  operation,
  (answered) => ({
    jobId: answered(
      'judged.stageStates.1.beforeEntryConditionState.conditionStates.0.ruleStates.0.latestExecution.ruleExecutionId',
    ),
    ...result,
  }),
];
const INPUT = { inputArtifacts: [{ name: 'In' }] };
const judged: readonly Step[] = [
  ...ACCOUNT,
  CREATE_FUNCTION,
  create(
    'calls',
    judgedBy({ FunctionName: 'f', UserParameters: '#{source.ObjectKey}' }, { timeoutInMinutes: 5 }),
  ),
  start('calls'),
  calls(1),
  states('calls', 'judged'),
  ruleReports('PutJobSuccessResult', {}),
  ...asked('calls'),
  approve('calls', {}),
  ...ended('calls'),
  start('calls'),
  calls(2),
  states('calls', 'judged'),
  ruleReports('PutJobFailureResult', {
    failureDetails: { type: 'JobFailed', message: 'not today' },
  }),
  ...ended('calls'),
  states('calls'),
  start('calls'),
  calls(3),
  { advanceSeconds: 299 },
  states('calls', 'judged'),
  { advanceSeconds: 1 },
  ...ended('calls'),
  states('calls'),
  start('calls'),
  calls(4),
  stopped('calls', 'calls', { reason: 'enough' }),
  ...ended('calls'),
  states('calls'),
  project('project', '{"version":"0.2","phases":{}}'),
  ...open('builds', rule('CodeBuild', { ProjectName: 'project' }, INPUT)),
  ...closed(
    'broken',
    rule('CodeBuild', { ProjectName: 'project', BuildspecOverride: '{}' }, INPUT),
  ),
  ...closed(
    'unreadable',
    rule('CodeBuild', { ProjectName: 'project', EnvironmentVariables: '{' }, INPUT),
  ),
  ...closed('shell', rule('Commands', {}, { commands: ['exit 5'] })),
  // https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_RetryStageExecution.html
  create('changes', [stage('Approve', OK)]),
  start('changes'),
  ...asked('changes'),
  approve('changes', { status: 'Rejected' }),
  ...ended('changes'),
  ['UpdatePipeline', pipelineOf('changes', [stage('Approve', OK), stage('More', OK)])],
  [
    'RetryStageExecution',
    inStage('changes', 'Approve', 'changes', { retryMode: 'FAILED_ACTIONS' }),
  ],
  // It asks whether the next group of actions begins: the one before has ended by itself.
  create('halts', [
    { name: 'Approve', actions: [OK, { ...OK, name: 'Then', runOrder: 2 }] },
    stage('Last', OK),
  ]),
  start('halts'),
  ...asked('halts'),
  ['StopPipelineExecution', execution('halts', 'halts')],
  approve('halts', {}),
  ...ended('halts'),
  states('halts'),
  ['RetryStageExecution', inStage('halts', 'Approve', 'halts', { retryMode: 'FAILED_ACTIONS' })],
  {
    until: ['GetPipelineState', { name: 'halts' }],
    fulfils: (answer: States) =>
      stageNamed(answer, 'Approve')?.actionStates[1]?.latestExecution?.token !== undefined,
  },
  states('halts'),
];

const idOf = (number: number) => `00000000-0000-0000-0000-${String(number).padStart(12, '0')}`;
/** Of an account that is nearly full, and of a pipeline with more executions than are kept. */
const limits: readonly Step[] = [
  ...ACCOUNT,
  create('last', [stage('Approve', OK)]),
  create('more', [stage('Approve', OK)]),
  start('last'),
  ...[0, 1].map(
    (number): Step => [
      'GetPipelineExecution',
      { pipelineName: 'last', pipelineExecutionId: idOf(number) },
    ],
  ),
];
function fill(cloud: Cloud): void {
  const store = new CodePipelineStore(cloud);
  for (let index = 0; index < MAX_PIPELINES - 1; index += 1) {
    const name = `p${index}`;
    store.pipelines.put(name, { name, version: 1, created: 0, updated: 0, tags: [], disabled: {} });
  }
  for (let number = 0; number <= KEPT_EXECUTIONS; number += 1) {
    store.putExecution({
      id: idOf(number),
      pipeline: 'last',
      version: 1,
      status: 'Succeeded',
      type: 'STANDARD',
      trigger: { triggerType: 'StartPipelineExecution', triggerDetail: 'root' },
      startedAt: number,
      updatedAt: number + 1_999,
      order: number,
      stage: 'Approve',
      isInStage: false,
      variables: {},
      overrides: [],
      revisions: [],
      artifacts: {},
      namespaces: {},
      attempt: 1,
    });
  }
}

const EVENT_FORMAT = { depth: Infinity, breakLength: Infinity, compact: true };

function listener(events: ServiceEvent[]): ServiceFactory {
  return () => ({
    name: 'eventbridge',
    operations: {},
    accessDenied: (message) => new ServiceError('AccessDenied', message),
    onEvent: (event) => void events.push(event),
  });
}

/** Ids of requests, versions of objects and keys of artifacts. */
const RANDOM = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?<!ETag: '|MD5\w+: ')\b[\da-f]{32}\b/g;
const withoutRandom = (transcript: string) =>
  withNumberedIds(transcript, RANDOM)
    .replaceAll(/(?<=\/(?:In|Out|A|B|Second)\/)[\da-f]{7}/g, 'random')
    .replaceAll(/(?<=(?:accessKeyId|secretAccessKey|sessionToken|Signature)":")[^"]+/g, 'secret')
    .replaceAll(/(?<=(?:ReceiptHandle|MD5OfBody): ')[^']+/g, 'random');

// https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_Operations.html
describe('AWS CodePipeline answers as in the transcript of', () => {
  it.each(
    Object.entries({
      structures,
      pipelines,
      sources,
      approvals,
      executions,
      stages,
      'state-machines': stateMachines,
      functions,
      builds: codeBuilds,
      rules,
      judged,
      limits,
    }),
  )('%s', async (name, steps) => {
    const events: ServiceEvent[] = [];
    invoked.length = 0;
    const factories: readonly ServiceFactory[] = [
      createCodePipelineService,
      createCodeBuildService,
      createIamService,
      createStsService,
      createLogsService,
      createS3Service,
      createSnsService,
      createSqsService,
      createCloudWatchService,
      createStepFunctionsService,
      (cloud) => createLambdaService(cloud, FUNCTIONS),
      listener(events),
    ];
    const transcript = await transcriptOf('codepipeline', factories, steps, {
      ...(name === 'limits' && { prepare: fill }),
    });

    // What the functions were called with, and the events of the stages, are at the end of their transcripts.
    const published = events
      .filter(({ source }) => name === 'stages' && source === 'aws.codepipeline')
      .map((event) => `event ${inspect(event, EVENT_FORMAT)}`);
    const whole = [transcript, ...invoked, ...published].join('\n');
    await expect(withoutRandom(whole)).toMatchFileSnapshot(`transcripts/${name}.txt`);
  });
});
