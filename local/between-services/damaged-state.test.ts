import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { open } from 'lmdb';
import { Encoder } from 'msgpackr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError } from '../cloud/service-error.ts';
import type { ServiceName } from '../cloud/service-name.ts';
import type { Logger } from '../host/logger.ts';
import { stackTable } from '../provision/stack-record.ts';
import { type Runtime, startRuntime } from '../runtime.ts';
import { type EndpointRecord, initialStates } from '../services/sagemaker/hosting/records.ts';
import type { ProcessingJobRecord, TrainingJobRecord } from '../services/sagemaker/jobs/records.ts';
import type { TransformJobRecord } from '../services/sagemaker/transform/records.ts';
import type { InvocationRecord } from '../services/scheduler/store.ts';
import { encodeRow } from '../store/row.ts';
import { settle } from '../testing/cloud.testing.ts';
import { createDeliveryRecords } from '../testing/delivery-records.testing.ts';
import { createImageRecords } from '../testing/image-records.testing.ts';
import { hidePython } from '../testing/no-python.testing.ts';
import { createTaskRecords } from '../testing/task-records.testing.ts';
import { createWebRecords } from '../testing/web-records.testing.ts';

/**
 * Overwrites records of a state folder with noise, and starts the runtime. Tests all records, one at a time, with
 * `STEPMILL_EVERY_RECORD=1`; otherwise one of each table, and those of some services together.
 */
const everyRecord = process.env['STEPMILL_EVERY_RECORD'] === '1';
/** A start takes half a second. */
const SERVICES_AT_ONCE = everyRecord ? 1 : 4;

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const PREFIX = 'us-east-1:000000000000';
const MACHINES = `arn:aws:states:${PREFIX}:stateMachine`;
const ROLE = 'arn:aws:iam::000000000000:role/worker';

let parent: string;
let healthy: string;

type Step = readonly [service: ServiceName, operation: string, input: object];

const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: {
      Service: [
        'states.amazonaws.com',
        'lambda.amazonaws.com',
        'sagemaker.amazonaws.com',
        'scheduler.amazonaws.com',
        'ecs-tasks.amazonaws.com',
        'codebuild.amazonaws.com',
        'codepipeline.amazonaws.com',
      ],
    },
    Action: 'sts:AssumeRole',
  },
});
const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
});
const passing = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
const waiting = JSON.stringify({
  StartAt: 'A',
  States: { A: { Type: 'Wait', Seconds: 3_000_000, End: true } },
});
const working = JSON.stringify({
  StartAt: 'A',
  States: { A: { Type: 'Task', Resource: `arn:aws:states:${PREFIX}:activity:work`, End: true } },
});
const mapping = JSON.stringify({
  StartAt: 'M',
  States: {
    M: {
      Type: 'Map',
      End: true,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'A',
        States: { A: { Type: 'Wait', Seconds: 3_000_000, End: true } },
      },
    },
  },
});
const ZipFile = zipSync({ 'index.js': strToU8('exports.handler = async () => 1;') });

