import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { Cloud } from '../../../cloud/cloud.ts';
import {
  type ContainerEnd,
  type ContainerImages,
  type ContainerStart,
  ImageNotPulled,
  NothingToStart,
  type StartedContainer,
} from '../../../cloud/container-images.ts';
import type { Service } from '../../../cloud/service.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { DiscardedFolders, PythonHost } from '../../../jobs/index.ts';
import type { ProcessStarter } from '../../../jobs/serving/index.ts';
import { modelArchive } from '../../../testing/hosting.testing.ts';
import { type Step, transcriptOf, withNumberedIds } from '../../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../../cloudwatch/index.ts';
import { createIamService } from '../../iam/index.ts';
import { createLogsService } from '../../logs/index.ts';
import { createS3Service } from '../../s3/index.ts';
import { createStsService } from '../../sts/index.ts';
import { createTags } from '../tags.ts';
import { sageMakerWords } from '../words.ts';
import { createHosting } from './index.ts';

// https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html

const ARN = 'arn:aws:sagemaker:us-east-1:000000000000';
const ROLE = 'arn:aws:iam::000000000000:role/r';
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';

const ACCOUNT: readonly Step[] = [
  [
    'iam:CreateRole',
    {
      RoleName: 'r',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
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
  ['s3:CreateBucket', { Bucket: 'data' }],
];
const ARCHIVE: Step = [
  's3:PutObject',
  { Bucket: 'data', Key: 'model.tar.gz', Body: modelArchive({ 'code/inference.py': '' }) },
];

/** The behaviour of a model is in its environment: `inlineModels`. */
const container = (behaviour: string, more: object = {}) => ({
  Image: IMAGE,
  ModelDataUrl: 's3://data/model.tar.gz',
  Environment: { BEHAVIOUR: behaviour },
  ...more,
});
const model = (ModelName: string, more: object = {}): Step => [
  'CreateModel',
  { ModelName, ExecutionRoleArn: ROLE, PrimaryContainer: container(ModelName), ...more },
];
const variant = (ModelName: string, more: object = {}) => ({
  VariantName: 'v',
  ModelName,
  InstanceType: 'ml.m5.large',
  InitialInstanceCount: 1,
  ...more,
});
const config = (
  EndpointConfigName: string,
  variants: readonly object[],
  more: object = {},
): Step => ['CreateEndpointConfig', { EndpointConfigName, ProductionVariants: variants, ...more }];
const describeEndpoint = (EndpointName = 'e'): Step => ['DescribeEndpoint', { EndpointName }];
const settled = (EndpointName = 'e'): Step => ({
  until: ['DescribeEndpoint', { EndpointName }],
  fulfils: (answer: { readonly EndpointStatus: string } | undefined) =>
    answer === undefined || /^(?:InService|Failed)|Failed$/.test(answer.EndpointStatus),
});
const baking = (share: string): Step => ({
  until: ['DescribeEndpoint', { EndpointName: 'e' }],
  fulfils: (answer: object | undefined) =>
    new RegExp(`"Baking","StatusMessage":"[^"]*${share}`).test(JSON.stringify(answer)),
});
const create = (
  EndpointName: string,
  EndpointConfigName: string,
  more: object = {},
): readonly Step[] => [
  ['CreateEndpoint', { EndpointName, EndpointConfigName, ...more }],
  settled(EndpointName),
  describeEndpoint(EndpointName),
];
const update = (EndpointConfigName: string, more: object = {}): Step => [
  'UpdateEndpoint',
  { EndpointName: 'e', EndpointConfigName, ...more },
];
const invoke = (more: object = {}): Step => [
  'InvokeEndpoint',
  { EndpointName: 'e', Body: Buffer.from('1,2'), ContentType: 'text/csv', ...more },
];
const resize = (more: object): Step => [
  'UpdateEndpointWeightsAndCapacities',
  { EndpointName: 'e', DesiredWeightsAndCapacities: [{ VariantName: 'v', ...more }] },
];
const blueGreen = (routing: object, more: object = {}) => ({
  DeploymentConfig: {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: { WaitIntervalInSeconds: 60, ...routing },
      TerminationWaitInSeconds: 30,
      ...more,
    },
  },
});
const percent = (Value: number) => ({ Type: 'CAPACITY_PERCENT', Value });
const instances = (Value: number) => ({ Type: 'INSTANCE_COUNT', Value });
const rolling = (more: object) => ({
  DeploymentConfig: { RollingUpdatePolicy: { WaitIntervalInSeconds: 60, ...more } },
});
const capture = (more: object = {}) => ({
  DataCaptureConfig: {
    EnableCapture: true,
    InitialSamplingPercentage: 100,
    DestinationS3Uri: 's3://data/capture/',
    CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
    ...more,
  },
});

const configs: readonly Step[] = [
  ...ACCOUNT,
  model('a', { PrimaryContainer: container('a', { Image: undefined }) }),
  model('a', { Containers: [container('a')] }),
  model('a', { PrimaryContainer: undefined, Containers: [container('a')] }),
  model('a', {
    PrimaryContainer: undefined,
    Containers: [
      container('a', { ContainerHostname: 'x' }),
      container('b', { ContainerHostname: 'x' }),
    ],
    InferenceExecutionConfig: { Mode: 'Direct' },
  }),
  model('a', {
    PrimaryContainer: undefined,
    Containers: [container('a', { ContainerHostname: 'x' })],
    InferenceExecutionConfig: { Mode: 'Direct' },
  }),
  model('a', { PrimaryContainer: container('a', { Mode: 'MultiModel' }) }),
  model('a', {
    PrimaryContainer: container('a', {
      ModelDataUrl: undefined,
      ModelDataSource: {
        S3DataSource: { S3Uri: 's3://data/x/', S3DataType: 'S3Prefix', CompressionType: 'None' },
      },
    }),
  }),
  model('a', {
    PrimaryContainer: container('a', { ModelPackageName: `${ARN}:model-package/g/1` }),
  }),
  model('a', { ExecutionRoleArn: 'arn:aws:iam::000000000000:role/missing' }),
  model('a'),
  ARCHIVE,
  model('a'),
  model('a'),
  model('net', { VpcConfig: { SecurityGroupIds: ['sg-1'], Subnets: ['subnet-1'] } }),
  model('pipe', { PrimaryContainer: undefined, Containers: [container('a'), container('b')] }),
  ['DescribeModel', { ModelName: 'net' }],
  ['DescribeModel', { ModelName: 'pipe' }],
  config('c', [variant('a')], { AsyncInferenceConfig: { OutputConfig: {} } }),
  config('c', [variant('a')], { ExplainerConfig: {} }),
  config('c', [variant('a', { ManagedInstanceScaling: { Status: 'ENABLED' } })]),
  config('c', [variant('a', { InitialVariantWeight: Number.NaN })]),
  ...[1_024, 1_025, 6_144, 7_168].map((MemorySizeInMB) =>
    config(`s${MemorySizeInMB}`, [
      { VariantName: 'v', ModelName: 'a', ServerlessConfig: { MemorySizeInMB, MaxConcurrency: 2 } },
    ]),
  ),
  ...[2, 3].map((ProvisionedConcurrency) =>
    config(`p${ProvisionedConcurrency}`, [
      {
        VariantName: 'v',
        ModelName: 'a',
        ServerlessConfig: { MemorySizeInMB: 1_024, MaxConcurrency: 2, ProvisionedConcurrency },
      },
    ]),
  ),
  ...['net', 'pipe'].map((name) =>
    config('s', [
      {
        VariantName: 'v',
        ModelName: name,
        ServerlessConfig: { MemorySizeInMB: 1_024, MaxConcurrency: 2 },
      },
    ]),
  ),
  config('s', [
    variant('a'),
    {
      VariantName: 'w',
      ModelName: 'a',
      ServerlessConfig: { MemorySizeInMB: 1_024, MaxConcurrency: 2 },
    },
  ]),
  config('c', [variant('a')], { ShadowProductionVariants: [variant('a')] }),
  config('c', [variant('a')], {
    ShadowProductionVariants: [
      variant('a', { VariantName: 's' }),
      variant('a', { VariantName: 't' }),
    ],
  }),
  config('c', [variant('a'), variant('a', { VariantName: 'w' })], {
    ShadowProductionVariants: [variant('a', { VariantName: 's' })],
  }),
  config('c', [variant('a')], {
    ShadowProductionVariants: [variant('pipe', { VariantName: 's' })],
  }),
  config('c', [variant('a')], capture({ DestinationS3Uri: 'https://data' })),
  config(
    'c',
    [
      {
        VariantName: 'v',
        ModelName: 'a',
        ServerlessConfig: { MemorySizeInMB: 1_024, MaxConcurrency: 2 },
      },
    ],
    capture(),
  ),
  config('c', [variant('a')], {
    ...capture(),
    ShadowProductionVariants: [variant('a', { VariantName: 's' })],
  }),
  ['DescribeEndpointConfig', { EndpointConfigName: 'c' }],
];

const endpoints: readonly Step[] = [
  ...ACCOUNT,
  ARCHIVE,
  ...['a', 'b', 'fails', 'dies', 'rude'].map((name) => model(name)),
  model('direct', {
    PrimaryContainer: undefined,
    Containers: [
      container('a', { ContainerHostname: 'one' }),
      container('b', { ContainerHostname: 'two' }),
    ],
    InferenceExecutionConfig: { Mode: 'Direct' },
  }),
  model('serial', { PrimaryContainer: undefined, Containers: [container('a'), container('b')] }),
  model('other', { PrimaryContainer: container('a', { Image: 'own/image:1' }) }),
  config('a', [variant('a')]),
  config('b', [variant('b')]),
  config('a4', [variant('a', { InitialInstanceCount: 4 })]),
  config('b4', [variant('b', { InitialInstanceCount: 4 })]),
  config('dies', [variant('dies')]),
  config('other', [variant('other')]),
  config('rude', [variant('rude')]),
  config('fails', [variant('fails')]),
  config('direct', [variant('direct')]),
  config('serial', [variant('serial')]),
  config('renamed', [variant('b', { VariantName: 'w' })]),
  config('two', [variant('a', { InitialVariantWeight: 3 }), variant('b', { VariantName: 'w' })]),
  config('none', [variant('a', { InitialVariantWeight: 0 })]),
  config('serverless', [
    {
      VariantName: 'v',
      ModelName: 'a',
      ServerlessConfig: { MemorySizeInMB: 1_024, MaxConcurrency: 2 },
    },
  ]),
  config(
    'captured',
    [variant('a')],
    capture({ KmsKeyId: 'key', CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'] } }),
  ),
  config('shadowed', [variant('a')], {
    ShadowProductionVariants: [variant('b', { VariantName: 's' })],
  }),
  [
    'CreateEndpoint',
    { EndpointName: 'x', EndpointConfigName: 'a', ...blueGreen({ Type: 'CANARY' }) },
  ],
  ...create('e', 'a', { Tags: [{ Key: 'team', Value: 'ml' }] }),
  ['CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'a' }],
  ...create('dead', 'dies'),
  ...create('unknown', 'other'),
  ['UpdateEndpoint', { EndpointName: 'dead', EndpointConfigName: 'a' }],
  ['ListEndpoints', { StatusEquals: 'Failed' }],
  ['ListEndpoints', { StatusEquals: 'InService' }],
  ['ListTags', { ResourceArn: `${ARN}:endpoint/e` }],
  // Invocations.
  invoke(),
  invoke({ ContentType: undefined, Accept: 'text/plain', CustomAttributes: 'c', InferenceId: 'i' }),
  invoke({ TargetVariant: 'v' }),
  invoke({ TargetVariant: 'x' }),
  invoke({ TargetContainerHostname: 'x' }),
  invoke({ TargetModel: 'm' }),
  invoke({ InferenceComponentName: 'c' }),
  invoke({ EnableExplanations: '`true`' }),
  invoke({ SessionId: 'NEW_SESSION' }),
  invoke({ Body: 'text' }),
  invoke({ Body: Buffer.alloc(25 * 1_024 * 1_024) }),
  invoke({ Body: Buffer.alloc(25 * 1_024 * 1_024 + 1) }),
  ['InvokeEndpointAsync', { EndpointName: 'e', InputLocation: 's3://data/x' }],
  ['InvokeEndpointWithResponseStream', { EndpointName: 'e', Body: Buffer.from('1') }],
  ...['rude', 'fails', 'direct', 'serial', 'none', 'two'].flatMap((name): readonly Step[] => [
    ...create(name, name),
    invoke({ EndpointName: name }),
    invoke({ EndpointName: name, TargetContainerHostname: 'two' }),
    invoke({ EndpointName: name, TargetContainerHostname: 'three' }),
    invoke({ EndpointName: name, TargetVariant: 'w' }),
  ]),
  ...[1, 2, 3].map(() => invoke({ EndpointName: 'two' })),
  ...create('serverless', 'serverless'),
  invoke({ EndpointName: 'serverless' }),
  invoke({ EndpointName: 'serverless', Body: Buffer.alloc(4 * 1_024 * 1_024 + 1) }),
  ['UpdateEndpoint', { EndpointName: 'serverless', EndpointConfigName: 'a' }],
  settled('serverless'),
  ...create('captured', 'captured'),
  invoke({ EndpointName: 'captured' }),
  invoke({ EndpointName: 'captured', ContentType: 'application/json', InferenceId: 'i' }),
  ['DeleteEndpoint', { EndpointName: 'captured' }],
  {
    until: ['DescribeEndpoint', { EndpointName: 'captured' }],
    fulfils: (answer: object | undefined) => answer === undefined,
  },
  ...create('shadowed', 'shadowed'),
  invoke({ EndpointName: 'shadowed' }),
  invoke({ EndpointName: 'shadowed', TargetVariant: 's' }),
  // Sizes.
  ...[-1, -0.5].map((DesiredWeight) => resize({ DesiredWeight })),
  resize({ VariantName: 'x', DesiredWeight: 1 }),
  resize({ ServerlessUpdateConfig: { MaxConcurrency: 1 } }),
  resize({ DesiredInstanceCount: 3, DesiredWeight: 2 }),
  resize({ DesiredInstanceCount: 1 }),
  update('b'),
  ['DeleteEndpoint', { EndpointName: 'e' }],
  settled(),
  describeEndpoint(),
  // What an update retains.
  update('b', { RetainAllVariantProperties: true }),
  settled(),
  describeEndpoint(),
  invoke(),
  update('a', {
    RetainAllVariantProperties: true,
    ExcludeRetainedVariantProperties: [
      { VariantPropertyType: 'DesiredInstanceCount' },
      { VariantPropertyType: 'DataCaptureConfig' },
    ],
  }),
  settled(),
  describeEndpoint(),
  update('serverless'),
  update('missing'),
  update('two'),
  settled(),
  update('a'),
  settled(),
  update('dies'),
  settled(),
  describeEndpoint(),
];

const deployments: readonly Step[] = [
  ...ACCOUNT,
  ARCHIVE,
  ...['a', 'b', 'dies'].map((name) => model(name)),
  config('a4', [variant('a', { InitialInstanceCount: 4 })]),
  config('b4', [variant('b', { InitialInstanceCount: 4 })]),
  config('dies', [variant('dies', { InitialInstanceCount: 4 })]),
  config('two', [variant('a'), variant('b', { VariantName: 'w' })]),
  config('renamed', [variant('b', { VariantName: 'w' })]),
  config('serverless', [
    {
      VariantName: 'v',
      ModelName: 'a',
      ServerlessConfig: { MemorySizeInMB: 1_024, MaxConcurrency: 2 },
    },
  ]),
  ...create('e', 'a4'),
  ...[
    {
      DeploymentConfig: {
        ...blueGreen({ Type: 'ALL_AT_ONCE' }).DeploymentConfig,
        ...rolling({ MaximumBatchSize: instances(1) }).DeploymentConfig,
      },
    },
    blueGreen({ Type: 'ALL_AT_ONCE', CanarySize: percent(10) }),
    blueGreen({ Type: 'ALL_AT_ONCE', LinearStepSize: percent(10) }),
    blueGreen({ Type: 'CANARY' }),
    blueGreen({ Type: 'LINEAR' }),
    blueGreen({ Type: 'CANARY', CanarySize: percent(0) }),
    blueGreen({ Type: 'CANARY', CanarySize: percent(51) }),
    blueGreen({ Type: 'CANARY', CanarySize: instances(3) }),
    blueGreen({ Type: 'LINEAR', LinearStepSize: percent(9) }),
    blueGreen({ Type: 'LINEAR', LinearStepSize: percent(51) }),
    blueGreen({ Type: 'LINEAR', LinearStepSize: instances(3) }),
    blueGreen(
      { Type: 'ALL_AT_ONCE' },
      { MaximumExecutionTimeoutInSeconds: 600, TerminationWaitInSeconds: 600 },
    ),
    blueGreen(
      { Type: 'CANARY', CanarySize: percent(50), WaitIntervalInSeconds: 600 },
      { MaximumExecutionTimeoutInSeconds: 600, TerminationWaitInSeconds: 0 },
    ),
    rolling({}),
    rolling({ MaximumBatchSize: percent(4) }),
    rolling({ MaximumBatchSize: percent(51) }),
    rolling({ MaximumBatchSize: instances(3) }),
    rolling({ MaximumBatchSize: instances(2), RollbackMaximumBatchSize: percent(101) }),
    rolling({ MaximumBatchSize: instances(2), RollbackMaximumBatchSize: percent(0) }),
    { DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [{}] } } },
    { DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'missing' }] } } },
  ].map((more) => update('b4', more)),
  update('renamed', blueGreen({ Type: 'ALL_AT_ONCE' })),
  update('two', rolling({ MaximumBatchSize: instances(1) })),
  update('serverless', rolling({ MaximumBatchSize: instances(1) })),
  // A canary of one instance, then all.
  update('b4', blueGreen({ Type: 'CANARY', CanarySize: percent(25) })),
  baking('capacity of 1 '),
  describeEndpoint(),
  ...[1, 2, 3, 4].map(() => invoke()),
  { advanceSeconds: 59 },
  { advanceSeconds: 1 },
  baking('capacity of 4 '),
  describeEndpoint(),
  ...[1, 2].map(() => invoke()),
  { advanceSeconds: 30 },
  { advanceSeconds: 60 },
  settled(),
  describeEndpoint(),
  // Linear steps of half the capacity, with the deployment config of before on the way back.
  update('a4', blueGreen({ Type: 'LINEAR', LinearStepSize: instances(2) })),
  baking('capacity of 2 '),
  describeEndpoint(),
  { advanceSeconds: 60 },
  baking('capacity of 4 '),
  { advanceSeconds: 90 },
  settled(),
  update('b4', { RetainDeploymentConfig: true }),
  baking('capacity of 2 '),
  { advanceSeconds: 60 },
  baking('capacity of 4 '),
  { advanceSeconds: 90 },
  settled(),
  describeEndpoint(),
  // Batches.
  update('a4', rolling({ MaximumBatchSize: instances(2), RollbackMaximumBatchSize: percent(50) })),
  baking('capacity of 2 '),
  describeEndpoint(),
  { advanceSeconds: 60 },
  baking('capacity of 4 '),
  { advanceSeconds: 60 },
  settled(),
  describeEndpoint(),
  // An alarm during the second batch.
  [
    'cloudwatch:PutMetricAlarm',
    {
      AlarmName: 'errors',
      Namespace: 'N',
      MetricName: 'm',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
    },
  ],
  update('b4', {
    DeploymentConfig: {
      ...rolling({ MaximumBatchSize: instances(2), RollbackMaximumBatchSize: instances(1) })
        .DeploymentConfig,
      AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'errors' }] },
    },
  }),
  baking('capacity of 2 '),
  ['cloudwatch:SetAlarmState', { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'x' }],
  settled(),
  describeEndpoint(),
  ...[1, 2].map(() => invoke()),
  update('b4', {
    DeploymentConfig: {
      ...blueGreen({ Type: 'ALL_AT_ONCE' }).DeploymentConfig,
      AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'errors' }] },
    },
  }),
  settled(),
  describeEndpoint(),
  update('dies', rolling({ MaximumBatchSize: instances(1) })),
  settled(),
  describeEndpoint(),
  ['DeleteEndpoint', { EndpointName: 'e' }],
];