/** Creates records in every table. */
const steps: readonly Step[] = [
  ['iam', 'CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust }],
  ['iam', 'PutRolePolicy', { RoleName: 'worker', PolicyName: 'all', PolicyDocument: everything }],
  ['iam', 'CreatePolicy', { PolicyName: 'spare', PolicyDocument: everything }],
  ['s3', 'CreateBucket', { Bucket: 'data' }],
  ['s3', 'PutBucketVersioning', { Bucket: 'data', VersioningConfiguration: { Status: 'Enabled' } }],
  ['s3', 'PutObject', { Bucket: 'data', Key: 'one', Body: 'first' }],
  ['s3', 'PutObject', { Bucket: 'data', Key: 'one', Body: 'second' }],
  ['s3', 'PutObject', { Bucket: 'data', Key: 'two', Body: 'x'.repeat(200_000) }],
  ['sqs', 'CreateQueue', { QueueName: 'jobs' }],
  ['sqs', 'SendMessage', { QueueUrl: 'jobs', MessageBody: 'one' }],
  ['sqs', 'SendMessage', { QueueUrl: 'jobs', MessageBody: 'two' }],
  ['sqs', 'CreateQueue', { QueueName: 'jobs.fifo', Attributes: { FifoQueue: 'true' } }],
  [
    'sqs',
    'SendMessage',
    { QueueUrl: 'jobs.fifo', MessageBody: 'x', MessageGroupId: 'g', MessageDeduplicationId: 'd' },
  ],
  ['sns', 'CreateTopic', { Name: 'news' }],
  [
    'sns',
    'Subscribe',
    {
      TopicArn: `arn:aws:sns:${PREFIX}:news`,
      Protocol: 'sqs',
      Endpoint: `arn:aws:sqs:${PREFIX}:jobs`,
    },
  ],
  ['eventbridge', 'CreateEventBus', { Name: 'mine' }],
  ['eventbridge', 'PutRule', { Name: 'all', EventPattern: '{"source":["me"]}' }],
  [
    'eventbridge',
    'PutTargets',
    { Rule: 'all', Targets: [{ Id: 'q', Arn: `arn:aws:sqs:${PREFIX}:jobs` }] },
  ],
  ['logs', 'CreateLogGroup', { logGroupName: 'lines' }],
  ['logs', 'CreateLogStream', { logGroupName: 'lines', logStreamName: 's' }],
  ['logs', 'CreateLogStream', { logGroupName: 'lines', logStreamName: 't' }],
  [
    'logs',
    'PutMetricFilter',
    {
      logGroupName: 'lines',
      filterName: 'errors',
      filterPattern: 'ERROR',
      metricTransformations: [{ metricName: 'e', metricNamespace: 'n', metricValue: '1' }],
    },
  ],
  ['cloudwatch', 'PutMetricData', { Namespace: 'n', MetricData: [{ MetricName: 'm', Value: 1 }] }],
  [
    'cloudwatch',
    'PutMetricAlarm',
    {
      AlarmName: 'high',
      Namespace: 'n',
      MetricName: 'm',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
    },
  ],
  ['cloudwatch', 'PutDashboard', { DashboardName: 'd', DashboardBody: '{"widgets":[]}' }],
  ['ssm', 'PutParameter', { Name: '/a', Value: 'v', Type: 'String' }],
  ['stepfunctions', 'CreateActivity', { name: 'work' }],
  [
    'stepfunctions',
    'CreateStateMachine',
    { name: 'pass', definition: passing, roleArn: ROLE, publish: true },
  ],
  ['stepfunctions', 'CreateStateMachine', { name: 'wait', definition: waiting, roleArn: ROLE }],
  ['stepfunctions', 'CreateStateMachine', { name: 'work', definition: working, roleArn: ROLE }],
  ['stepfunctions', 'CreateStateMachine', { name: 'map', definition: mapping, roleArn: ROLE }],
  [
    'stepfunctions',
    'CreateStateMachine',
    {
      name: 'express',
      definition: waiting.replace('3000000', '200'),
      roleArn: ROLE,
      type: 'EXPRESS',
    },
  ],
  [
    'stepfunctions',
    'CreateStateMachineAlias',
    {
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn: `${MACHINES}:pass:1`, weight: 100 }],
    },
  ],
  ['stepfunctions', 'StartExecution', { stateMachineArn: `${MACHINES}:pass`, name: 'ended' }],
  ['stepfunctions', 'StartExecution', { stateMachineArn: `${MACHINES}:wait`, name: 'waits' }],
  ['stepfunctions', 'StartExecution', { stateMachineArn: `${MACHINES}:wait`, name: 'waits-too' }],
  ['stepfunctions', 'StartExecution', { stateMachineArn: `${MACHINES}:work`, name: 'works' }],
  [
    'stepfunctions',
    'StartExecution',
    { stateMachineArn: `${MACHINES}:map`, name: 'maps', input: '[1,2]' },
  ],
  ['stepfunctions', 'StartExecution', { stateMachineArn: `${MACHINES}:express`, name: 'quick' }],
  [
    'lambda',
    'CreateFunction',
    {
      FunctionName: 'f',
      Role: ROLE,
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: { ZipFile },
    },
  ],
  ['lambda', 'PublishVersion', { FunctionName: 'f' }],
  ['lambda', 'PublishLayerVersion', { LayerName: 'l', Content: { ZipFile } }],
  ['lambda', 'CreateAlias', { FunctionName: 'f', Name: 'live', FunctionVersion: '1' }],
  ['lambda', 'PutFunctionEventInvokeConfig', { FunctionName: 'f', MaximumRetryAttempts: 0 }],
  [
    'lambda',
    'CreateEventSourceMapping',
    { FunctionName: 'f', EventSourceArn: `arn:aws:sqs:${PREFIX}:jobs.fifo`, Enabled: false },
  ],
  [
    'sagemaker',
    'CreateModelPackageGroup',
    { ModelPackageGroupName: 'models', Tags: [{ Key: 'a', Value: 'b' }] },
  ],
  [
    'sagemaker',
    'CreateModel',
    {
      ModelName: 'm',
      ExecutionRoleArn: ROLE,
      PrimaryContainer: {
        Image: IMAGE,
        ModelDataUrl: 's3://data/one',
      },
    },
  ],
  [
    'sagemaker',
    'CreateEndpointConfig',
    {
      EndpointConfigName: 'c',
      ProductionVariants: [
        { VariantName: 'v', ModelName: 'm', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
      ],
    },
  ],
  [
    'sagemaker',
    'CreateModelPackage',
    {
      ModelPackageGroupName: 'models',
      ClientToken: 'token',
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [{ Image: IMAGE, ModelDataUrl: 's3://data/one' }],
        SupportedContentTypes: ['text/csv'],
        SupportedResponseMIMETypes: ['text/csv'],
      },
    },
  ],
  ['scheduler', 'CreateScheduleGroup', { Name: 'night', Tags: [{ Key: 'a', Value: 'b' }] }],
  [
    'scheduler',
    'CreateSchedule',
    {
      Name: 'scores',
      GroupName: 'night',
      ScheduleExpression: 'cron(0 3 1 1 ? 2199)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: `arn:aws:sqs:${PREFIX}:jobs.fifo`, RoleArn: ROLE },
    },
  ],
  [
    'dynamodb',
    'CreateTable',
    {
      TableName: 'things',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  ],
  ['dynamodb', 'PutItem', { TableName: 'things', Item: { id: { S: 'a' }, n: { N: '1' } } }],
  ['dynamodb', 'PutItem', { TableName: 'things', Item: { id: { S: 'b' }, n: { N: '2' } } }],
  [
    'dynamodb',
    'TransactWriteItems',
    {
      ClientRequestToken: 'once',
      TransactItems: [{ Put: { TableName: 'things', Item: { id: { S: 'c' } } } }],
    },
  ],
];

const SCALABLE = {
  ServiceNamespace: 'sagemaker',
  ResourceId: 'endpoint/e/variant/v',
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
} as const;

/** Steps that need an endpoint. */
const laterSteps: readonly Step[] = [
  [
    'application-autoscaling',
    'RegisterScalableTarget',
    { ...SCALABLE, MinCapacity: 1, MaxCapacity: 2 },
  ],
  [
    'application-autoscaling',
    'PutScalingPolicy',
    {
      ...SCALABLE,
      PolicyName: 'p',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 50,
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance',
        },
      },
    },
  ],
];

/** Requests whose answers are compared with those of a healthy folder. */
const probes: readonly Step[] = [
  ['iam', 'GetRole', { RoleName: 'worker' }],
  ['iam', 'ListPolicies', { Scope: 'Local' }],
  ['s3', 'ListObjectVersions', { Bucket: 'data' }],
  ['s3', 'GetObject', { Bucket: 'data', Key: 'one' }],
  ['sqs', 'ListQueues', {}],
  [
    'sqs',
    'GetQueueAttributes',
    { QueueUrl: 'jobs', AttributeNames: ['ApproximateNumberOfMessages'] },
  ],
  ['sns', 'ListSubscriptions', {}],
  ['eventbridge', 'ListRules', {}],
  ['eventbridge', 'ListTargetsByRule', { Rule: 'all' }],
  ['logs', 'DescribeLogStreams', { logGroupName: 'lines' }],
  ['logs', 'FilterLogEvents', { logGroupName: 'lines' }],
  ['cloudwatch', 'ListMetrics', { Namespace: 'n' }],
  ['cloudwatch', 'DescribeAlarms', {}],
  ['cloudwatch', 'ListDashboards', {}],
  ['ssm', 'GetParameter', { Name: '/a' }],
  ['ecr', 'DescribeRepositories', {}],
  ['ecr', 'DescribeImages', { repositoryName: 'images' }],
  ['ecs', 'ListClusters', {}],
  ['ecs', 'DescribeClusters', { clusters: ['tasks'] }],
  ['ecs', 'DescribeTaskDefinition', { taskDefinition: 'train' }],
  ['ecs', 'ListTasks', { cluster: 'tasks', desiredStatus: 'STOPPED' }],
  ['apigatewayv2', 'GetApis', {}],
  ['codebuild', 'ListProjects', {}],
  ['codebuild', 'ListBuildsForProject', { projectName: 'build' }],
  ['codebuild', 'ListReports', {}],
  ['codepipeline', 'ListPipelines', {}],
  ['codepipeline', 'GetPipelineState', { name: 'p' }],
  ['codepipeline', 'ListPipelineExecutions', { pipelineName: 'p' }],
  ['cognito-idp', 'ListUserPools', { MaxResults: 10 }],
  ['cloudfront', 'ListDistributions', {}],
  ['cloudfront', 'ListFunctions', {}],
  ['stepfunctions', 'ListStateMachines', {}],
  ['stepfunctions', 'ListExecutions', { stateMachineArn: `${MACHINES}:wait` }],
  [
    'stepfunctions',
    'DescribeExecution',
    { executionArn: `arn:aws:states:${PREFIX}:execution:pass:ended` },
  ],
  [
    'stepfunctions',
    'DescribeExecution',
    { executionArn: `arn:aws:states:${PREFIX}:execution:wait:waits` },
  ],
  [
    'stepfunctions',
    'GetExecutionHistory',
    { executionArn: `arn:aws:states:${PREFIX}:execution:work:works` },
  ],
  ['lambda', 'ListFunctions', {}],
  ['lambda', 'ListAliases', { FunctionName: 'f' }],
  ['lambda', 'ListLayers', {}],
  ['lambda', 'ListLayerVersions', { LayerName: 'l' }],
  ['lambda', 'ListEventSourceMappings', {}],
  ['sagemaker', 'ListModelPackageGroups', {}],
  ['sagemaker', 'ListModelPackages', { ModelPackageGroupName: 'models' }],
  ['sagemaker', 'ListEndpoints', {}],
  ['sagemaker', 'DescribeEndpoint', { EndpointName: 'e' }],
  ['sagemaker', 'ListProcessingJobs', {}],
  ['sagemaker', 'DescribeTransformJob', { TransformJobName: 'transform' }],
  ['sagemaker', 'DescribeTrainingJob', { TrainingJobName: 'train' }],
  ['scheduler', 'GetScheduleGroup', { Name: 'night' }],
  ['scheduler', 'ListSchedules', {}],
  ['scheduler', 'GetSchedule', { GroupName: 'night', Name: 'scores' }],
  ['application-autoscaling', 'DescribeScalableTargets', { ServiceNamespace: 'sagemaker' }],
  ['application-autoscaling', 'DescribeScalingPolicies', { ServiceNamespace: 'sagemaker' }],
  ['cloudformation', 'DescribeStacks', {}],
  ['dynamodb', 'Scan', { TableName: 'things' }],
  ['dynamodb', 'DescribeTable', { TableName: 'things' }],
];