/** Model servers in this process, each at its own socket. */
const inlineModels: ProcessStarter = {
  start({ environment }) {
    const behaviour = environment['BEHAVIOUR'] ?? '';
    const server = createServer(
      { requireHostHeader: false },
      (request, response) => void answer(behaviour, request, response),
    );
    const exited = new Promise<{ code: number | undefined; signal: undefined }>((resolve) => {
      if (behaviour === 'dies') resolve({ code: 3, signal: undefined });
      else server.once('close', () => resolve({ code: 0, signal: undefined }));
    });
    if (behaviour !== 'dies') server.listen(environment['STEPMILL_SOCKET']);
    return Promise.resolve({
      pid: 0,
      exited,
      kill() {
        server.close();
        server.closeAllConnections();
      },
    });
  },
};

async function answer(
  behaviour: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  if (request.url === '/ping') return void response.end();
  if (behaviour === 'fails') {
    send(response, 500, 'it failed', { 'content-type': 'text/plain' });
    return;
  }
  if (behaviour === 'rude') return void request.socket.destroy();
  const given = Object.entries(request.headers)
    .filter(([name]) => name !== 'host')
    .map(([name, value]) => `${name}=${String(value)}`);
  const shown = body.length > 100 ? String(body.length) : body.toString();
  send(response, 200, `${behaviour} ${given.join(' ')} ${shown}`, {
    'content-type': 'text/csv',
    'x-amzn-sagemaker-custom-attributes': behaviour,
  });
}