interface Started {
  readonly runtime: Runtime;
  readonly errors: readonly string[];
}

async function start(stateFolder: string): Promise<Started> {
  const errors: string[] = [];
  const note = (_: object, message: string) => void errors.push(message);
  const logger: Logger = { debug() {}, info() {}, warn() {}, error: note };
  return { runtime: await startRuntime({ stateFolder, port: 0, logger }), errors };
}

/** The answers to the probes as text; our own errors by their message. */
async function answersOf({ runtime }: Started): Promise<ReadonlyMap<Step, string>> {
  const answers = new Map<Step, string>();
  for (const probe of probes) {
    const [service, operation, input] = probe;
    const answer = await runtime.cloud.call(ROOT, service, operation, input).then(
      (output) =>
        JSON.stringify(output, withoutAlarmState).replaceAll(/(localhost|127\.0\.0\.1):\d+/g, '$1'),
      (error: Error) =>
        error instanceof ServiceError ? error.code : `${error.name}: ${error.message}`,
    );
    answers.set(probe, answer);
  }
  return answers;
}

/** The state of an alarm changes as time passes. */
function withoutAlarmState(key: string, value: unknown): unknown {
  return /^State(Value|Reason|ReasonData|UpdatedTimestamp|TransitionedTimestamp)$/.test(key)
    ? undefined
    : value;
}