/** Containers are read with a content length only. */
function send(response: ServerResponse, status: number, body: string, headers: object): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function createTestSageMaker(cloud: Cloud): Service {
  const python = new PythonHost({ environmentFolder: cloud.pythonFolder, logger: cloud.logger });
  const discarded = new DiscardedFolders(join(cloud.stateFolder, 'discarded'), cloud);
  const tags = createTags(cloud.store);
  return {
    name: 'sagemaker',
    ...sageMakerWords,
    ...createHosting({ cloud, python, discarded, tags }, inlineModels),
  };
}

const OWN_IMAGES = '000000000000.dkr.ecr.us-east-1.amazonaws.com';
const DIGEST = `sha256:${'a'.repeat(64)}`;

/** The images of the account: their names are the behaviour of their containers. */
const ownImages = (): ContainerImages => ({
  async pull(uri, { onProgress }) {
    const name = /\/([^:@]+)/.exec(uri)?.[1] ?? '';
    onProgress?.(`building ${name}`);
    if (name === 'gone') throw new ImageNotPulled({ problem: 'Missing', uri }, 'it was deleted');
    return {
      uri,
      digest: DIGEST,
      kind: 'process',
      settings: {
        entrypoint: [],
        command: [],
        environment: {},
        workingFolder: '/',
        exposedPorts: [],
        labels: { 'com.amazonaws.sagemaker.capabilities.accept-bind-to-port': 'true' },
        healthCheck: undefined,
      },
      notices: ['it has no GPU here'],
      start: (options) => startOwn(name, options),
    };
  },
});

async function startOwn(name: string, options: ContainerStart): Promise<StartedContainer> {
  if (name === 'empty') throw new NothingToStart('the image has nothing to start');
  const { SAGEMAKER_BIND_TO_PORT: port, ...environment } = options.environment ?? {};
  options.onOutput(
    Buffer.from(`${options.command?.join(' ')} ${JSON.stringify(environment)}\n`),
    'stdout',
  );
  const server = createServer((request, response) => void answer(name, request, response));
  const exited = new Promise<ContainerEnd>((resolve) => {
    if (name === 'dies') resolve({ code: 3, signal: undefined });
    else server.once('close', () => resolve({ code: 0, signal: undefined }));
  });
  if (name !== 'dies') await once(server.listen(Number(port), '127.0.0.1'), 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return {
    pid: undefined,
    started: Promise.resolve(undefined),
    exited,
    kill: close,
    stop() {
      close();
      return exited;
    },
    execute: () => exited,
  };
}

const own = (name: string): readonly Step[] => [
  model(name, {
    PrimaryContainer: { Image: `${OWN_IMAGES}/${name}:v1`, Environment: { MINE: 'm' } },
  }),
  ['DescribeModel', { ModelName: name }],
  config(name, [variant(name)]),
  ...create(name, name),
  [
    'logs:FilterLogEvents',
    { logGroupName: `/aws/sagemaker/Endpoints/${name}`, logStreamNamePrefix: 'v/' },
  ],
];

// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
const images: readonly Step[] = [
  ...ACCOUNT,
  ...own('mine'),
  invoke({ EndpointName: 'mine', CustomAttributes: 'c', InferenceId: 'i' }),
  ...own('dies'),
  ...own('gone'),
  ...own('empty'),
  model('other', { PrimaryContainer: { Image: 'docker.io/library/python:3.12' } }),
  config('other', [variant('other')]),
  ...create('other', 'other'),
  // As on AWS, a model keeps running without its role.
  ['iam:DeleteRolePolicy', { RoleName: 'r', PolicyName: 'all' }],
  ['iam:DeleteRole', { RoleName: 'r' }],
  invoke({ EndpointName: 'mine' }),
];

const createImageRegistry = (): Service => ({
  name: 'ecr',
  accessDenied: (message) => new ServiceError('AccessDeniedException', message),
  operations: {
    BatchGetImage: {
      permissions: () => [],
      run: () => ({ images: [{ imageId: { imageDigest: DIGEST } }] }),
    },
  },
});

it.each(Object.entries({ configs, endpoints, deployments, images }))(
  'hosting answers about %s as in the transcript',
  async (name, steps) => {
    const transcript = await transcriptOf(
      'sagemaker',
      [
        createIamService,
        createStsService,
        createS3Service,
        createCloudWatchService,
        createTestSageMaker,
        createLogsService,
        createImageRegistry,
      ],
      steps,
      { containers: ownImages },
    );

    await expect(withNumberedIds(transcript)).toMatchFileSnapshot(`transcripts/${name}.txt`);
  },
);