const binary = { keyEncoding: 'binary', encoding: 'binary' } as const;

async function rowsOf(folder: string): Promise<readonly (readonly [string, Buffer])[]> {
  const root = open({ path: join(folder, 'store'), maxDbs: 1_024 });
  const rows = Array.from(root.getKeys(), String).flatMap((name) => {
    const database = root.openDB<Buffer, Buffer>({ name, ...binary });
    return Array.from(database.getKeys(), (key) => [name, key] as const);
  });
  await root.close();
  return rows;
}

/** Values with a correct checksum that are not valid records, such as those of another version. */
const wrongShapes: readonly unknown[] = [
  null,
  [],
  'a text',
  Number.NaN,
  { nonsense: [1, null, 'x'] },
  new Uint8Array([1, 2, 3]),
];

/** Values that a table accepts as a record, because it only requires a text, a list or an object. */
const NOT_TOLD_APART: Readonly<Record<string, readonly number[]>> = {
  'sagemaker.model-package-tokens': [2],
  'sagemaker.tags': [1],
  'stepfunctions.execution-listings': [2],
  'stepfunctions.map-run-listings': [2],
  'stepfunctions.tags': [4],
  'sts.keys': [2],
};

const noises = [
  Buffer.alloc(0),
  Buffer.from('93f2c1007f1e55aa0b', 'hex'),
  new Encoder().encode({ nonsense: [1, null, 'x'] }),
];

async function overwrite(folder: string, name: string, key: Buffer, noise: Buffer): Promise<void> {
  const root = open({ path: join(folder, 'store'), maxDbs: 1_024 });
  await root.openDB<Buffer, Buffer>({ name, ...binary }).put(key, noise);
  await root.close();
}

hidePython();

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'stepmill-damaged-'));
  healthy = join(parent, 'healthy');
  const started = await start(healthy);
  const { cloud } = started.runtime;
  for (const [service, operation, input] of steps) {
    await cloud.call(ROOT, service, operation, input);
  }
  const { KeyMetadata } = await cloud.call<{ readonly KeyMetadata: { readonly KeyId: string } }>(
    ROOT,
    'kms',
    'CreateKey',
    {},
  );
  await cloud.call(ROOT, 'kms', 'CreateAlias', {
    AliasName: 'alias/data',
    TargetKeyId: KeyMetadata.KeyId,
  });
  await createWebRecords(cloud);
  await createImageRecords(cloud);
  await createTaskRecords(cloud, ROLE);
  await createDeliveryRecords(cloud, ROLE);
  const upload = await cloud.call<{ readonly UploadId: string }>(
    ROOT,
    's3',
    'CreateMultipartUpload',
    {
      Bucket: 'data',
      Key: 'parts',
    },
  );
  await cloud.call(ROOT, 's3', 'UploadPart', {
    Bucket: 'data',
    Key: 'parts',
    PartNumber: 1,
    Body: 'p',
    ...upload,
  });
  for (const logStreamName of ['s', 't']) {
    await cloud.call(ROOT, 'logs', 'PutLogEvents', {
      logGroupName: 'lines',
      logStreamName,
      logEvents: [{ timestamp: cloud.clock.now(), message: 'ERROR one' }],
    });
  }
  await settle();
  keepWhatNeedsPython(cloud);
  for (const [service, operation, input] of laterSteps) {
    await cloud.call(ROOT, service, operation, input);
  }
  stackTable(cloud).put('mine', {
    stackName: 'mine',
    stackId: `arn:aws:cloudformation:${PREFIX}:stack/mine/1`,
    status: 'CREATE_COMPLETE',
    digest: 'd',
    createdAt: 1,
    updatedAt: 1,
    resources: [],
    outputs: [],
    notEmulated: [],
  });
  await settle();
  await started.runtime.stop();
});

afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** The start of the year 2199. */
const FAR_FUTURE = 7_226_582_400_000;

/**
 * Stores an endpoint and jobs that have failed, because others would start processes at each start;
 * and an invocation whose next attempt is far away.
 */
function keepWhatNeedsPython({ store }: Runtime['cloud']): void {
  const variant = {
    name: 'v',
    modelName: 'm',
    roleArn: ROLE,
    containers: [],
    mode: 'Serial',
    instanceType: 'ml.m5.large',
    initialInstanceCount: 1,
    initialWeight: 1,
  } as const;
  const spec = { id: 'f', configName: 'c', variants: [variant], shadows: [] };
  store.table<EndpointRecord>('sagemaker.endpoints').put('e', {
    name: 'e',
    arn: `arn:aws:sagemaker:${PREFIX}:endpoint/e`,
    status: 'Failed',
    failureReason: 'No instance',
    live: { spec, states: initialStates(spec) },
    creationTime: 1,
    lastModifiedTime: 1,
  });
  store.table<InvocationRecord>('scheduler.invocations').put('i', {
    id: 'i',
    name: 'scores',
    groupName: 'night',
    scheduleArn: `arn:aws:scheduler:${PREFIX}:schedule/night/scores`,
    target: { Arn: `arn:aws:sqs:${PREFIX}:jobs.fifo`, RoleArn: ROLE },
    scheduledTime: 1,
    firstAttemptTime: 1,
    nextAttemptTime: FAR_FUTURE,
    failures: 1,
  });
  store.table<ProcessingJobRecord>('sagemaker.processing-jobs').put('process', {
    name: 'process',
    arn: `arn:aws:sagemaker:${PREFIX}:processing-job/process`,
    creationTime: 1,
    lastModifiedTime: 1,
    input: {
      ProcessingJobName: 'process',
      RoleArn: ROLE,
      AppSpecification: { ImageUri: IMAGE, ContainerEntrypoint: ['true'] },
      ProcessingResources: {
        ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 },
      },
    },
    status: 'Failed',
  });
  store.table<TransformJobRecord>('sagemaker.transform-jobs').put('transform', {
    name: 'transform',
    arn: `arn:aws:sagemaker:${PREFIX}:transform-job/transform`,
    creationTime: 1,
    lastModifiedTime: 1,
    input: { TransformJobName: 'transform', ModelName: 'm' } as TransformJobRecord['input'],
    status: 'Failed',
    model: { name: 'm', roleArn: ROLE, containers: [] },
  });
  store.table<TrainingJobRecord>('sagemaker.training-jobs').put('train', {
    name: 'train',
    arn: `arn:aws:sagemaker:${PREFIX}:training-job/train`,
    creationTime: 1,
    lastModifiedTime: 1,
    input: {
      TrainingJobName: 'train',
      RoleArn: ROLE,
      OutputDataConfig: { S3OutputPath: 's3://data/out' },
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
      StoppingCondition: {},
    },
    status: 'Failed',
    secondaryStatus: 'Failed',
    transitions: [],
    metrics: [],
    hasModel: false,
  });
}

/** Copies the healthy folder to a folder with this name. */
function copyOf(name: string): string {
  const folder = join(parent, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(healthy, folder, { recursive: true });
  return folder;
}

/** Starts wait for the disk most of the time, so several run at once. */
const AT_ONCE = 4;

async function forEach<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const remaining = [...items.entries()];
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let next = remaining.shift(); next !== undefined; next = remaining.shift()) {
      await work(next[1], next[0]);
    }
  });
  await Promise.all(workers);
}

/** A second start after the report; every third folder is enough unless all records are tried. */
function isStartedAgain(index: number): boolean {
  return everyRecord || index % 3 === 0;
}

/** A record, and what is stored in its place. */
interface Damage {
  readonly name: string;
  readonly key: Buffer;
  readonly table: string;
  readonly stored: Buffer;
  /** Whether the start says that it is damaged. */
  readonly isNamed: boolean;
}

/** The damages in groups, each with at most one of each service. */
function grouped(damages: readonly Damage[]): readonly (readonly Damage[])[] {
  const sorted = damages.toSorted((one, other) => (one.table < other.table ? -1 : 1));
  const owners = sorted.map(({ table }) => ownerOf(table));
  const counts = owners.map((owner) => owners.lastIndexOf(owner) - owners.indexOf(owner) + 1);
  const size = Math.max(Math.ceil(sorted.length / SERVICES_AT_ONCE), ...counts);
  return Array.from({ length: size }, (_, group) =>
    sorted.filter((_damage, index) => index % size === group),
  );
}

/** What is wrong with a runtime that starts with damaged records. */
async function faultsOf(
  damages: readonly Damage[],
  folder: string,
  expected: ReadonlyMap<Step, string>,
): Promise<readonly string[]> {
  const started = await start(folder);
  const what = damages.map(({ name, key }) => `${name} ${key.toString()}`).join(', ');
  const unnamed = damages.filter(
    ({ isNamed, table }) =>
      isNamed && !started.errors.some((message) => message.includes(`${table} is damaged: `)),
  );
  const faults = unnamed.map(
    ({ table, stored }) => `${table} as ${stored.toString()} is not named`,
  );
  for (const [probe, answer] of await answersOf(started)) {
    // The resource of a record can be missing, but an error must name the record.
    const isUnnamed = /^(?!BrokenRecord)\w*Error: /.test(answer);
    const isFree = damages.some(({ table }) => isRelated(probe, table));
    if (isUnnamed || (!isFree && answer !== expected.get(probe))) {
      faults.push(`${what}: ${operationOf(probe)} answers ${answer}`);
    }
  }
  await started.runtime.stop();
  return faults;
}

async function firstRows(): Promise<Awaited<ReturnType<typeof rowsOf>>> {
  const seen = new Set<string>();
  return (await rowsOf(healthy)).filter(([name]) => {
    const isFirst = !seen.has(name);
    seen.add(name);
    return name !== 'about' && isFirst;
  });
}

async function answersOfWhole(): Promise<ReadonlyMap<Step, string>> {
  const whole = await start(copyOf('whole'));
  const expected = await answersOf(whole);
  await whole.runtime.stop();
  expect(whole.errors).toEqual([]);
  return expected;
}

describe('a state folder in which records are noise', () => {
  it('starts, reports each record, and answers all other requests', async () => {
    const expected = await answersOfWhole();
    const rows = everyRecord
      ? (await rowsOf(healthy)).filter(([name]) => name !== 'about')
      : await firstRows();
    expect(rows.length).toBeGreaterThan(60);
    const damages = rows.map(([name, key], index): Damage => {
      const table = name.split('/').at(-1) ?? '';
      const stored = noises[index % noises.length] ?? Buffer.alloc(0);
      return { name, key, table, stored, isNamed: true };
    });

    const faults: string[] = [];
    await forEach(grouped(damages), async (group, index) => {
      const folder = copyOf(`damaged-${index}`);
      for (const { name, key, stored } of group) await overwrite(folder, name, key, stored);
      faults.push(...(await faultsOf(group, folder, expected)));
      if (isStartedAgain(index)) await (await start(folder)).runtime.stop();
      rmSync(folder, { recursive: true });
    });
    expect(faults).toEqual([]);
  }, 600_000);
});

describe('a state folder in which records of each table are of another shape', () => {
  it('starts, reports each record, and answers all other requests', async () => {
    const expected = await answersOfWhole();
    const damages = (await firstRows()).flatMap(([name, key], index) => {
      const table = name.split('/').at(-1) ?? '';
      return wrongShapes.flatMap((value, kind): readonly Damage[] => {
        const isChosen = everyRecord || kind === index % wrongShapes.length;
        const isTried = isChosen && NOT_TOLD_APART[table]?.includes(kind) !== true;
        const isNamed = !name.startsWith('log/');
        return isTried ? [{ name, key, table, stored: encodeRow(value), isNamed }] : [];
      });
    });

    const faults: string[] = [];
    await forEach(grouped(damages), async (group, index) => {
      const folder = copyOf(`shape-${index}`);
      for (const { name, key, stored } of group) await overwrite(folder, name, key, stored);
      // Logs are read at the start only after a kill; tables always.
      rmSync(join(folder, 'store', 'closed.json'));
      faults.push(...(await faultsOf(group, folder, expected)));
      if (isStartedAgain(index)) await (await start(folder)).runtime.stop();
      rmSync(folder, { recursive: true });
    });
    expect(faults).toEqual([]);
  }, 600_000);
});

describe('a state folder in which the time is damaged', () => {
  it.each(noises.map((noise, index) => [index, noise] as const))(
    'does not set it back: noise %i',
    async (_, noise) => {
      const folder = copyOf('time');
      const ahead = Date.now() + 3_600_000;
      for (const key of ['now', 'now again']) {
        await overwrite(folder, 'table/runtime.clock', Buffer.from(key), encodeRow(ahead));
      }
      await overwrite(folder, 'table/runtime.clock', Buffer.from('now'), noise);

      const { runtime, errors } = await start(folder);

      expect(runtime.cloud.clock.now()).toBeGreaterThanOrEqual(ahead);
      expect(errors).toEqual([expect.stringContaining('"now" in runtime.clock is damaged')]);
      await runtime.stop();
    },
  );
});

function operationOf([service, operation]: Step): string {
  return `${service}:${operation}`;
}

/** `sqs` of `sqs.queues`. */
function ownerOf(table: string): string {
  return table.split('.')[0] ?? '';
}

/** Whether a table belongs to the service of a probe, or to a service that it uses. */
function isRelated([service]: Step, table: string): boolean {
  const owner = ownerOf(table);
  return owner === service || (service === 'eventbridge' && owner === 'events');
}

/** A folder and all its entries, without following links. */
function entriesOf(path: string): readonly string[] {
  const entry = lstatSync(path);
  if (entry.isSymbolicLink()) return [];
  if (!entry.isDirectory()) return [path];
  return [path, ...readdirSync(path).flatMap((name) => entriesOf(join(path, name)))];
}

/** The files with contents of objects, the largest first. */
function contents(folder: string): readonly string[] {
  return entriesOf(join(folder, 'objects'))
    .filter((path) => statSync(path).isFile())
    .toSorted((a, b) => statSync(b).size - statSync(a).size);
}

describe('a state folder in which one file is damaged', () => {
  it.each([
    ['missing', (path: string) => rmSync(path)],
    ['cut off', (path: string) => truncateSync(path, 10)],
    ['extended', (path: string) => writeFileSync(path, 'x', { flag: 'a' })],
  ])('reports the object if its file is %s', async (_, damage) => {
    const folder = copyOf('files');
    damage(contents(folder)[0] ?? '');
    const { runtime, errors } = await start(folder);
    const get = (Key: string) =>
      runtime.cloud.call(ROOT, 's3', 'GetObject', { Bucket: 'data', Key });

    await expect(get('two')).rejects.toThrow(
      /^The content of this object cannot be read: its file .* is damaged/,
    );
    await expect(get('one')).resolves.toBeDefined();

    await runtime.cloud.call(ROOT, 's3', 'PutObject', { Bucket: 'data', Key: 'two', Body: 'new' });
    await expect(get('two')).resolves.toBeDefined();
    expect(errors).toEqual([]);
    await runtime.stop();
  });

  it('reports the function if its code is missing', async () => {
    const folder = copyOf('code');
    rmSync(join(folder, 'lambda', 'code'), { recursive: true });
    const { runtime } = await start(folder);

    await expect(
      runtime.cloud.call(ROOT, 'lambda', 'Invoke', { FunctionName: 'f' }),
    ).rejects.toThrow(/^The code of the function f is missing from /);
    await runtime.stop();
  });

  it('becomes readable by its owner only', async () => {
    const folder = copyOf('modes');
    const umask = process.umask(0);
    try {
      for (const path of ['', 'store', 'objects', 'store/data.mdb']) {
        chmodSync(join(folder, path), 0o777);
      }
      const { runtime } = await start(folder);
      await runtime.cloud.call(ROOT, 's3', 'PutObject', {
        Bucket: 'data',
        Key: 'three',
        Body: 'x',
      });
      await runtime.stop();
    } finally {
      process.umask(umask);
    }

    const open = entriesOf(folder).filter((path) => (lstatSync(path).mode & 0o077) !== 0);
    expect(open).toEqual([]);
  });
});
